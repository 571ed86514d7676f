"""Committed entries, read in pages: what the signer signs."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, select

from deliberation.audit.models import Entry, log_heads
from deliberation.audit.signed_log import Log
from deliberation.db import Database

PAGE = 4096


def logs_of(session: Session) -> list[Log]:
    return [Log(head.community_id, head.origin, head.size) for head in log_heads(session)]


def bodies(session: Session, community: int, start: int, stop: int) -> Iterator[bytes]:
    """The bodies of the entries ``start … stop - 1`` that are there, in order."""
    for first in range(start, stop, PAGE):
        wanted = select(Entry.body).where(
            Entry.community_id == community, col(Entry.index) >= first, col(Entry.index) < min(first + PAGE, stop)
        )
        for body in session.exec(wanted.order_by(col(Entry.index))):
            yield bytes(body)


class CommittedEntries:
    """The signer's source over a database; each call is a read of its own, so no snapshot is held between rounds."""

    def __init__(self, database: Database):
        self._database = database

    def logs(self) -> list[Log]:
        with self._database.read() as session:
            return logs_of(session)

    def entries(self, community: int, start: int, stop: int) -> Iterator[bytes]:
        with self._database.read() as session:
            yield from bodies(session, community, start, stop)
