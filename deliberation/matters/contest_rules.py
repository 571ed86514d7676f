"""What signers can contest of what a convenor says, and who finds out. Pure.

No law says who finds whether a meeting was held. The platform leaves it to the authority that may order the meeting
(村民委员会组织法 41, 城市居民委员会组织法 40, 指导规则), and says that this is how the house does it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from deliberation.matters.convening_rules import DUTY, IS_CALLED, NOT_REACHED, Standing
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

REFUSED, CLAIMED, RECORD = "refused", "claimed", "record"
SAID = {
    REFUSED: _("召集人不召集，写明了理由"),
    CLAIMED: _("召集人说会议已经在平台外通知"),
    RECORD: _("召集人登记会议已经在平台外开过"),
}
"""What the convenor says that can be contested."""
WHO_FINDS = _("法律没有写由谁认定；平台交给有权责令召集会议的机关")


@dataclass(frozen=True)
class Disputed:
    """``about``: what can be contested now (refused, claimed, record/3), "" nothing; ``count`` how often it was.

    ``is_judged``: the authority has found that the record holds.
    """

    about: str
    count: int
    is_judged: bool = False

    @property
    def said(self) -> str:
        return SAID[self.about.split("/")[0]] if self.about else ""


def disputed(now: Standing, record: int, is_upheld: bool, contested: Collection[str]) -> Disputed:
    """``record`` is the record in force, 0 for none; ``contested`` what each contest was about."""
    about = ""
    if record:
        about = f"{RECORD}/{record}"
    elif now.is_called or not now.is_reached:
        return Disputed("", 0)
    elif now.is_claimed:
        about = CLAIMED
    elif now.is_refused:
        about = REFUSED
    return Disputed(about, sum(each == about for each in contested), is_upheld)


def may_record(now: Standing) -> Refusal | None:
    """Why the convenor cannot record a meeting that was held elsewhere."""
    if not now.is_reached:
        return NOT_REACHED
    return IS_CALLED if now.is_called else None


def day_refusal(held_on: date, reached_on: date, today: date) -> Refusal | None:
    """Why a meeting of this day is not the demanded one."""
    if held_on > today:
        return Refusal(_("会议还没有开，开过以后再登记"))
    if held_on < reached_on:
        return Refusal(_("联名在{on}才达到法定人数，以前开的会不是这次提请的会"), {"on": reached_on})
    return None


def may_contest(at: Disputed, has_signed: bool, has_contested: bool) -> Refusal | None:
    """Why somebody cannot contest what the convenor says."""
    if not has_signed:
        return Refusal(_("只有联名的人可以提出异议"))
    if not at.about:
        return Refusal(_("召集人现在没有说过可以异议的事"))
    if at.is_judged:
        return Refusal(_("会议记录已经认定"), late=True)
    return Refusal(_("您已经提出异议"), late=True) if has_contested else None


def may_judge(at: Disputed, is_party: bool) -> Refusal | None:
    """Why nothing can be found: only a contested record is found to hold or not, and nobody finds in their own cause."""
    if is_party:
        return Refusal(_("您登记过会议或者参加了联名，不能由您认定"), remedy=_("请由机关里没有参与的人认定"))
    if not at.about.startswith(RECORD):
        return Refusal(_("没有登记会议记录"))
    if at.is_judged:
        return Refusal(_("会议记录已经认定"), late=True)
    return None if at.count else Refusal(_("没有人对会议记录提出异议"))


def ground(body: str) -> str:
    """On what ground an authority finds whether a meeting of this body was held."""
    return DUTY[body]
