"""What the desk keeps: clusters, how opinions were handled, other wordings, tags; groups of likenesses that wait for somebody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Text, func, update
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.legislation.opinion_models import Opinion


class Cluster(Row, table=True):
    """同类意见: opinions that people decided to show as one, with ``lead_id`` before them. ``size`` counts the lead too."""

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    lead_id: int = Field(sa_column=Column(BigInteger, ForeignKey("opinion.id"), nullable=False, index=True))
    size: int
    made_at: datetime
    made_by_id: int | None = Field(default=None, foreign_key="person.id")
    dissolved_at: datetime | None = None

    @property
    def subject(self) -> str:
        return f"cluster/{self.id}"


class OpinionJoining(Row, table=True):
    """That an opinion was merged into a cluster, each time: what the entry of the merging names by a digest."""

    id: int | None = Field(default=None, primary_key=True)
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    opinion_id: int = Field(sa_column=Column(BigInteger, ForeignKey("opinion.id"), nullable=False, index=True))
    at: datetime


class OpinionHandling(Row, table=True):
    """联系点处理, each time it was decided; the last one stands."""

    id: int | None = Field(default=None, primary_key=True)
    opinion_id: int = Field(sa_column=Column(BigInteger, ForeignKey("opinion.id"), nullable=False, index=True))
    kind: str
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


class OpinionWording(Row, table=True):
    """A proposal put into other words by the point: what stood before."""

    id: int | None = Field(default=None, primary_key=True)
    opinion_id: int = Field(sa_column=Column(BigInteger, ForeignKey("opinion.id"), nullable=False, index=True))
    before: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


class OpinionTag(Row, table=True):
    """A word by which the desk sorts."""

    __table_args__ = (Index("ix_opinion_tag_word", "solicitation_id", "word", "opinion_id"),)

    opinion_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    )
    word: str = Field(primary_key=True, max_length=20)
    solicitation_id: int = Field(foreign_key="solicitation.id")


class OpinionGroup(Row, table=True):
    """Opinions that the program found to be the same or nearly so, by their head; ``settled`` of them were decided on."""

    __table_args__ = (Index("ix_opinion_group_size", "solicitation_id", "size", "head"),)

    solicitation_id: int = Field(primary_key=True, foreign_key="solicitation.id")
    head: int = Field(sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False))
    size: int
    settled: int = 0


def clusters_by_id(session: Session, ids: Collection[int]) -> dict[int, Cluster]:
    found = select(Cluster).where(col(Cluster.id).in_(list(ids)))
    return {each.id: each for each in session.exec(found)}


def members_of(session: Session, cluster_id: int, *, limit: int) -> list[Opinion]:
    """The opinions of a cluster, the earliest first."""
    found = select(Opinion).where(Opinion.cluster_id == cluster_id)
    return list(session.exec(found.order_by(col(Opinion.id)).limit(limit)))


def handlings_of(session: Session, opinion_id: int) -> list[OpinionHandling]:
    """Each time it was decided what becomes of it, the last one first."""
    found = select(OpinionHandling).where(OpinionHandling.opinion_id == opinion_id)
    return list(session.exec(found.order_by(col(OpinionHandling.id).desc())))


def tags_by_opinion(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = select(OpinionTag.opinion_id, OpinionTag.word).where(col(OpinionTag.opinion_id).in_(list(ids)))
    for id, word in session.exec(rows.order_by(OpinionTag.word)):
        found.setdefault(id, []).append(word)
    return found


def tags_in(session: Session, solicitation_id: int) -> list[tuple[str, int]]:
    """The words by which opinions are sorted, with how many, the commonest first."""
    count = func.count()
    found = select(OpinionTag.word, count).where(OpinionTag.solicitation_id == solicitation_id)
    return list(
        session.exec(found.group_by(col(OpinionTag.word)).order_by(count.desc(), OpinionTag.word).limit(40)).all()
    )


def waiting_groups(session: Session, solicitation_id: int, *, limit: int = 20) -> list[OpinionGroup]:
    """Groups of which somebody has still to say whether they are one opinion, the largest first."""
    found = select(OpinionGroup).where(
        OpinionGroup.solicitation_id == solicitation_id, OpinionGroup.size > OpinionGroup.settled
    )
    return list(session.exec(found.order_by(col(OpinionGroup.size).desc(), col(OpinionGroup.head)).limit(limit)))


def recount(session: Session, made: Cluster) -> None:
    """The size of a cluster as its members are."""
    session.flush()
    count = select(func.count()).select_from(Opinion).where(Opinion.cluster_id == made.id)
    made.size = session.exec(count).one()
    session.add(made)


def set_on(session: Session, ids: Collection[int], **values: object) -> None:
    """Write the same into these opinions."""
    session.exec(update(Opinion).where(col(Opinion.id).in_(list(ids))).values(**values))
