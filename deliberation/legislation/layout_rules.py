"""版式: which columns the table of opinions has, in which order, under which headings. Pure.

A column is one of ``intake_rules.COLUMNS`` (contracts.md); its heading may be another where whoever asked for the table calls
it so. A table under other headings does not come in again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from deliberation.legislation.intake_rules import COLUMNS
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

LAID_OUT = ("xlsx", "docx")
"""Formats that a layout can be chosen for: the others are read by machines, which look for the columns of the contract."""
MOST_HEADING, MOST_NAME, MOST_LAYOUTS = 30, 40, 50
DEFAULT = ("provision", "original", "proposal", "reason", "author", "category", "province", "collection_point", "note")
"""What a new layout begins with."""
NO_COLUMNS = Refusal(_("至少要有一列"), remedy=_("在要的列旁边写上排第几"))
SAME_HEADING = Refusal(_("有两列都叫“{heading}”"), remedy=_("请改其中一列的名称"))
NAME_TAKEN = Refusal(_("已经有一个叫“{name}”的版式"), remedy=_("请另取一个名称"))
TOO_MANY = Refusal(_("最多存{most}个版式"), {"most": MOST_LAYOUTS}, _("请先删掉不用的"))

Columns = tuple[tuple[str, str], ...]
"""Key and heading of each column, from left to right."""


def columns_of(places: Mapping[str, int | None], headings: Mapping[str, str]) -> Columns:
    """Columns by the place that each was given, a smaller number further left; two of one number as in the contract."""
    chosen = sorted((place, at, key) for at, key in enumerate(COLUMNS) if (place := places.get(key)) is not None)
    return tuple((key, headings.get(key, "").strip() or COLUMNS[key]) for _place, _at, key in chosen)


def against_columns(columns: Sequence[tuple[str, str]]) -> Refusal | None:
    """Why a layout cannot have these columns."""
    if not columns:
        return NO_COLUMNS
    seen: set[str] = set()
    for _key, heading in columns:
        if heading in seen:
            return Refusal(SAME_HEADING.reason, {"heading": heading}, SAME_HEADING.remedy)
        seen.add(heading)
    return None


def against_name(name: str, others: Iterable[str]) -> Refusal | None:
    taken = list(others)
    if name in taken:
        return Refusal(NAME_TAKEN.reason, {"name": name}, NAME_TAKEN.remedy)
    return TOO_MANY if len(taken) >= MOST_LAYOUTS else None


def unknown(name: str, others: Iterable[str]) -> Refusal | None:
    """Why no layout is meant by this name."""
    names = list(others)
    if name in names:
        return None
    if not names:
        return Refusal(_("没有叫“{name}”的版式，这个联系点还没有存过版式"), {"name": name})
    return Refusal(_("没有叫“{name}”的版式，有的是：{names}"), {"name": name, "names": "、".join(names)})
