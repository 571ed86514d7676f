"""Importing a roster: the plan of a file written down in one transaction, all of it or nothing (contracts.md, "Rosters")."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from deliberation.assemblies.models import (
    Assembly,
    Household,
    Member,
    Ownership,
    PropertyUnit,
    Resident,
    RosterImport,
)
from deliberation.assemblies.roster_facts import (
    Change,
    Existing,
    KnownAssembly,
    KnownHousehold,
    KnownMember,
    KnownOwnership,
    KnownPerson,
    KnownResident,
    KnownUnit,
    Plan,
)
from deliberation.assemblies.roster_file import open_roster
from deliberation.assemblies.roster_plan import plan_roster
from deliberation.assemblies.roster_rows import Sheet
from deliberation.audit.actions import Actor, record
from deliberation.audit.models import log_size
from deliberation.communities.models import Community
from deliberation.identity.actions import pinyin_key
from deliberation.identity.models import Person
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _


@dataclass(frozen=True)
class ReadRoster:
    """A file read and planned before the writer's door; ``size`` is the log's size on which the plan was made."""

    filename: str
    sha256: str
    sheet: Sheet
    plan: Plan
    size: int
    readings: Mapping[str, str]


def read_roster_file(session: Session, community: Community, data: bytes, filename: str) -> ReadRoster:
    """Read a file in a child process and plan it against what the community knows. Raises Refused."""
    sheet = open_roster(data, filename)
    size = log_size(session, community.id)
    plan = plan_roster(sheet, existing_of(session, community))
    readings = {fact.key: pinyin_key(fact.name) for fact in plan.people if fact.change is not Change.KEEP}
    return ReadRoster(filename, hashlib.sha256(data).hexdigest(), sheet, plan, size, readings)


def existing_of(session: Session, community: Community) -> Existing:
    """What a community knows, ended capacities included."""
    id_ = community.id
    people = session.execute(
        select(Person.id, Person.name, Person.number, Person.phone, Person.email, Person.born_on, Person.gender).where(
            Person.community_id == id_
        )
    ).all()
    households = session.execute(select(Household.id, Household.number).where(Household.community_id == id_)).all()
    units = session.execute(
        select(PropertyUnit.id, PropertyUnit.building, PropertyUnit.entrance, PropertyUnit.number, PropertyUnit.area).where(
            PropertyUnit.community_id == id_
        )
    ).all()
    assemblies = session.execute(select(Assembly.id, Assembly.name, Assembly.kind).where(Assembly.community_id == id_)).all()
    residents = session.execute(
        select(
            Resident.id, Household.number, Resident.person_id, Resident.is_representative, Resident.from_on, Resident.until_on
        )
        .join(Household, col(Household.id) == Resident.household_id)
        .where(Household.community_id == id_)
    ).all()
    ownerships = session.execute(
        select(
            Ownership.id, PropertyUnit.building, PropertyUnit.entrance, PropertyUnit.number, Ownership.person_id, Ownership.casts,
            Ownership.from_on, Ownership.until_on,
        )
        .join(PropertyUnit, col(PropertyUnit.id) == Ownership.unit_id)
        .where(PropertyUnit.community_id == id_)
    ).all()  # fmt: skip
    members = session.execute(
        select(Member.id, Assembly.name, Member.person_id, Member.role, Member.from_on, Member.until_on)
        .join(Assembly, col(Assembly.id) == Member.assembly_id)
        .where(Assembly.community_id == id_)
    ).all()
    return Existing(
        people=tuple(KnownPerson(*row) for row in people),
        households=tuple(KnownHousehold(*row) for row in households),
        residents=tuple(KnownResident(*row) for row in residents),
        units=tuple(KnownUnit(*row) for row in units),
        ownerships=tuple(KnownOwnership(row[0], (row[1], row[2], row[3]), *row[4:]) for row in ownerships),
        assemblies=tuple(KnownAssembly(*row) for row in assemblies),
        members=tuple(KnownMember(*row) for row in members),
    )


def import_roster(
    session: Session, now: datetime, *, community: Community, read: ReadRoster, skip_bad: bool, actor: Actor, bad_file: str = ""
) -> RosterImport:
    """Write a file's plan. Unless ``skip_bad``, one bad row refuses the whole file; importing twice changes nothing."""
    plan = read.plan
    if log_size(session, community.id) != read.size:  # Somebody else changed the community meanwhile.
        plan = plan_roster(read.sheet, existing_of(session, community))
    if plan.bad and not skip_bad:
        raise Refused(Refusal(_("有{n}行需要改正，没有导入任何内容"), {"n": len(plan.bad_rows)}))
    counts = plan.counts()
    made = RosterImport(
        community_id=community.id,
        person_id=actor.person_id,
        filename=read.filename[:200],
        sha256=read.sha256,
        at=now,
        added=sum(each["add"] for each in counts.values()),
        altered=sum(each["alter"] for each in counts.values()),
        skipped=len(plan.bad_rows),
        bad_file=bad_file,
    )
    session.add(made)
    session.flush()
    if plan.changes_anything():
        _write(session, now, community, plan, read.readings, actor)
        data = {"rows": plan.good_rows, "added": made.added, "altered": made.altered, "skipped": made.skipped}
        record(session, Act.ROSTER_IMPORTED, community.id, f"import/{made.id}", actor=actor, data=data, secrets={"file": read.sha256})
    return made


def _write(session: Session, now: datetime, community: Community, plan: Plan, readings: Mapping[str, str], actor: Actor) -> None:
    id_ = community.id
    people = _keep(
        session,
        Person,
        plan.people,
        lambda fact: fact.key,
        lambda fact: {
            "community_id": id_,
            "name": fact.name,
            "number": fact.number,
            "phone": fact.phone,
            "email": fact.email,
            "born_on": fact.born_on,
            "gender": fact.gender,
            "pinyin": readings.get(fact.key) or pinyin_key(fact.name),
            "added_at": now,
            "password_hash": "",
            "theme": "",
            "text_size": "",
        },
    )
    households = _keep(session, Household, plan.households, lambda f: f.number, lambda f: {"community_id": id_, "number": f.number})
    units = _keep(
        session,
        PropertyUnit,
        plan.units,
        lambda f: f.key,
        lambda f: {"community_id": id_, "building": f.building, "entrance": f.entrance, "number": f.number, "area": f.area},
    )
    assemblies = _keep(
        session,
        Assembly,
        plan.assemblies,
        lambda f: f.name,
        lambda f: {"community_id": id_, "name": f.name, "kind": f.kind, "founded_at": now},
    )
    for fact in plan.assemblies:
        if fact.change is Change.ADD:
            data = {"name": fact.name, "kind": fact.kind}
            record(session, Act.ASSEMBLY_FOUNDED, id_, f"assembly/{assemblies[fact.name]}", actor=actor, data=data)
    _keep(session, Resident, plan.residents, lambda f: (f.household, f.person), lambda f: {
        "household_id": households[f.household], "person_id": people[f.person], "is_representative": f.is_representative,
        "from_on": f.from_on, "until_on": f.until_on,
    })  # fmt: skip
    _keep(session, Ownership, plan.ownerships, lambda f: (f.unit, f.person), lambda f: {
        "unit_id": units[f.unit], "person_id": people[f.person], "casts": f.casts, "from_on": f.from_on, "until_on": f.until_on,
    })  # fmt: skip
    _keep(session, Member, plan.members, lambda f: (f.assembly, f.person, f.role), lambda f: {
        "assembly_id": assemblies[f.assembly], "person_id": people[f.person], "role": f.role,
        "from_on": f.from_on, "until_on": f.until_on,
    })  # fmt: skip


def _keep(session: Session, table: type, facts: Any, key: Any, values: Any) -> dict[Any, int]:
    """Insert what is new and update what differs; the ids of all by their natural keys."""
    ids = {key(fact): fact.known for fact in facts if fact.known is not None}
    new = [fact for fact in facts if fact.change is Change.ADD]
    connection = session.connection()
    if new:
        rows = [values(fact) for fact in new]
        inserted = connection.execute(insert(table.__table__).returning(table.__table__.c.id, sort_by_parameter_order=True), rows)
        ids |= {key(fact): row.id for fact, row in zip(new, inserted, strict=True)}
    for fact in facts:
        if fact.change is Change.ALTER:
            full = values(fact)
            changed = {name: full[name] for name in fact.altered if name in full}
            if "name" in changed and "pinyin" in full:
                changed["pinyin"] = full["pinyin"]
            if changed:
                connection.execute(update(table.__table__).where(table.__table__.c.id == fact.known).values(**changed))
    return ids


