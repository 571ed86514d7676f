"""Every opinion held against what the log makes of it: words, anchor, consents, state, cluster, handling; and the counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.bulk import select_many
from deliberation.legislation.anchor_rules import AROUND
from deliberation.legislation.count_check import NO_ENTRY, OTHER_STANDING, Check, check_clusters, check_counts
from deliberation.legislation.desk_models import OpinionWording
from deliberation.legislation.draft_models import DraftArticle
from deliberation.legislation.opinion_log import AT_ONCE, GONE, OTHER_WORDS, retell
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor, OpinionEarlier
from deliberation.legislation.opinion_rules import SHOWN, shown_name, state_at_first
from deliberation.legislation.opinion_writing import FACTS, code_of_receipt, facts_of
from deliberation.legislation.replay_rules import AT_FIRST, CODES, GIVEN, TYPED, Replay
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.matters.text_check import Entered, openings_for, origins_of
from deliberation.vocabulary import Act, _

OTHER_ANCHOR = _("{subject} 的“{field}”不是草案里的原文")

_COLUMNS = Opinion.__table__.c
_NAMES = [each.name for each in _COLUMNS]
_ROWS = select(*_COLUMNS).where(_COLUMNS.id > bindparam("after")).order_by(_COLUMNS.id).limit(AT_ONCE)
_EARLIER = (
    select(OpinionEarlier.opinion_id, OpinionEarlier.kind, OpinionEarlier.proposal, OpinionEarlier.reason)
    .where(col(OpinionEarlier.opinion_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(OpinionEarlier.id))
)
_WORDINGS = (
    select(OpinionWording.opinion_id, OpinionWording.before)
    .where(col(OpinionWording.opinion_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(OpinionWording.id))
)
_AUTHORS = select(OpinionAuthor.opinion_id, OpinionAuthor.name).where(
    col(OpinionAuthor.opinion_id).in_(bindparam("ids", expanding=True))
)
_ARTICLES = select(DraftArticle.key, DraftArticle.label, DraftArticle.text).where(
    DraftArticle.version_id == bindparam("version"), DraftArticle.reading == bindparam("reading")
)
SAID = ("kind", "proposal", "reason")


@dataclass(slots=True)
class Beside:
    """What some thousand opinions have beside them: openings of their entries, earlier words, other wordings, authors."""

    opened: dict[tuple[int, int], dict[str, str]]
    earlier: dict[int, list[tuple]]
    wordings: dict[int, list[tuple]]
    authors: dict[int, str]


def check_opinions(session: Session) -> Iterator[Fault | None]:
    """The log retold, then every row beside it, then the counts, then what was entered and is not there."""
    last = session.execute(select(func.max(Opinion.id))).scalar() or 0
    check = Check(session, Replay(last), origins_of(session))
    for community_id, origin in sorted(check.origins.items()):
        yield from retell(session, check.replay, community_id, origin)
    seen = bytearray(last + 1)
    after = 0
    while rows := select_many(session, _ROWS, after=after):
        found = [SimpleNamespace(**dict(zip(_NAMES, row, strict=True))) for row in rows]
        beside = _beside(check, found)
        for one in found:
            seen[one.id] = 1
            yield _opinion(check, one, beside)
        after = found[-1].id
    yield from _gone(check, seen)
    yield from check_clusters(check)
    yield from check_counts(check)


def _beside(check: Check, found: list[Any]) -> Beside:
    entries, replay = [], check.replay
    for one in found:
        indexes = [replay.given[one.id], *(index for _act, index in replay.history.get(one.id, ()))]
        entries += [Entered(one.community_id, "", index, "", {}) for index in indexes if index >= 0]
    ids = [one.id for one in found]
    named = {"ids": ids}
    beside = Beside(openings_for(check.session, entries), {}, {}, dict(select_many(check.session, _AUTHORS, **named)))
    for into, statement in ((beside.earlier, _EARLIER), (beside.wordings, _WORDINGS)):
        for id, *values in select_many(check.session, statement, **named):
            into.setdefault(id, []).append(tuple(values))
    return beside


def _opinion(check: Check, one: Any, beside: Beside) -> Fault | None:
    """The first thing about it that does not hold."""
    _count(check, one)
    replay = check.replay
    if not replay.knows(one.id):
        return check.fault(one, NO_ENTRY)
    index = replay.given[one.id]
    opened = beside.opened.get((one.community_id, index), {})
    if (name := _wrong_giving(check.replay, one, opened, beside)) is not None:
        return check.fault(one, OTHER_WORDS, name, index)
    if (name := _wrong_receipt(check.replay, one, opened)) is not None:
        return check.fault(one, OTHER_WORDS, name, index)
    if (wrong := _wrong_words(check, one, opened, beside)) is not None:
        return check.fault(one, OTHER_WORDS, *wrong)
    if (name := _wrong_anchor(check, one)) is not None:
        return check.fault(one, OTHER_ANCHOR, name, index)
    if (name := _wrong_standing(check, one, opened)) is not None:
        return check.fault(one, OTHER_STANDING, name, index)
    return None


def _count(check: Check, one: Any) -> None:
    check.given[one.solicitation_id] += 1
    if one.intake_id is not None:
        check.intakes[one.intake_id] += 1
    if one.withdrawn_at is None:
        check.tally.add(one, 1, int(one.state == SHOWN))


def _wrong_giving(replay: Replay, one: Any, opened: Mapping[str, str], beside: Beside) -> str | None:
    """What was said once and does not change: who says it, and the facts that were committed together."""
    if beside.authors.get(one.id) and beside.authors[one.id] != opened.get("name", beside.authors[one.id]):
        return "name"
    if one.id in replay.unclear:
        return None
    if one.id in replay.unpublished and one.publishes:
        return "publishes"
    if "name" in opened and one.name != _name_shown(replay, one, opened["name"]):
        return "name"
    first = First.of(opened)
    if first is None:
        return None
    said = facts_of(vars(one) | {"kind": first.values[0]}, first.reasoned, first.named, first.state)
    # A consent that was taken back since was there.
    taken_back = {"publishes": replay.unpublished, "names": replay.unnamed}
    kept = zip(FACTS, json.loads(said), first.values, strict=False)
    return next(
        (name for name, value, entered in kept if value != entered and one.id not in taken_back.get(name, ())), None
    )


def _wrong_receipt(replay: Replay, one: Any, opened: Mapping[str, str]) -> str | None:
    """Whose it is, by account or by the receipt's code, or who collected it: to whom it answers and who may take it back."""
    way, first = replay.way[one.id], First.of(opened)
    if way != GIVEN and (one.person_id is not None or one.code_hash is not None):
        return "receipt"
    if first is not None and first.receipt is not None and first.receipt != code_of_receipt(one.code_hash):
        return "receipt"
    if one.person_id is not None and one.code_hash is not None:
        return "receipt"
    if way == GIVEN and one.code_hash is None and opened.get("actor") not in (None, f"person/{one.person_id}"):
        return "receipt"
    typed = f"person/{one.collector_id}" if one.collector_id is not None else None
    if way != TYPED or one.intake_id is not None:
        return "collector" if typed is not None else None
    return None if opened.get("actor", typed) == typed else "collector"


@dataclass(frozen=True, slots=True)
class First:
    """The facts with which an opinion came: nothing is known of them where they were erased."""

    values: list[Any]
    reasoned: bool
    named: bool
    state: str
    receipt: str | None
    """The hash of the receipt's code; None in older entries, which do not have it."""

    @classmethod
    def of(cls, opened: Mapping[str, str]) -> First | None:
        if "facts" not in opened:
            return None
        said = json.loads(opened["facts"])
        reasoned, named, state, *receipt = said[len(FACTS) :]
        return cls(said[: len(FACTS)], reasoned, named, state, receipt[0] if receipt else None)

    def words(self, opened: Mapping[str, str]) -> dict[str, str | None]:
        return {"kind": self.values[0], "proposal": opened.get("proposal", ""), "reason": opened.get("reason", "")}


def _name_shown(replay: Replay, one: Any, name: str) -> str:
    """Who stands beside it by the log; nobody where the consent was taken back, which the row must not say again."""
    if one.id in replay.unnamed:
        return "" if not one.names else name
    return shown_name(one.naming, name, one.names)


def _wrong_words(check: Check, one: Any, opened: Mapping[str, str], beside: Beside) -> tuple[str, int] | None:
    """The words that stand, and those before, along the entries that changed them. (field, index)."""
    first = First.of(opened)
    said: dict[str, str | None] = first.words(opened) if first else dict.fromkeys(SAID)
    earlier, wordings = list(beside.earlier.get(one.id, ())), list(beside.wordings.get(one.id, ()))
    index, as_said = check.replay.given[one.id], None
    for act, later in check.replay.history.get(one.id, ()):
        new = beside.opened.get((one.community_id, later), {})
        kept = earlier if act == Act.OPINION_CHANGED else wordings
        names = SAID if act == Act.OPINION_CHANGED else ("proposal",)
        row = kept.pop(0) if kept else None
        for name, value in zip(names, row or (), strict=False):
            if said[name] is not None and said[name] != value:
                return name, index
        if row is None:
            return "earlier", later
        said |= {name: new.get(name) for name in names}
        as_said = "" if act == Act.OPINION_CHANGED else new.get("as_said")
        index = later
    if earlier or wordings:
        return "earlier", index
    for name, value in (*said.items(), ("as_said", as_said)):
        if value is not None and value != getattr(one, name):
            return name, index
    return None


def _wrong_anchor(check: Check, one: Any) -> str | None:
    """Whether it holds on to words that stand in the article, as it read when opinions on it were asked for."""
    if not one.article:
        return "original" if one.original or one.quote else None
    if one.solicitation_id not in check.replay.readings:
        return None  # The entry of the opening is damaged, or away, which is told elsewhere.
    label, text = _articles(check, one).get(one.article, ("", ""))
    if one.label != label:
        return "label"
    if one.original != text[one.start : one.end] or (one.quote and one.quote != one.original):
        return "original"
    around = (text[max(0, one.start - AROUND) : one.start], text[one.end : one.end + AROUND]) if one.quote else ("", "")
    return None if (one.prefix, one.suffix) == around else "prefix"


def _articles(check: Check, one: Any) -> dict[str, tuple[str, str]]:
    reading = check.replay.readings[one.solicitation_id]
    key = (one.version_id, reading)
    if key not in check.articles:
        rows = select_many(check.session, _ARTICLES, version=one.version_id, reading=reading)
        check.articles[key] = {article: (label, text) for article, label, text in rows}
    return check.articles[key]


def _wrong_standing(check: Check, one: Any, opened: Mapping[str, str]) -> str | None:
    replay, id = check.replay, one.id
    if (one.number, one.solicitation_id) != (replay.number[id], replay.solicitation[id]) and replay.number[id]:
        return "number"
    if getattr(one, "entry", replay.given[id]) != replay.given[id]:
        return "entry"
    if (one.withdrawn_at is not None) != bool(replay.withdrawn[id]):
        return "withdrawn"
    changed = any(act == Act.OPINION_CHANGED for act, _index in replay.history.get(id, ()))
    if (one.changed_at is not None) != changed:
        return "changed"
    state, _index = replay.states.get(id, (None, 0))
    if state == AT_FIRST:
        state = state_at_first(signed_in=False, publishes=one.publishes)
    if state is None and (first := First.of(opened)):
        state = first.state
    if state and one.state != state:
        return "state"
    if (one.handling, one.cluster_id or 0) != (CODES[replay.handling[id]], replay.cluster[id]):
        return "handling" if one.handling != CODES[replay.handling[id]] else "cluster"
    return None if one.cosigners == replay.cosigners.get(id, 0) else "cosigners"


def _gone(check: Check, seen: bytearray) -> Iterator[Fault]:
    """Entered, and no row any more."""
    replay = check.replay
    id = seen.find(0, 1)
    while id > 0:
        if replay.given[id] >= 0:
            where = check.session.get(Solicitation, replay.solicitation[id])
            origin = check.origins.get(where.community_id, "") if where else ""
            facts = {"subject": f"opinion/{id}", "index": replay.given[id]}
            yield Fault("document", GONE, facts, origin, replay.given[id], f"opinion/{id}")
        id = seen.find(0, id + 1)
