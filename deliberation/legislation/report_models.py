"""征求意见情况报告, every version of its text: the last one stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from deliberation.db import Row


class OpinionReport(Row, table=True):
    """A version of the report; ``parts`` are the texts of its five parts."""

    __table_args__ = (UniqueConstraint("solicitation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    number: int
    parts: list = Field(sa_column=Column(JSON, nullable=False))
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")

    @property
    def subject(self) -> str:
        return f"report/{self.id}"


def reports_of(session: Session, solicitation_id: int) -> list[OpinionReport]:
    """The newest first."""
    found = select(OpinionReport).where(OpinionReport.solicitation_id == solicitation_id)
    return list(session.exec(found.order_by(col(OpinionReport.number).desc())))


def newest_report(session: Session, solicitation_id: int) -> OpinionReport | None:
    found = select(OpinionReport).where(OpinionReport.solicitation_id == solicitation_id)
    return session.exec(found.order_by(col(OpinionReport.number).desc()).limit(1)).first()
