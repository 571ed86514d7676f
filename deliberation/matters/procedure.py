"""A procedure as data: steps on the ring, each with its body, days, evidence and where a failure leads.

Frozen values without behaviour of their own; ``procedure_file.py`` reads and checks them, ``engine.py`` runs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from deliberation.matters.words import CLOSED, LOCAL, REFUSED

_EMPTY: Mapping[str, Any] = MappingProxyType({})
ENDS = (CLOSED, REFUSED)


@dataclass(frozen=True)
class Number:
    """Days with the article they come from, or "本地设置". ``short`` names the law that allows short notice."""

    count: int
    source: str
    short: str = ""

    @property
    def is_local(self) -> bool:
        """True where no statute gives the number and the community may change it."""
        return self.source.startswith(LOCAL)


@dataclass(frozen=True)
class Return:
    """Where a matter goes back when its text was changed after others had agreed to it; the article, or "本地设置"."""

    step: str
    source: str


@dataclass(frozen=True)
class Variant:
    """Another lawful way to take a step: another body with its own rule. ``needs`` is a condition (words.CONDITIONS).

    ``changes`` holds the fields of :class:`Step` that it replaces.
    """

    id: str
    title: str
    source: str
    needs: str = ""
    changes: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)


@dataclass(frozen=True)
class Step:
    """One step (环节). All words are those of ``words.py``; titles and sources are shown to people.

    ``documents`` are made in this order, the last one is ``closes_with``. ``days`` maps a period to its Number;
    ``notice_step`` names the step whose notice must have run before this one meets (itself if it gives notice).
    ``on_change`` says where a text goes that is no longer the one agreed to before. ``once``: held anew after a matter
    went back only if it is wanted. ``merges_with`` is a later step that is done together with this one. ``exits`` maps an outcome of a consultation to
    a later step. ``on_fail`` and ``on_no_quorum`` are step ids or an end; empty means the step cannot fail.
    """

    id: str
    ring: str
    kind: str
    title: str
    body: str
    documents: tuple[str, ...]
    closes_with: str
    source: str
    next: str = ""
    poll: str = ""
    days: Mapping[str, Number] = field(default_factory=lambda: _EMPTY)
    evidence: tuple[str, ...] = ()
    on_fail: str = ""
    on_no_quorum: str = ""
    on_change: Return | None = None
    once: bool = False
    merges_with: str = ""
    notice_step: str = ""
    optional: bool = False
    exits: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    electorates: tuple[str, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=lambda: _EMPTY)
    note: str = ""

    def taken_as(self, variant: str) -> Step:
        """The step in one of its lawful variants; ``""`` is the step as written. Raises KeyError for an unknown one."""
        return replace(self, **self.variants[variant].changes) if variant else self


@dataclass(frozen=True)
class Procedure:
    """A procedure (程序) in one version. ``fingerprint`` is 64 hex digits of SHA-256 over its canonical content."""

    id: str
    version: str
    title: str
    scope: tuple[str, ...]
    source: str
    note: str
    steps: tuple[Step, ...]
    fingerprint: str

    @property
    def first(self) -> Step:
        """The step with which a matter begins."""
        return self.steps[0]

    def step(self, id: str) -> Step:
        """The step of that id. Raises KeyError."""
        return self.steps[self.place(id)]

    def place(self, id: str) -> int:
        """The position of a step, from 0. Raises KeyError."""
        for place, step in enumerate(self.steps):
            if step.id == id:
                return place
        raise KeyError(id)


def targets(step: Step) -> tuple[str, ...]:
    """Every step or end to which this step may lead."""
    back = step.on_change.step if step.on_change else ""
    onward = (step.next, step.on_fail, step.on_no_quorum, back, *step.exits.values())
    return tuple(dict.fromkeys(target for target in onward if target))
