"""反馈: what a body has told its points of what they handed up, and what a point was told by the body above."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from deliberation.db import Row
from deliberation.refusal import Missing


class Feedback(Row, table=True):
    """One feedback to a point on another installation. ``origin``, ``asked``: the point's log and its solicitation."""

    __table_args__ = (UniqueConstraint("solicitation_id", "origin", "asked", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    origin: str
    asked: int
    number: int
    body: str = Field(description="the point's name")
    opinions: int
    sha256: str
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")

    @property
    def subject(self) -> str:
        return f"feedback/{self.id}"


class FeedbackText(Row, table=True):
    """The content of a feedback as it went down: in a row of its own, so that lists never load it."""

    feedback_id: int = Field(primary_key=True, foreign_key="feedback.id")
    content: str = Field(sa_column=Column(Text, nullable=False))


class FeedbackReceipt(Row, table=True):
    """A feedback that came to a point from another installation; ``decided`` of its opinions were decided on by it."""

    __table_args__ = (UniqueConstraint("solicitation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    number: int
    body: str = Field(description="the name of the body above")
    opinions: int
    decided: int
    sha256: str
    attachment_id: int | None = Field(default=None, foreign_key="attachment.id", description="the bundle as it came")
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


def feedback(session: Session, id: int) -> Feedback:
    """Raises Missing."""
    found = session.get(Feedback, id)
    if found is None:
        raise Missing
    return found


def feedbacks_of(session: Session, solicitation_id: int) -> list[Feedback]:
    """The first one first."""
    found = select(Feedback).where(Feedback.solicitation_id == solicitation_id).order_by(col(Feedback.id))
    return list(session.exec(found))


def last_to(session: Session, solicitation_id: int, origin: str, asked: int) -> int:
    """The number of the last feedback to a point; 0 before the first."""
    found = select(func.max(Feedback.number)).where(
        Feedback.solicitation_id == solicitation_id, Feedback.origin == origin, Feedback.asked == asked
    )
    return session.exec(found).one() or 0


def feedback_kept(session: Session, feedback_id: int) -> str:
    """Raises Missing."""
    found = session.get(FeedbackText, feedback_id)
    if found is None:
        raise Missing
    return found.content


def feedback_receipts_of(session: Session, solicitation_id: int) -> list[FeedbackReceipt]:
    """The first one first."""
    found = select(FeedbackReceipt).where(FeedbackReceipt.solicitation_id == solicitation_id)
    return list(session.exec(found.order_by(col(FeedbackReceipt.number))))
