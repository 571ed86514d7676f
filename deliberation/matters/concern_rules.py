"""What is a concern, and when it may be responded to how. Pure.

The case 桂花园小区 (domain.md 3.3) was solved by a changed design: so each objection leads to the change of the plan that
answered it, or to the reason that refused it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

KINDS: dict[str, str] = {
    "against": _("反对"),
    "conditional": _("有条件"),
    "question": _("疑问"),
}
"""Positions that ask something of the plan; who agrees asks nothing of it."""

OPEN, TAKEN_UP, EXPLAINED = "open", "taken_up", "explained"
STATES: dict[str, str] = {OPEN: _("还没有回应"), TAKEN_UP: _("方案已经改动"), EXPLAINED: _("没有改动，说明了理由")}


def is_concern(position: str) -> bool:
    return position in KINDS


def state_of(plans: Sequence[int]) -> str:
    """``plans``: of each response, oldest first, the number of the version that took the concern up; 0: a reason alone."""
    if not plans:
        return OPEN
    return TAKEN_UP if plans[-1] else EXPLAINED


def may_respond(
    plans: Sequence[int], raised_at: datetime, revised_at: datetime | None = None, newest: int = 0
) -> Refusal | None:
    """Why a concern cannot be responded to: by the version ``newest`` made at ``revised_at``, or by a reason (0).

    A version older than the concern cannot have answered it. What was refused may be taken up later; a response that
    says the plan was changed stands, and only a later version may say so again.
    """
    if newest and revised_at is not None and revised_at < raised_at:
        return Refusal(_("第{n}版在这条意见之前，不可能是对它的回应"), {"n": newest}, remedy=_("请先调整方案"))
    if not newest and plans:
        return Refusal(_("这条意见已经回应过"), late=True, remedy=_("方案再改动时可以再回应"))
    if newest and newest in plans:
        return Refusal(_("这条意见已经由第{n}版回应"), {"n": newest}, late=True)
    return None
