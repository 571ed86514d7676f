"""The one way to write an entry: ``record`` within a visit, ``append_entries`` at the end of its batch.

An entry is written and numbered in the transaction of its act, under the lock of its log's head. No personal value
enters an entry: ``secrets`` are replaced by salted commitments and kept in the erasable table of openings.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from deliberation.audit.canonical import LARGEST, canonical
from deliberation.audit.commitment import SALT_BYTES, commit
from deliberation.audit.models import Entry, LogHead, Opening, log_size
from deliberation.bulk import insert_many, select_many
from deliberation.db import pend_entry
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import SYSTEM, Act, _

ENTRY_COLUMNS = ("community_id", "index", "at", "act", "object", "topic", "body")
OPENING_COLUMNS = ("community_id", "index", "field", "salt", "value", "person_id")

_HEADS = (
    select(LogHead.community_id, LogHead.size)
    .where(col(LogHead.community_id).in_(bindparam("communities", expanding=True)))
    .order_by(col(LogHead.community_id))
    .with_for_update()
)
_HEAD = LogHead.__table__.c
_GROW = update(LogHead.__table__).where(_HEAD.community_id == bindparam("head")).values(size=bindparam("new_size"))

LARGEST_ENTRY = 65_535
"""Bytes: C2SP tlog-tiles stores the length of an entry in two bytes."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a role, and the person behind it, who enters the log only as a commitment. Nobody: the system."""

    role: str = SYSTEM
    person_id: int | None = None


@dataclass(slots=True)
class PendingEntry:
    """An act that waits for its number. ``secrets``: field → (value, person whose value it is or None)."""

    community_id: int
    act: str
    object: str
    topic: str
    actor: Actor
    data: Mapping[str, Any]
    secrets: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)


def record(
    session: Session,
    act: Act,
    community_id: int,
    object_: str,
    *,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
    topic: str = "",
    owner: int | None = None,
) -> None:
    """Write that ``actor`` did ``act`` to ``object_`` (a word like ``document/12``) in a community's log.

    ``data`` holds integers and strings that anybody may read; ``secrets`` texts that enter only as commitments;
    ``owner`` is the person whose values the secrets are (the actor if not said); ``topic`` the larger thing it belongs
    to (``matter/7``), on whose page it is shown. ``kept`` enters as commitments too, but is nobody's value: what opens it
    is erased with no person, so a check may ask that it is there.
    """
    whose = owner if owner is not None else actor.person_id
    hidden = {name: (value, whose) for name, value in (secrets or {}).items()}
    hidden |= {name: (value, None) for name, value in (kept or {}).items()}
    pend_entry(session, PendingEntry(community_id, act.value, object_, topic or object_, actor, data or {}, hidden))


def record_many(session: Session, entries: list[PendingEntry]) -> None:
    """The same for a bulk verb, which makes its entries itself."""
    for entry in entries:
        pend_entry(session, entry)


def next_index(session: Session, community_id: int) -> int:
    """The number that the next entry of a log will have: the writer alone asks, and nobody else writes (``db.Writer``).

    Entries that wait in the same batch come before it; what a refused visit left was forgotten.
    """
    waiting: list[PendingEntry] = session.info.get("entries", [])
    return log_size(session, community_id) + sum(entry.community_id == community_id for entry in waiting)


def append_entries(session: Session, pending: list[PendingEntry], now: datetime) -> dict[int, int]:
    """Number the batch's entries and insert them; the writer calls this once before each commit.

    Heads are locked in the order of their ids, so that two processes cannot wait for each other. Returns the new size
    of each log that grew.
    """
    at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = sorted({entry.community_id for entry in pending})
    sizes = dict(select_many(session, _HEADS, communities=ids))
    salts = os.urandom(SALT_BYTES * sum(len(entry.secrets) + 1 for entry in pending))
    entries, openings, used = [], [], 0
    for entry in pending:
        index = sizes[entry.community_id]
        sizes[entry.community_id] = index + 1
        commits = {}
        for name, (value, owner) in _secrets(entry):
            salt = salts[used : used + SALT_BYTES]
            used += SALT_BYTES
            commits[name] = commit(name, salt, value)
            openings.append((entry.community_id, index, name, salt, value, owner))
        body = _body(entry, at, commits)
        entries.append((entry.community_id, index, now, entry.act, entry.object, entry.topic, body))
    insert_many(session, Entry.__table__, ENTRY_COLUMNS, entries)
    if openings:
        insert_many(session, Opening.__table__, OPENING_COLUMNS, openings)
    grown = [{"head": community_id, "new_size": sizes[community_id]} for community_id in ids]
    session.connection().execute(_GROW, grown)
    return sizes


def open_log(session: Session, community_id: int, origin: str) -> None:
    """Begin the log of a new community."""
    session.add(LogHead(community_id=community_id, origin=origin, size=0))
    session.flush()


def leaf_hash(body: bytes) -> bytes:
    """RFC 6962 section 2.1: the hash of a leaf."""
    return hashlib.sha256(b"\x00" + body).digest()


def _secrets(entry: PendingEntry) -> list[tuple[str, tuple[str, int | None]]]:
    named = list(entry.secrets.items())
    if entry.actor.person_id is not None:
        named.append(("actor", (f"person/{entry.actor.person_id}", entry.actor.person_id)))
    return named


def _data(data: Mapping[str, Any], commits: dict[str, str]) -> bytes:
    if not commits:
        return canonical(dict(data))
    if any(type(value) is not int or not -LARGEST <= value <= LARGEST for value in data.values()):
        return canonical({**data, "commit": commits})
    before, after = _around_commit(tuple(data))
    named = b",".join([b'%b:"%b"' % (_quoted(name), commits[name].encode()) for name in sorted(commits)])
    return b'{%b"commit":{%b}%b}' % (
        b"".join([b"%b%d," % (quoted, data[name]) for name, quoted in before]),
        named,
        b"".join([b",%b%d" % (quoted, data[name]) for name, quoted in after]),
    )


@lru_cache(1024)
def _around_commit(names: tuple[str, ...]) -> tuple[list[tuple[str, bytes]], ...]:
    """The members of an entry's data that stand before its commitments and after them: name, and the name as it is written."""
    # RFC 8785 sorts by UTF-16 code units; names of members are ASCII words of ours.
    ordered = sorted(names, key=lambda name: name.encode("utf-16-be"))
    return tuple(
        [(name, _quoted(name) + b":") for name in ordered if (name < "commit") is side] for side in (True, False)
    )


@lru_cache(4096)
def _quoted(words: str) -> bytes:
    return canonical(words)


_PLAIN = re.compile("[0-9A-Za-z/_.-]*")


def _once(words: str) -> bytes:
    """The same of what hardly comes twice, such as an entry's object: it would only push the others out."""
    return b'"%b"' % words.encode() if _PLAIN.fullmatch(words) else canonical(words)


def _body(entry: PendingEntry, at: str, commits: dict[str, str]) -> bytes:
    # The members in the order of RFC 8785, put together from pieces that hardly change: half the cost of the whole.
    body = b"".join(
        (b'{"actor":', _quoted(entry.actor.role), b',"at":', _quoted(at), b',"data":', _data(entry.data, commits),
         b',"object":', _once(entry.object), b',"type":', _quoted(entry.act), b',"v":1}')
    )  # fmt: skip
    if len(body) > LARGEST_ENTRY:
        raise Refused(Refusal(_("这一行为的记录过长，无法存证"), remedy=_("请缩短内容后重试")))
    return body
