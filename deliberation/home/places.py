"""A community's page, and the tree of all: bodies and who sits on them, offices, what stands below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from deliberation.assemblies.models import Assembly, Member, Standing, assemblies_of, members_of, standing_of
from deliberation.communities.models import (
    KINDS,
    Community,
    all_communities,
    ancestors,
    children,
    community,
    subtree_ids,
)
from deliberation.followup.rates import rates_of
from deliberation.home.front_page import with_depth
from deliberation.identity.models import Person, appointed_in
from deliberation.identity.rules import REGISTERING
from deliberation.matters.demands_running import rows_of_demands
from deliberation.matters.meetings_coming import meetings_coming
from deliberation.matters.opening import near_of
from deliberation.matters.routes_demands import shares_here
from deliberation.matters.routes_lists import rows_of_community
from deliberation.matters.rules import may
from deliberation.roles import role_name
from deliberation.vocabulary import Role
from deliberation.web import Answer, Visit, page, public

ELECTED = frozenset({"committee", "supervision", "representatives", "owners_committee", "collective_delegates"})
"""Bodies whose members hold an elected office: their names are public. Who belongs to the others, the members know."""

OFFICES = frozenset(
    role.value for role in (Role.CHAIR, Role.CLERK, Role.SUPERVISOR, Role.OFFICER, Role.LIAISON, Role.OFFICIAL)
)


@dataclass(frozen=True)
class Body:
    """A body as this visitor may see it: its members' names and offices, or only how many there are."""

    id: int
    name: str
    kind: str
    count: int
    members: tuple[tuple[str, str], ...]


@public
def tree_page(visit: Visit) -> Answer:
    places = [each for each in all_communities(visit.session) if each.parent_id]
    return page(visit, "communities/tree.html", places=with_depth(places), kinds=KINDS)


@public
def community_page(visit: Visit) -> Answer:
    place = community(visit.session, visit.number("id"))
    visit.community = place if place.parent_id else None
    today = visit.now.astimezone(place.zone).date()
    standing = standing_of(visit.session, visit.person.id if visit.person else None, place, today)
    return page(
        visit,
        "communities/community.html",
        place=place,
        above=[each for each in ancestors(visit.session, place)[:-1] if each.parent_id],
        below=children(visit.session, place.id),
        kinds=KINDS,
        bodies=[_body(visit, each, standing, today) for each in assemblies_of(visit.session, place.id)],
        offices=_offices(visit, place, today),
        near=standing.is_near,
        matters=rows_of_community(visit, place),
        rates=rates_of(visit.session, subtree_ids(visit.session, place), visit.house.took_part)
        if place.parent_id
        else (),
        roles=[
            role_name(role, place.kind) for role in Role if role.value in standing.roles and role is not Role.VISITOR
        ],
        meetings=meetings_coming(visit.session, near_of(visit), subtree_ids(visit.session, place)),
        demands=rows_of_demands(visit.session, place),
        may_demand=_may_demand(visit, place, standing),
        manages=bool(standing.roles & REGISTERING),
    )


def _may_demand(visit: Visit, place: Community, standing: Standing) -> bool:
    """Whether demanding a meeting is this visitor's to do or to answer, and some meeting can be demanded here."""
    acts = ("raise_demand", "sign_demand", "answer_demand")
    return bool(shares_here(visit.session, place)) and any(may(act, standing.roles, None) is None for act in acts)


def _body(visit: Visit, body: Assembly, standing: Standing, today: date) -> Body:
    seated = members_of(visit.session, body.id, today)
    shown = standing.is_near or body.kind in ELECTED
    names = tuple((who.name, member.role) for member, who in sorted(seated, key=_rank)) if shown else ()
    return Body(body.id, body.name, body.kind, len({who.id for _member, who in seated}), names)


def _rank(seat: tuple[Member, Person]) -> int:
    """Heads before deputies before the others, each in order of their names as they came."""
    words = ("主任", "书记", "组长", "理事长")
    role = seat[0].role
    return 0 if role in words else 1 if role.startswith("副") else 2


def _offices(visit: Visit, place: Community, today: date) -> list[tuple[str, str]]:
    held = appointed_in(visit.session, place.id, today)
    return [(role_name(each.role, place.kind), who.name) for each, who in held if each.role in OFFICES]
