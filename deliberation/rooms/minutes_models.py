"""Minutes after they were issued: editions of their text, corrections asked for, signatures."""

from datetime import datetime

from sqlalchemy import Column, String, Text, UniqueConstraint, func
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.refusal import Missing


class Minutes(Row, table=True):
    """会议纪要: what happens to a document of minutes until it is sealed. The document itself stays as it was issued."""

    __tablename__ = "minutes"

    document_id: int = Field(primary_key=True, foreign_key="document.id")
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    room_id: int | None = Field(default=None, foreign_key="room.id", unique=True)
    convening_id: int | None = Field(default=None, foreign_key="convening.id")
    days: int = Field(description="for corrections")
    days_source: str
    until: datetime = Field(description="end of the time for corrections")
    participants_sign: str = Field(
        default="", description="the source that asks for their signatures; empty: none does"
    )
    summary: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    summary_by_id: int | None = Field(default=None, foreign_key="person.id")
    summary_at: datetime | None = None
    sheet_edition: int = Field(
        default=0, description="the edition that the attached sheet of signatures is for; 0: none"
    )
    sheet_sha256: str = Field(
        default="",
        sa_column=Column(String, nullable=False, server_default=""),
        description="digest of the whole text for which the sheet was attached; empty: of none that is known",
    )
    sheet_id: int | None = Field(default=None, foreign_key="evidence.id")
    sealed_at: datetime | None = None

    @property
    def topic(self) -> str:
        """What its followers follow, and what the log calls it."""
        return f"minutes/{self.document_id}"


class MinutesEdition(Row, table=True):
    """The text of minutes in one edition, from 1, which is the document's own; none is ever overwritten."""

    __tablename__ = "minutes_edition"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="minutes.document_id", index=True)
    number: int
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="person.id")
    correction_id: int | None = Field(default=None, description="the correction that it takes up")


class MinutesCorrection(Row, table=True):
    """要求更正: a passage, the wording wanted and why; then the answer. ``words`` is what was taken, if anything was."""

    __tablename__ = "minutes_correction"

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="minutes.document_id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    typed_by_id: int | None = Field(default=None, foreign_key="person.id", description="the clerk, for somebody else")
    edition: int = Field(description="the one that was read")
    place: int = Field(
        default=1, sa_column_kwargs={"server_default": "1"}, description="which of the passage's places there; 0: all"
    )
    passage: str = Field(sa_column=Column(Text, nullable=False))
    wording: str = Field(sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    asked_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by_id: int | None = Field(
        default=None, foreign_key="person.id", description="who typed it for somebody else and took it back"
    )
    withdrawn_reason: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    decided_at: datetime | None = None
    decided_by_id: int | None = Field(default=None, foreign_key="person.id")
    is_accepted: bool = False
    words: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    follows_id: int | None = Field(
        default=None,
        foreign_key="minutes_correction.id",
        description="the one that whoever keeps them carries through here",
    )
    answer: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class MinutesLeft(Row, table=True):
    """A place that goes on saying what a correction put right, and is meant so: left as it is, with a sentence."""

    __tablename__ = "minutes_left"
    __table_args__ = (UniqueConstraint("document_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="minutes.document_id", index=True)
    correction_id: int = Field(foreign_key="minutes_correction.id")
    key: str = Field(description="names correction, words and sentence, so that another sentence is asked about again")
    words: str = Field(sa_column=Column(Text, nullable=False))
    line: str = Field(sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    by_id: int = Field(foreign_key="person.id")


class MinutesSignature(Row, table=True):
    """签名: somebody signed, as ``role``, a text with this digest. It counts for that text alone."""

    __tablename__ = "minutes_signature"
    __table_args__ = (UniqueConstraint("document_id", "role", "sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="minutes.document_id", index=True)
    role: str
    person_id: int = Field(foreign_key="person.id")
    name: str = Field(description="as it was when they signed")
    edition: int
    sha256: str
    at: datetime


def minutes_of(session: Session, document_id: int, *, locked: bool = False) -> Minutes:
    """``locked``: nobody else changes them until this visit ends, so that a correction and the sealing cannot cross.

    Raises Missing.
    """
    found = select(Minutes).where(Minutes.document_id == document_id)
    if locked:
        found = found.with_for_update().execution_options(populate_existing=True)
    row = session.exec(found).first()
    if row is None:
        raise Missing
    return row


def editions_of(session: Session, document_id: int) -> list[MinutesEdition]:
    """Oldest first."""
    found = select(MinutesEdition).where(MinutesEdition.document_id == document_id)
    return list(session.exec(found.order_by(col(MinutesEdition.number))))


def newest_edition(session: Session, document_id: int) -> MinutesEdition:
    found = select(MinutesEdition).where(MinutesEdition.document_id == document_id)
    return session.exec(found.order_by(col(MinutesEdition.number).desc()).limit(1)).one()


def corrections_of(session: Session, document_id: int) -> list[MinutesCorrection]:
    """Oldest first."""
    found = select(MinutesCorrection).where(MinutesCorrection.document_id == document_id)
    return list(session.exec(found.order_by(col(MinutesCorrection.id))))


def correction(session: Session, id: int) -> MinutesCorrection:
    """Raises Missing."""
    found = session.get(MinutesCorrection, id)
    if found is None:
        raise Missing
    return found


def waiting(session: Session, document_id: int, person_id: int | None = None) -> int:
    """How many corrections nobody has decided, of everybody or of one person."""
    found = select(func.count(col(MinutesCorrection.id))).where(
        MinutesCorrection.document_id == document_id,
        col(MinutesCorrection.decided_at).is_(None),
        col(MinutesCorrection.withdrawn_at).is_(None),
    )
    if person_id is not None:
        found = found.where(MinutesCorrection.person_id == person_id)
    return session.exec(found).one()


def times_asked(session: Session, document_id: int, person_id: int, *, is_typed: bool) -> int:
    """How many corrections a person asked for, whatever became of them; ``is_typed``: those that others typed for them."""
    typed = col(MinutesCorrection.typed_by_id)
    found = select(func.count(col(MinutesCorrection.id))).where(
        MinutesCorrection.document_id == document_id,
        MinutesCorrection.person_id == person_id,
        typed.is_not(None) if is_typed else typed.is_(None),
        col(MinutesCorrection.follows_id).is_(None),
    )
    return session.exec(found).one()


def left_in(session: Session, document_id: int) -> list[MinutesLeft]:
    """Oldest first."""
    found = select(MinutesLeft).where(MinutesLeft.document_id == document_id)
    return list(session.exec(found.order_by(col(MinutesLeft.id))))


def signatures_of(session: Session, document_id: int) -> list[MinutesSignature]:
    """Oldest first, those on earlier texts too."""
    found = select(MinutesSignature).where(MinutesSignature.document_id == document_id)
    return list(session.exec(found.order_by(col(MinutesSignature.id))))
