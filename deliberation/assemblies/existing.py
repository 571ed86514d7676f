"""What a community knows before an import, ended capacities included, as values for the planner."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row as Line
from sqlmodel import Session, col, select

from deliberation.assemblies.models import Assembly, Household, Member, Ownership, PropertyUnit, Resident
from deliberation.assemblies.roster_facts import (
    Existing,
    KnownAssembly,
    KnownHousehold,
    KnownMember,
    KnownOwnership,
    KnownPerson,
    KnownResident,
    KnownUnit,
)
from deliberation.communities.models import Community
from deliberation.identity.models import Person

# Plain columns instead of objects: a district's roster is read in one go, and objects would take ten times as long.
PERSON = (Person.id, Person.name, Person.number, Person.phone, Person.email, Person.born_on, Person.gender)
UNIT = (PropertyUnit.id, PropertyUnit.building, PropertyUnit.entrance, PropertyUnit.number, PropertyUnit.area)
RESIDENT = (Resident.person_id, Resident.is_representative, Resident.from_on, Resident.until_on)
OWNERSHIP = (Ownership.person_id, Ownership.casts, Ownership.from_on, Ownership.until_on)
MEMBER = (Member.person_id, Member.role, Member.from_on, Member.until_on)


def existing_of(session: Session, community: Community) -> Existing:
    """Everything in the order in which it was added, so that two plans of one file are equal."""
    owned = _lines(session, community, PropertyUnit, Ownership.id, *UNIT[1:4], *OWNERSHIP, of=Ownership.unit_id)
    homes = _lines(session, community, Household, Resident.id, Household.number, *RESIDENT, of=Resident.household_id)
    seats = _lines(session, community, Assembly, Member.id, Assembly.name, *MEMBER, of=Member.assembly_id)
    return Existing(
        people=tuple(KnownPerson(*line) for line in _lines(session, community, Person, *PERSON)),
        households=tuple(
            KnownHousehold(*line) for line in _lines(session, community, Household, Household.id, Household.number)
        ),
        residents=tuple(KnownResident(*line) for line in homes),
        units=tuple(KnownUnit(*line) for line in _lines(session, community, PropertyUnit, *UNIT)),
        ownerships=tuple(KnownOwnership(line[0], (line[1], line[2], line[3]), *line[4:]) for line in owned),
        assemblies=tuple(
            KnownAssembly(*line)
            for line in _lines(session, community, Assembly, Assembly.id, Assembly.name, Assembly.kind)
        ),
        members=tuple(KnownMember(*line) for line in seats),
    )


def _lines(session: Session, community: Community, table: Any, first: Any, *columns: Any, of: Any = None) -> list[Line]:
    """Columns of what belongs to the community; ``of`` is the key that leads to ``table`` from another one."""
    found = select(first, *columns)
    if of is not None:
        found = found.join(table, col(table.id) == of)
    return list(session.execute(found.where(table.community_id == community.id).order_by(first)).all())
