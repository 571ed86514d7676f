"""The nouns of a finished count, and the result document they are written as (``deliberation/result-1``).

Pure, frozen values. Amounts are integers: people, households, or area in 0.01 m²; only :func:`result_as_json` writes an
area as a decimal string.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from deliberation.voting.tally_terms import Base, Comparison, Hands, Measure, Requirement, Rule

SCHEMA = "deliberation/result-1"


class Outcome(StrEnum):
    """What the count found. ``tie`` exists among options only."""

    NO_QUORUM = "no_quorum"
    PASSED = "passed"
    FAILED = "failed"
    TIE = "tie"


class Reason(StrEnum):
    """Why a ballot was set aside."""

    NOT_ENTITLED = "not_entitled"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of one measure. ``votes`` holds yes and no, or every option; ``decisive`` is what carries a vote."""

    measure: Measure
    entitled: int
    present: int
    participating: int
    votes: Mapping[str, int]
    decisive: int
    abstain: int
    invalid: int
    conflict: int

    @property
    def valid(self) -> int:
        return self.decisive + self.abstain

    @property
    def not_voting(self) -> int:
        return self.present - self.participating

    def of(self, base: Base) -> int:
        """The amount that a test divides by."""
        return getattr(self, base.value)


@dataclass(frozen=True, slots=True)
class Finding:
    """One test put to the counts; ``option`` where the test was put to one option."""

    kind: str
    requirement: Requirement
    numerator: int
    denominator: int
    option: str | None = None

    @property
    def needed(self) -> int | None:
        """The smallest numerator that would have been enough; None if nothing is, because the denominator is 0."""
        if self.denominator == 0:
            return None
        n, d = self.requirement.n, self.requirement.d
        if self.requirement.op is Comparison.MORE_THAN:
            return self.denominator * n // d + 1
        return -(-self.denominator * n // d)

    @property
    def holds(self) -> bool:
        return self.needed is not None and self.numerator >= self.needed


@dataclass(frozen=True, slots=True)
class AnyFinding:
    """An "or" of tests put to the counts: it holds if one of them does."""

    kind: str
    findings: tuple[Finding, ...]
    option: str | None = None

    @property
    def holds(self) -> bool:
        return any(finding.holds for finding in self.findings)


class SetAside(NamedTuple):
    """A ballot that was not counted; ``ballot`` is its position from 1."""

    ballot: int
    member: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Report:
    """Something to look at that changes no count; ``subject`` is ``member`` or ``household``, ``name`` says which."""

    kind: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a count found. ``winners`` and ``tied`` are empty where the rule has no options.

    ``counted_lines``: which ballot counts for which line, by their places, for the disclosure check; written nowhere.
    """

    rule: Rule
    outcome: Outcome
    counts: tuple[Counts, ...]
    tests: tuple[Finding | AnyFinding, ...]
    received: int
    counted: int
    set_aside: tuple[SetAside, ...] = ()
    reports: tuple[Report, ...] = ()
    winners: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    hands: Hands | None = None
    counted_lines: Mapping[int, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def unfilled(self) -> int:
        """How many seats are left."""
        return self.rule.seats - len(self.winners)


def area_text(hundredths: int) -> str:
    """0.01 m² as a decimal string with two decimals: 8950 is ``89.50``."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def amount_text(measure: Measure, amount: int) -> str:
    """An amount as it is read: whole people and households, areas with two decimals."""
    return area_text(amount) if measure is Measure.AREA else str(amount)


def result_as_json(result: Result, sentence: Mapping[str, str]) -> dict[str, Any]:
    """The result document of the contracts; ``sentence`` maps the three locales to the result said in words."""
    written: dict[str, Any] = {
        "schema": SCHEMA,
        "outcome": result.outcome.value,
        "counts": {counts.measure.value: _counts(counts, result.rule) for counts in result.counts},
        "tests": [_finding(finding) for finding in result.tests],
        "received": result.received,
        "counted": result.counted,
        "set_aside": [
            {"ballot": each.ballot, "member": each.member, "reason": each.reason.value} for each in result.set_aside
        ],
        "reports": [{"kind": each.kind, each.subject: each.name} for each in result.reports],
    }
    if result.rule.options:
        written |= {"winners": list(result.winners), "tied": list(result.tied), "unfilled": result.unfilled}
    if result.hands is not None:
        written["hands"] = {name: getattr(result.hands, name) for name in ("among", "yes", "no", "abstain")}
    return written | {"sentence": dict(sentence)}


def _amount(measure: Measure, amount: int) -> int | str:
    return area_text(amount) if measure is Measure.AREA else amount


def _counts(counts: Counts, rule: Rule) -> dict[str, Any]:
    votes = {name: _amount(counts.measure, amount) for name, amount in counts.votes.items()}
    written: dict[str, Any] = {
        name: _amount(counts.measure, getattr(counts, name)) for name in ("entitled", "present", "participating")
    }
    written |= {"options": votes} if rule.options else votes
    rest = ("abstain", "invalid", "conflict", "not_voting")
    return written | {name: _amount(counts.measure, getattr(counts, name)) for name in rest}


def _finding(finding: Finding | AnyFinding) -> dict[str, Any]:
    written: dict[str, Any] = {"kind": finding.kind}
    if finding.option is not None:
        written["option"] = finding.option
    if isinstance(finding, AnyFinding):
        return written | {"any": [_finding(each) for each in finding.findings], "holds": finding.holds}
    requirement, needed = finding.requirement, finding.needed
    if finding.kind == "quorum" and requirement.who is Base.PARTICIPATING:
        written["who"] = requirement.who.value
    return written | {
        "measure": requirement.measure.value,
        "of": requirement.of.value,
        "numerator": _amount(requirement.measure, finding.numerator),
        "denominator": _amount(requirement.measure, finding.denominator),
        "op": requirement.op.value,
        "fraction": requirement.fraction,
        "needed": None if needed is None else amount_text(requirement.measure, needed),
        "holds": finding.holds,
    }
