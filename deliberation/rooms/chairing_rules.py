"""What the chair does to a debate, why it must say so, and how others overturn it. Pure.

Every intervention carries a reason and can be appealed against once, while the room is open. Whom the room named when it
was opened decides: those who came, by hands, where a tie leaves the chair's decision standing, or the supervisor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from deliberation.refusal import Refusal
from deliberation.rooms.limits_rules import LOCAL, SOURCE
from deliberation.rooms.order_rules import POINT, Turn, is_speaking, is_waiting
from deliberation.vocabulary import _

CALL, CUT, FINISH, EXTEND, HIDE, HIDE_QUESTION = "call", "cut", "finish", "extend", "hide", "hide_question"
REFUSE, REORDER, UPHOLD, REJECT, UNSEAT = "refuse", "reorder", "uphold", "reject", "unseat"
INTERVENTIONS: dict[str, str] = {
    CALL: _("提醒守规则"),
    CUT: _("中止发言"),
    FINISH: _("按讲完结束发言"),
    EXTEND: _("延长发言"),
    HIDE: _("隐藏发言"),
    HIDE_QUESTION: _("隐藏提问"),
    REFUSE: _("不准发言"),
    REORDER: _("变更次序"),
    UPHOLD: _("裁定程序动议成立"),
    REJECT: _("裁定程序动议不成立"),
    UNSEAT: _("撤回邀请"),
}
RULINGS = (UPHOLD, REJECT)
FINISHED = _("发言人讲完了")
"""The reason of an end before time that nobody had to give a reason for; whoever had not finished appeals against it."""

HALL, SUPERVISOR = "hall", "supervisor"
DECIDERS: dict[str, str] = {
    HALL: _("到场的人举手，改变主持人处置的多于维持的才改变"),
    SUPERVISOR: _("监督员决定"),
}
SUSTAINED, OVERTURNED = "sustained", "overturned"
OUTCOMES: dict[str, str] = {SUSTAINED: _("维持主持人的处置"), OVERTURNED: _("改变主持人的处置")}
HANDS_SECONDS = 60
"""How long hands stay up at least, unless everybody has raised theirs. A local setting."""
MOST_REASON = 200


class Intervention(Protocol):
    id: int | None
    kind: str
    turn_id: int | None
    statement_id: int | None
    person_id: int
    by_id: int


class Appeal(Protocol):
    intervention_id: int
    at: datetime
    outcome: str


class Came(Protocol):
    counts: bool


# --- the chair's side


def may_call(turn: Turn) -> Refusal | None:
    """Only who has the word is called to order."""
    if not is_speaking(turn):
        return Refusal(_("这次发言已经结束"), late=True)
    return None


def may_refuse(turn: Turn) -> Refusal | None:
    if not is_waiting(turn):
        return Refusal(_("这项申请已经不在等候，不能不准"), late=True)
    return None


def may_rule(turn: Turn, before: Iterable[Intervention]) -> Refusal | None:
    """A point of order that was heard is ruled upon once."""
    if turn.kind != POINT or turn.given_at is None:
        return Refusal(_("只有提出来的程序动议才要裁定"))
    if any(each.turn_id == turn.id and each.kind in RULINGS for each in before):
        return Refusal(_("这项程序动议已经裁定"), remedy=_("有异议的可以申诉"), late=True)
    return None


def unruled(turns: Iterable[Turn], before: Sequence[Intervention]) -> Turn | None:
    """The point of order on which a ruling is due, the oldest first."""
    due = [turn for turn in turns if turn.kind == POINT and may_rule(turn, before) is None]
    return min(due, key=lambda turn: (turn.given_at, turn.id or 0), default=None)


def may_hide(is_hidden: bool, is_withdrawn: bool = False) -> Refusal | None:
    if is_hidden:
        return Refusal(_("这条发言已经隐藏"), late=True)
    if is_withdrawn:
        return Refusal(_("这条发言已经由本人撤回"), late=True)
    return None


NO_SEAT = Refusal(_("这个人的邀请已经撤回或者谢绝，或者不再是本单位的人，不再参加这次协商"), late=True)


def may_take_chair(person_id: int, turns: Iterable[Turn], chair_id: int, attended: Iterable[int]) -> Refusal | None:
    """Who presides has come, and has said nothing on the matter and does not want to."""
    if person_id == chair_id:
        return Refusal(_("这个人正在主持"), late=True)
    if person_id not in set(attended):
        return Refusal(_("接任主持的人要先签到"))
    if any(turn.person_id == person_id and (turn.given_at or is_waiting(turn)) for turn in turns):
        return Refusal(_("对这件事发过言或者正在等候发言的人，不能主持"), source=SOURCE)
    return None


# --- the others' side


def may_appeal(intervention: Intervention, appeals: Iterable[Appeal], person_id: int) -> Refusal | None:
    if intervention.by_id == person_id:
        return Refusal(_("自己作的处置，自己不能申诉"))
    if any(each.intervention_id == intervention.id for each in appeals):
        return Refusal(_("这项处置已经有人申诉"), remedy=_("可以对这份申诉表态"), late=True)
    return None


def may_decide(appeal: Appeal, decider: str, wanted: str) -> Refusal | None:
    """``decider``: what the rule of the room names; ``wanted``: whose way of deciding is being taken."""
    if appeal.outcome:
        return Refusal(_("这份申诉已经有了决定"), late=True)
    if decider != wanted:
        said = {HALL: _("本次协商的申诉由到场的人举手决定"), SUPERVISOR: _("本次协商的申诉由监督员决定")}
        return Refusal(said[decider], source=LOCAL)
    return None


def may_judge(against: Intervention, raised_by: int, person_id: int) -> Refusal | None:
    """Nobody decides on what they raised, on what was done to them, or on what they did themselves."""
    if raised_by == person_id:
        return Refusal(_("自己提的申诉，由别的监督员决定"))
    if against.person_id == person_id:
        return Refusal(_("这项处置是对您作的，由别的监督员决定"))
    if against.by_id == person_id:
        return Refusal(_("这项处置是您作的，由别的监督员决定"))
    return None


def may_raise_hand(came: Came | None, *, is_own: bool = False) -> Refusal | None:
    """Those who came, and among them those whose opinion is asked: whoever sits in as an expert or a guest is not, nor
    whoever did what the appeal is against (``is_own``) and presides no more.
    """
    if came is None:
        return Refusal(_("到场签到的人才能举手"), remedy=_("请先签到"))
    if not came.counts:
        return Refusal(_("列席的人可以发言，不参加举手"))
    if is_own:
        return Refusal(_("这项处置是您作的，由别人举手"))
    return None


def may_settle(appeal: Appeal, now: datetime, raised: int, voters: int, zone: tzinfo) -> Refusal | None:
    """Hands are counted once everybody has raised theirs, or after a while, so that nobody counts before others can.

    ``zone``: of the community, by whose clock the refusal says from when on.
    """
    if raised >= voters or now >= hands_until(appeal):
        return None
    at = hands_until(appeal).astimezone(zone)
    facts = {"seconds": HANDS_SECONDS, "at": f"{at.hour}:{at:%M:%S}"}
    return Refusal(_("举手至少留{seconds}秒，或者等到场的人都表了态：{at}起可以清点"), facts, source=LOCAL)


def hands_until(appeal: Appeal) -> datetime:
    """Until when hands are left up at least: the next full second."""
    until = appeal.at + timedelta(seconds=HANDS_SECONDS)
    return until if not until.microsecond else until.replace(microsecond=0) + timedelta(seconds=1)


def check_hands(sustain: int, overturn: int, without_phone: int) -> Refusal | None:
    """Hands that the clerk counted in the hall: no more than people whom the clerk signed in and who showed no other."""
    if sustain + overturn > without_phone:
        return Refusal(_("由记录员签到、还没有表态的只有{n}人"), {"n": without_phone})
    return None


NOT_HEARD = Refusal(_("这份申诉提出以后您才被邀请，从下一份申诉起表态"))


def outcome(sustain: int, overturn: int) -> str:
    """More hands for changing than for keeping change it; a tie leaves the decision of the chair as it is."""
    return OVERTURNED if overturn > sustain else SUSTAINED


def may_close(appeals: Iterable[Appeal], decider: str) -> Refusal | None:
    """No chair escapes the hall by closing the room; what the supervisor decides can be decided afterwards."""
    if decider == HALL and any(not each.outcome for each in appeals):
        return Refusal(_("还有申诉没有决定"), remedy=_("先清点申诉的举手，再结束协商"))
    return None
