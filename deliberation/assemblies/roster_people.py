"""Who the rows of a roster are: rows of one person brought together, and found again among the people known (pure).

contracts.md: rows are the same person if 人员编号 agrees; without it, if 手机 agrees; without both, if name, birth date
and 户号 agree; a row that fits two persons is bad. "Without it" is read of either side: a row without 人员编号 may be a
person who has one. Rows with more to tell are taken first, so the order of rows does not decide who they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from deliberation.assemblies.roster_columns import HEADINGS
from deliberation.assemblies.roster_facts import Change, Existing, KnownPerson, PersonFact, Problem
from deliberation.assemblies.roster_rows import RosterRow
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _

_FACTS = ("name", "number", "phone", "email", "born_on", "gender")
_COLUMNS = {"number": "person"}


@dataclass(slots=True)
class Body:
    """A person while the rows are read: what is told of them so far, and by which rows."""

    number: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    born_on: date | None = None
    gender: str = ""
    households: set[str] = field(default_factory=set)
    told_by: dict[str, int] = field(default_factory=dict)
    rows: list[RosterRow] = field(default_factory=list)
    known: KnownPerson | None = None

    @property
    def key(self) -> str:
        return f"person/{self.known.id}" if self.known else f"row/{min(row.row for row in self.rows)}"

    def matches(self, other: Body) -> bool:
        """The contract's three criteria, in their order."""
        if self.number and other.number:
            return self.number == other.number
        if self.phone and other.phone:
            return self.phone == other.phone
        if (self.name, self.born_on) != (other.name, other.born_on):
            return False
        return bool(self.households & other.households) or not (self.households or other.households)

    def take(self, row: RosterRow) -> Problem | None:
        """Add what a row tells, unless it contradicts an earlier row of the same person."""
        for name in _FACTS:
            value, mine = getattr(row, name), getattr(self, name)
            if value and mine and value != mine:
                return _contradiction(row.row, name, self.told_by.get(name, 0))
        for name in _FACTS:
            if (value := getattr(row, name)) and not getattr(self, name):
                setattr(self, name, value)
                self.told_by[name] = row.row
        self.households |= {row.household} - {""}
        self.rows.append(row)
        return None


class Index:
    """Finds bodies by what could make them the same, so that 20,000 rows are not compared pair by pair.

    The keys say also whether a number and a phone are there: 20,000 people of one name who all have numbers are never
    looked at for each other.
    """

    def __init__(self, bodies: Iterable[Body] = ()):
        self.by: defaultdict[tuple[object, ...], dict[int, Body]] = defaultdict(dict)
        for body in bodies:
            self.add(body)

    def add(self, body: Body) -> None:
        for key in self._keys(body, {bool(body.number)}, {bool(body.phone)}):
            self.by[key][id(body)] = body

    def fitting(self, body: Body) -> list[Body]:
        """The bodies that match, at most two of them: two are already too many."""
        found: dict[int, Body] = {}
        numbered = {False} if body.number else {False, True}
        phoned = {False} if body.phone else {False, True}
        for key in self._keys(body, numbered, phoned):
            for where, other in self.by.get(key, {}).items():
                if other.matches(body):
                    found[where] = other
                if len(found) > 1:
                    return list(found.values())
        return list(found.values())

    @staticmethod
    def _keys(body: Body, numbered: set[bool], phoned: set[bool]) -> Iterable[tuple[object, ...]]:
        if body.number:
            yield ("number", body.number)
        if body.phone:
            yield from (("phone", body.phone, with_number) for with_number in numbered)
        for household in sorted(body.households) or [""]:
            for with_number, with_phone in product(numbered, phoned):
                yield ("home", body.name, body.born_on, household, with_number, with_phone)


@dataclass(frozen=True)
class People:
    """``person_of`` gives each good row's key; ``facts`` in the order of the file."""

    facts: tuple[PersonFact, ...]
    person_of: dict[int, str]
    bad: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def find_people(rows: Iterable[RosterRow], existing: Existing) -> People:
    """Everybody in the rows. Rows in ``bad`` are in no fact."""
    bodies, bad = _bring_together(rows)
    bodies, more = _recognise(bodies, existing)
    bodies.sort(key=lambda body: min(row.row for row in body.rows))
    person_of = {row.row: key for body in bodies for key in [body.key] for row in body.rows}
    return People(tuple(_fact(body) for body in bodies), person_of, (*bad, *more), tuple(_namesakes(bodies, existing)))


def _bring_together(rows: Iterable[RosterRow]) -> tuple[list[Body], list[Problem]]:
    bodies: list[Body] = []
    bad: list[Problem] = []
    index = Index()
    for row in sorted(rows, key=lambda row: (not row.number, not row.phone, row.row)):
        lone = Body()
        lone.take(row)
        fitting = index.fitting(lone)
        if len(fitting) > 1:
            bad.append(_fits_two(row.row, fitting))
            continue
        if fitting and (problem := fitting[0].take(row)):
            bad.append(problem)
            continue
        if not fitting:
            bodies.append(lone)
        index.add(fitting[0] if fitting else lone)
    return bodies, bad


def _recognise(bodies: list[Body], existing: Existing) -> tuple[list[Body], list[Problem]]:
    """Find each person of the file among those known; two of the file who are one known person are brought together."""
    households: defaultdict[int, set[str]] = defaultdict(set)
    for resident in existing.residents:
        households[resident.person].add(resident.household)
    known = Index(_as_body(person, households[person.id]) for person in existing.people)
    found: dict[int, Body] = {}
    kept: list[Body] = []
    bad: list[Problem] = []
    for body in bodies:
        fitting = known.fitting(body)
        if len(fitting) > 1:
            bad += [_fits_two(row.row, fitting) for row in body.rows]
        elif fitting and (refusal := _cannot_be(body, fitting[0].known)):
            bad += [Problem(row.row, "name", refusal) for row in body.rows]
        elif fitting and (first := found.get(fitting[0].known.id)):
            bad += [problem for row in body.rows if (problem := first.take(row))]
        else:
            if fitting:
                body.known = fitting[0].known
                found[body.known.id] = body
            kept.append(body)
    return kept, [*bad, *(problem for body in found.values() for problem in _lost_again(body, households))]


def _lost_again(body: Body, households: dict[int, set[str]]) -> Iterable[Problem]:
    """Rows that would not find their person again after this import, because other rows change what is known of them.

    Imported twice, the file would make a second person of them.
    """
    after = _fact(body)
    changed = Body(after.number, after.name, after.phone, born_on=after.born_on)
    changed.households = body.households | households[body.known.id]
    for row in body.rows:
        lone = Body()
        lone.take(row)
        if not changed.matches(lone):
            refusal = Refusal(
                _("别的行改变了“{name}”的资料，这一行就对不上了"),
                {"name": body.name},
                remedy=_("请填写人员编号，以便区分"),
            )
            yield Problem(row.row, "person", refusal)


def _as_body(person: KnownPerson, households: set[str]) -> Body:
    facts = {name: getattr(person, name) for name in _FACTS}
    return Body(**facts, households=households, known=person)


def _cannot_be(body: Body, known: KnownPerson) -> Refusal | None:
    """A file may correct a name, but not hand the account of one person to another who got the same number or phone."""
    if body.name == known.name:
        return None
    by_number = bool(body.number) and body.number == known.number
    if by_number and ((body.phone and body.phone == known.phone) or (body.born_on and body.born_on == known.born_on)):
        return None
    return Refusal(
        _("{by}已属于“{known}”，与这里的姓名“{name}”不同"),
        {"by": Word(HEADINGS["person" if by_number else "phone"]), "known": known.name, "name": body.name},
        remedy=_("如果是两个人，请各填不同的人员编号；如果改了名，请同时写明相同的人员编号和出生日期"),
    )


def _fits_two(row: int, fitting: list[Body]) -> Problem:
    names = "、".join(dict.fromkeys(body.name for body in fitting))
    refusal = Refusal(_("这一行可能是不止一个人（{names}）"), {"names": names}, remedy=_("请填写人员编号，以便区分"))
    return Problem(row, "person", refusal)


def _contradiction(row: int, name: str, other: int) -> Problem:
    column = _COLUMNS.get(name, name)
    refusal = Refusal(
        _("与第{other}行是同一个人，但{column}不同"),
        {"other": other, "column": Word(HEADINGS[column])},
        remedy=_("如果是两个人，请各填不同的人员编号"),
    )
    return Problem(row, column, refusal)


def _fact(body: Body) -> PersonFact:
    told = {name: getattr(body, name) for name in _FACTS}
    rows = tuple(sorted(row.row for row in body.rows))
    if body.known is None:
        return PersonFact(body.key, None, Change.ADD, **told, rows=rows)
    # An empty cell says nothing, so it takes nothing away.
    after = {name: value or getattr(body.known, name) for name, value in told.items()}
    altered = tuple(name for name in _FACTS if after[name] != getattr(body.known, name))
    change = Change.ALTER if altered else Change.KEEP
    return PersonFact(body.key, body.known.id, change, **after, altered=altered, rows=rows)


def _namesakes(bodies: list[Body], existing: Existing) -> Iterable[Problem]:
    """A new person with the name and birth date of another may be the same one: said, never decided here."""
    seen: defaultdict[tuple[str, date], int] = defaultdict(int)
    for person in (*existing.people, *(body for body in bodies if body.known is None)):
        if person.born_on:
            seen[person.name, person.born_on] += 1
    for body in bodies:
        if body.known is None and body.born_on and seen[body.name, body.born_on] > 1:
            yield Problem(
                min(row.row for row in body.rows),
                "name",
                Refusal(_("另有一位同名且出生日期相同的“{name}”，按不同的人导入"), {"name": body.name}),
            )
