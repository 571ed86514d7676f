"""上报: what a point has handed up, and which opinions went with which submission."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.refusal import Missing


class Submission(Row, table=True):
    """One handing up, the ``number``-th of its solicitation. ``sha256`` is that of its content, as its entry has it."""

    __table_args__ = (UniqueConstraint("solicitation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    number: int
    opinions: int
    changes: int = 0
    people: int = Field(default=0, description="those who said it, and those who signed with them")
    left_out: int = Field(default=0, description="how many were not handed up, counted at this time")
    sha256: str
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")

    @property
    def subject(self) -> str:
        return f"submission/{self.id}"


class SubmissionText(Row, table=True):
    """The content of a submission as it went up: in a row of its own, so that lists never load it."""

    submission_id: int = Field(primary_key=True, foreign_key="submission.id")
    content: str = Field(sa_column=Column(Text, nullable=False))


class SubmittedOpinion(Row, table=True):
    """An opinion in a submission; ``change`` says that only a change of it went up. ``said_at``: of which words."""

    __table_args__ = (Index("ix_submitted_opinion_opinion", "opinion_id", "submission_id"),)

    submission_id: int = Field(primary_key=True, foreign_key="submission.id")
    opinion_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    )
    change: str = Field(default="", primary_key=True, max_length=16)
    said_at: datetime | None = Field(default=None, description="when its author had last changed the words")
    was_public: bool = Field(default=False, description="everybody could read it when it went up")
    was_named: bool = Field(default=False, description="a name or contact went with it")


def submission(session: Session, id: int) -> Submission:
    """Raises Missing."""
    found = session.get(Submission, id)
    if found is None:
        raise Missing
    return found


def submissions_of(session: Session, solicitation_id: int) -> list[Submission]:
    """The first one first."""
    found = select(Submission).where(Submission.solicitation_id == solicitation_id).order_by(col(Submission.number))
    return list(session.exec(found))


def submissions_of_many(session: Session, solicitation_ids: Collection[int]) -> dict[int, list[Submission]]:
    rows = select(Submission).where(col(Submission.solicitation_id).in_(list(solicitation_ids)))
    found: dict[int, list[Submission]] = {}
    for each in session.exec(rows.order_by(col(Submission.number))):
        found.setdefault(each.solicitation_id, []).append(each)
    return found


def has_gone_up(session: Session, opinion_id: int) -> bool:
    found = select(SubmittedOpinion.opinion_id).where(SubmittedOpinion.opinion_id == opinion_id)
    return session.exec(found.limit(1)).first() is not None


def content_kept(session: Session, submission_id: int) -> str:
    """Raises Missing."""
    found = session.get(SubmissionText, submission_id)
    if found is None:
        raise Missing
    return found.content
