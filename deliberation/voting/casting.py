"""Casting ballots: a bulk verb. Roster and earlier ballots are read once a batch, rules asked in memory, rows written
with one statement a table (house.md, "One writer, many readers")."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select, tuple_, update
from sqlmodel import Session, col

from deliberation.audit.actions import Actor, PendingEntry, record_many
from deliberation.bulk import insert_many, select_many
from deliberation.forms import FormKey
from deliberation.refusal import Invalid, Missing, Refusal, Refused
from deliberation.vocabulary import Act
from deliberation.voting.box_casting import Box, read_box, write_box
from deliberation.voting.choice_rules import read_choice
from deliberation.voting.count_models import Handed, shut_polls
from deliberation.voting.frozen_polls import Frozen, frozen_poll
from deliberation.voting.models import Ballot, Poll, PollPresence
from deliberation.voting.paper_rules import HOLDS_PAPER, SHUT
from deliberation.voting.proxy_casting import Deeds, ending_entry, standing
from deliberation.voting.proxy_rules import NO_PROXY, ON_PAPER, may_use
from deliberation.voting.rules import ALREADY, AT_THE_DOOR, Terms, may_cast
from deliberation.voting.turnout import tell_turnout


@dataclass(frozen=True, slots=True)
class Cast:
    """One ballot as it is handed in: a word, or the options marked. ``key`` is that of its form."""

    poll_id: int
    person_id: int
    choice: str | tuple[str, ...]
    key: str = ""
    proxy_id: int = 0
    """By which proxy; none: for themselves."""


@dataclass(slots=True)
class _Batch:
    """What one batch has read, and what it is going to write."""

    session: Session
    now: datetime
    polls: dict[int, tuple[Frozen, Terms]] = field(default_factory=dict)
    cast: dict[tuple[int, int], str] = field(default_factory=dict)
    answered: set[tuple[str, str, str]] = field(default_factory=set)
    taken: set[tuple[str, str]] = field(default_factory=set)
    here: set[tuple[int, int]] = field(default_factory=set)
    out: set[tuple[int, int]] = field(default_factory=set)
    shut: dict[int, str] = field(default_factory=dict)
    new: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    changed: dict[tuple[int, int], str] = field(default_factory=dict)
    keys: list[tuple] = field(default_factory=list)
    entries: list[PendingEntry] = field(default_factory=list)
    box: Box = field(default_factory=Box)
    deeds: Deeds = field(default_factory=Deeds)


def cast_ballots(session: Session, now: datetime, casts: list[Cast]) -> list[Exception | None]:
    """Cast or change these ballots, in their order. For each ``None``, or why not (Refused, Invalid, Missing).

    A repeat of a form's key does nothing and is answered like the first time. One owner casts once for all units. In a
    confidential poll the ballot goes into the box (``box_casting``).
    """
    batch = _Batch(session, now)
    _read(batch, casts)
    answers = [_take(batch, cast) for cast in casts]
    _write(batch)
    return answers


def _take(batch: _Batch, cast: Cast) -> Exception | None:
    known = batch.polls.get(cast.poll_id)
    if known is None:
        return Missing()
    poll, terms = known
    proxy = batch.deeds.of(cast.proxy_id, cast.person_id, poll.id, poll.meeting_id) if cast.proxy_id else None
    voter = proxy.giver_id if proxy else cast.person_id
    place = (cast.poll_id, voter)
    mark = (f"person/{cast.person_id}", cast.key, f"/polls/{cast.poll_id}/ballots")
    if (cast.key and mark in batch.answered) or batch.box.is_repeat(place, cast.key):
        return None
    if cast.proxy_id and (proxy is None or not poll.takes_proxies):
        return Refused(NO_PROXY)
    lines = poll.lines.get(voter)
    if not lines and not poll.is_public:
        return Missing()
    earlier = batch.cast.get(place)
    is_here = poll.online != AT_THE_DOOR or (cast.poll_id, cast.person_id) in batch.here
    has_cast = earlier is not None or batch.box.has(place)
    # How giver and holder stand to each other is said before that a ballot cannot be changed.
    by_proxy = None if earlier is None else batch.deeds.by.get(place) is not None
    refusal = may_use(proxy is not None, by_proxy, poll.is_changeable) or may_cast(
        terms, batch.now, is_listed=bool(lines), is_here=is_here, has_cast=has_cast
    )
    if place in batch.out and refusal in (None, ALREADY):
        return Refused(ON_PAPER if proxy else HOLDS_PAPER)
    if poll.id in batch.shut and refusal in (None, ALREADY):
        return Refused(SHUT[batch.shut[poll.id]])
    if refusal is not None:
        return Refused(refusal)
    choice, no = (cast.choice, None) if cast.choice in poll.choices else _read_choice(cast, poll)
    if no is not None:
        return Invalid({"choice": no})
    if poll.is_confidential:
        batch.box.put(place, cast.key, choice)
        return None
    _put(batch, poll, voter, choice, lines, proxy.holder_id if proxy else None)
    if proxy is None and batch.deeds.held:
        gone = batch.deeds.end(voter, poll.id, poll.meeting_id)
        batch.entries += [ending_entry(poll.community_id, one, poll.role) for one in gone]
    if cast.key:
        _keep_key(batch, mark, poll.id)
    return None


def _keep_key(batch: _Batch, mark: tuple[str, str, str], poll_id: int) -> None:
    """Remember the form's key, unless this person used it on another form: a second row would fail the whole batch."""
    if mark[:2] not in batch.taken:
        batch.taken.add(mark[:2])
        batch.keys.append((*mark, f"/polls/{poll_id}", batch.now))
    batch.answered.add(mark)


def _read_choice(cast: Cast, poll: Frozen) -> tuple[str, Refusal | None]:
    return read_choice((cast.choice,) if isinstance(cast.choice, str) else cast.choice, poll.rule)


def _put(batch: _Batch, poll: Frozen, voter: int, choice: str, lines: tuple[int, ...], holder: int | None) -> None:
    place = (poll.id, voter)
    earlier = batch.cast.get(place)
    if earlier == choice and batch.deeds.by.get(place) == holder:
        return  # The same choice again changes nothing, so it is no act.
    batch.cast[place] = choice
    batch.deeds.put(place, holder)
    if earlier is None:
        batch.new[place] = lines
    elif place not in batch.new:
        batch.changed[place] = choice
    act = Act.BALLOT_CAST if earlier is None else Act.BALLOT_CHANGED
    subject = f"poll/{poll.id}"
    secrets = {"voter": (f"person/{voter}", voter), "choice": (choice, voter)}
    if holder is not None:
        secrets["cast_by"] = (f"person/{holder}", holder)
    # The topic is the poll and not its matter: thousands of ballots are no chapters of the dossier.
    batch.entries.append(
        PendingEntry(poll.community_id, act.value, subject, subject, Actor(poll.role), {"poll": poll.id}, secrets)
    )


# --- reading, once a batch --------------------------------------------------------------------------------------------

_POLLS = (
    # Locked, so that a closing or a ballot in another process is before or after this batch and never in between.
    select(Poll.id, Poll.opened_at, Poll.closed_at)
    .where(col(Poll.id).in_(bindparam("polls", expanding=True)))
    .order_by(col(Poll.id))
    .with_for_update(key_share=True)
)
_CAST = (
    select(Ballot.poll_id, Ballot.person_id, Ballot.choice, Ballot.cast_by_id)
    .where(
        col(Ballot.poll_id).in_(bindparam("polls", expanding=True)),
        col(Ballot.person_id).in_(bindparam("people", expanding=True)),
    )
)  # fmt: skip
_HERE = (
    select(PollPresence.poll_id, PollPresence.person_id)
    .where(
        col(PollPresence.poll_id).in_(bindparam("polls", expanding=True)),
        col(PollPresence.person_id).in_(bindparam("people", expanding=True)),
    )
)  # fmt: skip
_OUT = (
    select(Handed.poll_id, Handed.person_id)
    .where(
        col(Handed.poll_id).in_(bindparam("polls", expanding=True)),
        col(Handed.person_id).in_(bindparam("people", expanding=True)),
        col(Handed.is_out),
    )
)  # fmt: skip
_KEYS = select(FormKey.who, FormKey.key, FormKey.path).where(
    tuple_(col(FormKey.who), col(FormKey.key)).in_(bindparam("marks", expanding=True))
)


def _read(batch: _Batch, casts: list[Cast]) -> None:
    session = batch.session
    wanted = sorted({cast.poll_id for cast in casts})
    for poll_id, opened_at, closed_at in select_many(session, _POLLS, polls=wanted):
        poll = frozen_poll(session, batch.now, poll_id, opened_at)
        batch.polls[poll_id] = (poll, poll.terms(closed_at))
    if not batch.polls:
        return
    people = {cast.person_id for cast in casts}
    if pairs := [(poll.id, poll.meeting_id) for poll, _terms in batch.polls.values() if poll.takes_proxies]:
        batch.deeds.held = standing(session, pairs, {cast.proxy_id for cast in casts if cast.proxy_id}, people)
        people |= {one.giver_id for one in batch.deeds.held.values()}
    about = {"polls": list(batch.polls), "people": list(people)}
    for poll, person, choice, by in select_many(session, _CAST, **about):
        batch.cast[poll, person] = choice
        batch.deeds.put((poll, person), by)
    batch.out = set(map(tuple, select_many(session, _OUT, **about)))
    batch.shut = shut_polls(session, about["polls"])
    if any(poll.is_confidential for poll, _terms in batch.polls.values()):
        batch.box = read_box(session, about["polls"], about["people"])
    if any(poll.online == AT_THE_DOOR for poll, _terms in batch.polls.values()):
        batch.here = set(map(tuple, select_many(session, _HERE, **about)))
    if marks := [(f"person/{cast.person_id}", cast.key) for cast in casts if cast.key]:
        batch.answered = set(map(tuple, select_many(session, _KEYS, marks=marks)))
        batch.taken = {mark[:2] for mark in batch.answered}


# --- writing, one statement a table -----------------------------------------------------------------------------------

_CHANGE = (
    update(Ballot.__table__)
    .where(Ballot.__table__.c.poll_id == bindparam("of_poll"), Ballot.__table__.c.person_id == bindparam("of_person"))
    .values(
        choice=bindparam("choice"),
        changed_at=bindparam("changed_at"),
        channel=bindparam("how"),
        cast_by_id=bindparam("by"),
    )
)
_BALLOT = ("poll_id", "line_id", "person_id", "choice", "channel", "cast_by_id", "cast_at")
_KEY = ("who", "key", "path", "location", "at")


def _write(batch: _Batch) -> None:
    session, now = batch.session, batch.now
    if batch.new:
        rows = [
            (place[0], line, place[1], batch.cast[place], *batch.deeds.how(place), now)
            for place, lines in batch.new.items()
            for line in lines
        ]
        insert_many(session, Ballot.__table__, _BALLOT, rows)
    if batch.changed:
        changes = []
        for place, choice in batch.changed.items():
            (poll_id, person_id), (how, by) = place, batch.deeds.how(place)
            row = {
                "of_poll": poll_id,
                "of_person": person_id,
                "choice": choice,
                "changed_at": now,
                "how": how,
                "by": by,
            }
            changes.append(row)
        session.connection().execute(_CHANGE, changes)
    if batch.keys:
        insert_many(session, FormKey.__table__, _KEY, batch.keys)
    batch.deeds.write(session, now)
    write_box(session, now, batch.box)
    record_many(batch.session, batch.entries)
    for poll_id in dict.fromkeys(poll_id for poll_id, _person in batch.new):
        tell_turnout(session, poll_id, batch.polls[poll_id][0].meeting_id)
