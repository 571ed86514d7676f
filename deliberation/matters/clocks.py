"""Clocks 时限: the time that law or local rule gives a person for an answer. A breach is said, never hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from deliberation.matters import days
from deliberation.matters.facts import Facts, Objection
from deliberation.matters.procedure import Number


@dataclass(frozen=True)
class Clock:
    """A running or stopped clock. ``kind`` is a period of ``words.PERIODS``; ``stopped_at`` is when it was met."""

    kind: str
    step: str
    due_at: datetime
    number: Number
    stopped_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """``running``, ``kept``, ``late`` (met, but after its time) or ``overdue``."""
        if self.stopped_at is None:
            return "overdue" if now >= self.due_at else "running"
        return "late" if self.stopped_at >= self.due_at else "kept"


def clocks(facts: Facts, is_working_day: days.WorkingDays) -> tuple[Clock, ...]:
    """Every clock of the matter: two for each objection, one for the present step if it has a deadline."""
    found = [clock for one in facts.objections for clock in _of_objection(one, facts, is_working_day)]
    return (*found, *_of_step(facts, is_working_day))


def _of_objection(one: Objection, facts: Facts, is_working_day: days.WorkingDays) -> Iterator[Clock]:
    step = facts.taken(one.step)
    # An answer is also an acknowledgement: nobody is late in confirming what he has already answered.
    met = {"acknowledge": one.acknowledged_at or one.answered_at, "answer": one.answered_at}
    for kind, stopped_at in met.items():
        if number := step.days.get(kind):
            due_at = days.deadline(one.received_at, number.count, facts.zone, is_working_day)
            yield Clock(kind, step.id, due_at, number, stopped_at)


def _of_step(facts: Facts, is_working_day: days.WorkingDays) -> Iterator[Clock]:
    entered_at = facts.course.entered_at
    if facts.is_ended or entered_at is None:
        return
    if number := facts.step.days.get("deadline"):
        due_at = days.deadline(entered_at, number.count, facts.zone, is_working_day)
        yield Clock("deadline", facts.stage, due_at, number)
