"""What a roster says about a community, and what is known already: the values between file and tables (pure).

``plan_roster(sheet, existing)`` in ``roster_plan.py`` turns rows into a :class:`Plan`. How an action uses it::

    plan = plan_roster(sheet, existing)
    if plan.bad and not skip_bad: refuse, showing plan.bad; nothing is written
    ids = {}
    for fact in plan.people:        # ADD: insert, ALTER: update exactly fact.altered, KEEP: nothing
        ids[fact.key] = fact.known or insert(...)
    for fact in plan.households, plan.units, plan.assemblies:   the same, found again by their natural keys
    for fact in plan.residents, plan.ownerships, plan.members:  the same; fact.person is a key of ``ids``

Every fact carries ``known`` (the id of its row, None if it must be added), ``change`` and ``altered`` (names
of the fields that differ from what is known). Facts hold the state *after* the import. Nothing is ever to be deleted: a
capacity that ends has an ``until_on``. Order of tuples is the order of the file, so that two runs add alike.

Natural keys: a person is ``key`` (``person/7`` for a known id, ``row/12`` for one first named in row 12); a household
is its number; a unit is (building, entrance, number) with "" for what is not given; an assembly is its name.
Dates are inclusive: ``until_on`` is the last day. Areas are integers of 0.01 m².
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from deliberation.refusal import Refusal

UnitKey = tuple[str, str, str]


class Change(Enum):
    """What an import does with one fact."""

    ADD = "add"
    ALTER = "alter"
    KEEP = "keep"


class AssemblyKind(Enum):
    """Which body of the law a name means; OTHER where it does not tell. The importer guesses, an official decides."""

    PARTY_MEMBERS = "party_members"
    PARTY_BRANCH = "party_branch"
    COMMITTEE = "committee"
    RESIDENTS = "residents"
    REPRESENTATIVES = "representatives"
    SUPERVISION = "supervision"
    OWNERS = "owners"
    OWNERS_COMMITTEE = "owners_committee"
    COLLECTIVE = "collective"
    COLLECTIVE_DELEGATES = "collective_delegates"
    VOTERS = "voters"
    GROUP = "group"
    OTHER = "other"


# --- what a community knows before the import -------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownPerson:
    id: int
    name: str
    number: str = ""
    phone: str = ""
    email: str = ""
    born_on: date | None = None
    gender: str = ""


@dataclass(frozen=True)
class KnownHousehold:
    id: int
    number: str


@dataclass(frozen=True)
class KnownResident:
    """A person's place in a household."""

    id: int
    household: str
    person: int
    is_representative: bool = False
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class KnownUnit:
    id: int
    building: str
    entrance: str
    number: str
    area: int | None = None

    @property
    def key(self) -> UnitKey:
        return (self.building, self.entrance, self.number)


@dataclass(frozen=True)
class KnownOwnership:
    id: int
    unit: UnitKey
    person: int
    casts: bool = False
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class KnownAssembly:
    id: int
    name: str
    kind: str = AssemblyKind.OTHER.value


@dataclass(frozen=True)
class KnownMember:
    id: int
    assembly: str
    person: int
    role: str
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class Existing:
    """The community before the import, ended capacities included (or the same file would add them again)."""

    people: tuple[KnownPerson, ...] = ()
    households: tuple[KnownHousehold, ...] = ()
    residents: tuple[KnownResident, ...] = ()
    units: tuple[KnownUnit, ...] = ()
    ownerships: tuple[KnownOwnership, ...] = ()
    assemblies: tuple[KnownAssembly, ...] = ()
    members: tuple[KnownMember, ...] = ()


# --- what an import makes of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonFact:
    """A person or an organisation: the contract gives organisations no column of their own."""

    key: str
    known: int | None
    change: Change
    name: str
    number: str = ""
    phone: str = ""
    email: str = ""
    born_on: date | None = None
    gender: str = ""
    altered: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class HouseholdFact:
    number: str
    known: int | None
    change: Change


@dataclass(frozen=True)
class ResidentFact:
    household: str
    person: str
    known: int | None
    change: Change
    is_representative: bool = False
    from_on: date | None = None
    until_on: date | None = None
    altered: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitFact:
    building: str
    entrance: str
    number: str
    known: int | None
    change: Change
    area: int | None = None
    altered: tuple[str, ...] = ()

    @property
    def key(self) -> UnitKey:
        return (self.building, self.entrance, self.number)


@dataclass(frozen=True)
class OwnershipFact:
    """One person's share in a unit; of the owners of a unit who have not ended exactly one ``casts`` (表决人)."""

    unit: UnitKey
    person: str
    known: int | None
    change: Change
    casts: bool = False
    from_on: date | None = None
    until_on: date | None = None
    altered: tuple[str, ...] = ()


@dataclass(frozen=True)
class AssemblyFact:
    name: str
    kind: str
    known: int | None
    change: Change


@dataclass(frozen=True)
class MemberFact:
    """A capacity in an assembly; ``role`` is one of the contract's words or any other word, which carries no right."""

    assembly: str
    person: str
    role: str
    known: int | None
    change: Change
    from_on: date | None = None
    until_on: date | None = None
    altered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Something to say about a row: ``row`` as a spreadsheet counts (headings included), ``column`` a key or ""."""

    row: int
    column: str
    refusal: Refusal


@dataclass(frozen=True)
class Plan:
    """Everything the good rows of a file come to. ``bad`` rows are in none of the facts; ``notes`` stop nothing."""

    people: tuple[PersonFact, ...] = ()
    households: tuple[HouseholdFact, ...] = ()
    residents: tuple[ResidentFact, ...] = ()
    units: tuple[UnitFact, ...] = ()
    ownerships: tuple[OwnershipFact, ...] = ()
    assemblies: tuple[AssemblyFact, ...] = ()
    members: tuple[MemberFact, ...] = ()
    bad: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    unknown_columns: tuple[str, ...] = field(default=())
    good_rows: int = 0

    @property
    def bad_rows(self) -> frozenset[int]:
        return frozenset(problem.row for problem in self.bad)

    def facts(
        self,
    ) -> Iterable[PersonFact | HouseholdFact | ResidentFact | UnitFact | OwnershipFact | AssemblyFact | MemberFact]:
        for name in KINDS_OF_FACT:
            yield from getattr(self, name)

    def changes_anything(self) -> bool:
        return any(fact.change is not Change.KEEP for fact in self.facts())

    def counts(self) -> dict[str, dict[str, int]]:
        """``{"people": {"add": 3, "alter": 0, "keep": 57}, …}``: the preview before and the report after an import."""
        return {
            name: {kind.value: sum(fact.change is kind for fact in getattr(self, name)) for kind in Change}
            for name in KINDS_OF_FACT
        }


KINDS_OF_FACT = ("people", "households", "residents", "units", "ownerships", "assemblies", "members")
