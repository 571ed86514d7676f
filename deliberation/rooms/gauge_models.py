"""Hands raised in the hall for a gauge, as the clerk counted them: one number for each answer, apart from the marks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Field, Session, col, func, select

from deliberation.db import Row
from deliberation.identity.models import names_of
from deliberation.rooms.gauge_minutes import Show
from deliberation.rooms.gauge_rules import STATEMENT, are_few
from deliberation.rooms.models import Attendance, Gauge, GaugeMark, Room, Statement, mark_counts


class GaugeHands(Row, table=True):
    """现场举手: how many raised a hand for one answer. Counting again replaces it while the gauge is open."""

    gauge_id: int = Field(primary_key=True, foreign_key="gauge.id")
    option: int = Field(primary_key=True, description="place in the gauge's options, from 0")
    count: int
    by_id: int = Field(foreign_key="person.id")
    at: datetime


class Result(NamedTuple):
    """What a released gauge says: ``counts`` of marks, empty where they were too few; ``hands`` where any were counted."""

    counts: list[int]
    hands: list[int]


class Asks(NamedTuple):
    """What a gauge asks: its words, or a statement with its speaker. Both are empty where the words are shown no longer."""

    words: str
    speaker: str = ""


def hands_counted(session: Session, gauge: Gauge) -> list[int]:
    """Hands for each answer in its order; empty where nobody counted any."""
    found = session.exec(select(GaugeHands).where(GaugeHands.gauge_id == gauge.id)).all()
    counted = {each.option: each.count for each in found}
    return [counted.get(place, 0) for place in range(len(gauge.options))] if counted else []


def marked(session: Session, gauge: Gauge, without: Collection[int] = ()) -> int:
    """How many have marked whose mark counts; ``without`` these people (while it is open, whom it asks no longer)."""
    found = select(func.count(col(GaugeMark.person_id))).where(GaugeMark.gauge_id == gauge.id, col(GaugeMark.counts))
    return session.exec(found.where(col(GaugeMark.person_id).not_in(without)) if without else found).one()


def marks_by(session: Session, gauge: Gauge, people: Collection[int]) -> list[GaugeMark]:
    """The marks that count of these people."""
    found = select(GaugeMark).where(GaugeMark.gauge_id == gauge.id, col(GaugeMark.person_id).in_(people))
    return list(session.exec(found.where(col(GaugeMark.counts)))) if people else []


def unmarked(session: Session, room: Room, gauge: Gauge, without: Collection[int] = ()) -> int:
    """How many came whose opinion is asked, do not preside and have not marked on a device; ``without`` these people."""
    by_device = select(GaugeMark.person_id).where(GaugeMark.gauge_id == gauge.id)
    found = select(func.count(col(Attendance.person_id))).where(Attendance.room_id == room.id, col(Attendance.counts))
    found = found.where(Attendance.person_id != room.chair_id, col(Attendance.person_id).not_in(by_device))
    found = found.where(col(Attendance.person_id).not_in(without)) if without else found
    return session.exec(found).one()


def result_of(session: Session, gauge: Gauge) -> Result | None:
    """What everybody may see of the answers: nothing before the release."""
    if gauge.released_at is None:
        return None
    counts = mark_counts(session, gauge)
    return Result([] if are_few(sum(counts)) else counts, hands_counted(session, gauge))


def asks_of_gauge(session: Session, gauge: Gauge) -> Asks:
    """The question as it may be shown now: a statement that was hidden is not shown here either."""
    if gauge.kind != STATEMENT:
        return Asks(gauge.question)
    said = session.get(Statement, gauge.statement_id)
    return Asks("" if said.is_gone else said.body, names_of(session, [said.person_id])[said.person_id])


def show_of(session: Session, gauge: Gauge) -> Show:
    """A gauge as the minutes tell it, in Chinese."""
    result, asks = result_of(session, gauge), asks_of_gauge(session, gauge)
    question = asks.words
    if asks.speaker:
        question = (
            f"是否同意{asks.speaker}的发言“{asks.words}”"
            if asks.words
            else f"是否同意{asks.speaker}的一条发言（已不显示）"
        )
    if gauge.low or gauge.high:
        question += f"（1是“{gauge.low}”，{len(gauge.options)}是“{gauge.high}”）"
    counts, hands = result or ([], [])
    return Show(
        question,
        tuple(zip(gauge.options, counts, strict=False)) if sum(counts) else (),
        tuple(zip(gauge.options, hands, strict=False)),
        marked(session, gauge),
        result is not None,
    )
