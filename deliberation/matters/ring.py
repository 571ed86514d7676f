"""The rail of the dossier: six stations, each done, now or next, with the inner steps of the procedure beneath."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deliberation.matters import words
from deliberation.matters.course import Stay
from deliberation.matters.engine import waiting_until
from deliberation.matters.facts import Facts
from deliberation.matters.procedure import ENDS, Procedure, Step


@dataclass(frozen=True)
class InnerStep:
    """A step on the rail. ``state`` is done, now, next, merged, skipped or passed_by (an exit led around it).

    ``rounds`` counts the stays, so that a step taken twice says so; the instants are those of the latest stay.
    """

    step: Step
    state: str
    began_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    rounds: int = 0
    merged_with: str = ""


@dataclass(frozen=True)
class Station:
    """One of the six. ``state`` is done, now or next; ``waits_until`` is set on the present one if time must pass."""

    ring: str
    title: str
    state: str
    began_at: datetime | None
    ended_at: datetime | None
    steps: tuple[InnerStep, ...]
    waits_until: datetime | None = None


def ring_view(procedure: Procedure, facts: Facts) -> tuple[Station, ...]:
    """The six stations in order, empty ones (a local procedure without a ring) included."""
    inner = [_inner(step, facts) for step in procedure.steps]
    return tuple(_station(ring, [one for one in inner if one.step.ring == ring], facts) for ring in words.RINGS)


def _inner(step: Step, facts: Facts) -> InnerStep:
    stays = [stay for stay in facts.course.stays if stay.step == step.id]
    taken = facts.taken(step.id)
    if step.id == facts.stage:
        return InnerStep(taken, "now", facts.course.entered_at, rounds=len(stays) + 1)
    state = _state(step, stays, facts)
    if not stays:
        return InnerStep(taken, state)
    last = stays[-1]
    return InnerStep(
        taken, state, last.entered_at, last.left_at, last.outcome, rounds=len(stays), merged_with=last.merged_with
    )


def _state(step: Step, stays: list[Stay], facts: Facts) -> str:
    if facts.stage not in ENDS:
        is_behind = facts.procedure.place(step.id) < facts.procedure.place(facts.stage)
    else:
        # A refused or failed matter ends early: what it never came to is still ahead of it, for good.
        reached = max((facts.procedure.place(stay.step) for stay in facts.course.stays), default=-1)
        is_behind = facts.procedure.place(step.id) <= reached
    if not is_behind:
        return "next"
    if not stays:
        return "passed_by"
    if stays[-1].merged_with:
        return "merged"
    return "skipped" if stays[-1].outcome == "skipped" else "done"


def _station(ring: str, steps: list[InnerStep], facts: Facts) -> Station:
    states = {one.state for one in steps}
    state = "now" if "now" in states else "next" if states <= {"next"} else "done"
    began = min((one.began_at for one in steps if one.began_at), default=None)
    ended = max((one.ended_at for one in steps if one.ended_at), default=None) if state == "done" else None
    waits = waiting_until(facts) if state == "now" else None
    return Station(ring, words.RINGS[ring], state, began, ended, tuple(steps), waits)
