"""What the chair did to the debate and why, appeals against it, and who presided when."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, col, func, select

from deliberation.db import Row
from deliberation.refusal import Missing


class Intervention(Row, table=True):
    """处置: what the chair did, with the reason. ``person_id`` is whom it was done to."""

    id: int | None = Field(default=None, primary_key=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    kind: str = Field(description="a word of chairing_rules.INTERVENTIONS")
    turn_id: int | None = Field(default=None, foreign_key="speaking_turn.id")
    statement_id: int | None = Field(default=None, foreign_key="statement.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    by_id: int = Field(foreign_key="person.id")
    for_chair: bool = Field(default=False, description="the clerk did it on the chair's behalf")
    at: datetime


class Appeal(Row, table=True):
    """申诉 against an intervention, at most one. ``outcome`` is empty until it is decided."""

    id: int | None = Field(default=None, primary_key=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    intervention_id: int = Field(foreign_key="intervention.id", unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    outcome: str = ""
    decided_at: datetime | None = None
    decided_by_id: int | None = Field(default=None, foreign_key="person.id")
    sustain: int = Field(default=0, description="hands for what the chair did, when it was decided")
    overturn: int = 0
    reason: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class AppealMark(Row, table=True):
    """One person's hand; changing it before the count replaces it."""

    appeal_id: int = Field(primary_key=True, foreign_key="appeal.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    overturns: bool
    at: datetime


class Handover(Row, table=True):
    """移交主持: from whom to whom, and when."""

    id: int | None = Field(default=None, primary_key=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    from_id: int = Field(foreign_key="person.id")
    to_id: int = Field(foreign_key="person.id")
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime


def intervention(session: Session, id: int) -> Intervention:
    """Raises Missing."""
    return _found(session.get(Intervention, id))


def appeal(session: Session, id: int) -> Appeal:
    """Raises Missing."""
    return _found(session.get(Appeal, id))


def _found(row):
    if row is None:
        raise Missing
    return row


def interventions_of(session: Session, room_id: int) -> list[Intervention]:
    found = select(Intervention).where(Intervention.room_id == room_id)
    return list(session.exec(found.order_by(col(Intervention.id))))


def appeals_of(session: Session, room_id: int) -> list[Appeal]:
    return list(session.exec(select(Appeal).where(Appeal.room_id == room_id).order_by(col(Appeal.id))))


def handovers_of(session: Session, room_id: int) -> list[Handover]:
    return list(session.exec(select(Handover).where(Handover.room_id == room_id).order_by(col(Handover.id))))


def hiding_of(session: Session, statement_id: int) -> Intervention | None:
    """The last time that a statement was hidden."""
    found = select(Intervention).where(Intervention.statement_id == statement_id)
    return session.exec(found.order_by(col(Intervention.id).desc()).limit(1)).first()


def hands_of(session: Session, appeal_id: int, lost: Collection[int] = ()) -> tuple[int, int]:
    """Hands for what the chair did, and against it; ``lost``: who has a seat no more, and whose hand counts no more."""
    found = select(AppealMark.overturns, func.count()).where(
        AppealMark.appeal_id == appeal_id, col(AppealMark.person_id).not_in(lost)
    )
    counted = dict(session.exec(found.group_by(col(AppealMark.overturns))).all())
    return counted.get(False, 0), counted.get(True, 0)


def hand_of(session: Session, appeal_id: int, person_id: int) -> AppealMark | None:
    return session.get(AppealMark, (appeal_id, person_id))


def hands_by(session: Session, appeal_id: int) -> set[int]:
    """Who has shown a hand."""
    return set(session.exec(select(AppealMark.person_id).where(AppealMark.appeal_id == appeal_id)))
