"""A community with nobody in it, and imports into it as the site does them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, SQLModel, func, select

from deliberation.assemblies.importing import ALL_OR_NOTHING, LeftOut, ReadRoster, import_roster, read_roster_file
from deliberation.assemblies.models import RosterImport
from deliberation.audit.actions import Actor
from deliberation.communities.actions import found_community, make_installation
from deliberation.communities.models import Community, community
from deliberation.db import Database

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TABLES = ("person", "household", "resident", "property_unit", "ownership", "assembly", "member")


def found_village(database: Database, name: str = "桃源村") -> int:
    """The id of a new village below the root."""

    def found(session: Session, now: datetime) -> int:
        top = make_installation(session, now)
        return found_community(session, now, name=name, kind="village", parent=top, actor=Actor()).id

    return database.change(found)


def read_file(database: Database, place: int, data: bytes, filename: str = "roster.csv") -> ReadRoster:
    with database.read() as session:
        return read_roster_file(session, community(session, place), data, filename)


def write_file(
    database: Database, place: int, read: ReadRoster, left_out: LeftOut = ALL_OR_NOTHING, actor: Actor | None = None
) -> RosterImport:
    """One import through the writer. Raises Refused."""

    def write(session: Session, now: datetime) -> RosterImport:
        where = session.get(Community, place)
        return import_roster(session, now, community=where, read=read, actor=actor or Actor(), left_out=left_out)

    return database.change(write)


def import_file(database: Database, place: int, data: bytes, filename: str = "roster.csv") -> RosterImport:
    return write_file(database, place, read_file(database, place, data, filename))


def counts(database: Database) -> dict[str, int]:
    """How many rows stand in the tables that an import writes."""
    tables = SQLModel.metadata.tables
    with database.read() as session:
        return {name: session.execute(select(func.count()).select_from(tables[name])).scalar_one() for name in TABLES}


def csv_of(headings: str, *rows: str) -> bytes:
    return "\n".join((headings, *rows)).encode()
