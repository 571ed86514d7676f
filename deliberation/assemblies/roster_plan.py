"""From the rows of a roster to a plan: what an import adds, alters and ends (pure; contracts.md, "Rosters")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deliberation.assemblies.roster_capacities import Capacities, person_key
from deliberation.assemblies.roster_columns import HEADINGS
from deliberation.assemblies.roster_facts import Change, Existing, KnownPerson, PersonFact, Plan, Problem
from deliberation.assemblies.roster_people import find_people
from deliberation.assemblies.roster_rows import RosterRow, Sheet, read_rows

_ORDER = {"": -1} | {key: place for place, key in enumerate(HEADINGS)}


def plan_roster(sheet: Sheet, existing: Existing) -> Plan:
    """What this file means for this community. Bad rows are in ``bad`` and in none of the facts.

    A row found bad may have told something that others relied on (a phone number, a marked representative), so the rest
    is planned anew without it, until a round finds nothing more; each round takes at least one row away.
    """
    rows, bad, said = read_rows(sheet)
    facts, found, notes = _attempt(rows, existing)
    while found:
        bad = (*bad, *found)
        gone = {problem.row for problem in found}
        rows = tuple(row for row in rows if row.row not in gone)
        facts, found, notes = _attempt(rows, existing)
    good = {row.row for row in rows}
    return Plan(
        **facts,
        bad=_sorted(bad),
        notes=_sorted(note for note in (*said, *notes) if note.row in good),
        unknown_columns=sheet.unknown_columns,
        good_rows=len(rows),
    )


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.row, _ORDER[problem.column])))


def _attempt(rows: tuple[RosterRow, ...], existing: Existing) -> tuple[dict[str, Any], list[Problem], list[Problem]]:
    people = find_people(rows, existing)
    known = {person_key(person.id): person for person in existing.people}
    names = {key: person.name for key, person in known.items()} | {fact.key: fact.name for fact in people.facts}
    capacities = Capacities(existing, names)
    for row in rows:
        if person := people.person_of.get(row.row):
            capacities.read(row, person)
    capacities.settle()
    facts = capacities.facts()
    facts["people"] = (*people.facts, *_others(facts, people.facts, known))
    return facts, [*people.bad, *capacities.bad], [*people.notes, *capacities.notes]


def _others(facts: dict[str, Any], told: Iterable[PersonFact], known: dict[str, KnownPerson]) -> Iterable[PersonFact]:
    """Known people who are not in the file but whose capacity it changes: a household's former representative."""
    there = {fact.key for fact in told}
    named = (fact.person for kind in ("residents", "ownerships", "members") for fact in facts[kind])
    for key in dict.fromkeys(named):
        if key not in there:
            person = known[key]
            words = {name: getattr(person, name) for name in ("name", "number", "phone", "email", "born_on", "gender")}
            yield PersonFact(key, person.id, Change.KEEP, **words)
