"""Tasks that carry out a resolution, and what supervisors found."""

from datetime import date, datetime

from sqlalchemy import Column, ColumnElement, Text
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.matters.models import Matter
from deliberation.refusal import Missing


class Task(Row, table=True):
    """落实事项: who does what until when; done once its report is there."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    document_id: int | None = Field(
        default=None, foreign_key="document.id", description="the resolution it carries out"
    )
    step: str
    title: str
    owner_id: int = Field(foreign_key="person.id", index=True)
    office: str = Field(default="", description="as what the owner took it on: a gettext key")
    due_on: date
    assigned_at: datetime
    assigned_by_id: int = Field(foreign_key="person.id")
    report: str = Field(default="", sa_column=Column(Text, nullable=False))
    reported_at: datetime | None = None
    reported_by_id: int | None = Field(default=None, foreign_key="person.id")


class Inspection(Row, table=True):
    """监督检查: what a supervisor looked at, found and says of it."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    step: str
    subject: str = Field(description="what was inspected: document/9 (a posting), task/4, matter/2 (the whole)")
    finding: str = Field(sa_column=Column(Text, nullable=False))
    is_satisfied: bool
    inspector_id: int = Field(foreign_key="person.id", index=True)
    at: datetime


def task(session: Session, id: int) -> Task:
    """Raises Missing."""
    found = session.get(Task, id)
    if found is None:
        raise Missing
    return found


def tasks_of(session: Session, matter_id: int) -> list[Task]:
    return list(session.exec(select(Task).where(Task.matter_id == matter_id).order_by(col(Task.id))))


def tasks_owned(session: Session, person_id: int, *, limit: int = 100) -> list[Task]:
    """Open tasks of one person, the nearest date first."""
    found = select(Task).where(Task.owner_id == person_id, col(Task.reported_at).is_(None))
    return list(session.exec(found.order_by(col(Task.due_on), col(Task.id)).limit(limit)))


def tasks_where(session: Session, reach: ColumnElement[bool], *, is_open: bool, limit: int = 100) -> list[Task]:
    """Tasks of matters that meet ``reach``: the open ones by their date, the done ones from the newest report."""
    found = select(Task).join(Matter, col(Matter.id) == Task.matter_id).where(reach)
    if is_open:
        found = found.where(col(Task.reported_at).is_(None)).order_by(col(Task.due_on), col(Task.id))
    else:
        found = found.where(col(Task.reported_at).is_not(None)).order_by(col(Task.reported_at).desc())
    return list(session.exec(found.limit(limit)))


def titles_of(session: Session, matter_ids: set[int]) -> dict[int, str]:
    """The titles of matters."""
    if not matter_ids:
        return {}
    return dict(session.exec(select(Matter.id, Matter.title).where(col(Matter.id).in_(matter_ids))).all())


def inspections_of(session: Session, matter_id: int) -> list[Inspection]:
    return list(session.exec(select(Inspection).where(Inspection.matter_id == matter_id).order_by(col(Inspection.id))))
