"""Who must call a demanded meeting, and who may when the convenor does not. Pure.

Owners: 物业管理条例 13 obliges the owners' committee; what follows when it does nothing stands in the ministry's guide
(指导规则), which local rules may replace, so each page says so. Committees: 村民委员会组织法 41 and 城市居民委员会组织法 40.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from deliberation.matters.demands import Share
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

ANSWER, REFUSE, CALLED = "convene", "refuse", "called"
WAYS = {
    ANSWER: _("同意召集：写明准备何时何地开会"),
    CALLED: _("会议已经在平台外通知：写明哪一天开会，公告在哪里看得到"),
    REFUSE: _("不召集：写明理由"),
}
"""What the convenor may answer."""

GUIDE = _("业主大会和业主委员会指导规则；当地另有规定的，从其规定")
DUTY = {
    "villagers_assembly": _("村民委员会组织法第四十一条第二款"),
    "villagers_representatives": _("村民委员会组织法第四十一条第二款"),
    "residents_assembly": _("城市居民委员会组织法第四十条第二款"),
    "residents_representatives": _("城市居民委员会组织法第四十条第二款"),
    "owners": GUIDE,
}
"""By body: on what ground an authority orders the meeting."""
ONWARD = {
    "villagers_assembly": _("可以请乡、民族乡、镇的人民政府责令改正。"),
    "villagers_representatives": _("可以请乡、民族乡、镇的人民政府责令改正。"),
    "residents_assembly": _("可以请街道办事处或者区、市的人民政府责令改正。"),
    "residents_representatives": _("可以请街道办事处或者区、市的人民政府责令改正。"),
    "owners": _(
        "可以请街道办事处、乡镇人民政府或者区、县房地产主管部门责令限期召开；逾期仍不召开的，"
        "可以由居民委员会在街道办事处、乡镇人民政府的指导和监督下组织召开。"
    ),
}
"""By body: what the people who signed can do when the convenor does not call it."""
TELL_COMMITTEE = _("物业管理条例第十四条第二款：住宅小区的业主大会会议，应当同时告知相关的居民委员会")

NOT_REACHED = Refusal(_("联名还没有达到法定人数"))
AHEAD = {
    "villagers_assembly": (10, _("村民委员会组织法第二十五条")),
    "residents_assembly": (10, _("城市居民委员会组织法第二十六条")),
    "owners": (15, _("物业管理条例第十四条")),
}
"""By body: how many days ahead the law wants the notice; for meetings of representatives national law names none."""
IS_CLAIMED = Refusal(_("已经说过会议在平台外通知了"), remedy=_("请在平台上发出会议通知"), late=True)
IS_CALLED = Refusal(_("会议已经通知"), late=True)


@dataclass(frozen=True)
class Standing:
    """Where a demand stands: what was done about it, and whether the convenor's days have passed."""

    is_reached: bool
    is_answered: bool = False
    is_refused: bool = False
    is_overdue: bool = False
    order_due_on: date | None = None
    is_taken_over: bool = False
    is_called: bool = False
    is_claimed: bool = False

    @property
    def is_neglected(self) -> bool:
        """The convenor refused, or let the days pass without a notice."""
        return self.is_reached and not self.is_called and (self.is_refused or self.is_overdue)


def may_answer(now: Standing, way: str) -> Refusal | None:
    """Why the convenor cannot answer so. Who refused may still call it; who promised may no longer refuse."""
    if not now.is_reached:
        return NOT_REACHED
    if now.is_called:
        return IS_CALLED
    if now.is_claimed:
        return IS_CLAIMED
    if way == REFUSE and (now.is_answered or now.is_refused):
        return Refusal(_("已经答复"), late=True)
    return Refusal(_("已经答复"), late=True) if way == ANSWER and now.is_answered else None


def ways_open(now: Standing) -> tuple[str, ...]:
    """The answers that the convenor can still give."""
    return tuple(way for way in WAYS if may_answer(now, way) is None)


def may_order(share: Share, now: Standing) -> Refusal | None:
    """Why no authority can order the meeting yet."""
    if not now.is_reached:
        return NOT_REACHED
    if now.is_called:
        return IS_CALLED
    if now.order_due_on is not None:
        return Refusal(_("已经责令限期召集"), late=True)
    # What the convenor says of a notice elsewhere binds nobody who may order the meeting.
    if not now.is_neglected and not now.is_claimed:
        return Refusal(_("召集人的期限还没有过，也没有不召集"), source=DUTY[share.body])
    return None


def may_take_over(share: Share, now: Standing, today: date) -> Refusal | None:
    """Why the residents' committee cannot call the owners together yet."""
    if share.body != "owners":
        return Refusal(_("只有业主大会会议可以由居民委员会组织召开"), source=DUTY[share.body])
    if not now.is_reached:
        return NOT_REACHED
    if now.is_called:
        return IS_CALLED
    if now.is_taken_over:
        return Refusal(_("已经由居民委员会组织召开"), late=True)
    if now.order_due_on is None:
        return Refusal(_("还没有责令限期召开"), remedy=_("先由街道办事处、乡镇人民政府责令"), source=GUIDE)
    if today <= now.order_due_on:
        return Refusal(_("责令的期限到{on}，还没有过"), {"on": now.order_due_on}, source=GUIDE)
    return None


def day_refusal(meeting_on: date, earliest: date, body: str) -> Refusal | None:
    """Why no meeting that is called today can be on this day."""
    if meeting_on >= earliest:
        return None
    count, source = AHEAD.get(body, (0, ""))
    if not count:
        return Refusal(_("开会的日子应在今天以后"))
    return Refusal(_("须提前{days}日通知，最早{on}开会"), {"days": count, "on": earliest}, source=source)


def due_refusal(due_on: date, today: date) -> Refusal | None:
    """Why an authority cannot set this day."""
    return Refusal(_("期限应在今天以后")) if due_on <= today else None


def convenor(share: Share, is_taken_over: bool) -> str:
    """The body in whose name the meeting is called."""
    return "committee" if is_taken_over and share.body == "owners" else share.convenor
