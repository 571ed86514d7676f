"""Questions from the floor, and who wants each answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, col, func, select

from deliberation.db import Row
from deliberation.refusal import Missing


class FloorQuestion(Row, table=True):
    """提问: put from the floor, called up by the chair, answered in a line or by somebody named."""

    id: int | None = Field(default=None, primary_key=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    called_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    answered_by: str = Field(default="", description="who answered, in words")
    withdrawn_at: datetime | None = None
    hiding_id: int | None = Field(
        default=None, foreign_key="intervention.id", index=True, description="the intervention by which it is hidden"
    )


class QuestionMark(Row, table=True):
    """That somebody wants a question answered: once a person, and it can be taken back."""

    question_id: int = Field(primary_key=True, foreign_key="floor_question.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    at: datetime


def question(session: Session, id: int) -> FloorQuestion:
    """Raises Missing."""
    found = session.get(FloorQuestion, id)
    if found is None:
        raise Missing
    return found


def questions_of(session: Session, room_id: int) -> list[FloorQuestion]:
    found = select(FloorQuestion).where(FloorQuestion.room_id == room_id)
    return list(session.exec(found.order_by(col(FloorQuestion.id))))


def question_hidden_by(session: Session, intervention_id: int) -> FloorQuestion | None:
    return session.exec(select(FloorQuestion).where(FloorQuestion.hiding_id == intervention_id)).first()


def backings_of(session: Session, room_id: int) -> dict[int, int]:
    """How many want each question of a room answered; a question that nobody backs is not among them."""
    found = select(QuestionMark.question_id, func.count()).join(
        FloorQuestion, col(FloorQuestion.id) == QuestionMark.question_id
    )
    found = found.where(FloorQuestion.room_id == room_id).group_by(col(QuestionMark.question_id))
    return dict(session.exec(found).all())


def backed_by(session: Session, room_id: int, person_id: int) -> set[int]:
    """Ids of the questions that somebody backs."""
    found = select(QuestionMark.question_id).join(FloorQuestion, col(FloorQuestion.id) == QuestionMark.question_id)
    return set(session.exec(found.where(FloorQuestion.room_id == room_id, QuestionMark.person_id == person_id)))


def backing(session: Session, question_id: int, person_id: int) -> QuestionMark | None:
    return session.get(QuestionMark, (question_id, person_id))
