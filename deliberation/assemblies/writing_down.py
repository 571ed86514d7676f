"""Writing a roster's plan into the tables: few statements for many rows, what others point to first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import Assembly, Household, Member, Ownership, PropertyUnit, Resident
from deliberation.assemblies.roster_facts import Change, PersonFact, Plan
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.identity.actions import pinyin_key
from deliberation.identity.models import Person
from deliberation.vocabulary import Act

Values = Callable[[Any], dict[str, Any]]


def write_plan(
    session: Session, now: datetime, community: Community, plan: Plan, readings: Mapping[str, str], actor: Actor
) -> None:
    """Insert what is new and update what differs; bodies that are new are founded. ``readings``: key → pinyin."""
    here = {"community_id": community.id}
    people = _keep(session, Person, plan.people, lambda f: f.key, lambda f: here | _person(f, now, readings))
    households = _keep(session, Household, plan.households, lambda f: f.number, lambda f: here | {"number": f.number})
    units = _keep(session, PropertyUnit, plan.units, lambda f: f.key, lambda f: here | _unit(f))
    bodies = _keep(session, Assembly, plan.assemblies, lambda f: f.name, lambda f: here | _body(f, now))
    for fact in plan.assemblies:
        if fact.change is Change.ADD:
            data = {"name": fact.name, "kind": fact.kind}
            record(session, Act.ASSEMBLY_FOUNDED, community.id, f"assembly/{bodies[fact.name]}", actor=actor, data=data)
    _terms(session, Resident, plan.residents, lambda f: {"household_id": households[f.household]}, people)
    _terms(session, Ownership, plan.ownerships, lambda f: {"unit_id": units[f.unit]}, people)
    _terms(session, Member, plan.members, lambda f: {"assembly_id": bodies[f.assembly], "role": f.role}, people)
    terms = (*plan.residents, *plan.ownerships, *plan.members)
    live.ask_again(session, people=[people[fact.person] for fact in terms if fact.change is Change.ALTER])


def _person(fact: PersonFact, now: datetime, readings: Mapping[str, str]) -> dict[str, Any]:
    told = {name: getattr(fact, name) for name in ("name", "number", "phone", "email", "born_on", "gender")}
    reading = readings.get(fact.key) or pinyin_key(fact.name)
    return told | {"pinyin": reading, "added_at": now}


def _unit(fact: Any) -> dict[str, Any]:
    return {"building": fact.building, "entrance": fact.entrance, "number": fact.number, "area": fact.area}


def _body(fact: Any, now: datetime) -> dict[str, Any]:
    return {"name": fact.name, "kind": fact.kind, "founded_at": now}


def _terms(session: Session, table: type, facts: Iterable[Any], place: Values, people: Mapping[str, int]) -> None:
    marks = {Resident: ("is_representative",), Ownership: ("casts",)}.get(table, ())
    names = (*marks, "from_on", "until_on")
    _keep(
        session,
        table,
        facts,
        lambda f: id(f),
        lambda f: place(f) | {"person_id": people[f.person]} | {name: getattr(f, name) for name in names},
    )


def _keep(session: Session, table: type, facts: Iterable[Any], key: Callable, values: Values) -> dict[Any, int]:
    """The ids of all facts by their natural keys, after inserting the new ones and updating the ones that differ."""
    facts = tuple(facts)
    ids = {key(fact): fact.known for fact in facts if fact.known is not None}
    # What ends goes first: a seat that is handed on in one file ends before its next holder's begins.
    _alter(session, table, [(fact, values(fact)) for fact in facts if fact.change is Change.ALTER])
    new = [fact for fact in facts if fact.change is Change.ADD]
    if new:
        columns = table.__table__.c
        adding = insert(table.__table__).returning(columns.id, sort_by_parameter_order=True)
        inserted = session.connection().execute(adding, [values(fact) for fact in new])
        ids |= {key(fact): row.id for fact, row in zip(new, inserted, strict=True)}
    return ids


def _alter(session: Session, table: type, facts: list[tuple[Any, dict[str, Any]]]) -> None:
    """Write exactly the fields that differ, those of one sort together."""
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for fact, full in facts:
        names = [name for name in fact.altered if name in full]
        names += ["pinyin"] if "name" in names and "pinyin" in full else []
        alike[tuple(names)].append({"row": fact.known} | {f"new_{name}": full[name] for name in names})
    columns = table.__table__.c
    for names, rows in alike.items():
        if names:
            changing = update(table.__table__).where(columns.id == bindparam("row"))
            changing = changing.values({name: bindparam(f"new_{name}", type_=columns[name].type) for name in names})
            session.connection().execute(changing, rows)
