"""What is shown of questions from the floor: the list that all see, and what one person can do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deliberation.refusal import Refusal
from deliberation.rooms.question_models import FloorQuestion, backed_by, backings_of, questions_of
from deliberation.rooms.question_rules import in_order, is_called, is_open, may_drop, may_put, may_question
from deliberation.rooms.rules import Part, may

if TYPE_CHECKING:
    from deliberation.rooms.hall import Hall

MOST_SHOWN = 100
"""Of a long list the first; how many more there are is said below it."""


@dataclass(frozen=True)
class Asked:
    """One question as everybody sees it."""

    id: int
    name: str
    capacity: str
    body: str
    backings: int
    is_open: bool
    is_called: bool
    answer: str
    by: str


def questions_shown(hall: Hall) -> dict[str, Any]:
    """The list, and how many wait, were answered, hidden and withdrawn."""
    found, backings = questions_of(hall.session, hall.room.id), backings_of(hall.session, hall.room.id)
    ordered = in_order(found, backings)
    hall.know(one.person_id for one in ordered[:MOST_SHOWN])
    shown = [_shown(one, hall, backings) for one in ordered[:MOST_SHOWN]]
    return {
        "room": hall.room,
        "questions": shown,
        "more": len(ordered) - len(shown),
        "waiting": sum(is_open(one) for one in found),
        "answered": sum(one.answered_at is not None for one in found),
        "hidden": sum(one.hiding_id is not None for one in found),
        "withdrawn": sum(one.withdrawn_at is not None for one in found),
    }


def called_up(hall: Hall) -> str:
    """The question that is being answered now, for the wall; empty if none is."""
    found = (one for one in questions_of(hall.session, hall.room.id) if is_called(one))
    return next((one.body for one in found), "") if hall.room.is_open else ""


def _shown(one: FloorQuestion, hall: Hall, backings: dict[int, int]) -> Asked:
    return Asked(
        id=one.id,
        name=hall.name(one.person_id),
        capacity=hall.capacity(one.person_id),
        body=one.body,
        backings=backings.get(one.id, 0),
        is_open=is_open(one),
        is_called=is_called(one),
        answer=one.answer,
        by=one.answered_by,
    )


@dataclass(frozen=True)
class Asking:
    """What one person can do: put a question (``refusal``: why not), take back what they asked or backed; as the chair,
    call one up of those that wait; as chair or clerk, note the answer of the one that is called up.
    """

    may_ask: bool
    refusal: Refusal | None
    own: tuple[tuple[int, str], ...]
    backed: tuple[tuple[int, str], ...]
    is_chair: bool
    may_note: bool
    waiting: tuple[tuple[int, str], ...]
    called: tuple[int, str] | None


def asking_of(hall: Hall, part: Part) -> Asking:
    room, found = hall.room, questions_of(hall.session, hall.room.id)
    may_ask = not (may("put_question", part, is_open=room.is_open) or may_question(part))
    is_chair = may("call_question", part, is_open=room.is_open) is None
    may_note = may("answer_question", part, is_open=room.is_open) is None
    own = [one for one in found if one.person_id == part.person_id]
    backed = backed_by(hall.session, room.id, part.person_id) if may_ask else set()
    ordered = [one for one in in_order(found, backings_of(hall.session, room.id)) if is_open(one)] if may_note else []
    return Asking(
        may_ask=may_ask,
        refusal=may_put(own) if may_ask else None,
        own=tuple((one.id, one.body) for one in own if may_ask and may_drop(one) is None),
        backed=tuple((one.id, one.body) for one in found if one.id in backed and is_open(one)),
        is_chair=is_chair,
        may_note=may_note,
        waiting=tuple((one.id, one.body[:40]) for one in ordered if not is_called(one))[:MOST_SHOWN]
        if is_chair
        else (),
        called=next(((one.id, one.body) for one in ordered if is_called(one)), None),
    )
