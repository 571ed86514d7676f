"""What the rows of a roster make of people: their homes, what they own, the bodies they sit in (pure)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import combinations
from typing import Any

from deliberation.assemblies.roster_columns import HEADINGS, MEMBER, OWNER, kind_of_assembly
from deliberation.assemblies.roster_facts import (
    AssemblyFact,
    AssemblyKind,
    Change,
    Existing,
    HouseholdFact,
    MemberFact,
    OwnershipFact,
    Problem,
    ResidentFact,
    UnitFact,
    UnitKey,
)
from deliberation.assemblies.roster_rows import Capacity, RosterRow
from deliberation.assemblies.roster_terms import Term, Terms
from deliberation.assemblies.rules import EXECUTING, SUPERVISING, may_sit
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _


def person_key(person: int) -> str:
    """The key of a person who is known already."""
    return f"person/{person}"


def _said(thing: Hashable) -> str:
    """A household's number, or a unit as people name it: 3-1-201."""
    return "-".join(filter(None, thing)) if isinstance(thing, tuple) else str(thing)


def _what(column: str) -> Word:
    return Word(HEADINGS[column])


class Capacities:
    """Reads rows one by one, then settles what only all of them together can say."""

    def __init__(self, existing: Existing, names: Mapping[str, str]):
        self.names = names
        self.bad: list[Problem] = []
        self.notes: list[Problem] = []
        self.homes, self.owned, self.seats = Terms("is_representative"), Terms("casts"), Terms()
        for home in existing.residents:
            self.homes.know((home.household, person_key(home.person)), home)
        for share in existing.ownerships:
            self.owned.know((share.unit, person_key(share.person)), share)
        for seat in existing.members:
            self.seats.know((seat.assembly, person_key(seat.person), seat.role), seat)
        self._known_households = {household.number: household for household in existing.households}
        self._known_units = {unit.key: unit for unit in existing.units}
        self._known_assemblies = {assembly.name: assembly for assembly in existing.assemblies}
        self._households: dict[str, None] = {}
        self._areas: dict[UnitKey, tuple[int | None, int]] = {}
        self._kinds: dict[str, str] = {}
        self._marked: dict[tuple[str, Hashable], tuple[str, int]] = {}
        self._owners: dict[tuple[Hashable, ...], None] = {}

    def read(self, row: RosterRow, person: str) -> None:
        if row.household:
            self._households[row.household] = None
            self._term(self.homes, (row.household, person), row, Capacity.HOME)
            self._mark("household_representative", row.household, person, row, row.represents)
        if row.group:
            self._body(row.group, AssemblyKind.GROUP)
            self._term(self.seats, (row.group, person, MEMBER), row, Capacity.HOME)
        if row.unit:
            self._measure(row.unit, row)
            self._term(self.owned, (row.unit, person), row, Capacity.OWNER)
            self._mark("casts", row.unit, person, row, row.casts)
        if row.assembly:
            self._body(row.assembly, kind_of_assembly(row.assembly))
            self._term(self.seats, (row.assembly, person, row.role), row, Capacity.MEMBER)
            if row.capacity is Capacity.OWNER:
                self._owners[(row.assembly, person, OWNER)] = None

    def settle(self) -> None:
        """Call once, after the last row."""
        self._one_place_each(self.homes.touched(), self.homes.held, "household")
        self._one_place_each([term for term in self.seats.touched() if self._is_group(term)], self._groups_of, "group")
        self._apart()
        for household in self._households:
            self._choose("household_representative", household, self.homes.about(household))
        for unit in self._areas:
            self._choose("casts", unit, self.owned.about(unit))
        for key in self._owners:
            self._owner_while_owning(key)

    # --- one row ------------------------------------------------------------------------------------------------------

    def _say(self, row: int, column: str, refusal: Refusal) -> None:
        self.bad.append(Problem(row, column, refusal))

    def _term(self, terms: Terms, key: tuple[Hashable, ...], row: RosterRow, sort: Capacity) -> None:
        if row.capacity is not sort:
            terms.mention(key, row.row)
            return
        term = terms.place(key, row.from_on, row.until_on, row.row)
        if isinstance(term, Refusal):
            self._say(row.row, "until" if row.until_on else "from", term)
        elif term.until_on and not row.until_on and not term.ended_by:
            note = Refusal(
                _("这一身份已于{until_on}截止，没有恢复"),
                {"until_on": term.until_on},
                remedy=_("再次担任的，请填写新的起始日期"),
            )
            self.notes.append(Problem(row.row, "until", note))

    def _mark(self, column: str, thing: Hashable, person: str, row: RosterRow, marked: bool) -> None:
        if not marked:
            return
        other, first = self._marked.setdefault((column, thing), (person, row.row))
        if other == person:
            return
        facts = {"thing": _said(thing), "other": first, "what": _what(column)}
        self._say(row.row, column, Refusal(_("“{thing}”已在第{other}行标了{what}，只能有一位"), facts))

    def _measure(self, unit: UnitKey, row: RosterRow) -> None:
        area, first = self._areas.setdefault(unit, (row.area, row.row))
        if area is None and row.area is not None:
            self._areas[unit] = (row.area, row.row)
        elif row.area is not None and row.area != area:
            self._say(row.row, "area", Refusal(_("与第{other}行是同一个房号，但专有面积不同"), {"other": first}))

    def _body(self, name: str, kind: AssemblyKind) -> None:
        known = self._known_assemblies.get(name)
        # A name that stands under 小组 anywhere in the file is a group, wherever else it stands.
        if name not in self._kinds or (kind is AssemblyKind.GROUP and not known):
            self._kinds[name] = known.kind if known else kind.value

    # --- all rows together --------------------------------------------------------------------------------------------

    def _kind(self, term: Term) -> str:
        name = str(term.key[0])
        return self._kinds.get(name) or getattr(self._known_assemblies.get(name), "kind", "")

    def _is_group(self, term: Term) -> bool:
        return self._kind(term) == AssemblyKind.GROUP.value and term.key[2] == MEMBER

    def _apart(self) -> None:
        """Nobody sits on the committee and at the same time on the body that supervises it."""
        for person in dict.fromkeys(term.person for term in self.seats.touched()):
            held = [term for term in self.seats.held(person) if self._kind(term) in (SUPERVISING, EXECUTING)]
            for term, other in combinations(sorted(held, key=lambda term: term.touched), 2):
                no = may_sit(self._kind(other), {self._kind(term)})
                if no and other.touched and term.overlaps(other.from_on, other.until_on):
                    self._say(other.touched, "assembly", no)
                    break

    def _groups_of(self, person: str) -> list[Term]:
        return [term for term in self.seats.held(person) if self._is_group(term)]

    def _one_place_each(self, terms: Iterable[Term], held: Callable[[str], list[Term]], column: str) -> None:
        """Nobody lives in two households or belongs to two groups at a time: they would be counted twice."""
        for person in dict.fromkeys(term.person for term in terms):
            places = [term for term in held(person) if term.is_open]
            if len({term.key[0] for term in places}) < 2:
                continue
            last = max(places, key=lambda term: term.touched)
            other = next(term for term in places if term.key[0] != last.key[0])
            facts = {"name": self.names[person], "other": other.key[0], "column": _what(column)}
            way_out = _("搬走的，请另写一行，填原来的户号或小组和截止日期")
            self._say(last.touched, column, Refusal(_("“{name}”同时属于{column}“{other}”"), facts, remedy=way_out))

    def _choose(self, column: str, thing: Hashable, terms: list[Term]) -> None:
        """Exactly one of those not ended bears the mark: of owners always, of a household where any is marked."""
        marked, row = self._marked.get((column, thing), ("", 0))
        before = next((term for term in terms if term.mark), None)
        still = [term for term in terms if term.is_open]
        chosen = next((term for term in still if term.person == marked), None)
        if marked and chosen is None:
            ended = Refusal(_("标了{what}，但这一身份已经截止"), {"what": _what(column)})
            self._say(row, column, ended)
            return
        if chosen is None and before is not None and before.is_open:
            chosen = before
        if chosen is None and column == "casts":
            chosen = still[0] if still else None
        for term in terms:
            term.mark = term is chosen
        if before is not None and before is not chosen and before.record is not None:
            self._moved(column, thing, before, chosen, row or before.ended_by or max(term.touched for term in terms))

    def _moved(self, column: str, thing: Hashable, before: Term, chosen: Term | None, row: int) -> None:
        facts = {"what": _what(column), "thing": _said(thing), "before": self.names[before.person]}
        if chosen is None:
            note = Refusal(_("“{thing}”不再有{what}（原为“{before}”）"), facts)
        else:
            after = {"after": self.names[chosen.person]}
            note = Refusal(_("“{thing}”的{what}由“{before}”改为“{after}”"), facts | after)
        self.notes.append(Problem(row, column, note))

    def _owner_while_owning(self, key: tuple[Hashable, ...]) -> None:
        """Who sits in a body as 业主 sits there while owning anything, until the last unit is sold."""
        shares = self.owned.held(str(key[1]))
        ends = [share.until_on for share in shares if share.until_on]
        term = next((term for term in self.seats.of(key) if term.is_open), self.seats.of(key)[-1])
        term.until_on = max(ends) if len(ends) == len(shares) else None

    # --- what it comes to ---------------------------------------------------------------------------------------------

    def facts(self) -> dict[str, tuple[Any, ...]]:
        return {
            "households": tuple(map(self._household, self._households)),
            "residents": tuple(ResidentFact(str(t.key[0]), t.person, **t.told()) for t in self.homes.touched()),
            "units": tuple(map(self._unit, self._areas)),
            "ownerships": tuple(OwnershipFact(t.key[0], t.person, **t.told()) for t in self.owned.touched()),  # type: ignore[arg-type]
            "assemblies": tuple(map(self._assembly, self._kinds)),
            "members": tuple(
                MemberFact(str(t.key[0]), t.person, str(t.key[2]), **t.told()) for t in self.seats.touched()
            ),
        }

    def _household(self, number: str) -> HouseholdFact:
        known = self._known_households.get(number)
        return HouseholdFact(number, known.id if known else None, Change.KEEP if known else Change.ADD)

    def _assembly(self, name: str) -> AssemblyFact:
        known = self._known_assemblies.get(name)
        return AssemblyFact(name, self._kinds[name], known.id if known else None, Change.KEEP if known else Change.ADD)

    def _unit(self, unit: UnitKey) -> UnitFact:
        area, row = self._areas[unit]
        known = self._known_units.get(unit)
        if known is None:
            return UnitFact(*unit, known=None, change=Change.ADD, area=area)
        if area is None or area == known.area:
            return UnitFact(*unit, known=known.id, change=Change.KEEP, area=known.area)
        if known.area is not None:
            self.notes.append(Problem(row, "area", Refusal(_("专有面积与已有的记录不同，将改为新的面积"))))
        return UnitFact(*unit, known=known.id, change=Change.ALTER, area=area, altered=("area",))
