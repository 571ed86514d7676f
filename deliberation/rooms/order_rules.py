"""The order of speaking: whose turn is next, how long it lasts, and when it is over. Pure.

A point of order (程序动议) goes before an interjection (插话), that before the rest of a speech that was wrongly cut
short, and all before speeches. Of those, whoever has not spoken goes first; then 赞成 and 反对 alternate; then who asked
first. Nothing here counts seconds down: every figure is a difference of instants that were written down.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from deliberation.rooms.limits_rules import (
    EXTENSION_SECONDS,
    INTERJECTION_SECONDS,
    POINT_SECONDS,
    Limits,
)
from deliberation.vocabulary import _

POINT, INTERJECTION, REST, SPEECH = "point", "interjection", "rest", "speech"
KINDS: dict[str, str] = {
    POINT: _("程序动议"),
    INTERJECTION: _("插话"),
    REST: _("补足发言"),
    SPEECH: _("发言"),
}
"""What a turn is for, by precedence."""
ASKED_FOR = (SPEECH, INTERJECTION, POINT)
"""What a person may ask for; the rest of a speech is given back by a decision."""
RANK = {kind: place for place, kind in enumerate(KINDS)}
OPPOSITE = {"for": "against", "against": "for"}
SHORTEST = 1


class Turn(Protocol):
    """A turn as far as the order is concerned. ``about_id``: the speech that a point interrupts, an interjection is
    about, or a rest completes. ``allotted_seconds`` is fixed when the word is given.
    """

    id: int | None
    person_id: int
    kind: str
    position: str
    about_id: int | None
    allotted_seconds: int
    asked_at: datetime
    asked_by_id: int | None
    given_at: datetime | None
    ended_at: datetime | None
    withdrawn_at: datetime | None
    extended_seconds: int


# --- where a turn stands


def is_waiting(turn: Turn) -> bool:
    return turn.given_at is None and turn.withdrawn_at is None


def is_speaking(turn: Turn) -> bool:
    """Has the word, or keeps it while a point of order is heard."""
    return turn.given_at is not None and turn.ended_at is None


def speaking(turns: Iterable[Turn]) -> Turn | None:
    """Who has the word: a point of order while one is heard, else who speaks."""
    found = [turn for turn in turns if is_speaking(turn)]
    return min(found, key=lambda turn: RANK[turn.kind], default=None)


def heard_since(turns: Iterable[Turn], instant: datetime) -> int:
    """How many turns were running at this instant or began later."""
    return sum(turn.given_at is not None and (turn.ended_at is None or turn.ended_at > instant) for turn in turns)


def interrupted(turns: Iterable[Turn]) -> Turn | None:
    """Whose speech waits while a point of order is heard."""
    found = [turn for turn in turns if is_speaking(turn)]
    return max(found, key=lambda turn: RANK[turn.kind]) if len(found) > 1 else None


def waiting_of(turns: Iterable[Turn], person_id: int, kind: str = SPEECH) -> Turn | None:
    """The turn of a kind for which a person waits."""
    return next(
        (each for each in turns if each.person_id == person_id and each.kind == kind and is_waiting(each)), None
    )


def times_given(turns: Iterable[Turn], person_id: int, kind: str = SPEECH) -> int:
    """How often a person has had the word so, the present turn included."""
    return sum(each.person_id == person_id and each.kind == kind and each.given_at is not None for each in turns)


def last_speech(turns: Iterable[Turn]) -> Turn | None:
    """The speech that is held, else the one held last: what an interjection is about."""
    given = [turn for turn in turns if turn.kind in (SPEECH, REST) and turn.given_at is not None]
    return max(given, key=lambda turn: (turn.given_at, turn.id or 0), default=None)


# --- the order


def queue(turns: Sequence[Turn]) -> list[Turn]:
    """Who waits, in order."""
    waiting = sorted((turn for turn in turns if is_waiting(turn)), key=_asked)
    urgent = sorted((turn for turn in waiting if turn.kind != SPEECH), key=lambda turn: RANK[turn.kind])
    spoken = {turn.person_id for turn in turns if turn.kind == SPEECH and turn.given_at is not None}
    side, ordered = _last_side(turns), []
    for has_spoken in (False, True):
        group = [turn for turn in waiting if turn.kind == SPEECH and (turn.person_id in spoken) == has_spoken]
        taken, side = _alternate(group, side)
        ordered += taken
    return [*urgent, *ordered]


def _asked(turn: Turn) -> tuple[datetime, int]:
    return turn.asked_at, turn.id or 0


def _last_side(turns: Iterable[Turn]) -> str:
    given = [each for each in turns if each.kind == SPEECH and each.given_at is not None and each.position in OPPOSITE]
    last = max(given, key=lambda turn: (turn.given_at, turn.id or 0), default=None)
    return last.position if last else ""


def _alternate(group: list[Turn], side: str) -> tuple[list[Turn], str]:
    """By the time of asking, but after a 赞成 the first 反对 and the other way round; and the side that came last.

    Whoever took no side goes by time, like everybody whose side is not the one that waits for its turn. Passed over is
    anybody only by who is fetched forward so that the sides alternate, and never twice running.
    """
    lines = {word: deque(turn for turn in group if _side(turn) == word) for word in ("for", "against", "")}
    ordered: list[Turn] = []
    while any(lines.values()):
        word = min((word for word in lines if lines[word]), key=lambda word: _asked(lines[word][0]))
        if word and word == side and lines[OPPOSITE[word]]:
            word = OPPOSITE[word]
        ordered.append(lines[word].popleft())
        side = word or side
    return ordered, side


def _side(turn: Turn) -> str:
    return turn.position if turn.position in OPPOSITE else ""


def place_of(turn: Turn, turns: Sequence[Turn]) -> int:
    """At which place a waiting turn stands, from 1."""
    return [each.id for each in queue(turns)].index(turn.id) + 1


# --- time


def allotment(turn: Turn, turns: Sequence[Turn], limits: Limits) -> int:
    """How many seconds a turn is given. Points of order are about the order and use up nobody's time."""
    if turn.kind == POINT:
        return POINT_SECONDS
    if turn.kind == REST:
        return turn.allotted_seconds
    usual = INTERJECTION_SECONDS
    if turn.kind == SPEECH:
        usual = limits.seconds_of(times_given(turns, turn.person_id) + 1)
    left = seconds_left_of(turns, limits, turn.person_id)
    return usual if left is None else max(SHORTEST, min(usual, left))


def ends_at(turn: Turn, turns: Iterable[Turn]) -> datetime:
    """When the time of a turn that was given is over. Nothing happens then by itself: the chair ends it.

    While a point of order interrupts it, this is when it would end if the point ended the instant it began.
    """
    if turn.given_at is None:
        raise ValueError("a turn that was not given has no end")
    usual = turn.allotted_seconds + turn.extended_seconds
    return turn.given_at + timedelta(seconds=usual) + _pauses(turn, turns)


def _pauses(turn: Turn, turns: Iterable[Turn]) -> timedelta:
    """How long points of order have interrupted a turn; the present one not yet."""
    heard = [one for one in turns if one.kind == POINT and one.about_id == turn.id and one.given_at and one.ended_at]
    return sum((one.ended_at - one.given_at for one in heard), timedelta())


def seconds_left(turn: Turn, turns: Sequence[Turn], now: datetime) -> int:
    """What is left of a turn's time, negative when it is over; it stands still while a point of order is heard."""
    heard = next((one for one in turns if one.kind == POINT and one.about_id == turn.id and is_speaking(one)), None)
    until = heard.given_at if heard is not None else turn.ended_at or now
    return round((ends_at(turn, turns) - until).total_seconds())


def is_over(turn: Turn, turns: Sequence[Turn], now: datetime) -> bool:
    return seconds_left(turn, turns, now) <= 0


def seconds_spoken(turn: Turn, turns: Iterable[Turn]) -> int:
    """How long a turn lasted without the points of order in it; 0 for one that was not given or has not ended."""
    if turn.given_at is None or turn.ended_at is None:
        return 0
    return round((turn.ended_at - turn.given_at - _pauses(turn, turns)).total_seconds())


def seconds_used(turns: Sequence[Turn], person_id: int) -> int:
    """How long a person has spoken in all, points of order aside."""
    own = [turn for turn in turns if turn.person_id == person_id and turn.kind != POINT]
    return sum(seconds_spoken(turn, turns) for turn in own)


def seconds_left_of(turns: Sequence[Turn], limits: Limits, person_id: int) -> int | None:
    """What a person may still speak in all; ``None`` where only the turns are limited."""
    if not limits.person_seconds:
        return None
    return max(0, limits.person_seconds - seconds_used(turns, person_id))


def exhausted(turns: Sequence[Turn], limits: Limits, person_id: int) -> list[Turn]:
    """What a person still waits for although their time is used up."""
    if seconds_left_of(turns, limits, person_id) != 0:
        return []
    own = [turn for turn in turns if turn.person_id == person_id and is_waiting(turn)]
    return [turn for turn in own if turn.kind in (SPEECH, INTERJECTION)]


def extension(turn: Turn, turns: Sequence[Turn], limits: Limits) -> int:
    """By how many seconds a speech is extended: no person's time in all is exceeded by leave of the chair."""
    left = seconds_left_of(turns, limits, turn.person_id)
    return EXTENSION_SECONDS if left is None else max(0, min(EXTENSION_SECONDS, left - turn.allotted_seconds))
