"""The presets of a poll as data: who is entitled, what is asked, how long before and after, and by which article.

Pure. A number that no law gives says 本地设置 (local setting) instead; none is invented (domain.md 1.8, 8).
A community may change a preset with :func:`changed`; the poll keeps the rule with which it opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from deliberation.vocabulary import _
from deliberation.voting.tally_terms import AnyOf, Base, Comparison, Condition, Measure, Requirement, Rule

LOCAL = _("本地设置")

CHOICES = ("yes", "no", "abstain")


@dataclass(frozen=True, slots=True)
class Preset:
    """A rule with its name, its days and its sources. Words are gettext keys; days are None where none are asked.

    ``channels`` are words of the tally document: ``hands``, ``paper``, ``online`` (a device) and ``proxy``. With
    ``strict_presence`` a device counts only in the hands of somebody signed in at the door. ``is_local``: no law gives
    what passes, so that a community may loosen it too. ``circulation`` names the law that allows asking in writing.
    ``is_booth``: elections and recalls, by paper from the booth and never on a device.
    """

    id: str
    title: str
    entitled: str
    quorum: tuple[Condition, ...]
    approval: tuple[Condition, ...]
    source: str
    notice_days: int | None = None
    notice_source: str = ""
    posting_days: int | None = None
    posting_source: str = ""
    channels: tuple[str, ...] = ("hands", "paper", "online")
    strict_presence: bool = True
    note: str = ""
    is_local: bool = False
    circulation: str = ""
    is_booth: bool = False

    @property
    def rule(self) -> Rule | None:
        """The rule of a yes and no poll; None for an advisory poll, which decides nothing and so is not tallied."""
        if not self.approval:
            return None
        return Rule(CHOICES, self.quorum, self.approval, strict_presence=self.strict_presence)


def changed(rule: Rule, of: Base | None = None, op: Comparison | None = None) -> Rule:
    """The rule with another denominator or operator in every approval test: a local setting, to be logged."""

    def put(condition: Condition) -> Condition:
        if isinstance(condition, AnyOf):
            return AnyOf(tuple(put(test) for test in condition.tests))
        return replace(condition, of=of or condition.of, op=op or condition.op)

    return replace(rule, approval=tuple(put(condition) for condition in rule.approval))


_AT_LEAST, _MORE_THAN = Comparison.AT_LEAST, Comparison.MORE_THAN


def _attend(op: Comparison, n: int, d: int, measure: Measure = Measure.HEADS) -> tuple[Requirement, ...]:
    return (Requirement(measure, Base.ENTITLED, op, n, d),)


def _agree(of: Base, op: Comparison, n: int, d: int, measure: Measure = Measure.HEADS) -> tuple[Requirement, ...]:
    return (Requirement(measure, of, op, n, d),)


def _both(kind: str, of: Base, op: Comparison, n: int, d: int) -> tuple[Requirement, ...]:
    """The same test by heads and by area, as 民法典 278 puts every test of the owners."""
    who = Base.PARTICIPATING if kind == "quorum" else Base.PRESENT
    return tuple(Requirement(measure, of, op, n, d, who) for measure in (Measure.HEADS, Measure.AREA))


_HALF_ATTEND, _TWO_THIRDS_ATTEND = _attend(_MORE_THAN, 1, 2), _attend(_AT_LEAST, 2, 3)
_HALF_OF_PRESENT = _agree(Base.PRESENT, _MORE_THAN, 1, 2)
_HALF_OF_HOUSEHOLDS_PRESENT = _agree(Base.PRESENT, _MORE_THAN, 1, 2, Measure.HOUSEHOLDS)
_TWO_THIRDS_OF_HOUSEHOLDS = _attend(_AT_LEAST, 2, 3, Measure.HOUSEHOLDS)
_TWO_THIRDS_OF_ALL = _agree(Base.ENTITLED, _AT_LEAST, 2, 3)
_OWNERS_TAKE_PART = _both("quorum", Base.ENTITLED, _AT_LEAST, 2, 3)

_VILLAGE_ASSEMBLY = _("村民委员会组织法第二十五条、第二十六条")
_VILLAGE_GROUP = _("村民委员会组织法第三十二条")
_VILLAGE_POSTING = _("村民委员会组织法第三十五条")
_URBAN_ASSEMBLY = _("城市居民委员会组织法第二十六条、第二十七条")
_URBAN_POSTING = _("城市居民委员会组织法第三十四条")
_COLLECTIVE = _("农村集体经济组织法第二十七条")
_BY_ANALOGY = _("参照适用，属本地设置")
_OWNERS = _("民法典第二百七十八条")
_OWNERS_NOTICE = _("物业管理条例第十四条")
_OWNERS_CIRCULATION = _("物业管理条例第十二条")
_OWNERS_NOTE = _("可以开会、投纸质票或者书面征求意见（物业管理条例第十二条）；电子投票按当地规定")

_VILLAGE_ELECTION = _("村民委员会组织法第十八条")
_URBAN_ELECTION = _("城市居民委员会组织法第十九条")
_VILLAGE_RECALL = _("村民委员会组织法第十九条")
_URBAN_RECALL = _("城市居民委员会组织法第二十条")
_BOOTH_BY_ANALOGY = _("第十九条没有写明罢免的投票方式，无记名投票、设秘密写票处参照第十八条，属本地设置")


def _booth(
    id: str, title: str, entitled: str, source: str, *, turnout: tuple[int, int] = (1, 2), note: str = ""
) -> Preset:
    """An election or a recall: more than ``turnout`` of those registered take part, more than half of these elect or agree."""
    take_part = (Requirement(Measure.HEADS, Base.ENTITLED, _MORE_THAN, *turnout, Base.PARTICIPATING),)
    return Preset(
        id, title, entitled, take_part, _agree(Base.PARTICIPATING, _MORE_THAN, 1, 2), source,
        channels=("paper",), strict_presence=False, note=note, is_booth=True,
    )  # fmt: skip


_REGISTERED, _VOTERS = _("登记参加选举的村民"), _("登记的选民")
_HOUSEHOLD_VOTERS, _NEW_REPRESENTATIVES = _("本社区各户的代表"), _("居民代表")

_ALL = (
    Preset(
        "party_branch_proposal", _("村党组织提议"), _("党支部委员会成员"), _HALF_ATTEND, _HALF_OF_PRESENT, LOCAL,
        notice_days=1, notice_source=LOCAL, is_local=True,
    ),
    Preset(
        "two_committees", _("村“两委”会商议"), _("村党组织和村民委员会的成员"), _HALF_ATTEND, _HALF_OF_PRESENT,
        _("少数服从多数：村民委员会组织法第三十四条；人数属本地设置"), notice_days=1, notice_source=LOCAL,
        is_local=True,
    ),
    Preset(
        "party_members", _("党员大会审议"), _("有表决权的正式党员"), _TWO_THIRDS_ATTEND,
        _agree(Base.ENTITLED, _MORE_THAN, 1, 2),
        _("中国共产党支部工作条例（试行）第十一条；到会三分之二以上按四议两公开的通行做法"),
        notice_days=3, notice_source=LOCAL,
    ),
    Preset(
        "village_assembly_adults", _("村民会议（按十八周岁以上村民）"), _("本村十八周岁以上的村民"), _HALF_ATTEND,
        _HALF_OF_PRESENT, _VILLAGE_ASSEMBLY, notice_days=10, notice_source=_VILLAGE_ASSEMBLY,
        posting_days=15, posting_source=_VILLAGE_POSTING,
    ),
    Preset(
        "village_assembly_households", _("村民会议（按户的代表）"), _("本村各户的代表"), _TWO_THIRDS_OF_HOUSEHOLDS,
        _HALF_OF_HOUSEHOLDS_PRESENT, _VILLAGE_ASSEMBLY, notice_days=10, notice_source=_VILLAGE_ASSEMBLY,
        posting_days=15, posting_source=_VILLAGE_POSTING,
    ),
    Preset(
        "village_representatives", _("村民代表会议"), _("村民代表会议的组成人员"), _TWO_THIRDS_ATTEND, _HALF_OF_PRESENT,
        _("村民委员会组织法第三十条"), notice_days=3, notice_source=LOCAL,
        posting_days=15, posting_source=_VILLAGE_POSTING,
    ),
    Preset(
        "village_group_adults", _("村民小组会议（按十八周岁以上村民）"), _("本组十八周岁以上的村民"),
        _TWO_THIRDS_ATTEND, _HALF_OF_PRESENT, _VILLAGE_GROUP, notice_days=3, notice_source=LOCAL,
        posting_days=15, posting_source=_VILLAGE_POSTING,
    ),
    Preset(
        "village_group_households", _("村民小组会议（按户的代表）"), _("本组各户的代表"), _TWO_THIRDS_OF_HOUSEHOLDS,
        _HALF_OF_HOUSEHOLDS_PRESENT, _VILLAGE_GROUP, notice_days=3, notice_source=LOCAL,
        posting_days=15, posting_source=_VILLAGE_POSTING,
    ),
    Preset(
        "urban_assembly_adults", _("居民会议（按十八周岁以上居民）"), _("本社区十八周岁以上的居民"), _HALF_ATTEND,
        _HALF_OF_PRESENT, _URBAN_ASSEMBLY, notice_days=10, notice_source=_URBAN_ASSEMBLY,
        posting_days=15, posting_source=_URBAN_POSTING,
    ),
    Preset(
        # More than half here, where the village law asks for two thirds: the two laws differ on purpose.
        "urban_assembly_households", _("居民会议（按户的代表）"), _("本社区各户的代表"),
        _attend(_MORE_THAN, 1, 2, Measure.HOUSEHOLDS), _HALF_OF_HOUSEHOLDS_PRESENT, _URBAN_ASSEMBLY,
        notice_days=10, notice_source=_URBAN_ASSEMBLY, posting_days=15, posting_source=_URBAN_POSTING,
    ),
    Preset(
        "urban_representatives", _("居民代表会议"), _("居民代表会议的组成人员"), _TWO_THIRDS_ATTEND, _HALF_OF_PRESENT,
        _("城市居民委员会组织法第二十九条"), notice_days=3, notice_source=_BY_ANALOGY,
        posting_days=15, posting_source=_URBAN_POSTING,
    ),
    Preset(
        "collective_members", _("农村集体经济组织成员大会"), _("具有完全民事行为能力的成员"), _TWO_THIRDS_ATTEND,
        _TWO_THIRDS_OF_ALL, _COLLECTIVE, notice_days=10, notice_source=_COLLECTIVE,
        posting_days=15, posting_source=_BY_ANALOGY, channels=("hands", "paper", "online", "proxy"),
        strict_presence=False, note=_("法律允许通过即时通讯工具在线参加；只能书面委托本农户内的其他成员"),
    ),
    Preset(
        "collective_delegates", _("农村集体经济组织成员代表大会"), _("成员代表"), (), _TWO_THIRDS_OF_ALL,
        _("农村集体经济组织法第二十八条"), notice_days=10, notice_source=_BY_ANALOGY,
        posting_days=15, posting_source=_BY_ANALOGY,
    ),
    Preset(
        "owners_ordinary", _("业主共同决定（一般事项）"), _("业主，按专有面积和人数"), _OWNERS_TAKE_PART,
        _both("approval", Base.PARTICIPATING, _MORE_THAN, 1, 2), _OWNERS, notice_days=15, notice_source=_OWNERS_NOTICE,
        posting_source=LOCAL, channels=("hands", "paper", "proxy"), strict_presence=False, note=_OWNERS_NOTE,
        circulation=_OWNERS_CIRCULATION,
    ),
    Preset(
        "owners_special", _("业主共同决定（特别事项）"), _("业主，按专有面积和人数"), _OWNERS_TAKE_PART,
        _both("approval", Base.PARTICIPATING, _AT_LEAST, 3, 4), _OWNERS, notice_days=15, notice_source=_OWNERS_NOTICE,
        posting_source=LOCAL, channels=("hands", "paper", "proxy"), strict_presence=False, note=_OWNERS_NOTE,
        circulation=_OWNERS_CIRCULATION,
    ),
    _booth("village_election", _("村民委员会选举"), _REGISTERED, _VILLAGE_ELECTION),
    _booth("urban_election", _("居民委员会选举（全体有选举权的居民）"), _VOTERS, _URBAN_ELECTION),
    _booth("urban_election_households", _("居民委员会选举（每户派代表）"), _HOUSEHOLD_VOTERS, _URBAN_ELECTION),
    _booth("urban_election_representatives", _("居民委员会选举（居民代表）"), _NEW_REPRESENTATIVES, _URBAN_ELECTION,
           turnout=(2, 3)),
    _booth("village_recall", _("罢免村民委员会成员"), _REGISTERED, _VILLAGE_RECALL, note=_BOOTH_BY_ANALOGY),
    _booth("urban_recall", _("罢免居民委员会成员（全体有选举权的居民）"), _VOTERS, _URBAN_RECALL),
    _booth("urban_recall_households", _("罢免居民委员会成员（每户派代表）"), _HOUSEHOLD_VOTERS, _URBAN_RECALL),
    _booth("urban_recall_representatives", _("罢免居民委员会成员（居民代表）"), _NEW_REPRESENTATIVES, _URBAN_RECALL,
           turnout=(2, 3)),
    Preset(
        "consensus_gauge", _("意向测评"), _("协商室里的人"), (), (), _("只供参考，不形成决议"),
        channels=("online",), strict_presence=False,
    ),
)  # fmt: skip

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.id: preset for preset in _ALL})
