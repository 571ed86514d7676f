"""The log's tables: heads, entries as the exact bytes that were hashed, and the openings of their commitments."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, bindparam, text
from sqlmodel import Field, Session, col, func, or_, select

from deliberation.bulk import select_many
from deliberation.db import Row


class LogHead(Row, table=True):
    """The head of one community's log: the row whose lock gives entries their numbers, without gaps."""

    community_id: int = Field(primary_key=True, foreign_key="community.id")
    origin: str = Field(unique=True, description="<log name>/<community id>/audit/<epoch>")
    size: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class Entry(Row, table=True):
    """One entry (存证记录): ``body`` is the canonical JSON that was hashed; the other columns only index it."""

    __table_args__ = (Index("ix_entry_topic", "topic", "community_id", "index"), Index("ix_entry_object", "object"))

    community_id: int = Field(primary_key=True, foreign_key="log_head.community_id")
    index: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime
    act: str
    object: str
    topic: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Opening(Row, table=True):
    """What opens one commitment of an entry: value and salt. Erasable, while the entry stays (audit.md 1.7)."""

    # Of voters only: nobody else's openings are looked for by person, and a million opinions have three and more each.
    __table_args__ = (
        Index(
            "ix_opening_voter",
            "person_id",
            sqlite_where=text("field = 'voter'"),
            postgresql_where=text("field = 'voter'"),
        ),
    )

    community_id: int = Field(primary_key=True)
    index: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    field: str = Field(primary_key=True)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    value: str = Field(sa_column=Column(Text, nullable=False))
    person_id: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))


def log_head(session: Session, community_id: int) -> LogHead | None:
    return session.get(LogHead, community_id)


# Put together once: every page and every socket asks this.
_SIZE = select(LogHead.size).where(LogHead.community_id == bindparam("community"))


def log_size(session: Session, community_id: int) -> int:
    """How many entries a community's log has; 0 where there is none."""
    return session.exec(_SIZE, params={"community": community_id}).first() or 0


_SIZES = select(func.sum(LogHead.size)).where(col(LogHead.community_id).in_(bindparam("communities", expanding=True)))


def sizes_of(session: Session, communities: Collection[int]) -> int:
    """How many entries the logs of these communities have together."""
    return int(select_many(session, _SIZES, communities=set(communities))[0][0] or 0) if communities else 0


def log_heads(session: Session) -> list[LogHead]:
    return list(session.exec(select(LogHead).order_by(col(LogHead.community_id))))


def entry(session: Session, community_id: int, index: int) -> Entry | None:
    return session.get(Entry, (community_id, index))


def entries_on(session: Session, topic: str) -> list[Entry]:
    """Every entry on one topic such as ``matter/7``, oldest first."""
    return list(
        session.exec(select(Entry).where(Entry.topic == topic).order_by(col(Entry.community_id), col(Entry.index)))
    )


def entries_about(session: Session, object_: str) -> list[Entry]:
    """Every entry whose object is this very thing, such as ``document/12``, oldest first."""
    found = select(Entry).where(Entry.object == object_).order_by(col(Entry.community_id), col(Entry.index))
    return list(session.exec(found))


def latest_entries(session: Session, community_id: int, *, before: int | None = None, limit: int = 50) -> list[Entry]:
    """Entries of one log, newest first; ``before`` continues below that index."""
    found = select(Entry).where(Entry.community_id == community_id)
    if before is not None:
        found = found.where(col(Entry.index) < before)
    return list(session.exec(found.order_by(col(Entry.index).desc()).limit(limit)))


def entries_read(
    session: Session, community_id: int, *, acts: Sequence[str] = (), before: int | None = None, limit: int = 50
) -> list[Entry]:
    """Entries of one log for a reader, newest first; ``before`` continues below that index.

    ``acts`` are beginnings of the acts wanted, such as ``poll.``; none means all.
    """
    found = select(Entry).where(Entry.community_id == community_id, *_of_acts(acts))
    if before is not None:
        found = found.where(col(Entry.index) < before)
    return list(session.exec(found.order_by(col(Entry.index).desc()).limit(limit)))


WINDOW = 500
"""How far back in each log its newest acts are looked for, when all logs are read together."""


def newest_entries(session: Session, *, acts: Sequence[str] = (), limit: int = 50) -> list[Entry]:
    """The newest entries of all logs together, found by each log's own numbers: the table has no index by time."""
    found = (
        select(Entry)
        .join(LogHead, col(LogHead.community_id) == Entry.community_id)
        .where(col(Entry.index) >= LogHead.size - WINDOW, *_of_acts(acts))
    )
    return list(session.exec(found.order_by(col(Entry.at).desc(), col(Entry.index).desc()).limit(limit)))


def _of_acts(acts: Sequence[str]) -> tuple:
    return (or_(*(col(Entry.act).startswith(act) for act in acts)),) if acts else ()


def openings_of(session: Session, community_id: int, index: int) -> list[Opening]:
    found = select(Opening).where(Opening.community_id == community_id, col(Opening.index) == index)
    return list(session.exec(found.order_by(Opening.field)))
