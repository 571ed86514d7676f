"""Bodies that somebody with the database's password could put in the place of an entry's, and the way to put them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session, select

from deliberation.audit.canonical import canonical, read_canonical
from deliberation.audit.models import Entry


def _with(**more: Any) -> Callable[[bytes], bytes]:
    return lambda body: canonical(read_canonical(body) | more)


def _saying(word: str) -> Callable[[bytes], bytes]:
    def changed(body: bytes) -> bytes:
        entry = read_canonical(body)
        return canonical(entry | {"data": entry["data"] | {"word": word}})

    return changed


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a key too many": _with(zebra=1),
    "a digit that is no number": _saying("\0²"),
    "digits without end": _saying("\0" + "7" * 5000),
    "garbage": lambda body: b"garbage",
    "no data": lambda body: canonical({k: v for k, v in read_canonical(body).items() if k != "data"}),
    "a list": lambda body: b"[]",
    "a number for data": _with(data=5),
    "lists in lists": lambda body: b"[" * 5000 + b"]" * 5000,
    "lists in data": lambda body: _with(data="HERE")(body).replace(b'"HERE"', b"[" * 5000 + b"]" * 5000),
}
"""By what was done: an entry's body → what is put in its place."""
NAMED = sorted(DAMAGE.keys() - {"a key too many", "a digit that is no number", "digits without end"})
"""What is seen to be no entry even where nothing is published to hold it against."""


def spoil(session: Session, act: str, damage: str) -> int:
    """Put such a body in the place of every entry of an act; how many they were."""
    entries = session.exec(select(Entry).where(Entry.act == act)).all()
    for entry in entries:
        entry.body = DAMAGE[damage](bytes(entry.body))
    session.flush()
    return len(entries)


def unlock(connection: Connection) -> None:
    """Take away the triggers, as the owner of the tables can; a rollback brings them back."""
    if connection.dialect.name == "sqlite":
        wanted = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(text(wanted)).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
    else:
        for table in ("entry", "log_head", "opening", "poll", "roster_line"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
