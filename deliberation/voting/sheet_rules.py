"""Sheets that are not where a reading says they are: not out at all, or not in the box. Pure."""

from __future__ import annotations

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

ABSENT = "absent"
"""What a third person finds of a sheet that does not lie in the box; no choice, and no settlement."""
ABSENT_NAME = _("票箱里没有这张票，录错了票号")

_LOOK = _("请再看一遍票号；票确实在手里的，勾上“票在手里，照录”。还要补发票登记，或者由第三人认定不计入")
NOT_HANDED = Refusal(_("这张票没有发出"), remedy=_LOOK)
HANDED_BACK = Refusal(_("这张票发出以后已经没用交回"), remedy=_LOOK)
SPOILED = Refusal(_("这张票填坏交回，已经作废"), remedy=_LOOK)

NOT_COMPARED = Refusal(
    _("两人的录入已经比对，不能再收回"), remedy=_("票箱里没有这张票的，请第三人认定录错了票号"), late=True
)
HAND_STAYS = Refusal(_("记名举手不能收回"), remedy=_("记错了人的，请第三人认定不计入"))
NOBODY_READ = Refusal(_("这张票没有人录入"), late=True)


def against_sheet(
    *, place: int, given: int, returned: int, spoiled: int, is_out: bool, is_later: bool
) -> Refusal | None:
    """Why a named sheet is not out, so that whoever enters it should look again; None where it is.

    ``place``: which of the sheets printed for this person, from 1; a next one is printed only when each before is spoiled.
    ``is_later``: whether the tick was changed after this sheet was printed.
    """
    if place <= spoiled:
        return SPOILED
    if is_out:
        return None
    return HANDED_BACK if returned and given > spoiled and (is_later or not spoiled) else NOT_HANDED
