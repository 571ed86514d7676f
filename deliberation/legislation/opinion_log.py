"""The log of a contact point retold: its entries about opinions one after the other, held against the rows of the desk.

An entry on many names how many and commits to the SHA-256 of their ids; which they were is kept beside (``opinion_handling``,
``opinion_joining``) in the order in which it was done, and is taken from there entry by entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry
from deliberation.audit.reading import entry_of
from deliberation.bulk import select_many
from deliberation.communities.models import community
from deliberation.legislation.desk_models import OpinionHandling, OpinionJoining
from deliberation.legislation.desking import digest_of
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import KEPT_BACK, SHOWN
from deliberation.legislation.replay_rules import AT_FIRST, GIVEN, RECEIVED, TYPED, UNKNOWN, Replay
from deliberation.matters.days import midnight
from deliberation.matters.text_check import Entered, openings_for
from deliberation.vocabulary import Act, _

GIVING = {Act.OPINION_GIVEN: GIVEN, Act.OPINION_TYPED: TYPED, Act.OPINION_RECEIVED: RECEIVED}
WORDS = frozenset((Act.OPINION_CHANGED, Act.OPINION_REWORDED))
STATES = {Act.OPINION_PUBLISHED: SHOWN, Act.OPINION_KEPT_BACK: KEPT_BACK}
MANY = frozenset((Act.OPINIONS_MERGED, Act.OPINIONS_HANDLED))
HOURS = frozenset((Act.SOLICITATION_OPENED, Act.SOLICITATION_EXTENDED, Act.SOLICITATION_CLOSED))
ALL = (
    *GIVING,
    *WORDS,
    *STATES,
    Act.OPINION_CONSENT_CHANGED,
    *MANY,
    *HOURS,
    Act.OPINION_WITHDRAWN,
    Act.OPINION_COSIGNED,
    Act.OPINION_TAKEN_OUT,
)
AT_ONCE = 2_000

LATE = _("{subject} 是在征求意见截止以后收下的")
OTHER_MANY = _("{index} 号记录的 {n} 条意见不是表里的那些")
OTHER_CLOSING = _("{subject} 截止时的意见数与 {index} 号记录不符")
GONE = _("{index} 号记录的 {subject} 已经不在")
OTHER_WORDS = _("{subject} 的“{field}”不是 {index} 号记录存证的原文")
UNSAID = _("{subject} 的处理没有存证记录")
UNOPENED = _("{index} 号记录对“{field}”的承诺没有了可以核对的原文")

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
_HANDLED = (
    select(OpinionHandling.id, OpinionHandling.at, OpinionHandling.opinion_id, OpinionHandling.kind, OpinionHandling.reason)
    .join(Opinion, col(Opinion.id) == OpinionHandling.opinion_id)
    .where(Opinion.community_id == bindparam("community"), col(OpinionHandling.id) > bindparam("after"))
    .order_by(col(OpinionHandling.id))
    .limit(AT_ONCE)
)  # fmt: skip
_JOINED = (
    select(OpinionJoining.id, OpinionJoining.at, OpinionJoining.opinion_id, OpinionJoining.cluster_id)
    .join(Opinion, col(Opinion.id) == OpinionJoining.opinion_id)
    .where(Opinion.community_id == bindparam("community"), col(OpinionJoining.id) > bindparam("after"))
    .order_by(col(OpinionJoining.id))
    .limit(AT_ONCE)
)


class Rows:
    """Rows of a table in their order, some thousands at a time, taken by the instant at which they were written."""

    def __init__(self, session: Session, statement: Any, community_id: int):
        self._coming = self._read(session, statement, community_id)
        self._next = next(self._coming, None)

    @staticmethod
    def _read(session: Session, statement: Any, community_id: int) -> Iterator[tuple]:
        after = 0
        while rows := select_many(session, statement, community=community_id, after=after):
            yield from rows
            after = rows[-1][0]

    def take(self, at: datetime, most: int | None) -> list[tuple]:
        """Those of this instant, at most so many."""
        found: list[tuple] = []
        while self._next is not None and self._next[1] == at and (most is None or len(found) < most):
            found.append(self._next)
            self._next = next(self._coming, None)
        return found

    def before(self, at: datetime | None) -> Iterator[tuple]:
        """Those that no entry asked for, up to this instant."""
        while self._next is not None and (at is None or self._next[1] < at):
            yield self._next
            self._next = next(self._coming, None)


@dataclass(slots=True)
class Telling:
    """One log: its community and origin, the hours of its solicitations, what came to them so far."""

    session: Session
    replay: Replay
    community_id: int
    origin: str
    zone: Any
    handled: Rows
    joined: Rows
    closes: dict[int, datetime] = field(default_factory=dict)
    given: Counter[int] = field(default_factory=Counter)
    standing: Counter[int] = field(default_factory=Counter)
    is_damaged: bool = False
    """Whether an entry of a giving could not be read: the check of the log names it, and what it said cannot be counted."""

    def fault(self, reason: str, subject: str, index: int | None, **facts: Any) -> Fault:
        return Fault("document", reason, {"subject": subject, "index": index} | facts, self.origin, index, subject)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry; ``at`` is what was hashed (whole seconds), ``written`` the column beside it, by which rows are found."""

    index: int
    written: datetime
    act: str
    subject: str
    at: datetime | None
    data: dict[str, Any]

    @property
    def id(self) -> int:
        number = self.subject.partition("/")[2]
        return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0


def retell(session: Session, replay: Replay, community_id: int, origin: str) -> Iterator[Fault]:
    """Follow the log of a community; what does not hold on the way."""
    telling = Telling(
        session, replay, community_id, origin, community(session, community_id).zone,
        Rows(session, _HANDLED, community_id), Rows(session, _JOINED, community_id),
    )  # fmt: skip
    after = -1
    while rows := select_many(session, _ENTRIES, community=community_id, after=after, acts=[act.value for act in ALL]):
        for index, written, act, subject, body in rows:
            yield from _take(telling, told_in(index, written, act, subject, body))
        after = rows[-1][0]
    for rows in (telling.handled, telling.joined):
        yield from (telling.fault(UNSAID, f"opinion/{row[2]}", None) for row in rows.before(None))


def told_in(index: int, written: datetime, act: str, subject: str, body: bytes) -> Told:
    said = entry_of(bytes(body)) or {}
    try:
        at = datetime.fromisoformat(said.get("at", ""))
    except (TypeError, ValueError):
        at = None
    return Told(index, written, act, subject, at, said.get("data", {}))


def other_many(one: Told | Entered, opened: Mapping[str, str], ids: Sequence[int], name: str = "ids") -> str | None:
    """Whether these are not the ones that an entry is about, in words. Older entries have the digest in clear."""
    if not one.data:
        return None
    # It is nobody's value, so nothing erases what opens it.
    said = one.data.get(name) or opened.get(name)
    if said is None:
        return UNOPENED
    return None if (len(ids), digest_of(ids)) == (one.data.get("count"), said) else OTHER_MANY


def _take(telling: Telling, one: Told) -> Iterator[Fault]:
    if one.act in GIVING:
        yield from _give(telling, one)
    elif one.act in HOURS:
        yield from _hour(telling, one)
    elif one.act in MANY:
        yield from _many(telling, one)
    elif telling.replay.knows(one.id):
        _change(telling, one)


def _give(telling: Telling, one: Told) -> Iterator[Fault]:
    of = one.data.get("solicitation", 0)
    telling.is_damaged |= not one.data
    if not 0 < one.id <= telling.replay.last:
        yield telling.fault(GONE, one.subject, one.index)
        return
    telling.replay.give(one.id, one.index, of, one.data.get("number", 0), GIVING[Act(one.act)])
    if cosigners := one.data.get("cosigners"):
        telling.replay.cosigners[one.id] = cosigners
    telling.given[of] += 1
    telling.standing[of] += 1
    closes = telling.closes.get(of)
    # What was said in time may be typed afterwards; its day is in the row.
    if one.act == Act.OPINION_GIVEN and one.at and closes and one.at >= closes:
        yield telling.fault(LATE, one.subject, one.index)


def _change(telling: Telling, one: Told) -> None:
    replay, id = telling.replay, one.id
    if one.act in WORDS:
        replay.say(id, one.act, one.index)
        if one.act == Act.OPINION_CHANGED:
            replay.begin_again(id)
            if not one.data:
                replay.states[id] = (UNKNOWN, one.index)
            elif "actor" not in one.data.get("commit", {}):
                replay.states[id] = (AT_FIRST, one.index)
    elif one.act in STATES:
        replay.states[id] = (STATES[Act(one.act)], one.index)
    elif one.act == Act.OPINION_CONSENT_CHANGED:
        _take_back(replay, id, one)
    elif one.act == Act.OPINION_WITHDRAWN:
        replay.withdraw(id)
        telling.standing[replay.solicitation[id]] -= 1
    elif one.act == Act.OPINION_COSIGNED:
        replay.cosign(id)
    elif replay.cluster[id]:
        replay.leave(id)


def _take_back(replay: Replay, id: int, one: Told) -> None:
    """The consent to be named, or that to be read by everybody as well."""
    if not one.data:
        replay.unclear.add(id)
        replay.states[id] = (UNKNOWN, one.index)
        return
    replay.unnamed.add(id)
    if one.data.get("words"):
        replay.unpublished.add(id)
        replay.states[id] = (KEPT_BACK, one.index)


def _hour(telling: Telling, one: Told) -> Iterator[Fault]:
    if one.act == Act.SOLICITATION_CLOSED:
        counted = {"given": telling.given[one.id], "standing": telling.standing[one.id]}
        if one.data and not telling.is_damaged and any(one.data.get(name) != value for name, value in counted.items()):
            yield telling.fault(OTHER_CLOSING, one.subject, one.index)
        return
    if reading := one.data.get("reading"):
        telling.replay.readings[one.id] = reading
    if until := one.data.get("until"):
        telling.closes[one.id] = midnight(date.fromisoformat(until) + timedelta(days=1), telling.zone)


def _many(telling: Telling, one: Told) -> Iterator[Fault]:
    """Merged, or handled: the rows of that instant must be as many as were entered, and those."""
    is_merge = one.act == Act.OPINIONS_MERGED
    kept = telling.joined if is_merge else telling.handled
    yield from (telling.fault(UNSAID, f"opinion/{row[2]}", None) for row in kept.before(one.written))
    rows = kept.take(one.written, one.data.get("count"))
    ids = [row[2] for row in rows]
    entered = Entered(telling.community_id, one.subject, one.index, one.act, one.data)
    opened = openings_for(telling.session, [entered]).get((telling.community_id, one.index), {})
    if wrong := other_many(one, opened, ids):
        yield telling.fault(wrong, one.subject, one.index, n=one.data.get("count", 0), field="ids")
    if is_merge:
        cluster = one.data.get("cluster") or (rows[0][3] if rows else 0)
        telling.replay.merge(cluster, one.data.get("solicitation", 0), one.id, ids)
        return
    for place, name in ((3, "kind"), (4, "reason")):
        if name in opened and any(row[place] != opened[name] for row in rows):
            yield telling.fault(OTHER_WORDS, one.subject, one.index, field=name)
    for kind in {row[3] for row in rows}:
        telling.replay.handle((row[2] for row in rows if row[3] == kind), opened.get("kind", kind))
