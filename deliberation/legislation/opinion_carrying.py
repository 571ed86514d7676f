"""Opinions carried to the next version: a job takes them by thousands; what is unsure waits for a person, who places it.

The opinion itself keeps its anchor and the words it was made on for good; where it stands elsewhere is a row beside it.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from deliberation.audit.actions import Actor, record
from deliberation.bulk import insert_many
from deliberation.collecting import no_collecting
from deliberation.communities.models import community
from deliberation.identity.reach import roles_of
from deliberation.jobs import plan_job
from deliberation.legislation.adoption_models import Carried, Carrying, carried_to, carrying_to
from deliberation.legislation.anchor_rules import anchored
from deliberation.legislation.carried_rules import (
    ALL_SURE,
    PLACE,
    Words,
    chained,
    is_unsure,
    may_carry,
    place_of,
    quotation,
    status_of,
)
from deliberation.legislation.draft_models import (
    DraftVersion,
    article_keyed,
    articles_of,
    reading_in_force,
    text_of,
)
from deliberation.legislation.draft_rules import keys_of
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.solicitation_rules import may
from deliberation.legislation.statute.carrying import EXACT, ORPHANED, Carrier, Placed
from deliberation.legislation.statute.law_json import law_from_json
from deliberation.legislation.statute.quoted import GONE
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _

CARRY = "opinions_carried"
CHUNK = 2_000
GIVEN_UP = timedelta(hours=1)
"""After so long without an end it may be begun anew; a chunk that was given up is not waited for."""
_COLUMNS = (
    "opinion_id",
    "version_id",
    "solicitation_id",
    "status",
    "why",
    "confidence",
    "article",
    "label",
    "start",
    "end",
    "words",
    "unsure",
    "placed_at",
    "placed_by_id",
    "found",
)
_PLACE = slice(_COLUMNS.index(PLACE[0]), _COLUMNS.index(PLACE[-1]) + 1)  # fmt: skip


@dataclass(frozen=True)
class Chunk:
    """Opinions after a number, where they stand, and the number up to which they were taken."""

    after: int
    upto: int
    rows: tuple[tuple, ...]


class _Carriers:
    """What was found out about two texts, for the next chunk."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[Carrier, list[str]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: Session, old: DraftVersion, new: DraftVersion) -> tuple[Carrier, list[str]]:
        """The carrier, and the keys of the new text's articles."""
        readings = [reading_in_force(session, each) for each in (old, new)]
        key = (readings[0].digest, readings[1].digest)
        with self._lock:
            if key not in self._kept:
                with no_collecting():
                    laws = [law_from_json(json.loads(text_of(session, each).document)) for each in readings]
                    made = Carrier(*laws)
                self._kept[key] = made, keys_of(article.number for article in made.new.articles)
                while len(self._kept) > 2:
                    self._kept.popitem(last=False)
            return self._kept[key]


_carriers = _Carriers()


def begin_carrying(session: Session, now: datetime, *, of: Solicitation, to: DraftVersion, actor: Actor) -> Carrying:
    """Have the opinions of a solicitation carried to a later version; what a person has placed there stays."""
    _guard(session, now, of, actor)
    own = session.get(DraftVersion, of.version_id)
    if to.draft_id != of.draft_id:
        raise Missing
    known = carrying_to(session, of.id, to.id)
    base, target = (reading_in_force(session, each) for each in (own, to))
    statuses = (base.status, target.status)
    refuse_if(may_carry(to.number > own.number, statuses, known is not None and _is_settled(known, now, of, to)))
    if known is None:
        known = Carrying(solicitation_id=of.id, version_id=to.id, reading=to.reading, begun_at=now)
    _clear(session, of, to)
    known.reading, known.upto, known.done, known.unsure, known.chain = to.reading, 0, 0, 0, ""
    known.begun_at, known.begun_by_id, known.ended_at = now, actor.person_id, None
    session.add(known)
    session.flush()
    _plan(session, now, known)
    data = {
        "solicitation": of.id,
        "version": to.number,
        "reading": to.reading,
        "base": base.number,
        "count": of.standing,
    }
    record(session, Act.OPINIONS_CARRIED, of.community_id, of.subject, actor=actor, data=data, topic=of.subject)
    return known


def _is_settled(known: Carrying, now: datetime, of: Solicitation, to: DraftVersion) -> bool:
    """Whether all are there, or on their way: not where the text was corrected, more came in, or the job was given up."""
    if known.reading != to.reading:
        return False
    return known.upto >= of.given if known.ended_at is not None else now - known.begun_at < GIVEN_UP


def _clear(session: Session, of: Solicitation, to: DraftVersion) -> None:
    """Forget what the program found, and what a person placed on words that a correction has changed since."""
    texts = {each.key: each.text for each in articles_of(session, to)}
    rows = col(Carried.solicitation_id) == of.id, col(Carried.version_id) == to.id
    for each in session.exec(select(Carried).where(*rows, col(Carried.placed_at).is_not(None))).all():
        if each.article and texts.get(each.article, "")[each.start : each.end] != each.words:
            session.delete(each)
        else:
            each.found = ""  # The program looks for it no more.
            session.add(each)
    session.flush()
    session.exec(delete(Carried).where(*rows, col(Carried.placed_at).is_(None)))


def _plan(session: Session, now: datetime, known: Carrying) -> None:
    begun = known.begun_at.isoformat()
    key = f"solicitation/{known.solicitation_id}/carried/{known.version_id}/{begun}/{known.upto}"
    plan_job(
        session, CARRY, key, now,
        solicitation=known.solicitation_id, version=known.version_id, begun=begun, after=known.upto,
    )  # fmt: skip


# --- a chunk


def prepare_carry(session: Session, payload: dict[str, Any]) -> Chunk:
    """The next opinions, each looked for in the other text; outside the writer."""
    of, to = session.get(Solicitation, payload["solicitation"]), session.get(DraftVersion, payload["version"])
    own = session.get(DraftVersion, of.version_id)
    after = payload["after"]
    found = select(Opinion).where(Opinion.solicitation_id == of.id, col(Opinion.number) > after)
    chosen = list(session.exec(found.order_by(col(Opinion.number)).limit(CHUNK)))
    upto = chosen[-1].number if chosen else after
    standing = [one for one in chosen if one.withdrawn_at is None]
    return Chunk(after, upto, tuple(_carried(session, of, own, to, standing)))


def _carried(
    session: Session, of: Solicitation, own: DraftVersion, to: DraftVersion, chosen: Sequence[Opinion]
) -> list[tuple]:
    if not chosen:
        return []
    carrier, keys = _carriers.of(session, own, to)
    texts = {each.key: each.text for each in articles_of(session, own)}
    rows = []
    for one in chosen:
        if not one.article:
            rows.append(_row(one, to, Placed(one.id, EXACT, None, 0, 0, 1.0), "", "", ""))
            continue
        placed = carrier.carry(quotation(one.id, Words(one.label, one.anchor, texts.get(one.article, ""))))
        if placed.position is None:
            rows.append(_row(one, to, placed, "", "", ""))
            continue
        article = carrier.new.articles[placed.position]
        words = article.text[placed.start : placed.end]
        rows.append(_row(one, to, placed, keys[placed.position], article.label, words))
    return rows


def _row(one: Opinion, to: DraftVersion, placed: Placed, key: str, label: str, words: str) -> tuple:
    confidence = round(placed.confidence * 100)
    return (
        one.id, to.id, one.solicitation_id, placed.status, placed.reason or "", confidence, key, label,
        placed.start or 0, placed.end or 0, words, is_unsure(placed.status, confidence), None, None, "",
    )  # fmt: skip


def carry_chunk(session: Session, now: datetime, payload: dict[str, Any], chunk: Chunk) -> None:
    """Write a chunk down, and plan the next one where there is more. What a person has placed stays as it is."""
    of = session.get(Solicitation, payload["solicitation"])
    known = carrying_to(session, of.id, payload["version"])
    to = session.get(DraftVersion, payload["version"])
    if known is None or known.begun_at.isoformat() != payload["begun"] or known.upto != chunk.after:
        return  # Begun anew, or another runner was here first.
    if known.reading != to.reading:
        return  # The text was corrected meanwhile: the page says so, and it is carried anew.
    ids = [row[0] for row in chunk.rows]
    there = select(Carried.opinion_id).where(Carried.version_id == to.id, col(Carried.opinion_id).in_(ids))
    placed = set(session.exec(there).all()) if ids else set()
    rows = [row for row in chunk.rows if row[0] not in placed]
    if rows:
        insert_many(session, Carried.__table__, _COLUMNS, rows)
    known.upto, known.done = chunk.upto, known.done + len(chunk.rows)
    known.unsure += sum(row[11] for row in rows)
    for row in rows:
        known.chain = chained(known.chain, row[0], place_of(row[_PLACE]))
    if known.upto >= of.given or chunk.upto == chunk.after:
        known.ended_at = now
        _record_found(session, of, to, known)
    session.add(known)
    session.flush()
    if known.ended_at is None:
        _plan(session, now, known)


def _record_found(session: Session, of: Solicitation, to: DraftVersion, known: Carrying) -> None:
    """Write that all are there, with the commitment to where each was put."""
    data = {
        "solicitation": of.id, "version": to.number, "reading": to.reading, "count": known.done, "unsure": known.unsure,
    }  # fmt: skip
    record(
        session, Act.OPINIONS_PLACES_FOUND, of.community_id, of.subject, actor=Actor(), data=data,
        kept={"places": known.chain}, topic=of.subject,
    )  # fmt: skip


# --- by a person


def place_opinion(
    session: Session,
    now: datetime,
    *,
    of: Solicitation,
    one: Opinion,
    place: tuple[DraftVersion, str, str],
    actor: Actor,
) -> None:
    """Say where an opinion stands in another version: (version, key of the article, words; none: the whole article).

    Without an article its place is gone. Raises Missing, Invalid, Refused.
    """
    _guard(session, now, of, actor)
    to, key, quote = place
    known, row = carrying_to(session, of.id, to.id), carried_to(session, one.id, to.id)
    if known is None or row is None or one.solicitation_id != of.id or one.withdrawn_at is not None:
        raise Missing
    if known.reading != to.reading:
        raise Refused(Refusal(_("新稿核对时改过条文"), remedy=_("请先重新带一遍"), late=True))
    if row.placed_at is None:
        row.found = place_of([getattr(row, name) for name in PLACE])
    if key:
        _stand(session, one, row, to, (key, quote))
    else:
        row.status, row.why, row.confidence = ORPHANED, GONE, ALL_SURE
        row.article, row.label, row.start, row.end, row.words = "", "", 0, 0, ""
    if row.unsure:
        known.unsure -= 1
        session.add(known)
    row.unsure, row.placed_at, row.placed_by_id = False, now, actor.person_id
    session.add(row)
    session.flush()
    data = {"solicitation": of.id, "number": one.number, "version": to.number}
    # Words of the draft and a place in it are nobody's values.
    kept = {"place": place_of([getattr(row, name) for name in PLACE])}
    record(
        session, Act.OPINION_PLACED, of.community_id, one.subject, actor=actor, data=data, kept=kept, topic=of.subject
    )


def _stand(session: Session, one: Opinion, row: Carried, to: DraftVersion, there: tuple[str, str]) -> None:
    key, quote = there
    try:
        article = article_keyed(session, to, key)
    except Missing:
        raise Invalid({"article": Refusal(_("这份草案里没有这一条"))}) from None
    found = anchored(key, article.text, "", quote, (one.prefix, one.suffix))
    if isinstance(found, Refusal):
        raise Invalid({"quote": found})
    row.status = status_of(one.original, found.words, (one.label, article.label))
    row.why, row.confidence = "", ALL_SURE
    row.article, row.label, row.start, row.end = key, article.label, found.start, found.end
    row.words = found.words


def _guard(session: Session, now: datetime, of: Solicitation, actor: Actor) -> None:
    where = community(session, of.community_id)
    refuse_if(may("carry_opinions", roles_of(session, actor, where, now), of.stage_at(now)))
