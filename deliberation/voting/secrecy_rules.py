"""Which polls may be confidential, what is said of them, and how coarsely their turnout is shown. Pure.

A confidential vote (对他人保密) is stage 1 of three: it hides the ballot from other people, not from whoever runs the
machine. It is never called 不记名 or 秘密 and takes the place of no vote by secret ballot that a law asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from deliberation.refusal import Refusal
from deliberation.vocabulary import Role, _
from deliberation.voting.tally_terms import Measure, Rule

NAMED, CONFIDENTIAL, BOOTH = "named", "confidential", "booth"
SECRECY = {
    NAMED: _("记名"),
    CONFIDENTIAL: _("对他人保密"),
    BOOTH: _("无记名投票，秘密写票处"),
}
"""``booth``: an election counted here from the paper of the booth, never cast on a device."""

OFFERED = (NAMED, CONFIDENTIAL)
"""What the chair may choose between; the booth comes with elections."""

LABEL = _("本次投票对其他参与者保密；系统管理员和备份在技术上仍可能还原。")
"""On ballot, review, receipt and result, word for word (audit.md 2.3)."""
UNPROTECTED = _(
    "投票期间，管理服务器的人能把票和人对上；结束以后留下的备份和数据库日志里也可能还有痕迹。"
    "纸质票和设备上的票分开存放，计票的人先看到纸质票的合计，能读数据库的人也能把两种票分开：其中一种不足5张时，他们可能知道谁投了什么。"
    "它也防不了有人看着您投票。"
)
FEW = 5
"""Below so many participants a ballot cannot be kept from the others: the sum says it, or nearly (audit.md 2.2)."""
TOO_FEW = _("参加的人少于5人时，结果本身就可能让人知道谁投了什么，保密做不到。")
NOT_SHOWN = _(
    "除了至多4张以外都投的一样的（票少的时候总是这样），不公布各项票数，只公布是否通过；结果本身仍可能让人推出有人投了什么。准确的计票文件由监督员和审计员核对。"
)
"""Said on opening, on the ballot and on the page, before anybody knows whether it will be so."""

BY_AREA = Refusal(
    _("按专有部分面积计票的表决不能对他人保密：面积会让人认出是谁的票"),
    remedy=_("请用记名表决"), source=_("民法典第二百七十八条"),
)  # fmt: skip
BY_HOUSEHOLD = Refusal(
    _("按户计票的表决不能对他人保密：对他人保密的票只按人头计算"),
    remedy=_("请用记名表决，或者改按人数开会"), source=_("村民委员会组织法第二十五条，城市居民委员会组织法第二十六条"),
)  # fmt: skip
BY_WEIGHT = Refusal(
    _("名册上有人不是按一人一票计算，不能对他人保密：票的分量会让人认出是谁的票"), remedy=_("请用记名表决")
)
ELECTION = Refusal(
    _("选举和罢免由法律规定无记名投票、设立秘密写票处，不在手机、电脑上投，也不能用对他人保密的票代替"),
    remedy=_("请按选举办理：投纸质票，在这里计票"),
    source=_("村民委员会组织法第十八条，城市居民委员会组织法第十九条"),
)  # fmt: skip
TOO_MANY = Refusal(
    _("票箱里的票比领票的人多，不能计票"), remedy=_("有人在系统以外改动了数据；请保留现场，由审计员核对存证")
)
NOBODYS = Refusal(_("请选择记名，或者对他人保密"))


def may_keep_confidential(preset: str, rule: Rule) -> Refusal | None:
    """Why a poll of this preset, by this rule, cannot be confidential, or None."""
    if "election" in preset or "recall" in preset or rule.seats > 1:
        return ELECTION
    if Measure.AREA in rule.measures:
        return BY_AREA
    if Measure.HOUSEHOLDS in rule.measures:
        return BY_HOUSEHOLD
    return None


def weighs_by_heads_alone(lines: Iterable[tuple[int, str | None]]) -> Refusal | None:
    """The same of a roster's lines (heads, owner): each weighs one, and nobody stands on two."""
    owners: set[str] = set()
    for heads, owner in lines:
        if heads != 1 or (owner and owner in owners):
            return BY_WEIGHT
        owners |= {owner} if owner else set()
    return None


EXPORTS = frozenset({Role.CHAIR, Role.AUDITOR})


def may_export(roles: Iterable[str], secrecy: str = "") -> Refusal | None:
    """Why this person does not get the electorate for another voting program: no device votes where the law has a booth."""
    if secrecy == BOOTH:
        return ELECTION
    return None if EXPORTS & set(roles) else Refusal(_("导出名册和权重，只给主持人和审计员"))


STEP = 5
"""Turnout is shown in steps of so many, so that no single ballot shows when it came."""
PACE = timedelta(minutes=1)


def shown_turnout(shown: int, since: datetime, taken: int, now: datetime) -> int:
    """What turnout may be shown now: the next whole step, at most once a minute, and never less than before."""
    return max(shown, taken - taken % STEP) if now - since >= PACE else shown
