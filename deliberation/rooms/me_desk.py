"""The keys of the clerk's desk: each is one act of the room that this person may do, or says why not."""

from __future__ import annotations

from dataclasses import dataclass, field

from deliberation.refusal import Refusal, Word
from deliberation.rooms.asking_rules import may_give
from deliberation.rooms.chairing_rules import CALL, CUT, EXTEND, REJECT, UPHOLD
from deliberation.rooms.hall import Hall
from deliberation.rooms.keeping_order import may_call_next, may_stop
from deliberation.rooms.me_chairing import chairing_of
from deliberation.rooms.order_rules import queue, speaking
from deliberation.rooms.rules import CHAIR, KEEPER, Part, may
from deliberation.vocabulary import _

NOBODY_SPEAKS = Refusal(_("现在没有人发言"))
NOBODY_WAITS = Refusal(_("没有人等候发言"))
NO_POINT = Refusal(_("没有等裁定的程序动议"))
NO_GAUGE = Refusal(_("没有正在进行的测评"))
NO_RESULT = Refusal(_("没有等公布的测评"))
BUTTONS: dict[str, tuple[tuple[str, str], ...]] = {
    EXTEND: ((EXTEND, _("延长1分钟")),),
    CALL: ((CALL, _("提醒守规则")),),
    CUT: ((CUT, _("中止发言")),),
    "rule": ((UPHOLD, _("程序动议成立")), (REJECT, _("程序动议不成立"))),
}
USUAL: dict[str, str] = {EXTEND: _("话还没有讲完"), CALL: _("请对着议题讲")}
"""Reasons that stand in the field already and can be written over; what ends a speech or rules on a point has none."""


@dataclass(frozen=True)
class Key:
    """One key: its letter, what it does, and the form behind it. ``buttons``: (value of ``do``, words); ``asks``: a
    reason is written first. The words may name somebody.
    """

    letter: str
    words: str
    action: str = ""
    refusal: Refusal | None = None
    facts: dict[str, str | Word] = field(default_factory=dict)
    turn_id: int = 0
    buttons: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    asks: bool = False


def keys_of(hall: Hall, part: Part) -> tuple[Key, ...]:
    """The keys that somebody has by right, in the order of an evening: all of them as the chair, two for the chair."""
    if CHAIR in part.roles:
        return (_next(hall, part), _end(hall, part), *_doing(hall, part), _point(hall, part), *_gauge(hall, part))
    return (_next(hall, part), _end(hall, part)) if KEEPER in part.roles else ()


def _may(hall: Hall, part: Part, act: str) -> Refusal | None:
    return may(act, part, is_open=hall.room.is_open)


def _next(hall: Hall, part: Part) -> Key:
    waiting = queue(hall.turns)
    if not waiting:
        return Key("n", _("请下一位发言"), refusal=_may(hall, part, "give_turn") or NOBODY_WAITS)
    no = may_call_next(hall.session, hall.now, room=hall.room, turn=waiting[0], part=part)
    no = no or may_give(waiting[0], hall.turns)
    first = hall.speaker_of(waiting[0])
    what = Word(first.what or _("发言"))
    return Key("n", _("请{name}{what}"), f"/turns/{first.turn_id}/floor", no, {"name": first.name, "what": what})


def _end(hall: Hall, part: Part) -> Key:
    current = speaking(hall.turns)
    if current is None:
        return Key("s", _("结束这次发言"), refusal=_may(hall, part, "end_turn") or NOBODY_SPEAKS)
    no = may_stop(hall.session, hall.now, room=hall.room, turn=current, part=part)
    return Key("s", _("结束这次发言"), f"/turns/{current.id}/end", no)


def _doing(hall: Hall, part: Part) -> list[Key]:
    """What is done to the speech that is held."""
    can = chairing_of(hall, part)
    acts = (("e", EXTEND, "extend_turn"), ("w", CALL, "call_speaker"), ("x", CUT, "cut_turn"))
    found = []
    for letter, do, act in acts:
        no = _may(hall, part, act) or (None if can.speaker else NOBODY_SPEAKS)
        if do == EXTEND:
            no = no or can.extend_refusal
        turn_id = can.speaker.turn_id if can.speaker else 0
        to, reason = f"/rooms/{hall.room.id}/interventions", USUAL.get(do, "")
        words = BUTTONS[do][0][1]
        key = Key(letter, words, to, no, turn_id=turn_id, buttons=BUTTONS[do], reason=reason, asks=do == CUT)
        found.append(key)
    return found


def _point(hall: Hall, part: Part) -> Key:
    due = chairing_of(hall, part).point
    no = _may(hall, part, "rule_point") or (None if due else NO_POINT)
    return Key(
        "u", _("裁定程序动议"), f"/rooms/{hall.room.id}/interventions", no, turn_id=due.turn_id if due else 0,
        buttons=BUTTONS["rule"], asks=True,
    )  # fmt: skip


def _gauge(hall: Hall, part: Part) -> list[Key]:
    now = next((each for each in hall.gauges if each.is_open), None)
    waits = next((each for each in hall.gauges if not each.is_open and each.released_at is None), None)
    close = _may(hall, part, "close_gauge") or (None if now else NO_GAUGE)
    release = _may(hall, part, "release_gauge") or (None if waits else NO_RESULT)
    return [
        Key("g", _("结束测评"), f"/gauges/{now.id}/closing" if now else "", close),
        Key("r", _("公布测评结果"), f"/gauges/{waits.id}/release" if waits else "", release),
    ]
