"""What may stand below what in the tree; when the demo's clock may move."""

from __future__ import annotations

from datetime import datetime

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

ORDER = (
    "installation", "nation", "province", "city", "district", "street", "community", "village", "compound", "courtyard",
)  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(ORDER)} | {"village": ORDER.index("community")}

SETTINGS: dict[str, str] = {
    "whole_days_between": _("“提前若干日”按两头都不算的整日计"),
    "secretary_chairs": _("党组织书记兼任村（居）民委员会主任，“四议两公开”的提议和“两委”会商议可以合并进行"),
    "collective_by_committee": _("由村民委员会代行农村集体经济组织职能，可以由集体经济组织成员大会作出决议"),
    "collective_by_group": _("由村民小组代行农村集体经济组织职能，可以由村民小组会议按集体经济组织法作出决定"),
    "special_case": _("遇有特殊情况，可以采用只在这时允许的办理方式"),
    "online_ballots": _("不到会场，用手机、电脑投的票也计入，投票的算到会"),
    "three_proxies": _("业主投票时，每人最多接受三名业主的委托"),
    "owners_by_heads": _("业主联名提请召开会议，只按人数计，不计专有部分面积"),
    "exclude_private_disputes": _("准入审查时，个人或家庭之间的纠纷不纳入协商"),
}
"""Local settings by name: what holds where the value is ``yes``. Each value is ``yes`` or ``no``, with its source."""

ON_BY_DEFAULT = frozenset({"whole_days_between"})


def may_found(kind: str, parent_kind: str) -> Refusal | None:
    """A community stands below a higher one; levels may be left out."""
    if kind not in _RANK or kind == "installation":
        return Refusal(_("没有这种单位"))
    if _RANK[kind] <= _RANK[parent_kind]:
        return Refusal(_("这种单位不能设在所选上级之下"), remedy=_("请另选上级单位"))
    return None


def may_set(name: str, value: str) -> Refusal | None:
    """Only settings that some rule asks for, and only yes or no."""
    if name not in SETTINGS:
        return Refusal(_("没有这项本地设置"))
    if value not in {"yes", "no"}:
        return Refusal(_("请从列出的选项中选择"))
    return None


def may_move_clock(is_demo: bool, now: datetime, to: datetime) -> Refusal | None:
    """Only the demo's clock moves, and only forward."""
    if not is_demo:
        return Refusal(_("只有演示可以调快时钟"))
    if to <= now:
        return Refusal(_("时钟只能向前调"), late=True)
    return None
