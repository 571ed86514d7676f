"""Tasks that carry out a resolution, and what supervisors found."""

from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, col, select

from deliberation.db import Row


class Task(Row, table=True):
    """落实事项: who does what until when; done once its report is there."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id", description="the resolution it carries out")
    step: str
    title: str
    owner_id: int = Field(foreign_key="person.id", index=True)
    due_on: date
    assigned_at: datetime
    assigned_by_id: int = Field(foreign_key="person.id")
    report: str = Field(default="", sa_column=Column(Text, nullable=False))
    reported_at: datetime | None = None


class Inspection(Row, table=True):
    """监督检查: what a supervisor looked at, found and says of it."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    step: str
    subject: str = Field(description="what was inspected: document/9 (a posting), task/4")
    finding: str = Field(sa_column=Column(Text, nullable=False))
    is_satisfied: bool
    inspector_id: int = Field(foreign_key="person.id", index=True)
    at: datetime


def tasks_of(session: Session, matter_id: int) -> list[Task]:
    return list(session.exec(select(Task).where(Task.matter_id == matter_id).order_by(col(Task.id))))


def inspections_of(session: Session, matter_id: int) -> list[Inspection]:
    return list(session.exec(select(Inspection).where(Inspection.matter_id == matter_id).order_by(col(Inspection.id))))
