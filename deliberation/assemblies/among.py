"""Which of many people are anything in a community, asked of all at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from deliberation.assemblies.models import (
    Assembly,
    Household,
    Member,
    Ownership,
    PropertyUnit,
    Resident,
    holding_on,
)
from deliberation.bulk import select_many
from deliberation.communities.models import Community
from deliberation.identity.models import Appointment, Person, held_on

_PEOPLE, _ON = bindparam("people", expanding=True), bindparam("on")
_PLACES = select(Community.id).where(col(Community.lineage).startswith(bindparam("lineage")))
_REGISTERED = select(Person.id).where(
    # Whoever is registered with the installation itself belongs to no community: a guest from the door of a meeting.
    col(Person.id).in_(_PEOPLE), col(Person.community_id).in_(_PLACES.where(Community.kind != "installation"))
)  # fmt: skip
_LIVES = (
    select(Resident.person_id)
    .join(Household, col(Household.id) == Resident.household_id)
    .where(col(Resident.person_id).in_(_PEOPLE), col(Household.community_id).in_(_PLACES), *holding_on(Resident, _ON))
)
_OWNS = (
    select(Ownership.person_id)
    .join(PropertyUnit, col(PropertyUnit.id) == Ownership.unit_id)
    .where(
        col(Ownership.person_id).in_(_PEOPLE), col(PropertyUnit.community_id).in_(_PLACES), *holding_on(Ownership, _ON)
    )
)
_SITS = (
    select(Member.person_id)
    .join(Assembly, col(Assembly.id) == Member.assembly_id)
    .where(col(Member.person_id).in_(_PEOPLE), Assembly.community_id == bindparam("place"), *holding_on(Member, _ON))
)
_APPOINTED = select(Appointment.person_id).where(
    col(Appointment.person_id).in_(_PEOPLE),
    col(Appointment.community_id).in_(bindparam("above", expanding=True)),
    *held_on(_ON),
)


_APPOINTED_AS = _APPOINTED.where(Appointment.role == bindparam("role"))


def appointed_among(session: Session, people: Collection[int], role: str, community: Community, on: date) -> set[int]:
    """Who of these holds a role in a community by appointment there or above it."""
    values = {"above": list(community.ancestry), "on": on, "role": role}
    return {id for (id,) in select_many(session, _APPOINTED_AS, people=set(people), **values)}


def near_among(session: Session, people: Collection[int], community: Community, on: date) -> set[int]:
    """Who of these has any standing in a community on a day (``Standing.is_near``): registered there, living or owning
    there, sitting in one of its bodies, or appointed there or above. Whom one question has found the next leaves out.
    """
    lineage, near = {"lineage": community.lineage}, set[int]()
    asks: tuple[tuple[Select, dict], ...] = (
        (_REGISTERED, lineage),
        (_LIVES, lineage | {"on": on}),
        (_OWNS, lineage | {"on": on}),
        (_SITS, {"place": community.id, "on": on}),
        (_APPOINTED, {"above": list(community.ancestry), "on": on}),
    )
    for statement, values in asks:
        near |= {id for (id,) in select_many(session, statement, people=set(people) - near, **values)}
    return near
