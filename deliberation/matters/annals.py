"""What the log says of a matter, read once: entries never change, so only those that came since are read and parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from deliberation.audit.models import Entry
from deliberation.bulk import select_many
from deliberation.keeping import Kept
from deliberation.matters.chronicle import QUIET, Said, said
from deliberation.vocabulary import Act

STILL = QUIET - {Act.NOTICE_DELIVERED}
"""Acts that change nothing on the dossier: they come in hundreds, and after each of them it would be made anew."""


@dataclass(frozen=True)
class Annals:
    """The entries of a matter up to index ``until`` (-1: none), without those of ``STILL``.

    ``last`` is the index of the last of them, ``told`` are those of which the story tells, oldest first, ``first`` says
    at which index each object first stands in the log.
    """

    until: int = -1
    last: int = -1
    told: tuple[Said, ...] = ()
    first: Mapping[str, int] = field(default_factory=dict)


_annals: Kept[Annals] = Kept(512)

_LAST = select(func.max(col(Entry.index))).where(
    Entry.topic == bindparam("topic"), Entry.community_id == bindparam("place")
)
_SINCE = (
    select(Entry.index, Entry.act, Entry.object, Entry.at, Entry.body)
    .where(
        Entry.topic == bindparam("topic"),
        Entry.community_id == bindparam("place"),
        col(Entry.index) > bindparam("after"),
        col(Entry.index) <= bindparam("until"),
        col(Entry.act).not_in(bindparam("still", expanding=True)),
    )
    .order_by(col(Entry.index))
)


def last_entry(session: Session, matter_id: int, community_id: int) -> int:
    """The index of the last entry of a matter, as this session sees the log; -1 where there is none."""
    found = select_many(session, _LAST, topic=f"matter/{matter_id}", place=community_id)
    return -1 if found[0][0] is None else found[0][0]


def annals_of(session: Session, matter_id: int, community_id: int, until: int) -> Annals:
    """The annals up to an entry that the session sees."""
    key = (session.get_bind().engine.url.database, matter_id)
    kept = _annals.peek(key) or Annals()
    if kept.until == until:
        return kept
    if kept.until > until:  # The session is older than what is kept, which it must not see.
        return _continued(session, Annals(), matter_id, community_id, until)
    grown = _continued(session, kept, matter_id, community_id, until)
    _annals.put(key, grown)
    return grown


def _continued(session: Session, annals: Annals, matter_id: int, community_id: int, until: int) -> Annals:
    about = {"topic": f"matter/{matter_id}", "place": community_id, "still": sorted(act.value for act in STILL)}
    rows = select_many(session, _SINCE, **about, after=annals.until, until=until)
    first = dict(annals.first)
    for index, _act, object_, _at, _body in rows:
        first.setdefault(object_, index)
    told = [said(index, at, act, object_, body) for index, act, object_, at, body in rows if act not in QUIET]
    return Annals(until, rows[-1][0] if rows else annals.last, (*annals.told, *told), first)
