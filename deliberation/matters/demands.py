"""Demands 提请: the share of people who by statute can oblige the convenor to call a meeting. Integers only.

以上 includes the number (民法典 1259): x signers of n reach the share k/d if x·d >= k·n, and never when n is 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from deliberation.matters import days
from deliberation.matters.procedure import Number
from deliberation.matters.words import LOCAL
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

VILLAGE = _("村民委员会组织法第二十五条")
VILLAGE_REPRESENTATIVES = _("村民委员会组织法第三十条")
URBAN = _("城市居民委员会组织法第二十六条")
URBAN_REPRESENTATIVES = _("城市居民委员会组织法第二十八条")
OWNERS = _("物业管理条例第十三条")
GUIDE = _("业主大会和业主委员会指导规则第二十一条：专有部分占建筑物总面积20%以上且占总人数20%以上的业主提议")


@dataclass(frozen=True)
class Share:
    """A statutory share: ``base`` names the roster counted, ``body`` the meeting, ``convenor`` who must call it."""

    id: str
    body: str
    base: str
    title: str
    numerator: int
    denominator: int
    convenor: str
    source: str
    note: str = ""
    by_area: bool = False


# The statute says 村民 without an age; the meeting consists of those of eighteen and over, so their roster is the base.
_VILLAGERS = _("基数按组成村民会议的十八周岁以上村民计算（本地设置）")
# The regulation says 20 % of the owners; the ministry's guide counts both people and area.
_OWNERS = _("人数和专有部分面积都要达到（业主大会和业主委员会指导规则第二十一条）；当地只按人数计的，在本地设置里写明")
SHARES: tuple[Share, ...] = (
    Share("village_assembly_villagers", "villagers_assembly", "village_adults", _("十分之一以上的村民"), 1, 10,
          "committee", VILLAGE, _VILLAGERS),
    Share("village_assembly_representatives", "villagers_assembly", "village_representatives",
          _("三分之一以上的村民代表"), 1, 3, "committee", VILLAGE),
    Share("village_representatives", "villagers_representatives", "village_representatives",
          _("五分之一以上的村民代表"), 1, 5, "committee", VILLAGE_REPRESENTATIVES),
    Share("urban_assembly_adults", "residents_assembly", "urban_adults", _("十分之一以上的年满十八周岁居民"), 1, 10,
          "committee", URBAN),
    Share("urban_assembly_households", "residents_assembly", "urban_household_representatives",
          _("十分之一以上的户的代表"), 1, 10, "committee", URBAN),
    Share("urban_assembly_representatives", "residents_assembly", "urban_representatives",
          _("三分之一以上的居民代表"), 1, 3, "committee", URBAN),
    Share("urban_representatives", "residents_representatives", "urban_representatives",
          _("五分之一以上的居民代表"), 1, 5, "committee", URBAN_REPRESENTATIVES),
    Share("owners_meeting", "owners", "owners", _("百分之二十以上的业主"), 20, 100, "owners_committee", OWNERS,
          _OWNERS, by_area=True),
)  # fmt: skip

# No text read gives the convenor a number of days, only "应当召集"; so the clock says that it is local.
CONVENE = Number(15, LOCAL)


@dataclass(frozen=True)
class Weighed:
    """A demand counted on a roster: every figure that the page has to show."""

    share: Share
    counted: int
    base: int
    needed: int
    set_aside: int
    is_reached: bool
    area: int = 0
    area_base: int | None = None
    area_needed: int | None = None

    @property
    def missing(self) -> int:
        """How many signatures are still wanting."""
        return max(0, self.needed - self.counted)


def share(id: str) -> Share:
    """The share of that id. Raises KeyError."""
    return {one.id: one for one in SHARES}[id]


def shares_for(body: str) -> tuple[Share, ...]:
    """The shares that can demand a meeting of this body; each alone is enough."""
    return tuple(one for one in SHARES if one.body == body)


def needed(share: Share, base: int) -> int:
    """The smallest number of signers that reaches the share of ``base`` people; at least 1."""
    if base < 0:
        raise ValueError("a roster has no negative length")
    return max(1, -(-share.numerator * base // share.denominator))


def reaches(share: Share, signers: int, base: int) -> bool:
    """The integer test. An empty roster reaches nothing."""
    return base > 0 and signers * share.denominator >= share.numerator * base


def weigh(
    share: Share, signers: Iterable[str], roster: Collection[str], areas: Mapping[str, int] | None = None
) -> Weighed:
    """Count distinct signers who stand on the roster; everybody else, and every repetition, is set aside.

    ``areas`` (in 0.01 m², by person): where the law counts area as well, both shares have to be reached.
    """
    signed, entitled = list(signers), set(roster)
    joined = set(signed) & entitled
    counted, base = len(joined), len(entitled)
    heads = reaches(share, counted, base)
    if areas is None:
        return Weighed(share, counted, base, needed(share, base), len(signed) - counted, heads)
    whole, area = sum(areas.values()), sum(areas.get(one, 0) for one in joined)
    return Weighed(
        share,
        counted,
        base,
        needed(share, base),
        len(signed) - counted,
        heads and reaches(share, area, whole),
        area,
        whole,
        needed(share, whole),
    )


def convene_by(
    reached_at: datetime, zone: tzinfo, is_working_day: days.WorkingDays, number: Number = CONVENE
) -> datetime:
    """Until when the convenor must have given notice of the meeting."""
    return days.deadline(reached_at, number.count, zone, is_working_day)


def may_sign(weighed: Weighed, person: str, roster: Collection[str], already: Collection[str]) -> Refusal | None:
    """Why this person cannot sign the demand."""
    if person not in roster:
        return Refusal(_("您不在可以提请召开会议的人员名册上"), source=weighed.share.source)
    if person in already:
        return Refusal(_("您已经联名，每人只计一次"), late=True, source=weighed.share.source)
    return None
