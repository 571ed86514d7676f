"""采纳情况: what became of an opinion in the next version, where its place is there, and how its author was told.

Every decision is a row and the last one stands (``Opinion.adoption_id``); an opinion's own anchor and words never change.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from deliberation.db import Row
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import SHOWN


def _opinion_id(**more: object) -> Column:
    return Column(BigInteger, ForeignKey("opinion.id"), nullable=False, **more)


def _text(**more: object) -> Field:
    return Field(default="", sa_column=Column(Text, nullable=False), **more)


class Adoption(Row, table=True):
    """One decision on one opinion: 采纳, 部分采纳, 未采纳 or 研究参考. ``told_by`` is the body that said so to the point."""

    __table_args__ = (Index("ix_adoption_solicitation", "solicitation_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    opinion_id: int = Field(sa_column=_opinion_id(index=True))
    solicitation_id: int = Field(foreign_key="solicitation.id")
    kind: str
    reason: str = _text()
    version_id: int | None = Field(default=None, foreign_key="draft_version.id", description="the next version")
    article: str = Field(default="", description="the key of the article there")
    label: str = Field(default="", description="its label")
    text: str = _text(description="采纳后条文: words of the next version")
    told_by: str = Field(default="", description="由谁告知: which body said so")
    letter: str = Field(default="", description="the number of its letter")
    told_on: date | None = Field(default=None, description="the day of its letter")
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


class Carried(Row, table=True):
    """Where an opinion stands in another version. ``unsure``: a person has to say so; ``placed_at``: a person did."""

    __tablename__ = "carried_opinion"
    __table_args__ = (
        Index("ix_carried_opinion_unsure", "solicitation_id", "version_id", "unsure", "opinion_id"),
        Index("ix_carried_opinion_article", "version_id", "article", "opinion_id"),
    )

    opinion_id: int = Field(sa_column=_opinion_id(primary_key=True, autoincrement=False))
    version_id: int = Field(primary_key=True, foreign_key="draft_version.id")
    solicitation_id: int = Field(foreign_key="solicitation.id")
    status: str = Field(description="exact, moved, edited or orphaned")
    why: str = Field(default="", description="of an orphan: not_in_old, ambiguous or gone")
    confidence: int = Field(description="in hundredths")
    article: str = Field(default="", description="the key of the article there; empty: the whole, or nowhere")
    label: str = ""
    start: int = 0
    end: int = 0
    words: str = _text(description="the words there")
    unsure: bool = False
    placed_at: datetime | None = None
    placed_by_id: int | None = Field(default=None, foreign_key="person.id")
    found: str = _text(
        description="where the program had put it, once a person said otherwise (carried_rules.place_of)"
    )


class Carrying(Row, table=True):
    """The opinions of a solicitation on their way to another version: ``upto`` is the number of the last one carried."""

    solicitation_id: int = Field(primary_key=True, foreign_key="solicitation.id")
    version_id: int = Field(primary_key=True, foreign_key="draft_version.id")
    reading: int = Field(description="the reading of the other version that they are carried to")
    upto: int = 0
    done: int = 0
    unsure: int = Field(default=0, description="how many wait for a person")
    chain: str = Field(default="", description="what the places that were found so far come to (carried_rules.chained)")
    begun_at: datetime
    begun_by_id: int | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = None


class Answering(Row, table=True):
    """答复: the decisions up to ``upto`` that authors had not heard of, on their way to them."""

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    upto: int
    total: int
    done: int = 0
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = None


class OpinionAnswer(Row, table=True):
    """A decision told to the author of an opinion. Without ``told_at`` somebody has still to do it by hand."""

    __table_args__ = (
        UniqueConstraint("opinion_id", "adoption_id"),
        Index("ix_opinion_answer_told", "solicitation_id", "told_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    opinion_id: int = Field(sa_column=_opinion_id())
    solicitation_id: int = Field(foreign_key="solicitation.id")
    adoption_id: int = Field(foreign_key="adoption.id")
    at: datetime
    way: str = Field(default="", description="inbox, code, or as the collector says")
    told_at: datetime | None = None
    told_by_id: int | None = Field(default=None, foreign_key="person.id")
    note: str = ""


def carrying_to(session: Session, solicitation_id: int, version_id: int) -> Carrying | None:
    return session.get(Carrying, (solicitation_id, version_id))


def carryings_of(session: Session, solicitation_id: int) -> dict[int, Carrying]:
    """By version."""
    found = select(Carrying).where(Carrying.solicitation_id == solicitation_id)
    return {each.version_id: each for each in session.exec(found)}


def carried_to(session: Session, opinion_id: int, version_id: int) -> Carried | None:
    return session.get(Carried, (opinion_id, version_id))


def unsure_in(
    session: Session, solicitation_id: int, version_id: int, *, after: int = 0, limit: int = 30
) -> list[tuple[Carried, Opinion]]:
    """Opinions of which a person has to say where they stand, the earliest first."""
    found = (
        select(Carried, Opinion)
        .join(Opinion, col(Opinion.id) == Carried.opinion_id)
        .where(
            Carried.solicitation_id == solicitation_id,
            Carried.version_id == version_id,
            col(Carried.unsure).is_(True),
            col(Carried.opinion_id) > after,
        )
    )
    return list(session.exec(found.order_by(col(Carried.opinion_id)).limit(limit)).all())


def carried_on(
    session: Session, version_id: int, article: str, *, before: int | None = None, limit: int = 10
) -> list[tuple[Carried, Opinion]]:
    """Public opinions on other versions that stand on this article of a version now, newest first."""
    found = (
        select(Carried, Opinion)
        .join(Opinion, col(Opinion.id) == Carried.opinion_id)
        .where(
            Carried.version_id == version_id,
            Carried.article == article,
            Carried.status != "orphaned",
            col(Carried.unsure).is_(False),
            Opinion.state == SHOWN,
            col(Opinion.withdrawn_at).is_(None),
        )
    )
    if before is not None:
        found = found.where(col(Carried.opinion_id) < before)
    return list(session.exec(found.order_by(col(Carried.opinion_id).desc()).limit(limit)).all())


def past_of(session: Session, opinion_id: int) -> list[Adoption]:
    """Each time it was decided on an opinion, the last one first."""
    found = select(Adoption).where(Adoption.opinion_id == opinion_id)
    return list(session.exec(found.order_by(col(Adoption.id).desc())))


def newest_decision(session: Session, solicitation_id: int) -> int:
    """Its number; 0 where nothing was decided."""
    found = select(func.max(Adoption.id)).where(Adoption.solicitation_id == solicitation_id)
    return session.exec(found).one() or 0


def decisions_of(session: Session, ids: Collection[int]) -> dict[int, Adoption]:
    found = select(Adoption).where(col(Adoption.id).in_(list(ids)))
    return {each.id: each for each in session.exec(found)} if ids else {}
