"""征求意见: a solicitation on one version of a draft, its extensions, and the points where opinions are collected."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.legislation.draft_models import DraftLaw, DraftVersion
from deliberation.legislation.solicitation_rules import CLOSED, DRAFTING, OPEN, Terms
from deliberation.refusal import Missing


class Solicitation(Row, table=True):
    """One asking for opinions. ``given`` is the number of its last opinion, ``standing`` how many are not withdrawn."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True, description="the contact point")
    draft_id: int = Field(foreign_key="draft_law.id", index=True)
    version_id: int = Field(foreign_key="draft_version.id", index=True)
    title: str
    letter_from: str = Field(description="whose letter asks for it")
    letter_no: str = ""
    letter_on: date | None = None
    asks_contacts: bool = Field(default=False, description="the letter asks for names and contacts too")
    about: str = Field(
        default="", sa_column=Column(Text, nullable=False), description="what it is about, in plain words"
    )
    questions: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    groups: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False), description="whom to reach")
    namings: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    without_account: bool = False
    days: int | None = Field(default=None, description="working days, where the letter gives no day")
    until_on: date | None = None
    drafted_at: datetime
    drafted_by_id: int | None = Field(default=None, foreign_key="person.id")
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    given: int = 0
    standing: int = 0
    submit_by: date | None = Field(default=None, description="上报期限: by when the points below hand up")
    upper_id: int | None = Field(
        default=None, index=True, description="the solicitation above that it was taken on from, where it is here too"
    )
    upper: dict = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False),
        description="facts of the call it was taken on from",
    )
    answers_due_on: date | None = Field(default=None, description="答复期限, set by the point itself")

    @property
    def stage(self) -> str:
        return DRAFTING if self.opened_at is None else OPEN if self.closed_at is None else CLOSED

    def stage_at(self, now: datetime) -> str:
        """The stage at an instant: after its last hour nothing more comes in, also before the closing was written down."""
        return CLOSED if self.stage == OPEN and self.closes_at <= now else self.stage

    @property
    def last_moment(self) -> datetime:
        """On the last day, where ``closes_at`` is 24:00 of it and so the day after."""
        return self.closes_at - timedelta(microseconds=1)

    @property
    def subject(self) -> str:
        return f"solicitation/{self.id}"

    @property
    def topic(self) -> str:
        return f"draft/{self.draft_id}"

    @property
    def terms(self) -> Terms:
        return Terms(
            self.title, self.letter_from, self.letter_no, self.letter_on, self.asks_contacts, self.about,
            tuple(self.questions), tuple(self.groups), tuple(self.namings), self.without_account, self.days, self.until_on,
            self.submit_by,
        )  # fmt: skip


class SolicitationExtension(Row, table=True):
    """A later last day, with its reason."""

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True)
    before_at: datetime
    until_at: datetime
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")

    @property
    def until_day(self) -> datetime:
        """On the new last day."""
        return self.until_at - timedelta(microseconds=1)


class CollectionPoint(Row, table=True):
    """信息采集点 of a contact point: ``kind`` is a word of ``solicitation_rules.POINT_KINDS``."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    name: str
    kind: str
    address: str = ""
    added_at: datetime


class Collecting(Row, table=True):
    """A point that serves a solicitation, and who collects there."""

    solicitation_id: int = Field(primary_key=True, foreign_key="solicitation.id")
    point_id: int = Field(primary_key=True, foreign_key="collection_point.id", index=True)
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    at: datetime


def solicitation(session: Session, id: int) -> Solicitation:
    """Raises Missing."""
    found = session.get(Solicitation, id)
    if found is None:
        raise Missing
    return found


def solicitations_by_id(session: Session, ids: Collection[int]) -> dict[int, Solicitation]:
    found = select(Solicitation).where(col(Solicitation.id).in_(sorted(set(ids)))).order_by(col(Solicitation.id))
    return {each.id: each for each in session.exec(found)}


def solicitations_of(session: Session, draft_id: int) -> list[Solicitation]:
    """Those on any version of a draft, the newest first."""
    found = select(Solicitation).where(Solicitation.draft_id == draft_id).order_by(col(Solicitation.id).desc())
    return list(session.exec(found))


def is_asked_on(session: Session, version_id: int) -> bool:
    """Whether opinions on a version are asked for by a solicitation that was opened and not closed."""
    found = select(Solicitation.id).where(
        Solicitation.version_id == version_id,
        col(Solicitation.opened_at).is_not(None),
        col(Solicitation.closed_at).is_(None),
    )
    return session.exec(found.limit(1)).first() is not None


def open_solicitations(
    session: Session, now: datetime, communities: Collection[int] | None = None
) -> list[Solicitation]:
    """Those that run now, the one that ends first before the others."""
    found = select(Solicitation).where(
        col(Solicitation.opened_at).is_not(None),
        col(Solicitation.closed_at).is_(None),
        col(Solicitation.closes_at) > now,
    )
    if communities is not None:
        found = found.where(col(Solicitation.community_id).in_(list(communities)))
    return list(session.exec(found.order_by(col(Solicitation.closes_at), col(Solicitation.id)).limit(100)))


def opened_solicitations(session: Session, *, limit: int = 100) -> list[Solicitation]:
    """Everything that was ever opened, the newest first."""
    found = select(Solicitation).where(col(Solicitation.opened_at).is_not(None))
    return list(session.exec(found.order_by(col(Solicitation.opened_at).desc()).limit(limit)))


def extensions_of(session: Session, id: int) -> list[SolicitationExtension]:
    found = select(SolicitationExtension).where(SolicitationExtension.solicitation_id == id)
    return list(session.exec(found.order_by(col(SolicitationExtension.id))))


def points_of(session: Session, community_id: int) -> list[CollectionPoint]:
    found = select(CollectionPoint).where(CollectionPoint.community_id == community_id)
    return list(session.exec(found.order_by(col(CollectionPoint.id))))


def collectings_of(session: Session, id: int) -> list[Collecting]:
    found = select(Collecting).where(Collecting.solicitation_id == id)
    return list(session.exec(found.order_by(col(Collecting.point_id), col(Collecting.person_id))))


def text_asked_on(session: Session, one: Solicitation) -> tuple[DraftLaw, DraftVersion]:
    """The draft, and the version that the solicitation is on."""
    return session.get(DraftLaw, one.draft_id), session.get(DraftVersion, one.version_id)
