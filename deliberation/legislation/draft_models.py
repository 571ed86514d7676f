"""Drafts of law, their versions, how each was read, and an index of their articles.

A text is never overwritten: a correction of how a version was read is a further reading, and the last one is in force.
What is long (the lines, the document) stands in a row of its own, so that pages which need neither never load them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import JSON, Column, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from deliberation.db import Row
from deliberation.files import Attachment
from deliberation.legislation.draft_rules import is_key
from deliberation.refusal import Missing


class DraftLaw(Row, table=True):
    """法律草案: a text that comes to a contact point in one version after another."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    title: str
    brought_at: datetime
    brought_by_id: int | None = Field(default=None, foreign_key="person.id")
    published_at: datetime | None = Field(default=None, description="since when everybody may read it")

    @property
    def topic(self) -> str:
        return f"draft/{self.id}"

    @property
    def is_public(self) -> bool:
        return self.published_at is not None


class DraftVersion(Row, table=True):
    """稿次: one text of a draft. ``reading`` is the number of the reading in force."""

    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft_law.id", index=True)
    number: int = Field(description="1 for the first that came here")
    name: str = Field(description="一审稿, 二次审议稿, 三次审议稿, 通过 …, as it is called")
    dated_on: date | None = None
    source_url: str = Field(default="", description="where the text is published")
    attachment_id: int | None = Field(default=None, foreign_key="attachment.id", description="the file as it came")
    reading: int = 1
    added_at: datetime
    added_by_id: int | None = Field(default=None, foreign_key="person.id")
    held_at: datetime | None = Field(
        default=None, description="since when opinions on this very text are asked for: its reading stays as it is"
    )


class DraftReading(Row, table=True):
    """How a version was read: the first by the program, every further one with somebody's corrections and their reason."""

    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="draft_version.id", index=True)
    number: int
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    title: str = Field(description="as it is printed in the text")
    status: str = Field(description="statute or amendment")
    counts: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    warnings: int = 0
    digest: str = Field(description="sha256 of the document deliberation/law-1")
    lines_digest: str = Field(description="sha256 of the lines")
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")


class DraftText(Row, table=True):
    """The long part of a reading: the lines that were read, as JSON, and the document deliberation/law-1."""

    reading_id: int = Field(primary_key=True, foreign_key="draft_reading.id")
    lines: str = Field(sa_column=Column(Text, nullable=False))
    document: str = Field(sa_column=Column(Text, nullable=False))
    frame: dict = Field(
        sa_column=Column(JSON, nullable=False), description="the document without its articles: head, outline, annexes"
    )


class DraftArticle(Row, table=True):
    """An article of a reading (of an amendment: an item). ``key`` is its number, ``120-1`` for 第一百二十条之一.

    A number that comes twice has ``.2`` behind it the second time. ``opinions`` counts those on it or a part of it.
    """

    __table_args__ = (
        UniqueConstraint("version_id", "reading", "position"),
        UniqueConstraint("version_id", "reading", "key"),
        ForeignKeyConstraint(
            ["version_id", "reading"], ["draft_reading.version_id", "draft_reading.number"],
            name="fk_draft_article_version_id_draft_reading",
        ),
        Index("ix_draft_article_place", "version_id", "reading", "section"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    version_id: int
    reading: int
    position: int = Field(description="1 for the first")
    section: int = Field(description="the part of the text with which it is shown, 1 for the first")
    key: str = Field(max_length=24)
    label: str
    heading: str = Field(default="", description="its caption with the brackets")
    path: str = Field(default="", sa_column=Column(Text, nullable=False), description="headings above, a line each")
    text: str = Field(sa_column=Column(Text, nullable=False))
    search: str = Field(
        sa_column=Column(Text, nullable=False), description="label, caption and text as matters.search.normal has them"
    )
    opinions: int = 0


ARTICLE_COLUMNS = (
    "version_id", "reading", "position", "section", "key", "label", "heading", "path", "text", "search", "opinions",
)  # fmt: skip


# --- one


def draft_law(session: Session, id: int) -> DraftLaw:
    """Raises Missing."""
    found = session.get(DraftLaw, id)
    if found is None:
        raise Missing
    return found


def versions_of(session: Session, draft_id: int) -> list[DraftVersion]:
    """All versions, the first one first."""
    found = select(DraftVersion).where(DraftVersion.draft_id == draft_id).order_by(col(DraftVersion.number))
    return list(session.exec(found))


def draft_version(session: Session, draft_id: int, number: int) -> DraftVersion:
    """Raises Missing."""
    found = select(DraftVersion).where(DraftVersion.draft_id == draft_id, DraftVersion.number == number)
    version = session.exec(found).first()
    if version is None:
        raise Missing
    return version


def readings_of(session: Session, version_id: int) -> list[DraftReading]:
    found = select(DraftReading).where(DraftReading.version_id == version_id).order_by(col(DraftReading.number))
    return list(session.exec(found))


def reading_in_force(session: Session, version: DraftVersion) -> DraftReading:
    return reading_numbered(session, version, version.reading)


def reading_numbered(session: Session, version: DraftVersion, number: int) -> DraftReading:
    """Raises Missing."""
    found = select(DraftReading).where(DraftReading.version_id == version.id, DraftReading.number == number)
    reading = session.exec(found).first()
    if reading is None:
        raise Missing
    return reading


def text_of(session: Session, reading: DraftReading) -> DraftText:
    """The lines and the document of a reading."""
    found = session.get(DraftText, reading.id)
    if found is None:
        raise Missing
    return found


def frame_of(session: Session, reading: DraftReading) -> dict:
    """The document without its articles, and nothing longer."""
    return session.exec(select(DraftText.frame).where(DraftText.reading_id == reading.id)).one()


def source_file(session: Session, version: DraftVersion) -> Attachment | None:
    return session.get(Attachment, version.attachment_id) if version.attachment_id else None


# --- articles of the reading in force


def articles_of(session: Session, version: DraftVersion, *, section: int | None = None) -> list[DraftArticle]:
    """The articles in their order, or those of one section."""
    found = select(DraftArticle).where(DraftArticle.version_id == version.id, DraftArticle.reading == version.reading)
    if section is not None:
        found = found.where(DraftArticle.section == section)
    return list(session.exec(found.order_by(col(DraftArticle.position))))


def articles_read(session: Session, version: DraftVersion, number: int) -> list[DraftArticle]:
    """The articles of one reading, whether it is in force or not."""
    found = select(DraftArticle).where(DraftArticle.version_id == version.id, DraftArticle.reading == number)
    return list(session.exec(found.order_by(col(DraftArticle.position))))


def version_then(versions: Sequence[DraftVersion], at: datetime) -> DraftVersion:
    """The newest of these that was there at an instant; the first, where none was yet."""
    return next((each for each in reversed(versions) if each.added_at <= at), versions[0])


def article_keyed(session: Session, version: DraftVersion, key: str, at: datetime | None = None) -> DraftArticle:
    """As it is read now, or as it was read at an instant. Raises Missing."""
    if not is_key(key):
        raise Missing
    reading = version.reading
    if at is not None:
        made = select(func.max(DraftReading.number)).where(DraftReading.version_id == version.id, DraftReading.at <= at)
        reading = session.exec(made).one() or 1
    found = select(DraftArticle).where(
        DraftArticle.version_id == version.id, DraftArticle.reading == reading, DraftArticle.key == key
    )
    article = session.exec(found).first()
    if article is None:
        raise Missing
    return article
