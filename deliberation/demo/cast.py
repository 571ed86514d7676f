"""The cast of the demo: invented people, each with a role in one line."""

from __future__ import annotations

from dataclasses import dataclass

from deliberation.vocabulary import Role, _

COMMUNITY, VILLAGE, STREET = "桂花园社区", "青溪村", "和平街道"


@dataclass(frozen=True)
class Player:
    """Somebody to sign in as: where, what they are in a line, and the role that they are appointed to ("" for none)."""

    name: str
    place: str
    line: str
    role: str = ""


CAST: tuple[Player, ...] = (
    Player("李强", COMMUNITY, _("1号楼业主，居民代表"), ""),
    Player("赵敏", COMMUNITY, _("住在小区，不在任何名册上"), ""),
    Player("王秀英", COMMUNITY, _("社区居委会主任，主持协商和表决"), Role.CHAIR.value),
    Player("钱芳", COMMUNITY, _("社区居委会委员，承办手续"), Role.OFFICER.value),
    Player("林涛", COMMUNITY, _("记录员"), Role.CLERK.value),
    Player("周明", COMMUNITY, _("居务监督委员会，监督"), Role.SUPERVISOR.value),
    Player("吴桂兰", COMMUNITY, _("1号楼业主，居民代表，计票人"), Role.COUNTER.value),
    Player("孙立国", COMMUNITY, _("居民代表，监票人"), Role.COUNTER.value),
    Player("陈静", COMMUNITY, _("基层立法联系点联络员"), Role.LIAISON.value),
    Player("张家豪", VILLAGE, _("村委会主任，主持"), Role.CHAIR.value),
    Player("陈德胜", VILLAGE, _("村委会委员，承办手续"), Role.OFFICER.value),
    Player("李树根", VILLAGE, _("村民代表"), ""),
    Player("王凤霞", VILLAGE, _("村务监督委员会，监督"), ""),
    Player("谢雪梅", VILLAGE, _("记录员"), Role.CLERK.value),
    Player("郑伟", STREET, _("街道办事处，上级经办人"), Role.OFFICIAL.value),
    Player("何敏", "", _("平台管理员"), Role.ADMINISTRATOR.value),
)
