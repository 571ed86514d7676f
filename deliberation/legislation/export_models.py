"""Exports that were asked for on the page, each a file that is made in the background and kept some days."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, Index, Text, func
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.legislation.export_rules import PUBLIC, Wanted
from deliberation.refusal import Missing


class OpinionExport(Row, table=True):
    """One export. ``beat_at``: when whoever makes it last said so; ``stored``: the file's random name below ``exports``."""

    __table_args__ = (Index("ix_opinion_export_solicitation", "solicitation_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    solicitation_id: int = Field(foreign_key="solicitation.id")
    edition: str
    format: str
    purpose: str = Field(default="", sa_column=Column(Text, nullable=False))
    layout_name: str = ""
    columns: list | None = Field(
        default=None, sa_column=Column(JSON), description="key and heading of each, where a layout was chosen"
    )
    asked_at: datetime
    asked_by_id: int | None = Field(default=None, foreign_key="person.id")
    tries: int = 0
    beat_at: datetime | None = None
    done: int = 0
    total: int = 0
    ended_at: datetime | None = None
    failed_at: datetime | None = None
    size: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    sha256: str = ""
    stored: str = ""
    gone_at: datetime | None = Field(
        default=None,
        description="since when its file is kept no more; while it is made: that what is read is out of date",
    )

    @property
    def subject(self) -> str:
        return f"export/{self.id}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.failed_at is None

    @property
    def is_there(self) -> bool:
        return self.ended_at is not None and self.gone_at is None


def opinion_export(session: Session, id: int) -> OpinionExport:
    """Raises Missing."""
    found = session.get(OpinionExport, id)
    if found is None:
        raise Missing
    return found


def exports_of(session: Session, solicitation_id: int, *, limit: int = 30) -> list[OpinionExport]:
    """The newest first."""
    found = select(OpinionExport).where(OpinionExport.solicitation_id == solicitation_id)
    return list(session.exec(found.order_by(col(OpinionExport.id).desc()).limit(limit)))


def ended_of(session: Session, solicitation_id: int) -> int:
    """How many were made and are handed out."""
    found = select(func.count()).where(
        OpinionExport.solicitation_id == solicitation_id,
        col(OpinionExport.ended_at).is_not(None),
        col(OpinionExport.gone_at).is_(None),
    )
    return session.exec(found).one()


def public_files(session: Session, solicitation_id: int) -> list[OpinionExport]:
    """The newest file of the public edition in each format; those of a layout are the liaison's."""
    found = select(OpinionExport).where(
        OpinionExport.solicitation_id == solicitation_id,
        OpinionExport.edition == PUBLIC,
        OpinionExport.layout_name == "",
        col(OpinionExport.ended_at).is_not(None),
        col(OpinionExport.gone_at).is_(None),
    )
    newest: dict[str, OpinionExport] = {}
    for each in session.exec(found.order_by(col(OpinionExport.id).desc()).limit(100)):
        newest.setdefault(each.format, each)
    return list(newest.values())


def running_export(session: Session, solicitation_id: int, wanted: Wanted) -> OpinionExport | None:
    """One of the same kind that is being made."""
    found = select(OpinionExport).where(
        OpinionExport.solicitation_id == solicitation_id,
        OpinionExport.edition == wanted.edition,
        OpinionExport.format == wanted.format,
        OpinionExport.layout_name == wanted.layout_name,
        col(OpinionExport.ended_at).is_(None),
        col(OpinionExport.failed_at).is_(None),
    )
    return session.exec(found.limit(1)).first()


def names_kept(session: Session) -> set[str]:
    """The names of the files that are there for somebody."""
    found = select(OpinionExport.stored).where(
        col(OpinionExport.ended_at).is_not(None), col(OpinionExport.gone_at).is_(None)
    )
    return set(session.exec(found))


def kept_since(session: Session, before: datetime | None = None) -> list[OpinionExport]:
    """Those whose file is there, and was made before this where it is said."""
    found = select(OpinionExport).where(col(OpinionExport.ended_at).is_not(None), col(OpinionExport.gone_at).is_(None))
    return list(session.exec(found if before is None else found.where(col(OpinionExport.ended_at) < before)))
