"""Who may ask for a turn, and what may be done with one: given, withdrawn, ended, extended, taken down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deliberation.refusal import Refusal
from deliberation.rooms.limits_rules import INTERJECTIONS_EACH, LOCAL, POINTS_EACH, Limits
from deliberation.rooms.order_rules import (
    INTERJECTION,
    POINT,
    SPEECH,
    Turn,
    extension,
    interrupted,
    is_speaking,
    is_waiting,
    last_speech,
    seconds_left_of,
    speaking,
    times_given,
    waiting_of,
)
from deliberation.vocabulary import _


def may_ask(turns: Sequence[Turn], limits: Limits, person_id: int, kind: str = SPEECH) -> Refusal | None:
    """Once in the queue at a time for each kind, and within the limits of each."""
    current = speaking(turns)
    if any(is_speaking(turn) and turn.person_id == person_id for turn in turns):
        return Refusal(_("现在正轮到您发言"), late=True)
    if waiting_of(turns, person_id, kind) is not None:
        return Refusal(_("已经在等候发言，不必再申请"), late=True)
    if kind == POINT:
        return _too_often(turns, person_id, POINT, POINTS_EACH)
    if kind == INTERJECTION:
        about = current if current is not None and current.kind != POINT else last_speech(turns)
        if no := _may_interject(turns, person_id, about):
            return no
    elif times_given(turns, person_id) >= limits.turns_each:
        return Refusal(
            _("每人最多发言{most}次，已经讲过{most}次"),
            {"most": limits.turns_each},
            remedy=_("可以交书面发言"),
            source=limits.source,
        )
    if seconds_left_of(turns, limits, person_id) == 0:
        minutes = {"minutes": limits.person_seconds // 60}
        remedy = _("可以交书面发言")
        return Refusal(_("每人一共讲{minutes}分钟，已经用完"), minutes, remedy=remedy, source=limits.source)
    return None


def _may_interject(turns: Sequence[Turn], person_id: int, about: Turn | None) -> Refusal | None:
    if about is None:
        return Refusal(_("现在没有人发言，没有可以插话的"), remedy=_("可以申请发言"), late=True)
    if about.person_id == person_id:
        return Refusal(_("不能给自己的发言插话"), remedy=_("可以再申请一次发言"))
    own = [turn for turn in turns if turn.person_id == person_id and turn.kind == INTERJECTION]
    if any(turn.about_id == about.id and turn.given_at is not None for turn in own):
        return Refusal(_("对同一次发言只能插话一次"), source=LOCAL)
    return _too_often(turns, person_id, INTERJECTION, INTERJECTIONS_EACH)


def _too_often(turns: Sequence[Turn], person_id: int, kind: str, most: int) -> Refusal | None:
    if times_given(turns, person_id, kind) < most:
        return None
    said = {POINT: _("每人最多提{most}次程序动议"), INTERJECTION: _("每人最多插话{most}次")}
    return Refusal(said[kind], {"most": most}, source=LOCAL)


def may_give(turn: Turn, turns: Iterable[Turn]) -> Refusal | None:
    """One speaks at a time, and only who asked. A point of order alone may interrupt a speech."""
    if turn.withdrawn_at is not None:
        return Refusal(_("这项发言申请已经撤回"), late=True)
    if turn.given_at is not None:
        return Refusal(_("这项发言申请已经办过"), late=True)
    current = speaking(turns)
    if current is None or (turn.kind == POINT and current.kind != POINT):
        return None
    return Refusal(_("还有人正在发言"), remedy=_("先结束这次发言，再请下一位"))


def may_withdraw(turn: Turn, by_id: int) -> Refusal | None:
    """One's own; the clerk what the clerk asked for. Against somebody's will the chair refuses a turn with a reason."""
    if not is_waiting(turn):
        return Refusal(_("这项申请已经不在等候，不能撤回"), late=True)
    if turn.person_id != by_id and turn.asked_by_id is None:
        return Refusal(_("自己申请的发言由自己撤回"))
    return None


def may_end(turn: Turn, turns: Iterable[Turn] = ()) -> Refusal | None:
    if not is_speaking(turn):
        return Refusal(_("这次发言已经结束"), late=True)
    held = interrupted(turns)
    if held is not None and held.id == turn.id:
        return Refusal(_("正在听程序动议，这次发言暂停着"), remedy=_("先结束程序动议"))
    return None


def may_extend(turn: Turn, turns: Sequence[Turn], limits: Limits, *, times: int = 0) -> Refusal | None:
    """Longer once, with leave of the chair. ``times``: how often this turn was extended, also where that was undone."""
    if not is_speaking(turn):
        return Refusal(_("这次发言已经结束"), late=True)
    if turn.kind != SPEECH:
        return Refusal(_("只有发言可以延长，插话和程序动议不能"), source=LOCAL)
    if turn.extended_seconds or times:
        return Refusal(_("每次发言只能延长一次"), source=LOCAL)
    if extension(turn, turns, limits) == 0:
        minutes = {"minutes": limits.person_seconds // 60}
        return Refusal(_("每人一共讲{minutes}分钟，不能再延长"), minutes, source=limits.source)
    return None


def may_note(turn: Turn) -> Refusal | None:
    """Only who has or had the word is taken down."""
    if turn.given_at is None:
        return Refusal(_("还没有轮到这个人发言，不能记录"))
    return None
