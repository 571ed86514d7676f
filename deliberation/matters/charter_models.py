"""Charters and pacts with their editions, and which matter is to adopt or amend one. Nothing is ever overwritten."""

from datetime import date, datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, Session, col, select

from deliberation.db import Row


class Charter(Row, table=True):
    """规约: 村规民约, 居民公约, 管理规约 … of a community; its words stand in its editions."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    kind: str = Field(description="a word of charter_rules.KINDS")
    title: str
    begun_at: datetime


class CharterAim(Row, table=True):
    """That a matter is to adopt a charter (``charter_id`` none) or to amend one; said when it is proposed."""

    matter_id: int = Field(primary_key=True, foreign_key="matter.id")
    kind: str
    title: str
    charter_id: int | None = Field(default=None, foreign_key="charter.id")


class CharterEdition(Row, table=True):
    """One edition: the text that was decided on, by which resolution, when and where it was filed, from when it binds."""

    __table_args__ = (UniqueConstraint("charter_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    charter_id: int = Field(foreign_key="charter.id")
    number: int
    body: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str
    plan: int = Field(default=0, description="the version of the plan that was voted on")
    matter_id: int = Field(foreign_key="matter.id", index=True)
    document_id: int = Field(foreign_key="document.id", description="the resolution")
    adopted_on: date
    filed_on: date | None = None
    filed_with: str = ""
    filing_number: str = ""
    filing_note: str = ""
    filed_by_id: int | None = Field(default=None, foreign_key="person.id")
    in_force_from: date | None = None
    begun_by_id: int | None = Field(default=None, foreign_key="person.id")
    replaced_by_id: int | None = Field(default=None, foreign_key="charter_edition.id")


def aim_of(session: Session, matter_id: int) -> CharterAim | None:
    return session.get(CharterAim, matter_id)


def charters_of(session: Session, communities: list[int]) -> list[Charter]:
    found = select(Charter).where(col(Charter.community_id).in_(communities))
    return list(session.exec(found.order_by(col(Charter.community_id), col(Charter.id))))


def editions_of(session: Session, charter_id: int) -> list[CharterEdition]:
    """Every edition, oldest first."""
    found = select(CharterEdition).where(CharterEdition.charter_id == charter_id)
    return list(session.exec(found.order_by(col(CharterEdition.number))))


def edition_of_matter(session: Session, matter_id: int) -> CharterEdition | None:
    """The latest edition that a matter brought; one that was decided on anew brought several."""
    found = select(CharterEdition).where(CharterEdition.matter_id == matter_id)
    return session.exec(found.order_by(col(CharterEdition.id).desc())).first()
