"""What one person can do in a room now: the values of the elements that are theirs alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from deliberation.refusal import Refusal
from deliberation.rooms.asking_rules import may_ask
from deliberation.rooms.chairing_models import hand_of
from deliberation.rooms.chairing_rules import HALL, UNSEAT, may_appeal, may_close
from deliberation.rooms.gauge_rules import NOT_ASKED
from deliberation.rooms.gauge_view import Gauging, gauging_of
from deliberation.rooms.hall import Hall, Speaker
from deliberation.rooms.minutes_correcting import why_not_ask
from deliberation.rooms.minutes_models import minutes_of
from deliberation.rooms.minuting import may_draft
from deliberation.rooms.models import Gauge, SpeakingTurn, mark_of
from deliberation.rooms.order_rules import (
    ASKED_FOR,
    KINDS,
    POINT,
    REST,
    is_speaking,
    is_waiting,
    queue,
    speaking,
    waiting_of,
)
from deliberation.rooms.rules import CHAIR, CLERK, GAUGE_OPTIONS, GUEST, OBSERVER, PARTICIPANT, POSITIONS, Part, may
from deliberation.rooms.seating import is_seated_after


@dataclass(frozen=True)
class Me:
    """``asks``: what can be asked for, with its words and what is against it; ``waits``: what was asked for and can be
    taken back. ``told_to_all``: it is yet to be said that everybody reads what one says, and with which name.
    ``points``: points of order that may interrupt who speaks. ``speaker`` and ``waiting`` are for the chair, ``noting``
    is whose words the clerk takes down."""

    is_participant: bool
    counts: bool
    listens: bool
    is_unseated: bool
    """Their invitation was withdrawn, and they may not speak as what they are without it."""
    may_object: bool
    """Whether they can still appeal against that."""
    is_chair: bool
    presides: bool
    takes_notes: bool
    should_attend: bool
    may_draft: bool
    correct_by: date | None
    """Until which day they may ask for a correction of the minutes; nothing if they may not."""
    speaker: Speaker | None
    waiting: tuple[Speaker, ...]
    noting: Speaker | None
    noting_after: bool
    """Whether the speech that is noted is over, so that what is written is added to it."""
    speaking_id: int
    held_id: int
    points: tuple[Speaker, ...]
    waits: tuple[tuple[int, str], ...]
    told_to_all: bool
    asks: tuple[tuple[str, str, Refusal | None], ...]
    may_show_hand: bool
    no_closing: Refusal | None
    gauge: Gauge | None
    mark: int | None
    gauging: Gauging
    not_asked: Refusal | None
    """Why the open gauge does not ask them, who were seated after it was opened."""
    positions: tuple[tuple[str, str], ...] = field(default=tuple(POSITIONS.items()))
    usual_options: str = "\n".join(GAUGE_OPTIONS)


def me_of(hall: Hall, part: Part) -> Me:
    """What ``part`` can do in the room of ``hall``."""
    current = speaking(hall.turns)
    has_word = current is not None and current.person_id == part.person_id
    own = [turn for turn in hall.turns if turn.person_id == part.person_id]
    waits = tuple((turn.id, KINDS[turn.kind]) for turn in own if is_waiting(turn) and turn.kind != REST)
    in_order = queue(hall.turns) if CHAIR in part.roles else []
    may_interrupt = current is not None and current.kind != POINT
    takes_notes = bool(part.roles & {CHAIR, CLERK})
    noted = _noted(hall.turns, current) if takes_notes and not has_word else None
    gauge = hall.gauges[-1] if hall.gauges else None
    mark = mark_of(hall.session, gauge.id, part.person_id) if gauge and part.person_id else None
    return Me(
        is_participant=bool(part.roles & {PARTICIPANT, GUEST}),
        counts=PARTICIPANT in part.roles,
        listens=OBSERVER in part.roles,
        is_unseated=part.person_id in hall.unseated and not part.roles & {PARTICIPANT, GUEST},
        may_object=_may_object(hall, part),
        is_chair=CHAIR in part.roles,
        presides=part.presides,
        takes_notes=takes_notes and not has_word,
        should_attend=bool(part.roles & {PARTICIPANT, GUEST, OBSERVER}) and part.person_id not in hall.came.ids,
        may_draft=may_draft(hall.room, part) is None,
        correct_by=_correct_by(hall, part),
        speaker=hall.speaker_of(current) if current else None,
        waiting=tuple(hall.speaker_of(turn) for turn in in_order),
        noting=hall.speaker_of(noted) if noted else None,
        noting_after=noted is not None and not is_speaking(noted),
        speaking_id=current.id if has_word else 0,
        held_id=next((turn.id for turn in own if is_speaking(turn)), 0) if not has_word else 0,
        points=tuple(hall.speaker_of(turn) for turn in in_order if turn.kind == POINT and may_interrupt),
        waits=waits,
        told_to_all=hall.matter.is_public and not own,
        asks=asks_of(hall, part.person_id),
        may_show_hand=may_show_hand(hall, part),
        no_closing=may_close(hall.appealed, hall.room.decider),
        gauge=gauge,
        mark=mark.option if mark else None,
        gauging=gauging_of(hall.session, hall.room, part),
        not_asked=_not_asked(hall, part, gauge),
    )


def _not_asked(hall: Hall, part: Part, gauge: Gauge | None) -> Refusal | None:
    is_asking = gauge is not None and gauge.is_open and PARTICIPANT in part.roles
    is_late = is_asking and is_seated_after(hall.session, hall.room, part.person_id, gauge.opened_at, hall.now)
    return NOT_ASKED if is_late else None


def _may_object(hall: Hall, part: Part) -> bool:
    own = (each for each in hall.interventions if each.kind == UNSEAT and each.person_id == part.person_id)
    return hall.room.is_open and any(may_appeal(each, hall.appealed, part.person_id) is None for each in own)


def _correct_by(hall: Hall, part: Part) -> date | None:
    if hall.room.minutes_id is None:
        return None
    minutes = minutes_of(hall.session, hall.room.minutes_id)
    no = why_not_ask(hall.session, hall.now, minutes, part.person_id)
    return (minutes.until.astimezone(hall.community.zone) - timedelta(microseconds=1)).date() if no is None else None


def _noted(turns: list[SpeakingTurn], current: SpeakingTurn | None) -> SpeakingTurn | None:
    """Whose words are taken down: who speaks, else who spoke last, so that the clerk can finish the sentence."""
    given = [turn for turn in turns if turn.given_at is not None]
    return current or max(given, key=lambda turn: (turn.given_at, turn.id), default=None)


def asks_of(hall: Hall, person_id: int) -> tuple[tuple[str, str, Refusal | None], ...]:
    """What somebody could ask for; not what they wait for already."""
    return tuple(
        (kind, KINDS[kind], may_ask(hall.turns, hall.room.limits, person_id, kind))
        for kind in ASKED_FOR
        if waiting_of(hall.turns, person_id, kind) is None
    )


def may_show_hand(hall: Hall, part: Part) -> bool:
    """Whether an appeal waits for this person's hand."""
    if hall.room.decider != HALL or may("mark_appeal", part, is_open=hall.room.is_open):
        return False
    own = {each.id for each in hall.interventions if each.by_id == part.person_id}
    undecided = [each for each in hall.appealed if not each.outcome and each.intervention_id not in own]
    undecided = [each for each in undecided if part.person_id not in hall.seats.after(each.at)]
    return any(hand_of(hall.session, each.id, part.person_id) is None for each in undecided)
