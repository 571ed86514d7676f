"""What owners decide together: 民法典 278, items 1 to 9 in its words. Whether ordinary or special follows from the item. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

SOURCE = _("民法典第二百七十八条")
ORDINARY, SPECIAL = "owners_ordinary", "owners_special"
BY_ITEM = "owners"
"""What the form says where the item is to choose the procedure."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the first paragraph. ``procedure`` is also the id of its preset."""

    number: int
    ordinal: str
    words: str
    is_special: bool = False

    @property
    def procedure(self) -> str:
        return SPECIAL if self.is_special else ORDINARY

    @property
    def source(self) -> str:
        return SOURCES[self.number]


_ALL = (
    Item(1, _("第一项"), _("制定和修改业主大会议事规则")),
    Item(2, _("第二项"), _("制定和修改管理规约")),
    Item(3, _("第三项"), _("选举业主委员会或者更换业主委员会成员")),
    Item(4, _("第四项"), _("选聘和解聘物业服务企业或者其他管理人")),
    Item(5, _("第五项"), _("使用建筑物及其附属设施的维修资金")),
    Item(6, _("第六项"), _("筹集建筑物及其附属设施的维修资金"), is_special=True),
    Item(7, _("第七项"), _("改建、重建建筑物及其附属设施"), is_special=True),
    Item(8, _("第八项"), _("改变共有部分的用途或者利用共有部分从事经营活动"), is_special=True),
    Item(9, _("第九项"), _("有关共有和共同管理权利的其他重大事项")),
)
ITEMS: Mapping[int, Item] = MappingProxyType({each.number: each for each in _ALL})
SOURCES: Mapping[int, str] = MappingProxyType(
    {
        1: _("民法典第二百七十八条第一款第一项"), 2: _("民法典第二百七十八条第一款第二项"),
        3: _("民法典第二百七十八条第一款第三项"), 4: _("民法典第二百七十八条第一款第四项"),
        5: _("民法典第二百七十八条第一款第五项"), 6: _("民法典第二百七十八条第一款第六项"),
        7: _("民法典第二百七十八条第一款第七项"), 8: _("民法典第二百七十八条第一款第八项"),
        9: _("民法典第二百七十八条第一款第九项"),
    }
)  # fmt: skip

NO_ITEM = Refusal(
    _("请选这件事属于民法典第二百七十八条的哪一项"), remedy=_("按一般还是按特别事项，由这一项决定"), source=SOURCE
)
NO_OWNERS = Refusal(_("只有业主共同决定的事项才选民法典第二百七十八条的项"), source=SOURCE)
IS_ORDINARY = Refusal(
    _("第{n}项是一般事项，不能按特别事项表决"), remedy=_("请按业主共同决定（一般事项）重新提出"), source=SOURCE
)
IS_SPECIAL = Refusal(
    _("第{n}项是特别事项，不能按一般事项表决"), remedy=_("请按业主共同决定（特别事项）重新提出"), source=SOURCE
)


def decides_items(procedure_or_preset: str) -> bool:
    """Whether this procedure, or this preset, is one of the owners'."""
    return procedure_or_preset in (ORDINARY, SPECIAL, BY_ITEM)


def procedure_by(procedure: str, item: int | None) -> str:
    """The procedure that an item asks for; whatever was chosen where no owners decide, or no item was named."""
    return ITEMS[item].procedure if item in ITEMS and procedure == BY_ITEM else procedure


def against_item(procedure_or_preset: str, item: int | None) -> Refusal | None:
    """Why this item cannot be decided by this procedure or preset: the threshold follows from the item, never from a wish."""
    if not decides_items(procedure_or_preset):
        return NO_OWNERS if item is not None else None
    if item not in ITEMS:
        return NO_ITEM
    if procedure_or_preset in (BY_ITEM, ITEMS[item].procedure):
        return None
    no = IS_SPECIAL if ITEMS[item].is_special else IS_ORDINARY
    return Refusal(no.reason, {"n": item}, no.remedy, source=no.source)
