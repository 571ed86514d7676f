"""Who may vote, from where and when; who may see the roll; what a preset asks of its roster. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deliberation.matters.words import base_of
from deliberation.refusal import Refusal
from deliberation.vocabulary import Role, _
from deliberation.voting.presets import Preset
from deliberation.voting.secrecy_rules import ELECTION
from deliberation.voting.tally_terms import Rule

ONLINE_SETTING = "online_ballots"
"""The local setting by which ballots from elsewhere count; the committee laws are silent on it (domain.md 8, 5)."""
NOWHERE, AT_THE_DOOR, ANYWHERE, IN_BOOTH = "no", "door", "anywhere", "booth"
ONLINE = {
    NOWHERE: _("不能用手机、电脑投票：法律没有规定，本地也没有开通。"),
    AT_THE_DOOR: _("到会场签到以后，可以用手机、电脑投票；不到会的不计。"),
    ANYWHERE: _("不到会场也可以用手机、电脑投票，投票的算到会。"),
    IN_BOOTH: _("无记名投票，设秘密写票处：到投票站领纸质票，写好投进票箱；不能用手机、电脑投票。"),
}
WITHOUT_MEETING = _("可以用手机、电脑投票。")
"""The same where the rule counts who takes part and not who is there: no meeting is held of which one could stay away."""
SILENT = _("村（居）民委员会组织法没有规定网上投票算不算到会，这里按本地设置办理")
OWNERS_ONLINE = _("业主用电子方式投票，按当地规定和本地设置办理；本平台不是住房主管部门的投票系统")

CHOICE_NAMES = {"yes": _("赞成"), "no": _("反对"), "abstain": _("弃权"), "invalid": _("无效")}

LONGEST = timedelta(days=366)
# Whoever runs the meeting signs people in; whoever runs, counts or checks it may see the roll with its ballots.
SIGNS_IN = frozenset({Role.CHAIR, Role.CLERK})
CLOSES = frozenset({Role.CHAIR, Role.COUNTER})
RESOLVES = frozenset({Role.CHAIR, Role.OFFICER})
SEES_ROLL = frozenset({Role.CHAIR, Role.CLERK, Role.COUNTER, Role.SUPERVISOR, Role.AUDITOR})
SEES_WITHHELD = frozenset({Role.SUPERVISOR, Role.AUDITOR})


def online_way(preset: Preset, setting: bool) -> str:
    """From where ballots cast on a device count: by law, by the local setting, or only signed in at the door."""
    if preset.is_booth:
        return IN_BOOTH
    by_law = "online" in preset.channels and not preset.strict_presence
    if by_law or setting:
        return ANYWHERE
    return AT_THE_DOOR if "online" in preset.channels else NOWHERE


def rule_under(preset: Preset, way: str) -> Rule:
    """The preset's rule; where ballots from elsewhere count, whoever casts one is there by it."""
    rule = preset.rule
    return replace(rule, strict_presence=False) if way == ANYWHERE else rule


def from_where(way: str, by_presence: bool) -> str:
    """From where one may vote, in words; ``by_presence``: the rule asks for a meeting."""
    return ONLINE[way] if by_presence or way != ANYWHERE else WITHOUT_MEETING


def note_on_setting(preset: str) -> str:
    """What is said beside a rule that a local setting has opened to devices (domain.md 3.2 and 8, 5)."""
    return OWNERS_ONLINE if base_of(preset) == "owners" else SILENT


@dataclass(frozen=True, slots=True)
class Terms:
    """What of an open poll decides over a ballot."""

    choices: frozenset[str]
    online: str
    is_changeable: bool
    closes_at: datetime | None = None
    closed_at: datetime | None = None


NOT_ON_ROSTER = Refusal(
    _("您不在这次表决的名册上，不能投票"), remedy=_("名册在表决打开时已经冻结；认为有误的，请向监督委员会反映")
)
CLOSED = Refusal(_("表决已经截止，这张票没有计入"), late=True)
ALREADY = Refusal(_("您已经投过票，按这次表决的规则不能改投"), remedy=_("您投的票没有变"), late=True)
NOT_SIGNED_IN = Refusal(
    _("您还没有在会场签到"), remedy=_("请到签到处，由主持人或者记录员登记到会后再投"), source=_("本地设置")
)
NO_DEVICE = Refusal(
    _("这次表决不接受手机、电脑投票"), remedy=_("请在会上举手或者投纸质票"), source=_("物业管理条例第十二条")
)


def may_cast(terms: Terms, now: datetime, *, is_listed: bool, is_here: bool, has_cast: bool) -> Refusal | None:
    """The first reason against a ballot of this person at this instant, or None. The closing instant itself is too late."""
    if not is_listed:
        return NOT_ON_ROSTER
    if terms.closed_at is not None or (terms.closes_at is not None and now >= terms.closes_at):
        return CLOSED
    if terms.online == IN_BOOTH:
        return ELECTION
    if terms.online == NOWHERE:
        return NO_DEVICE
    if terms.online == AT_THE_DOOR and not is_here:
        return NOT_SIGNED_IN
    return ALREADY if has_cast and not terms.is_changeable else None


def may_set_end(now: datetime, closes_at: datetime | None) -> Refusal | None:
    """Why a poll cannot be announced to close then."""
    if closes_at is None:
        return None
    if closes_at <= now:
        return Refusal(_("截止时间已经过去"))
    if closes_at > now + LONGEST:
        return Refusal(_("截止时间不能晚于一年以后"))
    return None


def may_sign_in(roles: Collection[str], is_closed: bool) -> Refusal | None:
    """Why this person cannot enter who is there."""
    if not SIGNS_IN & set(roles):
        return Refusal(_("到会由主持人或者记录员登记"))
    return Refusal(_("表决已经结束，到会人数不能再改"), late=True) if is_closed else None


def may_withdraw(has_cast: Iterable[int]) -> Refusal | None:
    """Whoever has voted was there; nobody leaves the number by going home (domain.md 0)."""
    if count := len(list(has_cast)):
        return Refusal(_("有{n}人已经投票，不能撤回到会登记"), {"n": count})
    return None


WITHHELD = Refusal(
    _("这次对他人保密的表决有数字没有公布，准确的计票文件只给监督员和审计员看"),
    remedy=_("名册上的人可以向监督员或者审计员申请核对"),
)


def may_see_roll(roles: Collection[str], is_listed: bool, is_withheld: bool = False) -> Refusal | None:
    """Why this person cannot see who voted for what in a named poll, or what was counted in any other.

    ``is_withheld``: figures of a vote kept from others were not published. Those on the roster are the others.
    """
    if is_withheld:
        return None if SEES_WITHHELD & set(roles) else WITHHELD
    if is_listed or SEES_ROLL & set(roles):
        return None
    return Refusal(
        _("逐票的计票文件只给名册上的人、主持人、记录员、计票监票人、监督员和审计员看"), remedy=_("结果和合计是公开的")
    )
