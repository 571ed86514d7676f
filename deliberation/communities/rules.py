"""What may stand below what in the tree; when the demo's clock may move."""

from __future__ import annotations

from datetime import datetime

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

ORDER = ("installation", "nation", "province", "city", "district", "street", "community", "village", "compound", "courtyard")
_RANK = {"installation": 0, "nation": 1, "province": 2, "city": 3, "district": 4, "street": 5, "community": 6, "village": 6, "compound": 7, "courtyard": 8}


def may_found(kind: str, parent_kind: str) -> Refusal | None:
    """A community stands below a higher one; levels may be left out."""
    if kind not in _RANK or kind == "installation":
        return Refusal(_("没有这种单位"))
    if _RANK[kind] <= _RANK[parent_kind]:
        return Refusal(_("这种单位不能设在所选上级之下"), remedy=_("请另选上级单位"))
    return None


def may_move_clock(is_demo: bool, now: datetime, to: datetime) -> Refusal | None:
    """Only the demo's clock moves, and only forward."""
    if not is_demo:
        return Refusal(_("只有演示可以调快时钟"))
    if to <= now:
        return Refusal(_("时钟只能向前调"), late=True)
    return None
