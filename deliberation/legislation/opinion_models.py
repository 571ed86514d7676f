"""意见建议: opinions with their anchors; who said them in a row of its own that can be erased; counts kept as they grow.

An opinion's id is given by the writer (``next_ids``), because many come at once and each has its entry in the log.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.files import Attachment
from deliberation.legislation.anchor_rules import Anchor, provision
from deliberation.legislation.opinion_rules import SHOWN
from deliberation.refusal import Missing


def _text(**more: object) -> Field:
    return Field(default="", sa_column=Column(Text, nullable=False), **more)


class Opinion(Row, table=True):
    """One opinion on a draft, the ``number``-th of its solicitation, with the words that it was made on."""

    __table_args__ = (
        UniqueConstraint("solicitation_id", "number"),
        Index("ix_opinion_article", "version_id", "article", "id"),
        Index("ix_opinion_state", "solicitation_id", "state", "id"),
        Index("ix_opinion_handling", "solicitation_id", "handling", "id"),
        Index("ix_opinion_kind", "solicitation_id", "kind", "id"),
        Index("ix_opinion_channel", "solicitation_id", "channel", "id"),
        Index("ix_opinion_cluster", "cluster_id", "id"),
        Index("ix_opinion_assigned", "assigned_to_id", "solicitation_id", "id"),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    solicitation_id: int = Field(foreign_key="solicitation.id")
    community_id: int = Field(foreign_key="community.id")
    draft_id: int = Field(foreign_key="draft_law.id", index=True)
    version_id: int = Field(foreign_key="draft_version.id")
    number: int
    article: str = Field(default="", description="the article's key; empty: the whole draft")
    label: str = Field(default="", description="the article's label")
    place: str = Field(default="", description="key of the 款, 项 or 目")
    place_label: str = ""
    start: int = 0
    end: int = 0
    quote: str = _text()
    prefix: str = ""
    suffix: str = ""
    original: str = _text(description="the words of the draft that it was made on")
    kind: str
    proposal: str = _text()
    reason: str = _text()
    naming: str
    name: str = Field(default="", description="who stands beside it in public: the pseudonym, or the name where agreed")
    publishes: bool = Field(default=False, description="the author agreed that everybody reads it")
    names: bool = Field(default=False, description="the author agreed to be named")
    category: str = ""
    province: str = ""
    channel: str
    point_id: int | None = Field(default=None, foreign_key="collection_point.id")
    occasion: str = Field(default="", description="at which session, in which street")
    said_on: date
    collector_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    collector: str = Field(default="", description="who collected it, as a file says")
    intake_id: int | None = Field(default=None, foreign_key="opinion_intake.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    nonce: str = Field(default="", description="of it and the browser's secret the author's code is made")
    code_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32), nullable=True, unique=True))
    state: str = Field(description="held, shown or kept_back")
    state_reason: str = _text()
    note: str = _text()
    as_said: str = _text(description="the author's own words where the proposal was edited")
    handling: str = Field(default="", description="what the point does with it; empty: not looked at yet")
    cluster_id: int | None = Field(default=None, description="同类意见: the cluster it was merged into")
    assigned_to_id: int | None = Field(default=None, foreign_key="person.id")
    cosigners: int = 0
    given_at: datetime
    entry: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """Where its entry stands in the community's log (存证编号)."""
    changed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    adoption_id: int | None = Field(default=None, description="采纳情况: the decision that stands")
    answered_at: datetime | None = Field(
        default=None, description="反馈日期: when its author was told of that decision"
    )

    @property
    def subject(self) -> str:
        return f"opinion/{self.id}"

    @property
    def anchor(self) -> Anchor:
        return Anchor(
            self.article, self.place, self.place_label, self.start, self.end, self.quote, self.prefix, self.suffix,
            self.original,
        )  # fmt: skip

    @property
    def provision(self) -> str:
        return provision(self.label, self.place_label, self.kind)

    @property
    def is_public(self) -> bool:
        return self.state == SHOWN and self.withdrawn_at is None


class OpinionAuthor(Row, table=True):
    """Who said it and how to reach them: for the contact point alone, and erasable by itself."""

    opinion_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    )
    name: str = ""
    contact: str = ""
    is_child: bool = False
    guardian: str = Field(default="", description="who agreed for a child under fourteen")
    forwards: bool = Field(default=False, description="agreed that name and contact go up with it (个人信息保护法 23)")


class OpinionEarlier(Row, table=True):
    """What an opinion said before its author changed it."""

    id: int | None = Field(default=None, primary_key=True)
    opinion_id: int = Field(sa_column=Column(BigInteger, ForeignKey("opinion.id"), nullable=False, index=True))
    kind: str
    proposal: str = _text()
    reason: str = _text()
    until: datetime


class OpinionCosigner(Row, table=True):
    """联名: somebody who says the same."""

    opinion_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    )
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    at: datetime


class OpinionFile(Row, table=True):
    """The scanned sheet of an opinion that came on paper."""

    opinion_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    )
    attachment_id: int = Field(primary_key=True, foreign_key="attachment.id", index=True)


class OpinionIntake(Row, table=True):
    """A file of opinions that was imported whole, or without the rows that ``left_out_id`` gives back."""

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    filename: str
    sha256: str
    rows: int
    unknown: str = _text(description="columns that nobody knew, kept in 备注")
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")
    skipped: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    left_out_id: int | None = Field(default=None, foreign_key="attachment.id", description="the rows that were skipped")


class OpinionCount(Row, table=True):
    """How many opinions there are by a word of a dimension: ``article``, ``channel``, ``category``, ``point``, ``handling``.

    Kept as they come, so that no page counts. ``shown`` are the public ones, ``standing`` all that are not withdrawn.
    """

    solicitation_id: int = Field(primary_key=True, foreign_key="solicitation.id")
    dimension: str = Field(primary_key=True, max_length=16)
    word: str = Field(primary_key=True, max_length=120)
    kind: str = Field(primary_key=True, max_length=16)
    standing: int = 0
    shown: int = 0


def opinion(session: Session, id: int) -> Opinion:
    """Raises Missing."""
    found = session.get(Opinion, id)
    if found is None:
        raise Missing
    return found


def opinion_by_code(session: Session, code_hash: bytes) -> Opinion | None:
    return session.exec(select(Opinion).where(Opinion.code_hash == code_hash)).first()


def next_id(session: Session) -> int:
    """The id for the next opinion; the writer alone asks, and nobody else writes at that moment (``db.Writer``)."""
    return (session.exec(select(func.max(Opinion.id))).one() or 0) + 1


def author_of(session: Session, id: int) -> OpinionAuthor | None:
    return session.get(OpinionAuthor, id)


def earlier_of(session: Session, id: int) -> list[OpinionEarlier]:
    found = select(OpinionEarlier).where(OpinionEarlier.opinion_id == id)
    return list(session.exec(found.order_by(col(OpinionEarlier.id))))


def files_of(session: Session, id: int) -> list[Attachment]:
    found = select(Attachment).join(OpinionFile, col(OpinionFile.attachment_id) == Attachment.id)
    return list(session.exec(found.where(OpinionFile.opinion_id == id)))


def opinion_of_file(session: Session, attachment_id: int) -> Opinion:
    """Raises Missing."""
    found = session.exec(select(OpinionFile.opinion_id).where(OpinionFile.attachment_id == attachment_id)).first()
    if found is None:
        raise Missing
    return opinion(session, found)


def public_on(
    session: Session, version_id: int, article: str, *, before: int | None = None, limit: int = 10
) -> list[Opinion]:
    """Public opinions on an article of a version (empty: on the whole of it), newest first; ``before`` continues there."""
    found = select(Opinion).where(
        Opinion.version_id == version_id,
        Opinion.article == article,
        Opinion.state == SHOWN,
        col(Opinion.withdrawn_at).is_(None),
    )
    if before is not None:
        found = found.where(col(Opinion.id) < before)
    return list(session.exec(found.order_by(col(Opinion.id).desc()).limit(limit)))


def opinions_in(
    session: Session, solicitation_id: int, *, state: str = "", before: int | None = None, limit: int = 50
) -> list[Opinion]:
    """Opinions of a solicitation that are not withdrawn, newest first; ``state`` narrows."""
    found = select(Opinion).where(Opinion.solicitation_id == solicitation_id, col(Opinion.withdrawn_at).is_(None))
    # Numbers grow as ids do; the index of a solicitation has them in order.
    order = Opinion.id if state else Opinion.number
    if state:
        found = found.where(Opinion.state == state)
    if before is not None:
        number = select(Opinion.number).where(Opinion.id == before).scalar_subquery()
        found = found.where(col(order) < (before if state else number))
    return list(session.exec(found.order_by(col(order).desc()).limit(limit)))


def opinions_by(session: Session, person_id: int, solicitation_id: int, *, limit: int = 50) -> list[Opinion]:
    """What a person has said online in a solicitation, newest first."""
    found = select(Opinion).where(Opinion.person_id == person_id, Opinion.solicitation_id == solicitation_id)
    return list(session.exec(found.order_by(col(Opinion.id).desc()).limit(limit)))


def has_cosigned(session: Session, id: int, person_id: int) -> bool:
    return session.get(OpinionCosigner, (id, person_id)) is not None


def counts_on(session: Session, solicitation_ids: Collection[int], article: str) -> dict[str, tuple[int, int]]:
    """By kind (all, public) on one article, over these solicitations."""
    found = (
        select(OpinionCount.kind, func.sum(OpinionCount.standing), func.sum(OpinionCount.shown))
        .where(
            col(OpinionCount.solicitation_id).in_(list(solicitation_ids)),
            OpinionCount.dimension == "article",
            OpinionCount.word == article,
        )
        .group_by(col(OpinionCount.kind))
    )
    return {kind: (int(standing), int(shown)) for kind, standing, shown in session.exec(found).all()}


def counts_by(session: Session, solicitation_id: int, dimension: str) -> dict[str, int]:
    """Word → how many that are not withdrawn. Of ``article`` the heat strip of a draft, in one query."""
    found = (
        select(OpinionCount.word, func.sum(OpinionCount.standing))
        .where(OpinionCount.solicitation_id == solicitation_id, OpinionCount.dimension == dimension)
        .group_by(col(OpinionCount.word))
    )
    return {word: int(count) for word, count in session.exec(found).all() if count}


def intakes_of(session: Session, solicitation_id: int) -> list[OpinionIntake]:
    found = select(OpinionIntake).where(OpinionIntake.solicitation_id == solicitation_id)
    return list(session.exec(found.order_by(col(OpinionIntake.id).desc())))
