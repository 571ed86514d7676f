"""A map of opinion 意见图: many short statements, a mark of each person on each, and what was drawn from them."""

from datetime import datetime

from sqlalchemy import JSON, Column, func
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.refusal import Missing


class OpinionMap(Row, table=True):
    """意见图 on a matter: advisory, never a decision. ``drawn`` as ``map_rules.drawn``."""

    __tablename__ = "opinion_map"

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    question: str
    opened_by_id: int = Field(foreign_key="person.id")
    opened_at: datetime
    closed_at: datetime | None = None
    released_at: datetime | None = Field(default=None, description="since when everybody sees what was drawn")
    drawn: dict | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    drawn_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def topic(self) -> str:
        return f"matter/{self.matter_id}"


class MapStatement(Row, table=True):
    """One short statement, the ``number``-th of its map. Hidden ones are not marked any more, but stay countable."""

    __tablename__ = "map_statement"

    id: int | None = Field(default=None, primary_key=True)
    map_id: int = Field(foreign_key="opinion_map.id", index=True)
    number: int
    person_id: int = Field(foreign_key="person.id", index=True)
    body: str
    at: datetime
    hidden_at: datetime | None = None
    hidden_by_id: int | None = Field(default=None, foreign_key="person.id")
    hidden_reason: str = ""


class MapMark(Row, table=True):
    """What one person says to one statement: 1 agrees, −1 disagrees, 0 passes; changeable while the map is open."""

    __tablename__ = "map_mark"

    statement_id: int = Field(primary_key=True, foreign_key="map_statement.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    map_id: int = Field(foreign_key="opinion_map.id", index=True)
    mark: int
    at: datetime


def map_named(session: Session, id: int) -> OpinionMap:
    """Raises Missing."""
    found = session.get(OpinionMap, id)
    if found is None:
        raise Missing
    return found


def map_statement(session: Session, id: int) -> MapStatement:
    """Raises Missing."""
    found = session.get(MapStatement, id)
    if found is None:
        raise Missing
    return found


def maps_of(session: Session, matter_id: int) -> list[OpinionMap]:
    return list(session.exec(select(OpinionMap).where(OpinionMap.matter_id == matter_id).order_by(col(OpinionMap.id))))


def map_statements(session: Session, map_id: int) -> list[MapStatement]:
    found = select(MapStatement).where(MapStatement.map_id == map_id)
    return list(session.exec(found.order_by(col(MapStatement.number))))


def marks_by(session: Session, map_id: int, person_id: int) -> dict[int, int]:
    """What a person has said so far: statement → mark."""
    own = select(MapMark.statement_id, MapMark.mark).where(MapMark.map_id == map_id, MapMark.person_id == person_id)
    return dict(map(tuple, session.exec(own).all()))


def marks_on(session: Session, map_id: int) -> dict[int, int]:
    """How many marks each statement has."""
    found = select(MapMark.statement_id, func.count()).where(MapMark.map_id == map_id)
    return dict(map(tuple, session.exec(found.group_by(col(MapMark.statement_id))).all()))


def all_marks(session: Session, map_id: int) -> list[tuple[int, int, int, datetime]]:
    """(person, statement, mark, when), by person and statement."""
    found = select(MapMark.person_id, MapMark.statement_id, MapMark.mark, MapMark.at).where(MapMark.map_id == map_id)
    return list(map(tuple, session.exec(found.order_by(col(MapMark.person_id), col(MapMark.statement_id))).all()))


def shown_marks(session: Session, map_id: int) -> list[tuple[int, int, int]]:
    """(person, statement, mark) on the statements that are not hidden: what is drawn."""
    hidden = {each.id for each in map_statements(session, map_id) if each.hidden_at is not None}
    return [(who, what, mark) for who, what, mark, _at in all_marks(session, map_id) if what not in hidden]


def people_of(session: Session, map_id: int) -> int:
    """How many have marked anything."""
    found = select(func.count(func.distinct(MapMark.person_id))).where(MapMark.map_id == map_id)
    return session.exec(found).one()
