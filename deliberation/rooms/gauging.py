"""The verbs of 意向测评: an advisory show of opinion, never a resolution. Its result is seen once the chair releases it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms.gauge_models import GaugeHands, hands_counted, marked, marks_by, unmarked
from deliberation.rooms.gauge_rules import (
    NOT_ASKED,
    OPTIONS,
    SCALE,
    STATEMENT,
    USUAL_STEPS,
    answers_of,
    are_few,
    check_hands,
    check_steps,
    may_release,
)
from deliberation.rooms.models import Gauge, GaugeMark, Room, Statement, gauges_of, mark_counts, mark_of, who_came
from deliberation.rooms.rules import CHAIR, CLERK, Part, check_options, may, may_mark, may_open_gauge
from deliberation.rooms.seating import is_seated_after, seats_of
from deliberation.rooms.telling import acting, tell, topic_of
from deliberation.vocabulary import Act, _


@dataclass(frozen=True)
class Asked:
    """What the chair asks: a question with options, agreement with it or with a statement, or a scale with its ends."""

    question: str = ""
    options: Sequence[str] = ()
    kind: str = OPTIONS
    statement: Statement | None = None
    steps: int = USUAL_STEPS
    low: str = ""
    high: str = ""


def open_gauge(session: Session, now: datetime, *, room: Room, asked: Asked, part: Part) -> Gauge:
    """Ask the room; one question at a time."""
    refuse_if(may("open_gauge", part, is_open=room.is_open))
    refuse_if(may_open_gauge(any(each.is_open for each in gauges_of(session, room.id))))
    _check(asked)
    scale = asked.kind == SCALE
    made = Gauge(
        room_id=room.id,
        kind=asked.kind,
        question="" if asked.kind == STATEMENT else asked.question,
        options=answers_of(asked.kind, asked.options, asked.steps),
        statement_id=asked.statement.id if asked.statement else None,
        low=asked.low if scale else "",
        high=asked.high if scale else "",
        opened_at=now,
    )
    session.add(made)
    session.flush()
    data = {"kind": made.kind, "options": len(made.options), "statement": made.statement_id or 0}
    secrets = {"answers": "\n".join(made.options)} | ({"question": made.question} if made.question else {})
    secrets |= {"ends": f"{made.low}\n{made.high}"} if scale else {}
    _enter(session, Act.GAUGE_OPENED, room, made, acting(part, CHAIR), data, secrets)
    tell(session, room, "gauge", "feed")
    return made


def _check(asked: Asked) -> None:
    """Raises Invalid."""
    if asked.kind == OPTIONS and (no := check_options(asked.options)):
        raise Invalid({"options": no})
    if asked.kind == SCALE and (no := check_steps(asked.steps)):
        raise Invalid({"steps": no})
    if asked.kind == STATEMENT and (asked.statement is None or asked.statement.is_gone):
        raise Invalid({"statement": Refusal(_("请选一条看得见的发言"))})
    if asked.kind != STATEMENT and not asked.question:
        raise Invalid({"question": Refusal(_("请写问大家什么"), remedy=_("例如：先修排水沟，行不行"))})


def mark_gauge(session: Session, now: datetime, *, room: Room, gauge: Gauge, option: int, part: Part) -> None:
    """Give or change one's mark while the gauge is open. Which answer it was enters the log as a commitment only."""
    refuse_if(may("mark_gauge", part, is_open=room.is_open))
    refuse_if(may_mark(gauge.is_open))
    refuse_if(NOT_ASKED if is_seated_after(session, room, part.person_id, gauge.opened_at, now) else None)
    if not 0 <= option < len(gauge.options):
        raise Invalid({"option": Refusal(_("请从列出的选项中选择"))})
    known = mark_of(session, gauge.id, part.person_id)
    if known is not None and known.option == option:
        return
    changed = known is not None
    mark = known or GaugeMark(gauge_id=gauge.id, person_id=part.person_id, option=option, at=now)
    mark.option, mark.at = option, now
    session.add(mark)
    session.flush()
    data, secrets = {"changed": int(changed)}, {"option": gauge.options[option]}
    _enter(session, Act.GAUGE_MARKED, room, gauge, acting(part), data, secrets)
    tell(session, room, "gauge")


def count_hands(session: Session, now: datetime, *, room: Room, gauge: Gauge, hands: Sequence[int], part: Part) -> None:
    """Note the hands raised in the hall, one number for each answer; counted again they are replaced.

    The log is read by everybody and so has the numbers as a commitment; they are plain in the entry of the release.
    """
    refuse_if(may("count_hands", part, is_open=room.is_open))
    refuse_if(may_mark(gauge.is_open))
    if no := check_hands(
        hands, len(gauge.options), unmarked(session, room, gauge, seats_of(session, room, now).out_of(gauge))
    ):
        raise Invalid({"hands": no})
    known = hands_counted(session, gauge)
    if known == list(hands):
        return
    for option, count in enumerate(hands):
        kept = session.get(GaugeHands, (gauge.id, option)) or GaugeHands(
            gauge_id=gauge.id, option=option, count=count, by_id=part.person_id, at=now
        )
        kept.count, kept.by_id, kept.at = count, part.person_id, now
        session.add(kept)
    session.flush()
    data, secrets = {"changed": int(bool(known))}, {"hands": ",".join(map(str, hands))}
    _enter(session, Act.GAUGE_HANDS_COUNTED, room, gauge, acting(part, CLERK, CHAIR), data, secrets)
    tell(session, room, "gauge")


def close_gauge(session: Session, now: datetime, *, room: Room, gauge: Gauge, part: Part) -> None:
    """Close a gauge. What was marked is seen by nobody until it is released."""
    refuse_if(may("close_gauge", part, is_open=room.is_open))
    refuse_if(may_mark(gauge.is_open))
    end_gauge(session, now, room=room, gauge=gauge, actor=acting(part, CHAIR))
    tell(session, room, "gauge", "feed")


def end_gauge(session: Session, now: datetime, *, room: Room, gauge: Gauge, actor: Actor) -> None:
    """The gauge is over: how many marked enters the log, not yet what.

    Who lost their seat or their standing while it was open counts no more: their mark is kept and added to no sum.
    """
    lost = seats_of(session, room, now).out_of(gauge)
    gauge.closed_at, gauge.asked = now, len(who_came(session, room.id).counted - {room.chair_id} - lost)
    session.add(gauge)
    left_out = marks_by(session, gauge, lost)
    for mark in left_out:
        mark.counts = False
        session.add(mark)
    session.flush()
    data = {"marked": marked(session, gauge), "hands": sum(hands_counted(session, gauge)), "asked": gauge.asked}
    secrets = {"left_out": left_out_words(mark.person_id for mark in left_out)} if left_out else None
    _enter(session, Act.GAUGE_CLOSED, room, gauge, actor, data, secrets)


def left_out_words(people: Iterable[int]) -> str:
    """Whose marks count no more, as the entry of the closing commits to it."""
    return ",".join(map(str, sorted(people)))


def release_gauge(session: Session, now: datetime, *, room: Room, gauge: Gauge, part: Part) -> None:
    """Let everybody see the result, also after the room was closed, until the minutes stand.

    The sums enter the log, which hold nobody's name; where fewer than three people marked, only that they did.
    """
    refuse_if(may("release_gauge", part, is_open=True))
    minuted = room.minutes_id is not None
    refuse_if(may_release(is_open=gauge.is_open, is_released=gauge.released_at is not None, is_minuted=minuted))
    gauge.released_at = now
    session.add(gauge)
    session.flush()
    counts, hands = mark_counts(session, gauge), hands_counted(session, gauge)
    data = {"marked": sum(counts), "few": int(are_few(sum(counts)))}
    if not data["few"]:
        data |= {f"option_{place}": count for place, count in enumerate(counts, 1)}
    data |= {f"hands_{place}": count for place, count in enumerate(hands, 1)}
    _enter(session, Act.GAUGE_RELEASED, room, gauge, acting(part, CHAIR), data)
    tell(session, room, "gauge", "feed")


def _enter(
    session: Session,
    act: Act,
    room: Room,
    gauge: Gauge,
    actor: Actor,
    data: dict[str, int | str],
    secrets: dict[str, str] | None = None,
) -> None:
    subject, data = f"gauge/{gauge.id}", {"room": room.id} | data
    record(session, act, room.community_id, subject, actor=actor, data=data, secrets=secrets, topic=topic_of(room))
