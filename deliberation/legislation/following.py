"""The index follows the opinions: a job takes them in their order, some thousands at a time, and says how far it is.

Giving an opinion waits for none of it. What a chunk needs is computed from what was read, outside the writer; the writer
only puts the rows down.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from pypinyin.constants import PINYIN_DICT
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
from deliberation.legislation.likeness_rules import SHORTEST, Heads, marks, normal_form, runs, same_mark
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.word_rules import letters, sign_form
from deliberation.matters.search import simplified

FOLLOW, FOLLOW_AGAIN = "opinions_followed", "opinion_followed_again"
CHUNK = 2_000
SOON = timedelta(seconds=1)
"""Until the index begins to follow, so that one chunk takes what comes together."""

_READ = (
    "id", "number", "proposal", "reason", "as_said", "label", "place_label", "quote", "category", "occasion", "note", "kind",
    "article",
)  # fmt: skip
_AFTER = (
    select(*(getattr(Opinion, name) for name in _READ))
    .where(Opinion.solicitation_id == bindparam("of"), Opinion.number > bindparam("after"))
    .order_by(col(Opinion.number))
    .limit(CHUNK)
)
_THESE = select(*(getattr(Opinion, name) for name in _READ)).where(
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


def prepare_chunk(session: Session, payload: dict[str, Any]) -> Followed:
    """The next opinions of a solicitation, read and looked at."""
    of = payload["solicitation"]
    known = session.get(OpinionsFollowed, of)
    after = known.upto if known else 0
    rows = select_many(session, _AFTER, of=of, after=after)
    upto = rows[-1][1] if rows else after
    return Followed(after, upto, looked_at(session, of, rows))


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
    return looked_at(session, one.solicitation_id, select_many(session, _THESE, ids=[one.id]))


def follow_one(session: Session, _now: datetime, payload: dict[str, Any], found: tuple[Indexed, ...]) -> None:
    """Write anew what stands in the index of one opinion; one that was not reached yet comes in its turn."""
    one = session.get(Opinion, payload["opinion"])
    known = session.get(OpinionsFollowed, one.solicitation_id)
    if known is None or known.upto < one.number:
        return
    forget_indexed(session, [one.id])
    add_indexed(session, one.solicitation_id, found)


# --- what is found in a text


def looked_at(session: Session, of: int, rows: Sequence[tuple]) -> tuple[Indexed, ...]:
    """What the index has of these opinions: (columns of ``_READ``)."""
    said = [_Said(*row) for row in rows]
    folded = {each.id: simplified(each.own) for each in said}
    forms = {id: normal_form(words) for id, words in folded.items()}
    digests = {each.id: _digest(each, forms[each.id]) for each in said}
    same = heads_of_same(session, of, set(digests.values()))
    new = {digest: id for id, digest in reversed(digests.items()) if digest not in same}
    told = {id: _Runs.of(forms[id]) for id in new.values() if len(forms[id]) >= SHORTEST}
    groups = _Groups.of(session, of, told)
    found = []
    for each in said:
        digest, own = digests[each.id], ()
        if digest not in same:
            same[digest], own = groups.joined(each.id, told.get(each.id))
        signs = sign_form(folded[each.id] + _folded(each.around))
        found.append(Indexed(each.id, signs, letters(signs, first_letters()), digest, same[digest], own))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs of a text, and its marks."""

    all: frozenset[int]
    marks: tuple[int, ...]

    @classmethod
    def of(cls, form: str) -> _Runs:
        found = runs(form)
        return cls(found, marks(found))


_folded = lru_cache(4096)(simplified)
"""Of labels and groups, which come again and again."""


def _own_words(proposal: str, reason: str) -> str:
    return f"{proposal}\n{reason}"


@dataclass(frozen=True, slots=True)
class _Said:
    id: int
    number: int
    proposal: str
    reason: str
    as_said: str
    label: str
    place_label: str
    quote: str
    category: str
    occasion: str
    note: str
    kind: str
    article: str

    @property
    def own(self) -> str:
        """What the opinion says."""
        return _own_words(self.proposal, self.reason)

    @property
    def around(self) -> str:
        """What is searched besides: where it came from, never who said it."""
        parts = (self.as_said, self.label + self.place_label, self.quote, self.category, self.occasion, self.note)
        return "".join(f"\n{part}" for part in parts if part)


def _digest(said: _Said, form: str) -> bytes:
    """Of the words; short ones are the same only where they are said of the same: 同意 on two articles are two opinions."""
    about = f"{said.kind}/{said.article}/" if len(form) < SHORTEST else "/"
    return bytes.fromhex(same_mark(about + form))[:16]


@dataclass(frozen=True)
class _Groups:
    """The groups that these texts may belong to: those that stand, of which is known who may be like whom, and new ones."""

    standing: Heads
    counted: Mapping[int, int]
    """Mark → how many heads stand under it."""
    likely: Mapping[int, Sequence[int]]
    fresh: Heads

    @classmethod
    def of(cls, session: Session, of: int, told: Mapping[int, _Runs]) -> _Groups:
        heads = Heads()
        counted = marks_counted(session, of, {mark for each in told.values() for mark in each.marks})
        rarest = {id: Heads.rarest(each.marks, counted) for id, each in told.items()}
        heads.seed(heads_under(session, of, {mark for each in rarest.values() for mark in each}))
        likely = {id: heads.candidates(each) for id, each in rarest.items()}
        for id, said in _recalled(session, {id for each in likely.values() for id in each}):
            heads.recall(id, said)
        return cls(heads, counted, likely, Heads())

    def joined(self, id: int, said: _Runs | None) -> tuple[int, tuple[int, ...]]:
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
            own = _own_words(proposal, reason)
            if id not in _kept or _kept[id][0] != own:
                if len(_kept) >= MOST_RECALLED:
                    _kept.clear()
                _kept[id] = (own, array("q", runs(normal_form(simplified(own)))))
            yield id, _kept[id][1]


@lru_cache(1)
def first_letters() -> dict[int, str]:
    """Code point → first letter of its commonest reading. A word's own reading (会计) would take 1 ms a text to find."""
    return {sign: unicodedata.normalize("NFD", reading.split(",")[0])[0] for sign, reading in PINYIN_DICT.items()}
