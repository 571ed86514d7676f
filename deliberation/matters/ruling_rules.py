"""What may become of a resolution afterwards, by whom and by which article: a closed table, read like a law. Pure.

A resolution is never deleted. It is in force until an authority, an assembly or a court says otherwise, and then it says
so itself. Who enters it here only records what was decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

IN_FORCE = "in_force"
CORRECT, CHANGED, REVOKED, ANNULLED = "ordered_to_correct", "changed", "revoked", "annulled"
STATES: dict[str, str] = {
    IN_FORCE: _("有效"),
    CORRECT: _("责令改正"),
    CHANGED: _("已变更"),
    REVOKED: _("已撤销"),
    ANNULLED: _("法院撤销"),
}
WEIGHT = (IN_FORCE, CORRECT, CHANGED, REVOKED, ANNULLED)
"""From the lightest to the heaviest: where several were entered the heaviest one stands on the seal."""
GONE = frozenset({REVOKED, ANNULLED})
"""States in which a text has no force any more."""

VILLAGE = ("villagers_assembly", "villagers_representatives", "villagers_group")
URBAN = ("residents_assembly", "residents_representatives")

TOWNSHIP = _("乡、民族乡、镇的人民政府")
STREET = _("不设区的市、市辖区的人民政府或者街道办事处")
HOUSING = _("区、县人民政府房地产行政主管部门或者街道办事处、乡镇人民政府")
COURT = _("人民法院")
VILLAGERS, RESIDENTS, SPEAKERS = _("村民会议"), _("居民会议"), _("居民代表会议")

COURT_NOTE = _("条文写的是村（居）民委员会及其成员作出的决定；法院撤销会议的决定，以裁判文书为准")


@dataclass(frozen=True)
class Ground:
    """One line: which state, whose word, on the decisions of which bodies, by which article."""

    id: str
    state: str
    authority: str
    bodies: tuple[str, ...]
    source: str
    note: str = ""


GROUNDS: tuple[Ground, ...] = (
    Ground("village_correct", CORRECT, TOWNSHIP, VILLAGE, _("村民委员会组织法第三十一条第三款")),
    Ground("village_revoke", REVOKED, VILLAGERS, ("villagers_representatives", "committee"),
           _("村民委员会组织法第二十七条第一款")),
    Ground("village_change", CHANGED, VILLAGERS, ("villagers_representatives", "committee"),
           _("村民委员会组织法第二十七条第一款")),
    Ground("village_annul", ANNULLED, COURT, (*VILLAGE, "committee"), _("村民委员会组织法第四十一条第一款"),
           COURT_NOTE),
    Ground("urban_correct", CORRECT, STREET, URBAN, _("城市居民委员会组织法第三十一条第三款")),
    Ground("urban_revoke", REVOKED, RESIDENTS, ("residents_representatives", "committee"),
           _("城市居民委员会组织法第三十条第三款")),
    Ground("urban_change", CHANGED, RESIDENTS, ("residents_representatives", "committee"),
           _("城市居民委员会组织法第三十条第三款")),
    Ground("urban_revoke_committee", REVOKED, SPEAKERS, ("committee",), _("城市居民委员会组织法第三十条第三款")),
    Ground("urban_change_committee", CHANGED, SPEAKERS, ("committee",), _("城市居民委员会组织法第三十条第三款")),
    Ground("urban_annul", ANNULLED, COURT, (*URBAN, "committee"), _("城市居民委员会组织法第四十条第一款"), COURT_NOTE),
    Ground("collective_annul", ANNULLED, COURT, ("collective_assembly",), _("民法典第二百六十五条第二款")),
    Ground("owners_correct", CORRECT, HOUSING, ("owners", "owners_committee"), _("物业管理条例第十九条第二款")),
    Ground("owners_revoke", REVOKED, HOUSING, ("owners", "owners_committee"), _("物业管理条例第十九条第二款")),
    Ground("owners_annul", ANNULLED, COURT, ("owners", "owners_committee"), _("民法典第二百八十条第二款")),
)  # fmt: skip


def ground(id: str) -> Ground:
    """The line of that id. Raises KeyError."""
    return {one.id: one for one in GROUNDS}[id]


def grounds_for(body: str, kind: str) -> tuple[Ground, ...]:
    """What the law knows for a decision of this body; ``kind`` is the community's, since both laws have a committee."""
    mine = [one for one in GROUNDS if body in one.bodies]
    if body == "committee":
        mine = [one for one in mine if one.id.startswith("village" if kind == "village" else "urban")]
    return tuple(mine)


def state_of(states: Iterable[str]) -> str:
    """The state of a resolution on which these were entered."""
    return max((IN_FORCE, *states), key=WEIGHT.index)


def may_enter(is_resolution: bool, grounds: tuple[Ground, ...]) -> Refusal | None:
    """Why nothing can be entered on a document."""
    if not is_resolution:
        return Refusal(_("只有决议才有责令改正、变更、撤销"))
    if not grounds:
        return Refusal(_("法律没有写明谁可以改正或者撤销这个机构的决定"))
    return None


def date_refusal(on: date, decided_on: date, today: date) -> Refusal | None:
    """A ruling follows the resolution and has been made already."""
    if on < decided_on:
        return Refusal(_("日期早于决议的日期{on}"), {"on": decided_on})
    return Refusal(_("日期还没有到")) if on > today else None
