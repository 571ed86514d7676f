"""The answer to what somebody sent from the plain page: what was received, read again from where it was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from deliberation.identity.models import names_of
from deliberation.refusal import Word
from deliberation.rooms.chairing_models import hand_of
from deliberation.rooms.content_models import files_in
from deliberation.rooms.hall import Hall
from deliberation.rooms.models import Statement, mark_of, statements_by
from deliberation.rooms.order_rules import KINDS, is_waiting, queue, speaking
from deliberation.rooms.rules import CHAIR, CLERK, POSITIONS, Part, may
from deliberation.vocabulary import _

MOST_WORDS = 60
DONE: dict[str, str] = {
    "withdrawn": _("已收到：申请已经撤回。"),
    "ended": _("已收到：这次发言已经结束。"),
    "hands": _("已收到：举手的人数已经记下。"),
    "gauge": _("已收到，已经办好。"),
}
"""What the page itself shows beside; a word of the address says no more than this."""
OFFICIAL = frozenset({"given", "hands", "gauge"})
"""Said to chair and clerk alone."""

WITH_FILES = {
    True: _("已记下{name}的发言（{position}，附件{n}个）：“{words}”"),
    False: _("已收到您的发言（{position}，附件{n}个）：“{words}”"),
}


@dataclass(frozen=True)
class Received:
    """A sentence with its facts."""

    sentence: str
    facts: dict[str, str | int | Word] = field(default_factory=dict)


def received(hall: Hall, part: Part, what: str) -> Received | None:
    """What the address says was sent (``statement-7``, ``mark``), if it is there and this person's."""
    word, _dash, number = what.partition("-")
    if not part.person_id or len(number) > 9 or (number and not number.isdecimal()):
        return None
    if word == "statement" and number:
        return _statement(hall, part, int(number))
    if word in OFFICIAL and not part.roles & {CHAIR, CLERK}:
        return None
    if word in DONE:
        return Received(DONE[word])
    return SHOWN[word](hall, part) if word in SHOWN else None


def _statement(hall: Hall, part: Part, id: int) -> Received | None:
    said = hall.session.get(Statement, id)
    if said is None or said.is_gone or said.room_id != hall.room.id:
        return None
    if part.person_id not in (said.person_id, said.typed_by_id):
        return None
    files = len(files_in(hall.session, hall.room.id).get(said.id, ()))
    name = names_of(hall.session, {said.person_id})[said.person_id]
    facts = {"name": name, "words": said.body[:MOST_WORDS] + ("…" if len(said.body) > MOST_WORDS else ""), "n": files}
    facts["position"] = Word(POSITIONS[said.position]) if said.position else Word(_("没有写立场"))
    if said.typed_by_id:
        return Received(WITH_FILES[True] if files else _("已记下{name}的发言（{position}）：“{words}”"), facts)
    return Received(WITH_FILES[False] if files else _("已收到您的发言（{position}）：“{words}”"), facts)


# --- what of theirs stands there already


def own(hall: Hall, part: Part) -> tuple[Received, ...]:
    """Everything that somebody has given and that still counts, a sentence each."""
    if not part.person_id:
        return ()
    said = len(statements_by(hall.session, hall.room.id, part.person_id))
    here = (Received(_("您已经签到。")),) if part.person_id in hall.came.ids else ()
    given = (marked(hall, part), Received(_("您交了{n}条发言。"), {"n": said}) if said else None)
    return (*here, *waits(hall, part), *(one for one in given if one), *hands(hall, part))


def waits(hall: Hall, part: Part) -> tuple[Received, ...]:
    """What this person waits for, the newest first, each with its place."""
    places = {turn.id: place for place, turn in enumerate(queue(hall.turns), 1)}
    mine = [turn for turn in hall.turns if turn.person_id == part.person_id and is_waiting(turn)]
    sentence = _("已收到：您申请{what}，排在第{n}位，等主持人请您。")
    return tuple(
        Received(sentence, {"what": Word(KINDS[turn.kind]), "n": places[turn.id]})
        for turn in sorted(mine, key=lambda turn: turn.id, reverse=True)
    )


def marked(hall: Hall, part: Part) -> Received | None:
    gauge = hall.gauges[-1] if hall.gauges else None
    mark = mark_of(hall.session, gauge.id, part.person_id) if gauge else None
    if mark is None or not mark.counts or (gauge.is_open and may("mark_gauge", part, is_open=True)):
        return None
    sentence = _("已收到您的意向：{option}。结束前可以改。") if gauge.is_open else _("已收到您的意向：{option}。")
    return Received(sentence, {"option": Word(gauge.options[mark.option])})


def hands(hall: Hall, part: Part) -> tuple[Received, ...]:
    """This person's hands on appeals that are still open, the newest first."""
    found = []
    for each in reversed(hall.appealed):
        hand = None if each.outcome else hand_of(hall.session, each.id, part.person_id)
        if hand is not None:
            found.append(
                Received(_("已收到您对申诉的表态：改变。") if hand.overturns else _("已收到您对申诉的表态：维持。"))
            )
    return tuple(found)


def _came(hall: Hall, part: Part) -> Received | None:
    return Received(_("已收到您的签到。")) if part.person_id in hall.came.ids else None


def _given(hall: Hall, _part: Part) -> Received | None:
    current = speaking(hall.turns)
    return Received(_("已收到：请{name}发言。"), {"name": hall.name(current.person_id)}) if current else None


SHOWN: dict[str, Callable[[Hall, Part], Received | None]] = {
    "attendance": _came,
    "asked": lambda hall, part: next(iter(waits(hall, part)), None),
    "given": _given,
    "mark": marked,
    "hand": lambda hall, part: next(iter(hands(hall, part)), None),
}
"""What is read again from where it was written."""
