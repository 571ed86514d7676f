"""The course of a matter read from its papers: which step followed which, and why. State is documents.

The stage kept in a column is only an index over this; whoever checks a dossier follows the papers and must arrive at
the same stage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.papers import Paper
from deliberation.matters.procedure import ENDS, Procedure, Step
from deliberation.matters.words import BACKWARD, REFUSED

MARKED_BY = {"skipped": "waiver", "changed": "return"}
"""Papers that close a step in place of its own: why it was not taken, why the text goes back."""

NOT_HELD = (*BACKWARD, "skipped")


class OutOfOrder(ValueError):
    """A paper that could not have been made where the matter stood: a step was skipped, repeated or never reached."""


@dataclass(frozen=True)
class Stay:
    """A finished stay at a step, closed by a paper. ``merged_with`` names the earlier step that did this one's work."""

    step: str
    entered_at: datetime | None
    left_at: datetime
    outcome: str
    merged_with: str = ""


@dataclass(frozen=True)
class Course:
    """Finished stays in order, the present stage and since when, and the papers made there so far."""

    stays: tuple[Stay, ...]
    stage: str
    entered_at: datetime | None
    papers_since: tuple[Paper, ...]


def next_stage(procedure: Procedure, step: Step, outcome: str) -> str:
    """Where the matter goes when the step ends so: a step id or an end. Raises ValueError for an impossible outcome.

    A step that is merged away is passed by :func:`follow`, not here.
    """
    if outcome in step.exits:
        return step.exits[outcome]
    ways = {
        "done": step.next,
        "merged": step.next if any_merges(step) else "",
        "skipped": step.next if step.optional or step.once else "",
        "submit": step.next if step.exits else "",
        "failed": step.on_fail,
        "changed": step.on_change.step if step.on_change else "",
        "no_quorum": step.on_no_quorum or step.on_fail,
        "refused": REFUSED if step.kind == "screening" else "",
    }
    if not (stage := ways.get(outcome, "")):
        raise ValueError(f"step {step.id} of {procedure.id} cannot end as {outcome!r}")
    return stage


def any_merges(step: Step) -> str:
    """The later step that this one may be done together with, in any of its variants; ``""`` if none."""
    merges = (step.merges_with, *(step.taken_as(variant).merges_with for variant in step.variants))
    return next((id for id in merges if id), "")


def follow(procedure: Procedure, papers: Iterable[Paper], begun_at: datetime | None = None) -> Course:
    """Follow the papers from the first step. Raises :class:`OutOfOrder` at the first that does not fit."""
    papers = tuple(papers)
    stage, entered_at, stays, merged = procedure.first.id, begun_at, [], {}
    # Stable: papers closed at the same instant keep the order in which they were given.
    for paper in sorted((one for one in papers if one.is_closing), key=lambda one: one.closed_at):
        step = _closed_by(procedure, paper, stage, stays)
        left_at = paper.closed_at
        stays.append(Stay(step.id, entered_at, left_at, paper.outcome))
        # A step taken anew decides anew whether it is merged, so what it said in an earlier round is forgotten.
        merged = {later: by for later, by in merged.items() if step.id not in (later, by)}
        if paper.outcome == "merged":
            merged[any_merges(step)] = step.id
        stage, entered_at = _onward(procedure, step, paper.outcome), left_at
        while stage in merged and paper.outcome not in BACKWARD:
            # Done already together with an earlier step (一肩挑): passed, and said to be so.
            stays.append(Stay(stage, left_at, left_at, "merged", merged_with=merged.pop(stage)))
            stage = procedure.step(stage).next
        merged.pop(stage, None)
    return Course(tuple(stays), stage, entered_at, _since(papers, stage, entered_at))


def stage_of(procedure: Procedure, papers: Iterable[Paper]) -> str:
    """The stage at which these papers leave the matter. Raises :class:`OutOfOrder`."""
    return follow(procedure, papers).stage


def may_pass(step: Step, stays: Iterable[Stay]) -> bool:
    """Whether a step may be passed by with a stated reason: an optional one, or one held once before."""
    return step.optional or (step.once and any(stay.step == step.id and stay.outcome not in NOT_HELD for stay in stays))


def _closed_by(procedure: Procedure, paper: Paper, stage: str, stays: list[Stay]) -> Step:
    if stage in ENDS:
        raise OutOfOrder(f"a {paper.kind} closes step {paper.step}, but the matter has ended")
    if paper.step != stage:
        raise OutOfOrder(f"a {paper.kind} closes step {paper.step}, but the matter stands at {stage}")
    step = procedure.step(stage)
    if paper.outcome == "skipped" and not may_pass(step, stays):
        raise OutOfOrder(f"step {stage} was passed by, but it may not be")
    wanted = MARKED_BY.get(paper.outcome, step.closes_with)
    if paper.kind != wanted:
        raise OutOfOrder(f"step {stage} closes with a {wanted} and not with a {paper.kind}")
    return step


def _onward(procedure: Procedure, step: Step, outcome: str) -> str:
    try:
        return next_stage(procedure, step, outcome)
    except ValueError as error:
        raise OutOfOrder(str(error)) from None


def _since(papers: tuple[Paper, ...], stage: str, entered_at: datetime | None) -> tuple[Paper, ...]:
    return tuple(
        paper
        for paper in papers
        if paper.step == stage and not paper.is_closing and (entered_at is None or paper.issued_at >= entered_at)
    )
