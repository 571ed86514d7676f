"""What lies between the tiers: the call of a solicitation as it was bound when it was opened."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.legislation.solicitation_models import Solicitation


class SolicitationCall(Row, table=True):
    """来函的内容 as it stood at the opening, whose digest the entry of the opening has."""

    solicitation_id: int = Field(primary_key=True, foreign_key="solicitation.id")
    document: str = Field(sa_column=Column(Text, nullable=False))


class SubmitExtension(Row, table=True):
    """A later day to hand up by, with the reason that points read."""

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    before_on: date | None = None
    until_on: date
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


def submit_extensions_of(session: Session, solicitation_id: int) -> list[SubmitExtension]:
    found = select(SubmitExtension).where(SubmitExtension.solicitation_id == solicitation_id)
    return list(session.exec(found.order_by(col(SubmitExtension.id))))


def taken_from(session: Session, upper_ids: Collection[int]) -> list[Solicitation]:
    """The solicitations of points that were taken on from these, in order."""
    found = select(Solicitation).where(col(Solicitation.upper_id).in_(list(upper_ids)))
    return list(session.exec(found.order_by(col(Solicitation.id))))


def taken_by(session: Session, community_id: int) -> list[Solicitation]:
    """What a point has taken on from above, the newest first."""
    found = select(Solicitation).where(Solicitation.community_id == community_id).order_by(col(Solicitation.id).desc())
    return [each for each in session.exec(found) if each.upper]
