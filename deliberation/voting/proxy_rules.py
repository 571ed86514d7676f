"""Proxies (委托): who may give one to whom, how many one person may hold, and when one counts. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

PAPER, SIGNED = "paper", "signed"
WAYS = {PAPER: _("纸质委托书"), SIGNED: _("委托人在本平台书面确认")}
IN_WRITING = _("民法典第一百六十五条")
"""授权委托书应当载明代理人的姓名、代理事项、权限和期限，并由被代理人签名."""
ENDING = _("民法典第一百七十三条")
"""被代理人取消委托的，委托代理终止."""
OWNERS = _("物业管理条例第十二条")
COLLECTIVE = _("农村集体经济组织法第二十七条")
THREE = 3


@dataclass(frozen=True, slots=True)
class Terms:
    """What a body's rule allows: nothing, or proxies with these limits. ``limit``: how many one person may hold."""

    is_allowed: bool
    source: str = ""
    within_household: bool = False
    limit: int | None = None
    limit_source: str = ""
    of_election: bool = False


NONE_HERE = Refusal(_("按这种会议的规则不能委托别人投票"))
NOT_ENTITLED = Refusal(_("委托人不在名册上，没有可以委托的票"))
ONESELF = Refusal(_("不能委托自己"))
HAS_ONE = Refusal(_("委托人已经委托了人"), remedy=_("先撤销原来的委托"), late=True)
HAS_VOTED = Refusal(_("委托人已经投过票，不能再委托"), late=True)
NO_PROXY = Refusal(_("没有这份委托，或者委托已经撤销，这张票没有计入"), source=ENDING, late=True)
IN_PERSON = Refusal(_("委托人已经亲自投票，委托失效，这张票没有计入"), source=ENDING, late=True)
ON_PAPER = Refusal(_("委托人已经领了纸质票（或者已经举手），这张票不能代投"), late=True)
USED = Refusal(_("受托人已经代您投过票，按这次表决的规则不能改投"), source=ENDING, late=True)
USED_UP = Refusal(_("受托人已经代为投票，不能再撤销"), remedy=_("规则允许改投的，委托人可以亲自改投"), late=True)


PAPER_ONLY = Refusal(
    _("选举的委托用纸质委托书，由主持选举的机构登记，在本平台签名的不算"), remedy=_("请把委托书交给记录员登记")
)
AT_THE_POLL = Refusal(_("选举的委托在打开投票以后登记"), remedy=_("请从投票的页面登记"))
HOLDS_OWN = Refusal(_("委托人已经领了选票，不能再委托"), late=True)
NO_VOTER = {
    "village": Refusal(_("受托人须是本村有选举权的村民"), source=_("村民委员会组织法第十八条")),
    "urban": Refusal(_("受托人须是本社区的其他选民"), source=_("城市居民委员会组织法第十九条")),
}
TAKEN = Refusal(_("受托人已经代领这张选票"), remedy=_("票还没有投的，先交回"), late=True)
NOT_CHECKED = Refusal(_("请先核对这两项，再发票"))


def may_use(by_proxy: bool, earlier_by_proxy: bool | None, is_changeable: bool) -> Refusal | None:
    """What an earlier ballot of the giver means for this one; ``earlier_by_proxy``: None where there is none.

    The giver's own ballot ends the proxy, before the holder has used it or, where a ballot may be changed, after.
    """
    if by_proxy and earlier_by_proxy is False:
        return IN_PERSON
    return USED if not by_proxy and earlier_by_proxy and not is_changeable else None


def may_give(
    terms: Terms, giver: int, holder: int, *, entitled: Set[int], holding: int, same_household: bool
) -> Refusal | None:
    """The first reason against this proxy. ``holding``: how many the holder has already in the same poll or meeting."""
    if not terms.is_allowed:
        return NONE_HERE
    if giver not in entitled:
        return NOT_ENTITLED
    if giver == holder:
        return ONESELF
    if terms.within_household and not same_household:
        return Refusal(_("只能委托本户内的其他成员"), source=terms.source)
    if terms.limit is not None and holding >= terms.limit:
        return Refusal(
            _("受托人已经接受了{n}人的委托，最多{most}人"),
            {"n": holding, "most": terms.limit},
            source=terms.limit_source,
        )
    return None
