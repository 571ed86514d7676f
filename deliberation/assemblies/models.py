"""Bodies and their members, households, property units; rosters frozen when a poll opens or a demand is counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import BindParameter, Column, Index, Text, UniqueConstraint, bindparam, text
from sqlmodel import Field, Session, col, or_, select

from deliberation.bulk import select_many
from deliberation.communities.models import Community
from deliberation.db import Row
from deliberation.identity.models import Person, appointed_roles
from deliberation.vocabulary import Role

NOT_ENDED = text("until_on IS NULL")


def one_open(table: str, *columns: str) -> Index:
    """Of the terms that nobody has ended there is one: the rule explains it, this guarantees it."""
    return Index(f"ux_{table}_open", *columns, unique=True, sqlite_where=NOT_ENDED, postgresql_where=NOT_ENDED)


class Assembly(Row, table=True):
    """A body that deliberates or decides (议事机构). ``kind`` is a word of ``roster_facts.AssemblyKind``."""

    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    name: str
    kind: str = "other"
    founded_at: datetime


class Member(Row, table=True):
    """A person's seat in a body. ``role`` is the 身份 of the roster (成员 代表 主任 副主任 委员 正式党员 业主 …)."""

    __table_args__ = (one_open("member", "assembly_id", "person_id", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    assembly_id: int = Field(foreign_key="assembly.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    from_on: date | None = None
    until_on: date | None = Field(default=None, description="last day, inclusive")


class Household(Row, table=True):
    """户, by its number in a community."""

    __table_args__ = (UniqueConstraint("community_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    number: str


class Resident(Row, table=True):
    """A person's place in a household."""

    __table_args__ = (one_open("resident", "household_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    is_representative: bool = False
    from_on: date | None = None
    until_on: date | None = None


class PropertyUnit(Row, table=True):
    """专有部分: ``area`` in 0.01 m², an integer so that no sum ever rounds."""

    __table_args__ = (UniqueConstraint("community_id", "building", "entrance", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    building: str = ""
    entrance: str = ""
    number: str
    area: int | None = None


class Ownership(Row, table=True):
    """A person's share in a unit; of the owners of one unit exactly one casts (表决人)."""

    __table_args__ = (one_open("ownership", "unit_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="property_unit.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    casts: bool = False
    from_on: date | None = None
    until_on: date | None = None


class Roster(Row, table=True):
    """The frozen list of who counts (名册). ``subject`` is what it was frozen for: ``poll/3``, ``demand/2``.

    ``base`` names whom it lists and by what: ``members``, ``adults``, ``households``, ``owners``.
    """

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    assembly_id: int | None = Field(default=None, foreign_key="assembly.id")
    subject: str = Field(index=True)
    title: str
    base: str
    scope: str = Field(default="", description="what part of the community: 5号楼, 5号楼2单元; empty: all")
    frozen_at: datetime
    root: str = Field(description="SHA-256 over the salt and the lines, hex, as the log has it")
    salt: str = Field(default="", description="hex; without it a short list could be guessed from its root")


class RosterLine(Row, table=True):
    """One who counts. Owner lines: one a unit, ``owner`` joins the units of one owner; ``area`` in 0.01 m²."""

    __table_args__ = (UniqueConstraint("roster_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    roster_id: int = Field(foreign_key="roster.id", index=True)
    number: int = Field(description="place on the roster, from 1")
    person_id: int = Field(foreign_key="person.id", index=True, description="who casts for this line")
    label: str = Field(description="what the line is: a name, a household, a unit")
    heads: int = 1
    household: str = ""
    owner: str = ""
    area: int | None = None


class RosterImport(Row, table=True):
    """What an import did, for the page and the log."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    filename: str
    sha256: str
    at: datetime
    added: int = 0
    altered: int = 0
    skipped: int = 0
    bad_file: str = Field(default="", description="name below the data folder's imports: the rows that were left out")
    remarks: str = Field(
        default="",
        sa_column=Column(Text, nullable=False),
        description="what the importer was told besides, a sentence a line: columns that were not read, changed marks",
    )


@dataclass(frozen=True)
class Standing:
    """What a person is in a community at a day: all their roles, seats and ties. ``is_near``: belongs there at all."""

    person_id: int = 0
    roles: frozenset[str] = frozenset({Role.VISITOR.value})
    seats: tuple[tuple[int, str, str], ...] = field(default=(), metadata={"shape": "(assembly id, kind, 身份)"})
    is_near: bool = False

    def has(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)


VISITOR = Standing()


def holding_on(table: type, on: date | BindParameter) -> tuple:
    """The conditions for a seat, a home or a property that is held on a day, first and last day included."""
    return (
        or_(col(table.from_on).is_(None), col(table.from_on) <= on),
        or_(col(table.until_on).is_(None), col(table.until_on) >= on),
    )


# Every visit to a page asks what its visitor is there: putting these together anew cost three times what running them does.
_WHO, _ON = bindparam("who"), bindparam("on")
_PLACES = select(Community.id).where(col(Community.lineage).startswith(bindparam("lineage")))
_SEATS = (
    select(Assembly.id, Assembly.kind, Member.role)
    .join(Member, col(Member.assembly_id) == Assembly.id)
    .where(Member.person_id == _WHO, Assembly.community_id == bindparam("place"), *holding_on(Member, _ON))
)
_LIVES = (
    select(Resident.id)
    .join(Household, col(Household.id) == Resident.household_id)
    .where(Resident.person_id == _WHO, col(Household.community_id).in_(_PLACES), *holding_on(Resident, _ON))
)
_OWNS = (
    select(Ownership.id)
    .join(PropertyUnit, col(PropertyUnit.id) == Ownership.unit_id)
    .where(Ownership.person_id == _WHO, col(PropertyUnit.community_id).in_(_PLACES), *holding_on(Ownership, _ON))
)
# Whoever is registered with the installation itself belongs to no community: a guest from the door of a meeting.
_REGISTERED = select(Person.id).where(
    Person.id == _WHO, col(Person.community_id).in_(_PLACES.where(Community.kind != "installation"))
)
_IS_RESIDENT = select(or_(_REGISTERED.exists(), _LIVES.exists(), _OWNS.exists()))


def standing_of(session: Session, person_id: int | None, community: Community, on: date) -> Standing:
    """Everything a person is in a community: appointments (reaching down), seats in its bodies, household, flats."""
    if person_id is None:
        return VISITOR
    roles = set(appointed_roles(session, person_id, community, on))
    found = select_many(session, _SEATS, who=person_id, place=community.id, on=on)
    seats = tuple(tuple(seat) for seat in found)
    if seats:
        roles.add(Role.MEMBER.value)
    if any(kind == "representatives" for _, kind, _ in seats):
        roles.add(Role.REPRESENTATIVE.value)
    if any(kind == "supervision" for _, kind, _ in seats):
        roles.add(Role.SUPERVISOR.value)
    if is_resident(session, person_id, community, on):
        roles.add(Role.RESIDENT.value)
    near = bool(roles)
    return Standing(person_id, frozenset(roles | {Role.VISITOR.value}), seats, near)


def is_resident(session: Session, person_id: int, community: Community, on: date) -> bool:
    """Whether the person lives or owns there, or in a part of it, or is registered there."""
    [(is_one,)] = select_many(session, _IS_RESIDENT, who=person_id, lineage=community.lineage, on=on)
    return bool(is_one)


def assemblies_of(session: Session, community_id: int) -> list[Assembly]:
    return list(session.exec(select(Assembly).where(Assembly.community_id == community_id).order_by(col(Assembly.id))))


def assemblies_of_kind(session: Session, community_id: int, kinds: Iterable[str]) -> list[Assembly]:
    found = select(Assembly).where(Assembly.community_id == community_id, col(Assembly.kind).in_(list(kinds)))
    return list(session.exec(found.order_by(col(Assembly.id))))


def assembly_named(session: Session, community_id: int, name: str) -> Assembly | None:
    return session.exec(select(Assembly).where(Assembly.community_id == community_id, Assembly.name == name)).first()


def meeting(table: type, from_on: date, until_on: date | None) -> tuple:
    """The conditions for a term that has a day in common with this one."""
    begun = () if until_on is None else (or_(col(table.from_on).is_(None), col(table.from_on) <= until_on),)
    return (*begun, or_(col(table.until_on).is_(None), col(table.until_on) >= from_on))


def kinds_held(session: Session, community_id: int, person_id: int, from_on: date, until_on: date | None) -> set[str]:
    """The kinds of bodies in which a person sits at any time of a term."""
    found = (
        select(Assembly.kind)
        .join(Member, col(Member.assembly_id) == Assembly.id)
        .where(
            Member.person_id == person_id, Assembly.community_id == community_id, *meeting(Member, from_on, until_on)
        )
    )
    return set(session.exec(found))


def seats_held(
    session: Session, assembly_id: int, person_id: int, role: str, from_on: date, until_on: date | None
) -> list[Member]:
    """A person's seats of one role in one body at any time of a term."""
    same = (Member.assembly_id == assembly_id, Member.person_id == person_id, Member.role == role)
    return list(session.exec(select(Member).where(*same, *meeting(Member, from_on, until_on))))


def seats_of(session: Session, assembly_id: int) -> list[tuple[Member, Person]]:
    """Everybody who sits, sat or will sit in a body: those who still do first, then by name."""
    found = (
        select(Member, Person).join(Person, col(Person.id) == Member.person_id).where(Member.assembly_id == assembly_id)
    )
    order = (col(Member.until_on).is_not(None), col(Member.until_on).desc(), Person.pinyin, col(Member.id))
    return list(session.exec(found.order_by(*order)).all())


def imports_of(session: Session, community_id: int, limit: int = 20) -> list[RosterImport]:
    """The last imports into a community, newest first."""
    found = select(RosterImport).where(RosterImport.community_id == community_id)
    return list(session.exec(found.order_by(col(RosterImport.id).desc()).limit(limit)))


def bad_files(session: Session) -> set[str]:
    """The names of all files of bad rows that an import still points to."""
    return set(session.exec(select(RosterImport.bad_file).where(RosterImport.bad_file != "")))


def members_of(session: Session, assembly_id: int, on: date) -> list[tuple[Member, Person]]:
    """Who sits in a body on a day, in order of name."""
    found = (
        select(Member, Person)
        .join(Person, col(Person.id) == Member.person_id)
        .where(Member.assembly_id == assembly_id, *holding_on(Member, on))
        .order_by(Person.pinyin, col(Person.id))
    )
    return list(session.exec(found).all())


def roster_lines(session: Session, roster_id: int) -> list[RosterLine]:
    return list(
        session.exec(select(RosterLine).where(RosterLine.roster_id == roster_id).order_by(col(RosterLine.number)))
    )


def lines_of_person(session: Session, roster_id: int, person_id: int) -> list[RosterLine]:
    found = select(RosterLine).where(RosterLine.roster_id == roster_id, RosterLine.person_id == person_id)
    return list(session.exec(found.order_by(col(RosterLine.number))))


def owned_units(session: Session, person_id: int, community: Community, on: date) -> list[str]:
    """The flats that a person owns in a community, each in words: 5号楼3单元501室."""
    places = select(Community.id).where(col(Community.lineage).startswith(community.lineage))
    found = (
        select(PropertyUnit.building, PropertyUnit.entrance, PropertyUnit.number)
        .join(Ownership, col(Ownership.unit_id) == PropertyUnit.id)
        .where(Ownership.person_id == person_id, col(PropertyUnit.community_id).in_(places), *holding_on(Ownership, on))
        .order_by(col(PropertyUnit.id))
    )
    return ["".join(parts) for parts in session.exec(found)]


_NUMBERS = (
    select(Roster.subject, RosterLine.number)
    .join(RosterLine, col(RosterLine.roster_id) == Roster.id)
    .where(col(Roster.subject).in_(bindparam("subjects", expanding=True)), RosterLine.person_id == _WHO)
    .order_by(col(RosterLine.number).desc())
)


def roster_numbers(session: Session, person_id: int, subjects: list[str]) -> dict[str, int]:
    """The person's number on each roster frozen for these subjects (``poll/3``); the first if they have several."""
    return dict(map(tuple, select_many(session, _NUMBERS, subjects=subjects, who=person_id)))
