"""Writing many opinions at once: rows, authors, counts and entries, one statement a table (house.md, "One writer")."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, text, update
from sqlmodel import Session

from deliberation.audit.actions import Actor, PendingEntry, next_index, record_many
from deliberation.bulk import insert_many
from deliberation.legislation.anchor_rules import Anchor
from deliberation.legislation.draft_models import DraftArticle
from deliberation.legislation.following import follow_soon
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor, next_id
from deliberation.legislation.opinion_rules import ONLINE, SHOWN, Said, Signature, shown_name
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.vocabulary import Act

_OPINION = (
    "id", "solicitation_id", "community_id", "draft_id", "version_id", "number", "article", "label", "place",
    "place_label", "start", "end", "quote", "prefix", "suffix", "original", "kind", "proposal", "reason", "naming", "name",
    "publishes", "names", "category", "province", "channel", "point_id", "occasion", "said_on", "collector_id",
    "collector", "intake_id", "person_id", "nonce", "code_hash", "state", "state_reason", "note", "as_said", "handling",
    "cluster_id", "assigned_to_id", "cosigners", "given_at", "entry", "changed_at",
    "withdrawn_at",
)  # fmt: skip
_AUTHOR = ("opinion_id", "name", "contact", "is_child", "guardian", "forwards")
_COUNT = ("solicitation_id", "dimension", "word", "kind", "standing", "shown")


@dataclass(frozen=True, slots=True)
class Brought:
    """How an opinion came: the channel, and for offline voices where, when and by whom it was collected."""

    channel: str = ONLINE
    said_on: date | None = None
    point_id: int | None = None
    occasion: str = ""
    collector_id: int | None = None
    collector: str = ""
    intake_id: int | None = None
    note: str = ""
    as_said: str = ""
    cosigners: int = 0


@dataclass(frozen=True, slots=True)
class New:
    """An opinion whose rules were asked, ready to be written."""

    of: Solicitation
    anchor: Anchor
    label: str
    said: Said
    signed: Signature
    state: str
    today: date
    brought: Brought = Brought()
    person_id: int | None = None
    nonce: str = ""
    code_hash: bytes | None = None
    data: Mapping[str, int | str] = field(default_factory=dict)
    """What its entry says in clear besides: of a copy where it is from."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """What it commits to besides, nobody's value: of a copy what its point said of it."""


@dataclass(slots=True)
class Tally:
    """What changes in the counts: key (solicitation, dimension, word, kind) → (standing, shown)."""

    standing: Counter = field(default_factory=Counter)
    shown: Counter = field(default_factory=Counter)
    articles: Counter = field(default_factory=Counter)
    whole: Counter = field(default_factory=Counter)

    def handled(self, solicitation_id: int, kind: str, more: int) -> None:
        """So many more, or fewer, were handled in this way; of what kind they are is not told apart."""
        self.standing[solicitation_id, "handling", kind, ""] += more

    def add(self, one: Any, standing: int, shown: int) -> None:
        """``one`` is an Opinion, or has its values; it comes or goes (1, -1), or only its being public changes."""
        words = [("article", one.article), ("channel", one.channel), ("category", one.category)]
        if one.point_id:
            words.append(("point", str(one.point_id)))
        if one.handling:
            self.handled(one.solicitation_id, one.handling, standing)
        for dimension, word in words:
            key = (one.solicitation_id, dimension, word[:120], one.kind)
            self.standing[key] += standing
            self.shown[key] += shown
        self.whole[one.solicitation_id] += standing
        if one.article:
            self.articles[one.version_id, one.article] += standing


@dataclass(slots=True)
class _Of:
    """What each opinion has of its solicitation, read once a batch: a mapped row is slow to ask."""

    one: Solicitation
    id: int
    community_id: int
    draft_id: int
    version_id: int
    subject: str
    given: int


class _Values(dict):
    """The columns of one opinion, read like those of a row."""

    __slots__ = ()
    __getattr__ = dict.__getitem__


_IN_ORDER = itemgetter(*_OPINION)


def write_opinions(session: Session, now: datetime, new: Sequence[New], act: Act, actors: Sequence[Actor]) -> list[int]:
    """Write them in their order, each with its entry; returns their ids."""
    first, rows, authors, entries, tally = next_id(session), [], [], [], Tally()
    indices = {id: count(next_index(session, id)) for id in {one.of.community_id for one in new}}
    known = {id(one.of): _of(one.of) for one in new}
    for at, (one, actor) in enumerate(zip(new, actors, strict=True), first):
        of = known[id(one.of)]
        of.given += 1
        values = _values(now, at, one, of, next(indices[of.community_id]))
        rows.append(_IN_ORDER(values))
        signed = one.signed
        if signed.name or signed.contact or signed.is_child:
            authors.append((at, signed.name, signed.contact, signed.is_child, signed.guardian, signed.forwards))
        entries.append(_entry(act, one, of, actor, values))
        tally.add(values, 1, int(one.state == SHOWN))
    insert_many(session, Opinion.__table__, _OPINION, rows)
    if authors:
        insert_many(session, OpinionAuthor.__table__, _AUTHOR, authors)
    for of in known.values():
        of.one.given = of.given
        session.add(of.one)
    session.flush()
    keep_tally(session, tally)
    for of in known.values():
        follow_soon(session, now, of.id)
    record_many(session, entries)
    return list(range(first, first + len(new)))


def _of(one: Solicitation) -> _Of:
    return _Of(one, one.id, one.community_id, one.draft_id, one.version_id, one.subject, one.given)


def _values(now: datetime, id: int, one: New, of: _Of, entry: int) -> _Values:
    anchor, said, signed, brought = one.anchor, one.said, one.signed, one.brought
    return _Values({
        "id": id, "solicitation_id": of.id, "community_id": of.community_id, "draft_id": of.draft_id,
        "version_id": of.version_id, "number": of.given, "article": anchor.article, "label": one.label,
        "place": anchor.place, "place_label": anchor.label, "start": anchor.start, "end": anchor.end,
        "quote": anchor.quote, "prefix": anchor.prefix, "suffix": anchor.suffix, "original": anchor.words,
        "kind": said.kind, "proposal": said.proposal, "reason": said.reason, "naming": signed.naming,
        "name": shown_name(signed.naming, signed.name, signed.names), "publishes": signed.publishes,
        "names": signed.names, "category": signed.category, "province": signed.province, "channel": brought.channel,
        "point_id": brought.point_id, "occasion": brought.occasion, "said_on": brought.said_on or one.today,
        "collector_id": brought.collector_id, "collector": brought.collector, "intake_id": brought.intake_id,
        "person_id": one.person_id, "nonce": one.nonce, "code_hash": one.code_hash, "state": one.state,
        "state_reason": "", "note": brought.note, "as_said": brought.as_said, "handling": "",
        "cluster_id": None, "assigned_to_id": None, "cosigners": brought.cosigners, "given_at": now, "entry": entry,
        "changed_at": None, "withdrawn_at": None,
    })  # fmt: skip


FACTS = (
    "kind", "article", "place", "quote", "naming", "publishes", "names", "category", "province", "channel", "point_id",
    "occasion", "said_on", "collector",
)  # fmt: skip
_facts = itemgetter(*FACTS)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def facts_of(values: Mapping[str, Any], reasoned: bool, named: bool, state: str) -> str:
    """What enters the log with the words as one commitment: kind, anchor, consents, how it came, where it stands at first.

    ``reasoned`` and ``named`` say whether there are a reason and a name: of nothing there is no commitment. Last comes the
    hash of the receipt's code (hexadecimal; empty for whoever has an account or gave it offline).
    """
    facts = list(_facts(values))
    facts[_SAID_ON] = str(facts[_SAID_ON])
    return _JSON([*facts, reasoned, named, state, code_of_receipt(values["code_hash"])])


def code_of_receipt(code_hash: bytes | None) -> str:
    return bytes(code_hash).hex() if code_hash is not None else ""


_SAID_ON = FACTS.index("said_on")


def _entry(act: Act, one: New, of: _Of, actor: Actor, values: _Values) -> PendingEntry:
    """Kind, article, words and names enter the log as commitments only."""
    said, name, owner = one.said, one.signed.name, one.person_id
    secrets = {"facts": (facts_of(values, bool(said.reason), bool(name), one.state), owner)}
    for word, value in (("proposal", said.proposal), ("reason", said.reason), ("name", name)):
        if value:
            secrets[word] = (value, owner)
    if one.signed.forwards:
        secrets["forwards"] = ("yes", owner)
    for word, value in one.kept.items():
        secrets[word] = (value, None)
    data = {"solicitation": of.id, "number": of.given, **one.data}
    # The topic is the solicitation and not its draft: a million opinions are no chapters of its story.
    return PendingEntry(of.community_id, act.value, f"opinion/{values['id']}", of.subject, actor, data, secrets)


# --- counts, kept as they grow

_GROW = text(
    "INSERT INTO opinion_count (solicitation_id, dimension, word, kind, standing, shown)"
    " VALUES (:solicitation_id, :dimension, :word, :kind, :standing, :shown)"
    " ON CONFLICT (solicitation_id, dimension, word, kind) DO UPDATE"
    " SET standing = opinion_count.standing + excluded.standing, shown = opinion_count.shown + excluded.shown"
)
_ARTICLE = DraftArticle.__table__.c
_HEAT = (
    update(DraftArticle.__table__)
    .where(_ARTICLE.version_id == bindparam("version"), _ARTICLE.key == bindparam("article"))
    .values(opinions=_ARTICLE.opinions + bindparam("more"))
)
_SUM = (
    update(Solicitation.__table__)
    .where(Solicitation.__table__.c.id == bindparam("of"))
    .values(standing=Solicitation.__table__.c.standing + bindparam("more"))
)


def keep_tally(session: Session, tally: Tally) -> None:
    """Add what changed to the counts of solicitations, and to those that the draft's heat strip shows."""
    connection = session.connection()
    grown = [
        dict(zip(_COUNT, (*key, more, tally.shown[key]), strict=True))
        for key, more in tally.standing.items()
        if more or tally.shown[key]
    ]
    if grown:
        connection.execute(_GROW, grown)
    if hot := [{"version": v, "article": key, "more": more} for (v, key), more in tally.articles.items() if more]:
        connection.execute(_HEAT, hot)
    if sums := [{"of": id, "more": more} for id, more in tally.whole.items() if more]:
        connection.execute(_SUM, sums)
    for row in [each for each in session.identity_map.values() if isinstance(each, Solicitation | DraftArticle)]:
        session.expire(row, ["standing"] if isinstance(row, Solicitation) else ["opinions"])
