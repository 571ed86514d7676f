"""Which procedures a community offers, which part of it may decide by itself, and proposing under one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from deliberation.assemblies.electorate import has_owners, parts_of
from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.identity.models import is_held_in
from deliberation.matters.about_rules import against_about
from deliberation.matters.actions import begin_matter
from deliberation.matters.charter_adopting import Aim
from deliberation.matters.charter_rules import SPECIAL, kinds_for
from deliberation.matters.models import Matter
from deliberation.matters.naming import OF_ONE, against_name, named_in
from deliberation.matters.owners_rules import against_item, procedure_by
from deliberation.matters.procedure import Procedure
from deliberation.matters.reach import today_in
from deliberation.matters.rules import may, roles_of
from deliberation.matters.shipped import shipped
from deliberation.refusal import Refusal, refuse_if
from deliberation.vocabulary import Role, _

OWNERS = "owners"
CONTACT_POINT = "contact_point"
CONTACT_ROLES = (Role.LIAISON, Role.COLLECTOR)
"""A community is a contact point while somebody is its liaison or collector."""
SCOPES = {"village": {"village"}, "community": {"urban"}, "compound": {OWNERS}, "courtyard": {OWNERS, "urban"}}
"""Which procedures fit a kind of community; where nothing is said, all of them."""
SIMPLEST_FIRST = (
    "six_steps",
    "village_six_steps",
    "village_four_two",
    "community_four_two",
    "legislative_talk",
    "owners_ordinary",
    "owners_special",
    "village_group",
    "collective_economy",
    "eight_steps",
    "urban_eight_steps",
    "village_election",
    "urban_election",
    "village_recall",
    "urban_recall",
)
"""The shipped procedures in the order in which they are offered."""
NOT_OFFERED = Refusal(_("这个单位不能按这种程序办理"), remedy=_("请从列出的程序中选择"))
NO_SUCH_PART = Refusal(_("名册上没有这幢楼或者这个单元"), remedy=_("请从列出的范围中选择"))
OWNERS_ONLY = Refusal(
    _("只有业主共同决定的程序可以限于一幢楼或者一个单元"), remedy=_("请选择“全部”，或者改选业主的程序")
)


NOT_THIS_WAY = Refusal(_("这种程序不能制定或者修改这种规约"), remedy=_("请改选程序，或者改选规约"))


@dataclass(frozen=True)
class Proposal:
    """What is proposed; ``building`` and ``entrance`` say which part decides, empty the whole; ``name`` which group or
    which collective, where one of them does.

    Where owners decide, ``item`` of 民法典 278 says which procedure it is: ``procedure`` may leave that open (BY_ITEM).
    """

    procedure: str
    title: str
    summary: str
    building: str = ""
    entrance: str = ""
    item: int | None = None
    aim: Aim | None = None
    name: str = ""
    about: str = ""

    @property
    def scope(self) -> dict[str, str] | None:
        if not self.building:
            return {"title": self.name} if self.name else None
        return {"building": self.building, "entrance": self.entrance, "title": self.building + self.entrance}


def fitting(session: Session, place: Community, today: date) -> list[Procedure]:
    """The procedures of a community. Owners' wherever there is anything to own: an estate often lies in a community;
    those of a group or a collective where the roster has one; that of a legislative contact point where there is one.
    """
    scopes = SCOPES.get(place.kind, {"urban", "village", OWNERS}) | ({OWNERS} if has_owners(session, place) else set())
    scopes |= {CONTACT_POINT} if is_held_in(session, place.id, CONTACT_ROLES, today) else set()
    named = named_in(session, place)
    missing = {id for id in OF_ONE if not named.of(id)}
    return [shipped()[id] for id in SIMPLEST_FIRST if scopes & set(shipped()[id].scope) and id not in missing]


def deciding_parts(session: Session, place: Community) -> list[tuple[str, str]]:
    """(building, entrance) of the units: each building by itself (entrance empty), and each of its entrances."""
    found: dict[tuple[str, str], None] = {}
    for building, entrance in parts_of(session, place):
        found |= {(building, ""): None, (building, entrance): None}
    return list(found)


def part_refusal(procedure: str, building: str) -> Refusal | None:
    """Only owners decide by building or entrance (民法典 278); elsewhere a part would name nobody's roster."""
    return OWNERS_ONLY if building and OWNERS not in shipped()[procedure].scope else None


def charter_refusal(proposal: Proposal) -> Refusal | None:
    """Why such a procedure cannot bring such a charter."""
    known = shipped().get(proposal.procedure)
    if proposal.aim is None or known is None:
        return None
    fit = {one.id for one in kinds_for(known.scope, known.id)}
    if proposal.aim.kind in fit:
        return None
    return SPECIAL if known.id == "owners_special" else NOT_THIS_WAY


def _proposes_as(procedure: str, standing: Standing) -> str:
    """In which role: a talk of the contact point is proposed by its liaison as such, wherever else they live."""
    first = (Role.LIAISON,) if CONTACT_POINT in shipped()[procedure].scope else ()
    return next(role for role in (*first, *roles_of("propose_matter")) if role in standing.roles)


def propose_matter(
    session: Session, now: datetime, *, community: Community, proposal: Proposal, standing: Standing
) -> Matter:
    """Propose, as the site's form does. Raises Refused."""
    refuse_if(may("propose_matter", standing.roles, None, community.kind))
    procedure = procedure_by(proposal.procedure, proposal.item)
    if procedure not in {one.id for one in fitting(session, community, today_in(community, now))}:
        refuse_if(NOT_OFFERED)
    if proposal.building and (proposal.building, proposal.entrance) not in deciding_parts(session, community):
        refuse_if(NO_SUCH_PART)
    refuse_if(part_refusal(procedure, proposal.building))
    refuse_if(against_name(named_in(session, community), procedure, proposal.name))
    refuse_if(against_item(procedure, proposal.item))
    refuse_if(against_about(proposal.about))
    refuse_if(charter_refusal(replace(proposal, procedure=procedure)))
    return begin_matter(
        session,
        now,
        community=community,
        procedure=procedure,
        title=proposal.title,
        summary=proposal.summary,
        actor=Actor(_proposes_as(procedure, standing), standing.person_id),
        scope=proposal.scope,
        item=proposal.item,
        aim=proposal.aim,
        about=proposal.about,
    )
