"""The nouns of a count: a rule and its tests, the lines of a roster, the ballots.

Pure, frozen values. Areas are integers of 0.01 m² everywhere inside, so that no sum is ever rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from deliberation.voting.tally_roster import Roster


class Measure(StrEnum):
    """What is added up: people, exclusive area (民法典 278), or households (village 25, urban 26)."""

    HEADS = "heads"
    AREA = "area"
    HOUSEHOLDS = "households"


class Base(StrEnum):
    """The denominator of a test (domain.md 0 keeps three of them apart; two more are local practice)."""

    ENTITLED = "entitled"
    PRESENT = "present"
    PARTICIPATING = "participating"
    VALID = "valid"
    DECISIVE = "decisive"


class Comparison(StrEnum):
    """民法典 1259: 超过 excludes the number itself, 以上 includes it."""

    MORE_THAN = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Requirement:
    """One test: ``amount × d op base × n``. ``who`` is the numerator of a quorum; that of an approval is the yes."""

    measure: Measure
    of: Base
    op: Comparison
    n: int
    d: int
    who: Base = Base.PRESENT

    @property
    def fraction(self) -> str:
        return f"{self.n}/{self.d}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """An "or" of plain tests, as in 村民委员会组织法 25: half of the adults or two thirds of the households."""

    tests: tuple[Requirement, ...]


Condition = Requirement | AnyOf


@dataclass(frozen=True, slots=True)
class Rule:
    """By what is decided. With ``options`` it is an election or a choice among them, else yes and no."""

    choices: tuple[str, ...]
    quorum: tuple[Condition, ...]
    approval: tuple[Condition, ...]
    strict_presence: bool = False
    options: tuple[str, ...] = ()
    select: int = 1
    seats: int = 1

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Heads, and every measure that a test names, in a fixed order."""
        named = {test.measure for test in plain_tests(self.quorum + self.approval)} | {Measure.HEADS}
        return tuple(measure for measure in Measure if measure in named)


class Line(NamedTuple):
    """One line of the roster. ``area`` in 0.01 m²; lines with the same ``owner`` are one owner's units.

    A named tuple, like :class:`Ballot`, because a million frozen dataclasses take seconds longer to make.
    """

    id: str
    heads: int = 1
    household: str | None = None
    owner: str | None = None
    area: int | None = None


class Ballot(NamedTuple):
    """One ballot as handed in. ``choice`` is a word or the set of marked options; a confidential one has no member."""

    member: str | None
    choice: str | frozenset[str]
    channel: str | None = None
    cast_by: str | None = None


@dataclass(frozen=True, slots=True)
class Hands:
    """A show of hands by number: of ``among`` people present who cast no ballot, so many raised a hand."""

    among: int
    yes: int
    no: int
    abstain: int

    @property
    def shown(self) -> int:
        return self.yes + self.no + self.abstain


@dataclass(frozen=True, slots=True)
class TallyDocument:
    """Everything a count needs. ``participated`` says who took a ballot where the ballots themselves name nobody."""

    rule: Rule
    roster: Roster
    ballots: tuple[Ballot, ...]
    present: tuple[str, ...] = ()
    confidential: bool = False
    participated: tuple[str, ...] = ()
    hands: Hands | None = None


def plain_tests(conditions: tuple[Condition, ...]) -> tuple[Requirement, ...]:
    """The tests of a list of conditions with every "or" opened, in their order."""
    return tuple(test for each in conditions for test in (each.tests if isinstance(each, AnyOf) else (each,)))
