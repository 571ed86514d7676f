"""收到的上报: submissions that came from points below, the copies of their opinions, and the keys that were confirmed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from deliberation.db import Row
from deliberation.legislation.opinion_models import Opinion


class SubmissionReceipt(Row, table=True):
    """A submission that came. ``origin``, ``asked`` and ``number`` name it: the point's log, its solicitation, the how-manieth."""

    __table_args__ = (UniqueConstraint("solicitation_id", "origin", "asked", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    origin: str
    asked: int = Field(description="the point's own solicitation")
    number: int
    body: str = Field(description="the point's name")
    opinions: int
    changes: int = 0
    people: int = 0
    left_out: int = 0
    sha256: str
    submission_id: int | None = Field(default=None, foreign_key="submission.id", description="where it went up here")
    attachment_id: int | None = Field(default=None, foreign_key="attachment.id", description="the bundle as it came")
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


class ReceivedOpinion(Row, table=True):
    """A copy: which entry of which log it is of, and the words that it was made on where they are not those here."""

    __table_args__ = (
        Index("ix_received_opinion_origin", "origin", "entry"),
        Index("ix_received_opinion_receipt", "receipt_id", "opinion_id"),
    )

    opinion_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    )
    receipt_id: int = Field(foreign_key="submission_receipt.id")
    origin: str
    entry: int = Field(sa_column=Column(BigInteger, nullable=False))
    number: int = Field(description="its number at the point")
    body: str = Field(description="the point's name")
    source_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=True, index=True), description="the opinion itself, if here"
    )
    handled: str = Field(default="", sa_column=Column(Text, nullable=False), description="the point's reason")
    words: str = Field(
        default="", sa_column=Column(Text, nullable=False), description="the words it was made on, if not those here"
    )

    @property
    def mark(self) -> str:
        return f"{self.origin}#{self.entry}"


class ConfirmedKey(Row, table=True):
    """The key of a log that somebody of this community compared with its owner, by telephone or in person."""

    community_id: int = Field(primary_key=True, foreign_key="community.id")
    origin: str = Field(primary_key=True)
    vkey: str
    body: str
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


def receipts_of(session: Session, solicitation_id: int) -> list[SubmissionReceipt]:
    """The newest first."""
    found = select(SubmissionReceipt).where(SubmissionReceipt.solicitation_id == solicitation_id)
    return list(session.exec(found.order_by(col(SubmissionReceipt.id).desc())))


def receipt_named(session: Session, solicitation_id: int, mark: tuple[str, int, int]) -> SubmissionReceipt | None:
    origin, asked, number = mark
    found = select(SubmissionReceipt).where(
        SubmissionReceipt.solicitation_id == solicitation_id,
        SubmissionReceipt.origin == origin,
        SubmissionReceipt.asked == asked,
        SubmissionReceipt.number == number,
    )
    return session.exec(found).first()


def last_number(session: Session, solicitation_id: int, origin: str, asked: int) -> int:
    """The number of the last submission that came from a point's solicitation; 0 before the first."""
    found = select(func.max(SubmissionReceipt.number)).where(
        SubmissionReceipt.solicitation_id == solicitation_id,
        SubmissionReceipt.origin == origin,
        SubmissionReceipt.asked == asked,
    )
    return session.exec(found).one() or 0


def copies_by_entry(session: Session, solicitation_id: int, origin: str) -> dict[int, Opinion]:
    """The copy that stands of each entry of a log: the last one that came."""
    found = (
        select(ReceivedOpinion.entry, Opinion)
        .join(Opinion, col(Opinion.id) == ReceivedOpinion.opinion_id)
        .where(Opinion.solicitation_id == solicitation_id, ReceivedOpinion.origin == origin)
        .order_by(col(Opinion.id))
    )
    return dict(session.exec(found).all())


def copies_of(session: Session, source_id: int) -> list[Opinion]:
    """The copies of an opinion on this installation that stand."""
    found = select(Opinion).join(ReceivedOpinion, col(ReceivedOpinion.opinion_id) == Opinion.id)
    found = found.where(ReceivedOpinion.source_id == source_id, col(Opinion.withdrawn_at).is_(None))
    return list(session.exec(found.order_by(col(Opinion.id))))


def received_by_id(session: Session, ids: Collection[int]) -> dict[int, ReceivedOpinion]:
    found = select(ReceivedOpinion).where(col(ReceivedOpinion.opinion_id).in_(list(ids)))
    return {each.opinion_id: each for each in session.exec(found)}


def numbers_of(session: Session, receipt_ids: Collection[int]) -> dict[int, int]:
    """The how-manieth submission of its point each receipt is of."""
    found = select(SubmissionReceipt.id, SubmissionReceipt.number).where(
        col(SubmissionReceipt.id).in_(list(receipt_ids))
    )
    return dict(session.exec(found).all())


def confirmed_key(session: Session, community_id: int, origin: str) -> ConfirmedKey | None:
    return session.get(ConfirmedKey, (community_id, origin))


def sources_of(session: Session, solicitation_id: int) -> list[SubmissionReceipt]:
    """The first receipt of each point from which something came."""
    first: dict[tuple[str, int], SubmissionReceipt] = {}
    for each in reversed(receipts_of(session, solicitation_id)):
        first.setdefault((each.origin, each.asked), each)
    return list(first.values())


def copies_from(solicitation_id: int, receipt_id: int) -> Any:
    """Ids of the copies that came from the point of a receipt, with whichever submission."""
    log = select(SubmissionReceipt.origin).where(
        SubmissionReceipt.id == receipt_id, SubmissionReceipt.solicitation_id == solicitation_id
    )
    return select(ReceivedOpinion.opinion_id).where(ReceivedOpinion.origin == log.scalar_subquery())
