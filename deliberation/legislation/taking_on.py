"""承接: a point takes on what a body above it asks: the same text as a draft of its own, and a solicitation to look over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community, ancestors
from deliberation.identity.reach import roles_of
from deliberation.legislation.call_rules import NOT_ABOVE, NOT_RUNNING, TAKEN, may_take, terms_from
from deliberation.legislation.calling import Called, call_now
from deliberation.legislation.draft_models import (
    DraftLaw,
    DraftVersion,
    draft_law,
    reading_in_force,
    text_of,
    versions_of,
)
from deliberation.legislation.draft_reading import ReadText, read_again
from deliberation.legislation.drafting import Draft, add_version, bring_draft
from deliberation.legislation.solicitation_models import Solicitation, open_solicitations, text_asked_on
from deliberation.legislation.solicitation_rules import BEFORE, OPEN, may
from deliberation.legislation.soliciting import draft_solicitation
from deliberation.legislation.tier_models import taken_by
from deliberation.matters.days import day_of
from deliberation.refusal import Refused, refuse_if
from deliberation.vocabulary import Act


@dataclass(frozen=True)
class Waiting:
    """What a body above a point asks, and the point's own solicitation where it has taken it on."""

    upper: Solicitation
    body: Community
    own: Solicitation | None


def asked_above(session: Session, now: datetime, point: Community) -> list[Waiting]:
    """The open solicitations of the bodies above a point, the one that ends first before the others."""
    above = {each.id: each for each in ancestors(session, point) if each.id != point.id}
    own = {each.upper_id: each for each in taken_by(session, point.id) if each.upper_id}
    return [
        Waiting(each, above[each.community_id], own.get(each.id))
        for each in open_solicitations(session, now, list(above))
    ]


def take_on(session: Session, now: datetime, *, of: Community, upper: Solicitation, actor: Actor) -> Solicitation:
    """Take on what a body above asks on this installation. Raises Refused."""
    refuse_if(may("take_on", roles_of(session, actor, of, now), BEFORE))
    refuse_if(None if upper.community_id in of.ancestry[:-1] else NOT_ABOVE)
    refuse_if(None if upper.stage_at(now) == OPEN else NOT_RUNNING)
    _draft, version = text_asked_on(session, upper)
    kept = text_of(session, reading_in_force(session, version))
    called = Called(call_now(session, upper), read_again(kept.document, kept.lines), "")
    made = _taken(session, now, of, called, actor)
    made.upper_id = upper.id
    session.add(made)
    session.flush()
    return made


def take_on_file(session: Session, now: datetime, *, of: Community, called: Called, actor: Actor) -> Solicitation:
    """Take on what a body asks on another installation, from its file. Raises Refused."""
    refuse_if(may("take_on", roles_of(session, actor, of, now), BEFORE))
    return _taken(session, now, of, called, actor)


def _taken(session: Session, now: datetime, of: Community, called: Called, actor: Actor) -> Solicitation:
    call = called.call
    earlier = taken_by(session, of.id)
    if any(_mark(each.upper) == (call.origin, call.solicitation) for each in earlier):
        raise Refused(TAKEN)
    refuse_if(may_take(call, day_of(now, of.zone)))
    draft, version = _text(session, now, of, called, earlier, actor)
    made = draft_solicitation(session, now, draft=draft, version=version, terms=terms_from(call), actor=actor)
    made.upper = facts_of(called)
    session.add(made)
    session.flush()
    data = {"from": call.origin, "solicitation": call.solicitation, "version": version.id}
    record(session, Act.CALL_TAKEN, of.id, made.subject, actor=actor, data=data, topic=made.topic)
    return made


def facts_of(called: Called) -> dict[str, Any]:
    """What a point keeps of the call that it took on."""
    call = called.call
    return {
        "origin": call.origin, "solicitation": call.solicitation, "draft": call.draft, "body": call.body,
        "title": call.title, "asks_contacts": call.asks_contacts, "until": call.until.isoformat(),
        "submit_by": call.submit_by.isoformat() if call.submit_by else "", "vkey": called.vkey,
    }  # fmt: skip


def _mark(upper: dict[str, Any]) -> tuple[str, int]:
    return upper["origin"], upper["solicitation"]


def _text(
    session: Session, now: datetime, of: Community, called: Called, earlier: list[Solicitation], actor: Actor
) -> tuple[DraftLaw, DraftVersion]:
    """The very text among what the point has of this draft; else as the next version of it, or as a draft of its own."""
    call, text = called.call, called.text
    version = Draft(call.version, text, dated_on=call.dated_on, source_url=call.source_url)
    same = (one.draft_id for one in earlier if (one.upper["origin"], one.upper["draft"]) == (call.origin, call.draft))
    for id in dict.fromkeys(same):
        draft, versions = draft_law(session, id), versions_of(session, id)
        if found := next((each for each in versions if _is(session, each, text)), None):
            return draft, found
        if all(each.name != call.version for each in versions):
            return draft, add_version(session, now, draft=draft, version=version, actor=actor)
    draft = bring_draft(session, now, community=of, title=call.draft_title, first=version, actor=actor)
    return draft, versions_of(session, draft.id)[0]


def _is(session: Session, version: DraftVersion, text: ReadText) -> bool:
    return reading_in_force(session, version).digest == text.digest
