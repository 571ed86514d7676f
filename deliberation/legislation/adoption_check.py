"""What became of opinions against the log: every decision is one that was entered, the last one stands, the counts are theirs.

An entry on many names how many and commits to the SHA-256 of their ids; which they were is in the rows of that instant, in their order.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry
from deliberation.bulk import select_many
from deliberation.communities.models import communities_by_id
from deliberation.legislation.adoption_models import Adoption, OpinionAnswer
from deliberation.legislation.count_check import NO_ENTRY, OTHER_COUNT, OTHER_STANDING
from deliberation.legislation.opinion_log import AT_ONCE, OTHER_WORDS, Rows, Told, other_many, told_in
from deliberation.legislation.opinion_models import Opinion, OpinionCount
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.matters.days import day_of
from deliberation.matters.text_check import Entered, openings_for, origins_of
from deliberation.vocabulary import Act

WORDS = ("kind", "reason", "version", "article", "label", "text", "told_by", "letter", "told_on")
"""What an entry commits to, in the order of the columns of ``_DECIDED`` from the fourth on."""
ACTS = [Act.OPINIONS_ADOPTED.value, Act.OPINIONS_DECIDED_ABOVE.value, Act.OPINION_CHANGED.value]
DIMENSIONS = ("adoption", "answered", "answered_on")

_ENTRIES = (
    select(Entry.index, Entry.at, Entry.act, Entry.object, Entry.body)
    .where(
        Entry.community_id == bindparam("community"),
        col(Entry.index) > bindparam("after"),
        col(Entry.act).in_(bindparam("acts", expanding=True)),
    )
    .order_by(col(Entry.index))
    .limit(AT_ONCE)
)
_DECIDED = (
    select(
        Adoption.id,
        Adoption.at,
        Adoption.opinion_id,
        *(getattr(Adoption, f"{name}_id" if name == "version" else name) for name in WORDS),
    )
    .join(Opinion, col(Opinion.id) == Adoption.opinion_id)
    .where(Opinion.community_id == bindparam("community"), col(Adoption.id) > bindparam("after"))
    .order_by(col(Adoption.id))
    .limit(AT_ONCE)
)
_STANDING = (
    select(
        Opinion.id, Opinion.community_id, Opinion.solicitation_id, Opinion.adoption_id, Opinion.answered_at,
        Opinion.withdrawn_at, Adoption.kind,
    )
    .join(Adoption, col(Adoption.id) == Opinion.adoption_id, isouter=True)
    .where(col(Opinion.id) > bindparam("after"))
    .order_by(col(Opinion.id))
    .limit(AT_ONCE)
)  # fmt: skip
_TOLD = (
    select(OpinionAnswer.opinion_id, OpinionAnswer.adoption_id, OpinionAnswer.told_at)
    .where(col(OpinionAnswer.opinion_id).in_(bindparam("ids", expanding=True)))
    .where(col(OpinionAnswer.told_at).is_not(None))
)


@dataclass(slots=True)
class Held:
    """What one run of the check holds: of each opinion the decision that stands by the rows, and the counts."""

    session: Session
    origins: dict[int, str]
    zones: dict[int, Any]
    stands: array
    counts: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def fault(self, community_id: int, reason: str, subject: str, index: int | None, **facts: Any) -> Fault:
        said = {"subject": subject, "index": index} | facts
        return Fault("document", reason, said, self.origins.get(community_id, ""), index, subject)


def check_adoptions(session: Session) -> Iterator[Fault | None]:
    """The log retold, then what stands on each opinion, then the counts."""
    last, origins = session.execute(select(func.max(Opinion.id))).scalar() or 0, origins_of(session)
    zones = {id: place.zone for id, place in communities_by_id(session, set(origins)).items()}
    held = Held(session, origins, zones, array("q", [0]) * (last + 1))
    for community_id in sorted(origins):
        yield from _retold(held, community_id)
    after = 0
    while rows := select_many(session, _STANDING, after=after):
        yield from _standing(held, rows)
        after = rows[-1][0]
    yield from _counted(held)


def _retold(held: Held, community_id: int) -> Iterator[Fault | None]:
    rows, after = Rows(held.session, _DECIDED, community_id), -1
    while entries := select_many(held.session, _ENTRIES, community=community_id, after=after, acts=ACTS):
        told = [told_in(*entry) for entry in entries]
        openings = openings_for(
            held.session, [Entered(community_id, one.subject, one.index, one.act, one.data) for one in told]
        )
        for one in told:
            if one.act == Act.OPINION_CHANGED:
                # What was decided on the words before stands no more.
                if 0 < one.id < len(held.stands):
                    held.stands[one.id] = 0
                continue
            for row in rows.before(one.written):
                yield held.fault(community_id, NO_ENTRY, f"opinion/{row[2]}", None)
            yield _decided(held, community_id, one, rows, openings.get((community_id, one.index), {}))
        after = entries[-1][0]
    for row in rows.before(None):
        yield held.fault(community_id, NO_ENTRY, f"opinion/{row[2]}", None)


def _decided(held: Held, community_id: int, one: Told, rows: Rows, opened: dict[str, str]) -> Fault | None:
    """The decisions of that instant must be as many as were entered, those, and in these words."""
    found = rows.take(one.written, one.data.get("count"))
    ids = [row[2] for row in found]
    for row in found:
        held.stands[row[2]] = row[0]
    if wrong := other_many(one, opened, ids):
        return held.fault(community_id, wrong, one.subject, one.index, n=one.data.get("count", 0), field="ids")
    committed = one.data.get("commit", {})
    for place, name in enumerate(WORDS, 3):
        # What the entry does not commit to is empty; what was erased has nothing to compare.
        said = opened.get(name) if name in committed else "" if one.data else None
        if said is not None and any(str(row[place] or "") != said for row in found):
            return held.fault(community_id, OTHER_WORDS, one.subject, one.index, field=name)
    return None


def _standing(held: Held, rows: list[tuple]) -> Iterator[Fault | None]:
    """The decision that stands is the last one, and it was answered when the row of its answer says so."""
    told = {(id, adoption): at for id, adoption, at in select_many(held.session, _TOLD, ids=[row[0] for row in rows])}
    for id, community_id, solicitation_id, adoption_id, answered_at, withdrawn_at, kind in rows:
        wrong = None
        if (adoption_id or 0) != held.stands[id]:
            wrong = "adoption"
        elif answered_at != told.get((id, adoption_id)):
            wrong = "answered"
        yield held.fault(community_id, OTHER_STANDING, f"opinion/{id}", None, field=wrong) if wrong else None
        if adoption_id is not None and withdrawn_at is None:
            held.counts[solicitation_id, "adoption", kind] += 1
            if answered_at is not None:
                held.counts[solicitation_id, "answered", kind] += 1
                day = day_of(answered_at, held.zones[community_id]).isoformat()
                held.counts[solicitation_id, "answered_on", day] += 1


def _counted(held: Held) -> Iterator[Fault | None]:
    places = dict(held.session.execute(select(Solicitation.id, Solicitation.community_id)).all())
    rows = select(
        OpinionCount.solicitation_id, OpinionCount.dimension, OpinionCount.word, func.sum(OpinionCount.standing)
    )
    rows = rows.where(col(OpinionCount.dimension).in_(DIMENSIONS)).group_by(
        col(OpinionCount.solicitation_id), col(OpinionCount.dimension), col(OpinionCount.word)
    )
    kept = {(of, dimension, word): int(count) for of, dimension, word, count in held.session.execute(rows)}
    for key in sorted(kept.keys() | held.counts.keys()):
        said, counted, subject = kept.get(key, 0), held.counts[key], f"solicitation/{key[0]}"
        facts = {"field": key[1], "kept": said, "counted": counted}
        yield None if said == counted else held.fault(places.get(key[0], 0), OTHER_COUNT, subject, None, **facts)
