"""Who may sit where, and for how long."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

APART = _("村民委员会组织法第三十七条、城市居民委员会组织法第三十六条")
SUPERVISING, EXECUTING = "supervision", "committee"


def may_sit(kind: str, seats: Collection[str]) -> Refusal | None:
    """Members of the committee cannot sit on the supervision body, nor the other way round.

    ``seats`` are the kinds of the bodies of this community in which the person sits at the same time.
    """
    pair = {SUPERVISING, EXECUTING}
    if kind in pair and (pair - {kind}) & set(seats):
        return Refusal(_("村（居）民委员会成员不能担任监督委员会成员"), source=APART)
    return None


def may_sit_from(from_on: date, until_on: date | None, is_seated: bool) -> Refusal | None:
    """A term ends after it begins; nobody holds the same seat twice at a time."""
    if until_on is not None and until_on < from_on:
        return Refusal(_("截止日期早于起始日期"))
    if is_seated:
        return Refusal(_("这个人已经以同一身份在这个机构任职"), remedy=_("请先结束原来的任期，或改正起始日期"))
    return None


def may_end(from_on: date | None, until_on: date | None, last_day: date) -> Refusal | None:
    """A term that has ended stays as it is: rosters were frozen by it."""
    if from_on is not None and last_day < from_on:
        return Refusal(_("截止日期早于起始日期"))
    if until_on is not None and until_on < last_day:
        return Refusal(_("这段任期已经结束"), late=True)
    return None


def address_words(unit: str) -> tuple[str, ...]:
    """What a neighbour would try as a password: 5号楼3单元501室 also by its parts, as 53501 and as 5-3-501."""
    numbers = re.findall(r"[0-9A-Za-z]+", unit)
    return (unit, *re.findall(r"[0-9A-Za-z]+[^0-9A-Za-z]+", unit), "".join(numbers), "-".join(numbers))
