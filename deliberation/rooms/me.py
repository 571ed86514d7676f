"""What one person can do in a room now: the values of the elements that are theirs alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from deliberation.refusal import Refusal
from deliberation.rooms.hall import Hall, Speaker
from deliberation.rooms.minuting import may_draft
from deliberation.rooms.models import Gauge, SpeakingTurn, mark_of
from deliberation.rooms.rules import (
    CHAIR,
    CLERK,
    GAUGE_OPTIONS,
    PARTICIPANT,
    POSITIONS,
    Part,
    may_ask,
    may_extend,
    queue,
    speaking,
    waiting_of,
)


@dataclass(frozen=True)
class Me:
    """``speaker`` and ``waiting`` are for the chair, ``noting`` is whose words the clerk takes down."""

    is_participant: bool
    is_chair: bool
    presides: bool
    takes_notes: bool
    should_attend: bool
    may_draft: bool
    speaker: Speaker | None
    waiting: tuple[Speaker, ...]
    noting: Speaker | None
    extend_refusal: Refusal | None
    speaking_id: int
    waiting_id: int
    ask_refusal: Refusal | None
    gauge: Gauge | None
    mark: int | None
    positions: tuple[tuple[str, str], ...] = field(default=tuple(POSITIONS.items()))
    usual_options: str = "\n".join(GAUGE_OPTIONS)


def me_of(hall: Hall, part: Part) -> Me:
    """What ``part`` can do in the room of ``hall``."""
    current, own = speaking(hall.turns), waiting_of(hall.turns, part.person_id)
    is_speaking = current is not None and current.person_id == part.person_id
    takes_notes = bool(part.roles & {CHAIR, CLERK})
    noted = _noted(hall.turns, current) if takes_notes and not is_speaking else None
    gauge = hall.gauges[-1] if hall.gauges else None
    mark = mark_of(hall.session, gauge.id, part.person_id) if gauge and part.person_id else None
    return Me(
        is_participant=PARTICIPANT in part.roles,
        is_chair=CHAIR in part.roles,
        presides=part.presides,
        takes_notes=takes_notes and not is_speaking,
        should_attend=PARTICIPANT in part.roles and part.person_id not in hall.capacities,
        may_draft=may_draft(hall.room, part) is None,
        speaker=hall.speaker_of(current) if current else None,
        waiting=tuple(hall.speaker_of(turn) for turn in queue(hall.turns)) if CHAIR in part.roles else (),
        noting=hall.speaker_of(noted) if noted else None,
        extend_refusal=may_extend(current) if current else None,
        speaking_id=current.id if is_speaking else 0,
        waiting_id=own.id if own else 0,
        ask_refusal=may_ask(hall.turns, hall.room.limits, part.person_id),
        gauge=gauge,
        mark=mark.option if mark else None,
    )


def _noted(turns: list[SpeakingTurn], current: SpeakingTurn | None) -> SpeakingTurn | None:
    """Whose words are taken down: who speaks, else who spoke last, so that the clerk can finish the sentence."""
    given = [turn for turn in turns if turn.given_at is not None]
    return current or max(given, key=lambda turn: (turn.given_at, turn.id), default=None)
