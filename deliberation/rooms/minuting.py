"""From a closed room to its minutes: what happened gathered for the draft, and the document issued into the dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.matters.engine import outcomes
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter, plan_versions
from deliberation.matters.moving import close_document, issue_document
from deliberation.matters.proceedings import settle_proceeding
from deliberation.matters.rules import may
from deliberation.refusal import Refusal, refuse_if
from deliberation.rooms.minutes import Meeting, Show, Speech
from deliberation.rooms.models import (
    Attendance,
    Room,
    SpeakingTurn,
    Statement,
    attendance_of,
    gauges_of,
    mark_counts,
    statements_of,
    turns_of,
)
from deliberation.rooms.rules import CHAIR, CLERK, Part, seconds_spoken
from deliberation.rooms.telling import acting, tell
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Wording:
    """The minutes as they are issued: title, text, and the exit chosen (empty: the step goes on)."""

    title: str
    body: str
    outcome: str = ""


def may_draft(room: Room, part: Part) -> Refusal | None:
    """Chair or clerk, once, after the room was closed."""
    if not part.roles & {CHAIR, CLERK}:
        return Refusal(_("会议纪要由主持人或记录员形成"))
    if room.is_open:
        return Refusal(_("协商还没有结束"), remedy=_("先结束协商，再形成会议纪要"))
    if room.minutes_id is not None:
        return Refusal(_("会议纪要已经形成"), remedy=_("有出入的，可以补正"), late=True)
    return None


def exits_of(facts: Facts, room: Room, part: Part) -> tuple[str, ...]:
    """How the chair may end the step with these minutes; empty where minutes do not close it, or it is past."""
    if facts.is_ended or facts.stage != room.step or facts.step.closes_with != "minutes" or CHAIR not in part.roles:
        return ()
    return outcomes(facts)


def file_minutes(
    session: Session, now: datetime, *, room: Room, wording: Wording, part: Part, roles: frozenset[str]
) -> Document:
    """Issue the minutes into the dossier; with an outcome they close their step and the matter moves on."""
    refuse_if(may_draft(room, part))
    actor = acting(part, CHAIR, CLERK)
    matter = session.get(Matter, room.matter_id)
    plans = plan_versions(session, matter.id)
    attended = len(attendance_of(session, room.id))
    document = issue_document(
        session,
        now,
        matter=matter,
        kind="minutes",
        title=wording.title,
        body=wording.body,
        actor=actor,
        facts={
            "room": room.id,
            "attended": attended,
            "plan": plans[-1].number if plans else 0,
        },
    )
    room.minutes_id = document.id
    session.add(room)
    session.flush()
    settle_proceeding(session, now, subject=room.topic, is_minuted=True)
    if wording.outcome:
        refuse_if(may("confirm_minutes", roles, facts_of(session, matter, now)))
        close_document(session, now, matter=matter, document=document, actor=actor, outcome=wording.outcome)
    tell(session, room, "state")
    return document


def meeting_of(session: Session, room: Room, community: Community, now: datetime) -> Meeting:
    """What happened in a room, as the draft needs it."""
    attended, statements = attendance_of(session, room.id), statements_of(session, room.id)
    turns = turns_of(session, room.id)
    ids = {each.person_id for each in (*attended, *statements, *turns)} | {each.typed_by_id for each in statements}
    names = names_of(session, {id for id in ids | {room.chair_id, room.clerk_id} if id})
    people = _People(names, attended)
    zone = community.zone
    plans = plan_versions(session, room.matter_id)
    clerks = {id for id in (room.clerk_id, *(each.typed_by_id for each in statements)) if id}
    return Meeting(
        matter=session.get(Matter, room.matter_id).title,
        agenda=room.title,
        number=room.number,
        opened_at=room.opened_at.astimezone(zone),
        closed_at=(room.closed_at or now).astimezone(zone),
        chair=names[room.chair_id],
        clerk="、".join(names[id] for id in sorted(clerks - {room.chair_id})),
        plan=f"第{plans[-1].number}版" if plans else "没有方案文本",
        rules=rules_of(room),
        attended=tuple(people.known(each.person_id) for each in attended),
        speeches=_speeches(turns, statements, people, zone),
        shows=tuple(
            Show(gauge.question, tuple(zip(gauge.options, mark_counts(session, gauge), strict=True)))
            for gauge in gauges_of(session, room.id)
        ),
    )


def rules_of(room: Room) -> str:
    """The rules of the meeting in a sentence."""
    limits = room.limits
    return f"每人每次{limits.turn_seconds // 60}分钟，每人不超过{limits.turns_each}次，没讲过的先讲（{limits.source}）"


class _People:
    """Names with the capacity in which each came."""

    def __init__(self, names: dict[int, str], attended: list[Attendance]):
        self.names = names
        self.capacities = {each.person_id: each.capacity for each in attended}

    def known(self, id: int) -> str:
        capacity = self.capacities.get(id)
        return f"{self.names[id]}（{capacity}）" if capacity else self.names[id]


def _last_position(turn: SpeakingTurn, statements: list[Statement]) -> str:
    """The position that was said last in a turn; whoever hands in several statements may name it in any of them."""
    said = [each.position for each in statements if each.turn_id == turn.id and each.position]
    return said[-1] if said else ""


def _speeches(turns: list[SpeakingTurn], statements: list[Statement], people: _People, zone) -> tuple[Speech, ...]:
    """Turns in the order in which they were given, each with what was said in it; then what was handed in."""
    given = sorted((turn for turn in turns if turn.given_at), key=lambda turn: (turn.given_at, turn.id))
    spoken = [
        Speech(
            at=turn.given_at.astimezone(zone),
            who=people.known(turn.person_id),
            position=turn.position or _last_position(turn, statements),
            seconds=seconds_spoken(turn),
            words=tuple(
                (each.body, people.names.get(each.typed_by_id, "")) for each in statements if each.turn_id == turn.id
            ),
        )
        for turn in given
    ]
    written = [
        Speech(
            each.at.astimezone(zone),
            people.known(each.person_id),
            each.position,
            is_written=True,
            words=((each.body, ""),),
        )
        for each in statements
        if each.turn_id is None
    ]
    return (*spoken, *written)
