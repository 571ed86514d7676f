"""The index follows the opinions: a job takes them in their order, some thousands at a time, and says how far it is.

Giving an opinion waits for none of it. What a chunk needs is computed from what was read, outside the writer; the writer
only puts the rows down.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from deliberation.bulk import select_many
from deliberation.jobs import plan_job
from deliberation.legislation.index_models import (
    Indexed,
    OpinionsFollowed,
    add_indexed,
    batched,
    begin_anew,
    forget_indexed,
    heads_of_same,
    heads_under,
    marks_counted,
)
from deliberation.legislation.likeness_rules import Heads, normal_form, runs
from deliberation.legislation.looking_ahead import LookingAhead
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.text_looks import Look, Row, Runs, looks, own_words
from deliberation.matters.search import simplified

FOLLOW, FOLLOW_AGAIN = "opinions_followed", "opinion_followed_again"
CHUNK = 2_000
SOON = timedelta(seconds=1)
"""Until the index begins to follow, so that one chunk takes what comes together."""

_AFTER = (
    select(*(getattr(Opinion, name) for name in Row._fields))
    .where(Opinion.solicitation_id == bindparam("of"), Opinion.number > bindparam("after"))
    .order_by(col(Opinion.number))
    .limit(2 * CHUNK)
)
_THESE = select(*(getattr(Opinion, name) for name in Row._fields)).where(
    col(Opinion.id).in_(bindparam("ids", expanding=True))
)
_OWN = select(Opinion.id, Opinion.proposal, Opinion.reason).where(col(Opinion.id).in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Followed:
    """What a chunk comes to: after which number it begins, with which it ends, and what is written."""

    after: int
    upto: int
    found: tuple[Indexed, ...]


def follow_soon(session: Session, now: datetime, solicitation_id: int) -> None:
    """Have the index follow a solicitation, if it does not already."""
    known = session.get(OpinionsFollowed, solicitation_id) or OpinionsFollowed(solicitation_id=solicitation_id)
    if known.is_waiting:
        return
    known.is_waiting = True
    session.add(known)
    session.flush()
    _plan(session, now + SOON, known)


def follow_again(session: Session, now: datetime, one: Opinion) -> None:
    """Have the index follow what an opinion says now."""
    plan_job(session, FOLLOW_AGAIN, f"{one.subject}/followed/{now.isoformat()}", now, opinion=one.id)


def _plan(session: Session, at: datetime, known: OpinionsFollowed) -> None:
    key = f"solicitation/{known.solicitation_id}/followed/{known.upto}/{at.isoformat()}"
    plan_job(session, FOLLOW, key, at, solicitation=known.solicitation_id)


def catch_up(session: Session, now: datetime) -> None:
    """Have the index follow wherever it is behind and no job is planned: after a restore, or a job that was given up."""
    done = {each.solicitation_id: each for each in session.exec(select(OpinionsFollowed))}
    for id, given in session.exec(select(Solicitation.id, Solicitation.given).where(Solicitation.given > 0)):
        known = done.get(id)
        if known is None or known.upto < given:
            if known is not None:
                known.is_waiting = False
            follow_soon(session, now, id)


# --- a chunk


class ChunkPrepared:
    """The next opinions of a solicitation, read and looked at; where as many wait behind them, those meanwhile."""

    def __init__(self) -> None:
        self.ahead = LookingAhead()

    def __call__(self, session: Session, payload: dict[str, Any]) -> Followed:
        of = payload["solicitation"]
        known = session.get(OpinionsFollowed, of)
        after = known.upto if known else 0
        rows = select_many(session, _AFTER, of=of, after=after)
        rows, coming = rows[:CHUNK], rows[CHUNK : 2 * CHUNK]
        upto = rows[-1][1] if rows else after
        seen = self.ahead.looks(rows, coming if len(coming) == CHUNK else [])
        return Followed(after, upto, compared(session, of, seen))


def follow_chunk(session: Session, now: datetime, payload: dict[str, Any], chunk: Followed) -> None:
    """Write a chunk down, and plan the next one where there is more."""
    of = session.get(Solicitation, payload["solicitation"])
    known = session.get(OpinionsFollowed, of.id)
    if known.upto == chunk.after:  # Otherwise another runner was here first; the next chunk begins where it ended.
        if chunk.after == 0:
            begin_anew(session, of.id)
        if chunk.found:
            add_indexed(session, of.id, chunk.found)
        known.upto, known.done = chunk.upto, known.done + len(chunk.found)
    known.is_waiting = known.upto < of.given
    session.add(known)
    session.flush()
    if known.is_waiting:
        _plan(session, now, known)


def prepare_again(session: Session, payload: dict[str, Any]) -> tuple[Indexed, ...]:
    one = session.get(Opinion, payload["opinion"])
    return compared(session, one.solicitation_id, looks(select_many(session, _THESE, ids=[one.id])))


def follow_one(session: Session, _now: datetime, payload: dict[str, Any], found: tuple[Indexed, ...]) -> None:
    """Write anew what stands in the index of one opinion; one that was not reached yet comes in its turn."""
    one = session.get(Opinion, payload["opinion"])
    known = session.get(OpinionsFollowed, one.solicitation_id)
    if known is None or known.upto < one.number:
        return
    forget_indexed(session, [one.id])
    add_indexed(session, one.solicitation_id, found)


# --- what texts have in common


def compared(session: Session, of: int, seen: Sequence[Look]) -> tuple[Indexed, ...]:
    """What the index has of these opinions: their words, and the group to which each belongs."""
    same = heads_of_same(session, of, {each.digest for each in seen})
    new = {each.digest: each for each in reversed(seen) if each.digest not in same}
    groups = _Groups.of(session, of, {each.id: each.told for each in new.values() if each.told})
    found = []
    for each in seen:
        own = ()
        if each.digest not in same:
            same[each.digest], own = groups.joined(each.id, each.told)
        found.append(Indexed(each.id, each.signs, each.letters, each.digest, same[each.digest], own))
    return tuple(found)


@dataclass(frozen=True)
class _Groups:
    """The groups that these texts may belong to: those that stand, of which is known who may be like whom, and new ones."""

    standing: Heads
    counted: Mapping[int, int]
    """Mark → how many heads stand under it."""
    likely: Mapping[int, Sequence[int]]
    fresh: Heads

    @classmethod
    def of(cls, session: Session, of: int, told: Mapping[int, Runs]) -> _Groups:
        heads = Heads()
        counted = marks_counted(session, of, {mark for each in told.values() for mark in each.marks})
        rarest = {id: Heads.rarest(each.marks, counted) for id, each in told.items()}
        heads.seed(heads_under(session, of, {mark for each in rarest.values() for mark in each}))
        likely = {id: heads.candidates(each) for id, each in rarest.items()}
        for id, said in _recalled(session, {id for each in likely.values() for id in each}):
            heads.recall(id, said)
        return cls(heads, counted, likely, Heads())

    def joined(self, id: int, said: Runs | None) -> tuple[int, tuple[int, ...]]:
        """The head of the group to which an opinion belongs, and the marks that are kept of it where that is itself."""
        if said is None:
            return id, ()
        there, how = self.standing.likest(said.all, self.likely[id])
        here, how_here = self.fresh.likest(said.all, self.fresh.candidates(said.marks))
        if here is not None and how_here > how:
            return here, ()
        if there is not None:
            return there, ()
        kept = self.fresh.telling(said.marks, self.counted)
        self.fresh.begin(id, said.all, said.marks)
        return id, kept


MOST_RECALLED = 20_000
_kept: dict[int, tuple[str, array[int]]] = {}
"""What heads say that were asked for lately, with the words it was made of: about a KB each."""


def _recalled(session: Session, wanted: set[int]) -> Iterator[tuple[int, array[int]]]:
    """The runs of these heads. A head whose author said it otherwise says something else."""
    for at in batched(sorted(wanted), 4_000):
        for id, proposal, reason in select_many(session, _OWN, ids=at):
            own = own_words(proposal, reason)
            if id not in _kept or _kept[id][0] != own:
                if len(_kept) >= MOST_RECALLED:
                    _kept.clear()
                _kept[id] = (own, array("q", runs(normal_form(simplified(own)))))
            yield id, _kept[id][1]
