"""Printing ballots, handing them out against ticks on the roll, taking them back.

Whoever has cast on a device gets no paper, and ``casting`` refuses whoever holds some: both lock the poll's row first, so
that of two that come at once exactly one wins.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.assemblies.models import RosterLine, Standing
from deliberation.audit.actions import Actor
from deliberation.identity.models import names_of
from deliberation.refusal import Invalid, Refusal, Refused, Word, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting import box_models, receipts
from deliberation.voting.box_models import Participation
from deliberation.voting.count_models import (
    Handed,
    PaperBatch,
    PaperSheet,
    Reading,
    hands_counts,
    printed_of,
    rows_of,
)
from deliberation.voting.desk import enter, opened_desk
from deliberation.voting.election_proxies import tick_taken, untick_taken
from deliberation.voting.kinds_rules import CIRCULATION
from deliberation.voting.models import Ballot, Poll, PollPresence
from deliberation.voting.paper_rules import (
    BALLOT_IN_BOX,
    BATCH,
    BATCH_LENGTH,
    HANDS,
    HANDS_LATE,
    MOST_A_BATCH,
    NAMED,
    NO_BATCH,
    NO_SHEET,
    NOBODY_MEETS,
    NONE_LEFT,
    NOT_LISTED,
    NOT_OUT,
    PAST_HOUR,
    SHEET_LENGTH,
    SHUT,
    least_of,
    may_hand_out,
    may_print,
    new_code,
)
from deliberation.voting.sheet_rules import NOT_HANDED, against_sheet

RETURNED, SPOILED = "returned", "spoiled"


def kind_of(poll: Poll) -> str:
    """Which sheets a poll prints: named ones, or those of a batch that name nobody."""
    return NAMED if poll.secrecy == NAMED else BATCH


def print_ballots(session: Session, now: datetime, *, poll_id: int, count: int, standing: Standing) -> PaperBatch:
    """Make a batch: of a named poll a sheet for each of the next ``count`` persons who have none that could be used.

    Of any other ``count`` sheets more, which nothing tells from those that were printed before. Raises Refused.
    """
    poll, actor = opened_desk(session, poll_id, "print_ballots", standing)
    people = _first_wanted(session, poll)[:count] if kind_of(poll) == NAMED else []
    size = len(people) if kind_of(poll) == NAMED else count
    least = 1 if printed_of(session, poll.id) else least_of(kind_of(poll), len(voters_of(session, poll)))
    refuse_if(may_print(size, least))
    batch = _batch(session, now, poll, kind_of(poll), size, actor)
    for number, person_id in enumerate(people, 1):
        code = new_code(SHEET_LENGTH, secrets.choice)
        session.add(PaperSheet(batch_id=batch.id, poll_id=poll.id, number=number, code=code, person_id=person_id))
    session.flush()
    data = {"batch": batch.number, "sheets": size, "named": int(batch.kind == NAMED)}
    enter(session, Act.PAPER_PRINTED, poll, actor, data, {"code": (batch.code, None)})
    return batch


def _batch(session: Session, now: datetime, poll: Poll, kind: str, size: int, actor: Actor) -> PaperBatch:
    number = len(rows_of(session, PaperBatch, poll.id)) + 1
    earlier = printed_of(session, poll.id) if kind == BATCH else []
    code = earlier[0].code if earlier else _free_code(session)
    batch = PaperBatch(
        poll_id=poll.id, number=number, kind=kind, code=code, size=size, printed_at=now, printed_by_id=actor.person_id
    )
    session.add(batch)
    session.flush()
    return batch


def _free_code(session: Session) -> str:
    """A code that no batch of any poll has: a sheet that strays into another's box is known there."""
    while True:
        code = new_code(BATCH_LENGTH, secrets.choice)
        if session.exec(select(PaperBatch.id).where(PaperBatch.code == code).limit(1)).first() is None:
            return code


def list_of_hands(session: Session, now: datetime, poll: Poll, actor: Actor) -> PaperBatch:
    """The list on which hands are entered by name; made by the first of them."""
    known = next((one for one in rows_of(session, PaperBatch, poll.id) if one.kind == HANDS), None)
    return known or _batch(session, now, poll, HANDS, 0, actor)


def voters_of(session: Session, poll: Poll) -> list[int]:
    """Persons of the roster, in its order."""
    lines = session.exec(
        select(RosterLine.person_id).where(RosterLine.roster_id == poll.roster_id).order_by(RosterLine.number)
    )
    return list(dict.fromkeys(lines))


def without_sheet(session: Session, poll: Poll) -> list[int]:
    """Persons of the roster, in its order, for whom no sheet is left: none was printed, or each that was is spoiled."""
    printed: dict[int, int] = {}
    for sheet in rows_of(session, PaperSheet, poll.id):
        if sheet.code and sheet.person_id:
            printed[sheet.person_id] = printed.get(sheet.person_id, 0) + 1
    spoiled = {tick.person_id: tick.spoiled for tick in rows_of(session, Handed, poll.id)}
    return [who for who in voters_of(session, poll) if printed.get(who, 0) <= spoiled.get(who, 0)]


def most_to_print(session: Session, poll: Poll) -> int:
    """How many sheets the next batch can have: of a named poll one for each who has none."""
    waiting = len(without_sheet(session, poll)) if kind_of(poll) == NAMED else MOST_A_BATCH
    return max(1, min(waiting, MOST_A_BATCH))


def _first_wanted(session: Session, poll: Poll) -> list[int]:
    """Who has no sheet, in the order of the roster: first those who still vote, last who has cast on a device or raised a hand."""
    cast = select(Ballot.person_id).where(Ballot.poll_id == poll.id)
    done = set(session.exec(cast).all()) | {tick.person_id for tick in rows_of(session, Handed, poll.id) if tick.is_out}
    return sorted(without_sheet(session, poll), key=lambda who: who in done)


# --- ticks ------------------------------------------------------------------------------------------------------------


def hand_out(
    session: Session, now: datetime, *, poll_id: int, people: Sequence[int], standing: Standing, proxy_id: int = 0
) -> None:
    """Tick that these people's ballots are taken, all or none: by themselves or, of one person in an election, by who
    holds their proxy (``proxy_id``).

    Raises Refused: somebody's is in a device's box, they hold one, are not there, the proxy does not stand. Raises Invalid
    (``person``) where it is one of several, and names whose.
    """
    poll, actor = opened_desk(session, poll_id, "hand_out", standing)
    stock, secrets = _Stock(session, poll), _whose(people)
    for person_id in people:
        with _named_among(session, poll, people, person_id):
            # A sheet that is in the box already was handed out and not ticked; after the hour nobody else gets one.
            if poll.closes_at is not None and now >= poll.closes_at and not _is_read(session, poll, person_id):
                raise Refused(PAST_HOUR)
            stock.take(person_id)
            if proxy_id:
                taken = tick_taken(session, now, poll, person_id, proxy_id)
                refuse_if(taken if isinstance(taken, Refusal) else None)
                secrets |= {"holder": (f"person/{taken.holder_id}", taken.holder_id)}
            tick_out(session, now, poll, person_id, "paper")
    enter(session, Act.PAPER_HANDED, poll, actor, {"sheets": len(people), "by_proxy": int(bool(proxy_id))}, secrets)


@contextmanager
def _named_among(session: Session, poll: Poll, people: Sequence[int], person_id: int) -> Iterator[None]:
    """Where one of several is refused the clerk has to know which, and gets the ticks back to send the others.

    Nobody is named who is not on the roll: whoever posts the number of a stranger learns no name.
    """
    try:
        yield
    except Refused as no:
        if len(people) == 1 or not _is_listed(session, poll, person_id):
            raise
        named = Refusal(
            _("{name}：{reason}"),
            {"name": names_of(session, {person_id})[person_id], "reason": Word(no.refusal.reason)},
            remedy=_("一张也没有登记。去掉这个人的勾，再交一次"),
            late=no.refusal.late,
            source=no.refusal.source,
        )
        raise Invalid({"person": named}) from no


def tick_out(session: Session, now: datetime, poll: Poll, person_id: int, channel: str) -> Handed:
    """The tick itself, for paper and for a hand called by name. Raises Refused."""
    _guard_listed(session, poll, person_id)
    if hands_counts(session, poll.id) and not _is_read(session, poll, person_id):
        raise Refused(SHUT["hands"])
    tick = session.get(Handed, (poll.id, person_id))
    refuse_if(
        may_hand_out(
            has_cast=_has_cast(session, poll, person_id),
            is_out=tick is not None and tick.is_out,
            is_here=not poll.rule.get("strict_presence") or _is_here(session, poll, person_id),
        )
    )
    tick = tick or Handed(poll_id=poll.id, person_id=person_id, channel=channel, at=now)
    tick.channel, tick.is_out, tick.at, tick.given = channel, True, now, tick.given + (channel == "paper")
    session.add(tick)
    if kind_of(poll) == BATCH:
        session.add(Participation(poll_id=poll.id, person_id=person_id, receipt=receipts.new_code()))
    session.flush()
    return tick


def hands_in_writing(poll: Poll) -> Refusal | None:
    """Nobody meets, so nobody raises a hand."""
    return NOBODY_MEETS if poll.way == CIRCULATION else None


def hands_late(poll: Poll, now: datetime) -> Refusal | None:
    """Hands are called before the announced hour; what was called may be entered by the second counter after it."""
    return HANDS_LATE if poll.closes_at is not None and now >= poll.closes_at else None


def take_back(
    session: Session, now: datetime, *, poll_id: int, people: Sequence[int], is_spoiled: bool, standing: Standing
) -> None:
    """Tick that these people handed their ballots back, unused or spoiled; they may take another or use a device."""
    poll, actor = opened_desk(session, poll_id, "hand_out", standing)
    for person_id in people:
        with _named_among(session, poll, people, person_id):
            _tick_back(session, now, poll, person_id, is_spoiled)
    session.flush()
    data = {"sheets": len(people), "spoiled": len(people) if is_spoiled else 0}
    enter(session, Act.PAPER_RETURNED, poll, actor, data, _whose(people))


def _tick_back(session: Session, now: datetime, poll: Poll, person_id: int, is_spoiled: bool) -> None:
    tick = session.get(Handed, (poll.id, person_id))
    if tick is None or not tick.is_out or tick.channel != "paper":
        raise Refused(NOT_OUT)
    if _is_read(session, poll, person_id):
        raise Refused(BALLOT_IN_BOX)
    tick.is_out, tick.at = False, now
    tick.returned, tick.spoiled = tick.returned + (not is_spoiled), tick.spoiled + is_spoiled
    session.add(tick)
    untick_taken(session, poll, person_id)
    taken = session.get(Participation, (poll.id, person_id))
    if taken is not None:
        session.delete(taken)


def _whose(people: Sequence[int]) -> dict[str, tuple[str, int]]:
    """A commitment a person, owned by them."""
    if len(people) == 1:
        return {"person": (f"person/{people[0]}", people[0])}
    return {f"person.{number}": (f"person/{who}", who) for number, who in enumerate(people, 1)}


class _Stock:
    """What is left to hand out: a named sheet waits for its person; of the others there must be one left. Read once."""

    def __init__(self, session: Session, poll: Poll):
        self.session, self.poll, self.is_named = session, poll, kind_of(poll) == NAMED
        self.waiting = set(without_sheet(session, poll)) if self.is_named else set()
        self.printed = sum(batch.size for batch in rows_of(session, PaperBatch, poll.id))
        self.gone = sum(tick.given - tick.returned for tick in rows_of(session, Handed, poll.id))

    def take(self, person_id: int) -> None:
        if self.is_named:
            if person_id in self.waiting:
                _guard_listed(self.session, self.poll, person_id)
                raise Refused(NO_SHEET)
        elif self.gone >= self.printed:
            raise Refused(NONE_LEFT if self.printed else NO_BATCH)
        self.gone += 1


def _is_listed(session: Session, poll: Poll, person_id: int) -> bool:
    line = select(RosterLine.id).where(RosterLine.roster_id == poll.roster_id, RosterLine.person_id == person_id)
    return session.exec(line.limit(1)).first() is not None


def _guard_listed(session: Session, poll: Poll, person_id: int) -> None:
    refuse_if(None if _is_listed(session, poll, person_id) else NOT_LISTED)


def _has_cast(session: Session, poll: Poll, person_id: int) -> bool:
    if kind_of(poll) == BATCH:
        return box_models.participation_of(session, poll.id, person_id) is not None
    cast = select(Ballot.id).where(Ballot.poll_id == poll.id, Ballot.person_id == person_id)
    return session.exec(cast.limit(1)).first() is not None


def _is_here(session: Session, poll: Poll, person_id: int) -> bool:
    return session.get(PollPresence, (poll.id, person_id)) is not None


def question_of(session: Session, poll: Poll, sheet: PaperSheet) -> Refusal | None:
    """Why a named sheet does not seem to be out, so that it cannot well have come out of the box."""
    if sheet.code is None or sheet.person_id is None:
        return None
    printed = select(PaperSheet.id).where(PaperSheet.poll_id == poll.id, PaperSheet.person_id == sheet.person_id)
    own = session.exec(printed.where(col(PaperSheet.code).is_not(None)).order_by(col(PaperSheet.id))).all()
    tick = session.get(Handed, (poll.id, sheet.person_id))
    if tick is None:
        return NOT_HANDED
    return against_sheet(
        place=1 + own.index(sheet.id),
        given=tick.given,
        returned=tick.returned,
        spoiled=tick.spoiled,
        is_out=tick.is_out and tick.channel == "paper",
        is_later=tick.at > session.get(PaperBatch, sheet.batch_id).printed_at,
    )


def _is_read(session: Session, poll: Poll, person_id: int) -> bool:
    """Whether a sheet of this person, beyond those that are known to be spoiled, has been read out of the box."""
    found = (
        select(Reading.sheet_id)
        .join(PaperSheet, PaperSheet.id == Reading.sheet_id)
        .where(PaperSheet.poll_id == poll.id, PaperSheet.person_id == person_id)
    )
    return session.exec(found.limit(1)).first() is not None
