"""Which text was agreed to on the way here, and whether the newest version is still that one. Pure.

Four bodies decide on one text only if nobody changes it between them. A step's poll decides on the version that it
froze, a notice announces the one that was sent with it; a matter that went back begins anew from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.course import Stay
from deliberation.matters.facts import Facts
from deliberation.matters.procedure import ENDS
from deliberation.matters.words import BACKWARD


@dataclass(frozen=True)
class Agreed:
    """A version of the plan to which a step agreed (``by_poll``), or of which it gave notice."""

    step: str
    plan: int
    at: datetime
    by_poll: bool = True


def standing(facts: Facts) -> list[Stay]:
    """Finished stays that still count: where the matter went back, what lies from there on has to be done anew."""
    kept: list[Stay] = []
    places = facts.procedure.place
    stays = facts.course.stays
    following = [*(stay.step for stay in stays), facts.stage][1:]
    for stay, after in zip(stays, following, strict=True):
        kept.append(stay)
        if stay.outcome in BACKWARD and after not in ENDS:
            kept = [one for one in kept if places(one.step) < places(after)]
    return kept


def agreed(facts: Facts) -> list[Agreed]:
    """The versions agreed to or announced on the present way, in order; the notice of the present stay last."""
    kept = standing(facts)
    done = {stay.step: found for stay in kept for found in _in_stay(stay, facts)}
    # Whoever did two steps in one meeting agreed for both.
    done |= {
        stay.step: Agreed(stay.step, done[stay.merged_with].plan, done[stay.merged_with].at)
        for stay in kept
        if stay.merged_with in done
    }
    found = [done[stay.step] for stay in kept if stay.step in done]
    here = [paper for paper in facts.course.papers_since if paper.kind == "notice" and paper.plan]
    return found + [Agreed(facts.stage, paper.plan, paper.issued_at, by_poll=False) for paper in here[-1:]]


def _in_stay(stay: Stay, facts: Facts) -> Iterator[Agreed]:
    """The notice of a stay, then its poll, whose word is the later one."""
    for paper in facts.papers:
        if paper.kind == "notice" and paper.plan and _is_in(stay, paper.step, paper.issued_at):
            yield Agreed(stay.step, paper.plan, paper.issued_at, by_poll=False)
    for poll in facts.polls:
        if (
            poll.outcome in ("passed", "part")
            and not poll.is_part
            and poll.plan
            and _is_in(stay, poll.step, poll.opened_at)
        ):
            yield Agreed(stay.step, poll.plan, poll.closed_at or poll.opened_at)


def _is_in(stay: Stay, step: str, at: datetime) -> bool:
    return step == stay.step and (stay.entered_at is None or stay.entered_at <= at) and at <= stay.left_at


def bound(facts: Facts) -> list[Agreed]:
    """What would have to be done anew if the text were changed now: from the step that the procedure names on."""
    if facts.is_ended or facts.step.on_change is None:
        return []
    floor = facts.procedure.place(facts.step.on_change.step)
    return [one for one in agreed(facts) if facts.procedure.place(one.step) >= floor]


def changed(facts: Facts) -> Agreed | None:
    """The last agreement that the newest version of the plan is not the text of, or ``None``."""
    return next((one for one in reversed(bound(facts)) if one.plan != facts.plans), None)
