"""What one person can do about the order now: as the chair, with a reason; as everybody else, by an appeal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from deliberation.identity.models import names_of
from deliberation.refusal import Refusal
from deliberation.rooms.asking_rules import may_extend, may_give
from deliberation.rooms.chairing_models import Appeal, hand_of, hands_by
from deliberation.rooms.chairing_rules import (
    DECIDERS,
    EXTEND,
    HALL,
    HANDS_SECONDS,
    INTERVENTIONS,
    NOT_HEARD,
    SUPERVISOR,
    hands_until,
    may_appeal,
    may_judge,
    may_settle,
    may_take_chair,
    unruled,
)
from deliberation.rooms.hall import Hall, Speaker
from deliberation.rooms.models import latest_statements
from deliberation.rooms.order_rules import queue, speaking
from deliberation.rooms.rules import CHAIR, CLERK, HEAD, Part, may
from deliberation.rooms.rules import SUPERVISOR as SUPERVISES
from deliberation.rooms.seating import unheard

MOST_LISTED = 30
MOST_KEPT = 5


@dataclass(frozen=True)
class Chairing:
    """``others``: who waits behind the first; ``said``: statements that could be hidden; ``heirs``: who could preside;
    ``kept``: what the clerk did last on the chair's behalf.

    ``point`` is the point of order on which a ruling is due.
    """

    is_chair: bool
    may_hand: bool
    speaker: Speaker | None
    extend_refusal: Refusal | None
    waiting: tuple[Speaker, ...]
    give_refusal: Refusal | None
    point: Speaker | None
    said: tuple[tuple[int, str], ...]
    heirs: tuple[tuple[int, str], ...]
    kept: tuple[tuple[str, str, str, datetime], ...]
    tz: str


def chairing_of(hall: Hall, part: Part) -> Chairing:
    """What ``part`` can do as the chair of the room of ``hall``."""
    is_chair, is_open = CHAIR in part.roles, hall.room.is_open
    may_hand = is_open and bool(part.roles & {CHAIR, HEAD})
    current, waiting = speaking(hall.turns), queue(hall.turns)
    due = unruled(hall.turns, hall.interventions)
    return Chairing(
        is_chair=is_chair and is_open,
        may_hand=may_hand,
        speaker=hall.speaker_of(current) if current else None,
        extend_refusal=_extending(hall) if current else None,
        waiting=tuple(hall.speaker_of(turn) for turn in waiting[:MOST_LISTED]) if is_chair else (),
        give_refusal=may_give(waiting[1], hall.turns) if len(waiting) > 1 else None,
        point=hall.speaker_of(due) if due else None,
        said=_hideable(hall) if is_chair else (),
        heirs=_heirs(hall) if may_hand else (),
        kept=_kept(hall) if is_chair else (),
        tz=hall.community.timezone,
    )


def _kept(hall: Hall) -> tuple[tuple[str, str, str, datetime], ...]:
    """What the clerk did on the chair's behalf, the last things first: the act, who did it, to whose turn, when."""
    found = [("given", each.given_by_id, each.person_id, each.given_at) for each in hall.turns if each.given_by_id]
    found += [("ended", each.ended_by_id, each.person_id, each.ended_at) for each in hall.turns if each.ended_by_id]
    last = sorted(found, key=lambda one: one[3], reverse=True)[:MOST_KEPT]
    return tuple((what, hall.name(by), hall.name(who), at) for what, by, who, at in last)


def _extending(hall: Hall) -> Refusal | None:
    current = speaking(hall.turns)
    times = sum(each.turn_id == current.id and each.kind == EXTEND for each in hall.interventions)
    return may_extend(current, hall.turns, hall.room.limits, times=times)


def _hideable(hall: Hall) -> tuple[tuple[int, str], ...]:
    found = latest_statements(hall.session, hall.room.id, MOST_LISTED)
    names = names_of(hall.session, {each.person_id for each in found})
    return tuple(
        (each.id, f"{names[each.person_id]}：{each.body[:20]}")
        for each in found
        if not (each.is_hidden or each.withdrawn_at)
    )


def _heirs(hall: Hall) -> tuple[tuple[int, str], ...]:
    came = [each.person_id for each in hall.attended if each.person_id not in hall.seats.lost]
    able = [id for id in came if may_take_chair(id, hall.turns, hall.room.chair_id, came) is None]
    return tuple((id, hall.name(id)) for id in able)


@dataclass(frozen=True)
class Hand:
    """An open appeal, and this person's hand: ``None`` while none was shown."""

    id: int
    overturns: bool | None
    without_phone: int
    wait: Refusal | None = None
    """Why hands cannot be counted yet, even if the clerk saw one of everybody who has no phone."""
    seconds: int = 0
    """How long that is so, if nobody shows a hand."""
    may_show: bool = True
    """Whether it is this person's to show."""
    late: Refusal | None = None
    """Why not, for somebody who was seated after the appeal was raised."""


@dataclass(frozen=True)
class Appealing:
    """``against``: what one could still appeal against; ``hands``: open appeals on which hands are shown."""

    may_raise: bool
    may_count: bool
    takes_hands: bool
    against: tuple[tuple[int, str, str], ...]
    hands: tuple[Hand, ...]
    decides: tuple[int, ...]
    decider: str
    seconds: int = HANDS_SECONDS
    """How long hands are left up at least; the clerk's count in the form may end it sooner."""


def appealing_of(hall: Hall, part: Part) -> Appealing:
    """What ``part`` can do against the chair of the room of ``hall``."""
    against = _appealable(hall, part)
    room, undecided = hall.room, [each for each in hall.appealed if not each.outcome]
    by_hands, judges = room.decider == HALL, SUPERVISES in part.roles and not part.presides
    return Appealing(
        may_raise=bool(against),
        may_count=by_hands and may("settle_appeal", part, is_open=room.is_open) is None,
        takes_hands=CLERK in part.roles,
        against=against,
        hands=tuple(_hand(hall, part, each) for each in undecided) if by_hands and room.is_open else (),
        decides=_decided_by(hall, part, undecided) if judges and room.decider == SUPERVISOR else (),
        decider=DECIDERS[room.decider],
    )


def _decided_by(hall: Hall, part: Part, undecided: Iterable[Appeal]) -> tuple[int, ...]:
    against = {each.id: each for each in hall.interventions}
    return tuple(
        each.id
        for each in undecided
        if may_judge(against[each.intervention_id], each.person_id, part.person_id) is None
    )


def _appealable(hall: Hall, part: Part) -> tuple[tuple[int, str, str], ...]:
    """The newest first: (id, what was done, to whom)."""
    able = [
        one
        for one in hall.interventions
        if may("raise_appeal", part, is_open=hall.room.is_open, owner_id=one.person_id) is None
        and may_appeal(one, hall.appealed, part.person_id) is None
    ]
    return tuple((one.id, INTERVENTIONS[one.kind], hall.name(one.person_id)) for one in reversed(able[-MOST_LISTED:]))


def _hand(hall: Hall, part: Part, appeal: Appeal) -> Hand:
    own = hand_of(hall.session, appeal.id, part.person_id) if part.person_id else None
    did = next(each.by_id for each in hall.interventions if each.id == appeal.intervention_id)
    out = unheard(hall.room, hall.came, hall.seats, appeal, did)
    shown = hands_by(hall.session, appeal.id) - out
    missing = [each for each in hall.attended if each.person_id not in shown | out]
    without = sum(each.by_id is not None for each in missing)
    seen = without if CLERK in part.roles else 0
    wait = may_settle(appeal, hall.now, len(shown) + seen, len(shown) + len(missing), hall.community.zone)
    seconds = ceil((hands_until(appeal) - hall.now).total_seconds()) if wait else 0
    can = did != part.person_id and may("mark_appeal", part, is_open=hall.room.is_open) is None
    late = NOT_HEARD if can and part.person_id in hall.seats.after(appeal.at) else None
    return Hand(appeal.id, own.overturns if own else None, without, wait, seconds, can and not late, late)
