"""What people held against a plan or asked of it, and what became of each: a change of the plan, or a reason."""

from datetime import datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.matters.models import PlanVersion


class Concern(Row, table=True):
    """意见: an objection, a condition or a question that somebody stated on the plan. ``kind`` as in ``concern_rules``."""

    __table_args__ = (UniqueConstraint("matter_id", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    source: str = Field(description="statement/88: what the log calls it")
    page: str = Field(description="/rooms/3#statement-88: where it was said")
    said: str = Field(sa_column=Column(Text, nullable=False))
    raised_at: datetime


class Response(Row, table=True):
    """回应 to a concern: the version that took it up, or, without one, the reason why the plan stays. The newest counts."""

    id: int | None = Field(default=None, primary_key=True)
    concern_id: int = Field(foreign_key="concern.id", index=True)
    plan_id: int | None = Field(default=None, foreign_key="plan_version.id", index=True)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


def concerns_of(session: Session, matter_id: int) -> list[Concern]:
    """Oldest first."""
    return list(session.exec(select(Concern).where(Concern.matter_id == matter_id).order_by(col(Concern.id))))


def responses_of(session: Session, matter_id: int) -> dict[int, list[tuple[Response, int]]]:
    """By the id of the concern, oldest first: the response and the number of its version of the plan, 0 without one."""
    found: dict[int, list[tuple[Response, int]]] = {}
    rows = session.exec(
        select(Response, PlanVersion.number)
        .join(Concern, col(Concern.id) == Response.concern_id)
        .outerjoin(PlanVersion, col(PlanVersion.id) == Response.plan_id)
        .where(Concern.matter_id == matter_id)
        .order_by(col(Response.id))
    )
    for response, number in rows:
        found.setdefault(response.concern_id, []).append((response, number or 0))
    return found
