"""The chain of bodies that decide on one text: each with its electorate, its day, the text it had and what came of it. Pure.

Runs that a later one replaced stay in their place and are said to be replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from deliberation.matters import words
from deliberation.matters.agreed import changed, standing
from deliberation.matters.course import Stay
from deliberation.matters.engine import FURTHER
from deliberation.matters.facts import Facts
from deliberation.matters.procedure import Step
from deliberation.matters.voted import Won, said_outcome, won_in

FEWEST = 2
"""So many bodies make a chain; one alone has its poll and nothing to compare."""


class Polled(Protocol):
    """A poll as its wing reported it."""

    kind: str
    subject: str
    step: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    plan: int
    text: str
    clause: int
    won: str


@dataclass(frozen=True)
class Run:
    """One vote of a body. ``heads``: the count by persons where it was published; ``is_replaced`` by a later run.

    ``clause``: the paragraph that was voted on apart, 0 for the whole. ``won``: what a vote among options chose, each
    with its votes where they are published; ``None`` for one by yes and no. ``is_further``: after one that chose too few.
    """

    url: str
    at: datetime
    is_open: bool
    outcome: str
    plan: int
    text: str
    heads: tuple[tuple[str, int], ...]
    is_replaced: bool
    clause: int = 0
    won: Won | None = None
    is_further: bool = False

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.heads)

    @property
    def said(self) -> str:
        """What came of it, in words."""
        return said_outcome(self.outcome, self.won)

    @property
    def mark(self) -> str:
        """The first characters of the text's digest, enough to compare by eye."""
        return self.text[:8]


@dataclass(frozen=True)
class Link:
    """A body of the chain. ``state``: done, now or next; ``merged_with`` the step in whose meeting it decided.

    ``same`` says whether the body after it had the very same text; ``None`` while that one has not voted.
    """

    step: Step
    body: str
    state: str
    runs: tuple[Run, ...]
    merged_with: str = ""
    same: bool | None = None

    @property
    def now(self) -> Run | None:
        """The run that counts: of those on the whole text the last."""
        return next((one for one in reversed(self.runs) if not one.is_replaced and not one.clause), None)


@dataclass(frozen=True)
class Chain:
    """``is_changed``: the newest version is not the text that was agreed to; ``back``: to which step it has to go."""

    links: tuple[Link, ...]
    is_changed: bool
    back: str


def chain_of(facts: Facts, polls: Iterable[Polled], heads: Mapping[int, Mapping[str, Any]]) -> Chain | None:
    """The chain of a matter; ``heads`` are published counts by the number of the poll. ``None`` for a single body."""
    steps = [step for step in facts.procedure.steps if step.poll]
    if len(steps) < FEWEST:
        return None
    kept, held = standing(facts), [one for one in polls if one.kind == "poll"]
    links = [_link(step, facts, kept, held, heads) for step in steps]
    compared = [_compared(link, after) for link, after in zip(links, [*links[1:], None], strict=True)]
    found = None if facts.is_ended else changed(facts)
    back = facts.taken(facts.step.on_change.step).title if found else ""
    return Chain(tuple(compared), found is not None, back)


def _link(
    step: Step, facts: Facts, kept: Sequence[Stay], polls: Sequence[Polled], heads: Mapping[int, Mapping[str, Any]]
) -> Link:
    taken = facts.taken(step.id)
    stay = next((one for one in reversed(kept) if one.step == step.id), None)
    merged = stay.merged_with if stay else ""
    # A merged step was decided in the meeting of the earlier one, so it shows that vote as its own.
    source = merged or step.id
    runs = _further(_run(one, source, facts, kept, heads) for one in polls if one.step in (step.id, merged))
    state = "now" if facts.stage == step.id else "done" if stay else "next"
    title = facts.taken(merged).title if merged else ""
    return Link(taken, words.BODIES[taken.body], state, runs, title)


def _run(poll: Polled, source: str, facts: Facts, kept: Sequence[Stay], heads: Mapping[int, Mapping[str, Any]]) -> Run:
    number = int(poll.subject.rsplit("/", 1)[-1])
    counted = heads.get(number, {})
    here = poll.step == source and (facts.is_here(poll.step, poll.opened_at) or any(_is_in(poll, one) for one in kept))
    return Run(
        url=f"/polls/{number}",
        at=poll.closed_at or poll.opened_at,
        is_open=poll.closed_at is None,
        outcome=poll.outcome,
        plan=poll.plan,
        text=poll.text,
        heads=tuple((name, value) for name, value in counted.items() if isinstance(value, int)),
        is_replaced=not here,
        clause=poll.clause,
        won=won_in(poll.won),
    )


def _further(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs, each further vote known as such: it follows one on the whole that chose nothing or too little."""
    told: list[Run] = []
    for one in runs:
        before = next((each for each in reversed(told) if not each.clause), None)
        follows = before is not None and before.outcome in FURTHER and not before.is_replaced
        told.append(replace(one, is_further=follows and not one.clause))
    return tuple(told)


def _is_in(poll: Polled, stay: Stay) -> bool:
    begun = stay.entered_at is None or stay.entered_at <= poll.opened_at
    return poll.step == stay.step and begun and poll.opened_at <= stay.left_at


def _compared(link: Link, after: Link | None) -> Link:
    mine, theirs = link.now, after.now if after else None
    if mine is None or theirs is None or not mine.text or not theirs.text:
        return link
    return Link(link.step, link.body, link.state, link.runs, link.merged_with, mine.text == theirs.text)


def heads_of(papers: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """The counts by persons that the documents of a matter published, by the number of their poll."""
    found: dict[int, dict[str, Any]] = {}
    for paper in papers:
        if '"poll"' in paper.facts:
            said = json.loads(paper.facts)
            found[said["poll"]] = (said.get("counts") or {}).get("heads") or {}
    return found
