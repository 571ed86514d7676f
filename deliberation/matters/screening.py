"""Screening 准入审查: the five exclusions, and for a matter that is refused the way onward.

The five are those of the eight-step practice of Zhejiang (domain.md 2.1), not of a statute. The fifth stands in tension
with the law: 城市居民委员会组织法 32 and 村民委员会组织法 33 send difficulties and disputes that residents report *to*
consultation. So it is a local rule that a community switches on, and it is off otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _

FIVE = _("浙江八步议事的“五类不纳入”")


@dataclass(frozen=True)
class Exclusion:
    """One kind of matter that is not consulted on. ``onward`` is what the proposer can do next."""

    number: int
    title: str
    onward: str
    source: str = FIVE
    is_local_rule: bool = False
    note: str = ""


EXCLUSIONS: tuple[Exclusion, ...] = (
    Exclusion(1, _("政策、法律已有明确规定的事项"), _("按现行规定直接办理；可以请承办人书面说明是哪一条规定")),
    Exclusion(2, _("上级党委、政府明确要求或者已经确定的事项"), _("可以通过上级机关的意见渠道反映，由承办人代为转交")),
    Exclusion(3, _("违反法律法规，或者违背本地长远规划和公序良俗的事项"), _("修改提议，去掉违反的内容后可以重新提出")),
    Exclusion(4, _("明显有失公平的事项"), _("修改提议，说明谁受损失、怎样补偿后可以重新提出")),
    Exclusion(
        5,
        _("社会成员之间的民间纠纷"),
        _("转人民调解委员会调解"),
        is_local_rule=True,
        note=_("本地规则，可以关闭：城市居民委员会组织法第三十二条、村民委员会组织法第三十三条规定，"
               "对居民、村民反映的实际困难和矛盾纠纷应当组织协商"),
    ),
)  # fmt: skip

COLLECTIVE_QUESTION = _("本议题是否涉及集体财产或者成员权益，而本村由村民委员会代行农村集体经济组织职能？")
COLLECTIVE_SOURCE = _("村民委员会组织法第二十八条第四款")


@dataclass(frozen=True)
class Screening:
    """The gate's answer. ``outcome`` is done or refused; ``hits`` are the exclusions that apply."""

    outcome: str
    hits: tuple[Exclusion, ...]

    @property
    def onward(self) -> tuple[str, ...]:
        """What the proposer of a refused matter may do next, one sentence for each exclusion that applies."""
        return tuple(one.onward for one in self.hits)


def exclusions(*, private_disputes: bool) -> tuple[Exclusion, ...]:
    """The exclusions in force; ``private_disputes`` is the local setting for the fifth."""
    return tuple(one for one in EXCLUSIONS if private_disputes or not one.is_local_rule)


def faults(findings: Mapping[int, bool], reason: str, *, private_disputes: bool) -> tuple[Refusal, ...]:
    """What is wrong with the findings (number -> does it apply): each must be answered, a hit needs a reason."""
    in_force = exclusions(private_disputes=private_disputes)
    found = [
        Refusal(_("第{number}类还没有审查：{title}"), {"number": one.number, "title": Word(one.title)}, source=FIVE)
        for one in in_force
        if one.number not in findings
    ]
    unknown = sorted(set(findings) - {one.number for one in in_force})
    found += [Refusal(_("第{number}类不在本地的审查范围内"), {"number": number}) for number in unknown]
    if any(findings.values()) and not reason.strip():
        found.append(Refusal(_("不纳入协商的，要写明理由"), source=FIVE))
    return tuple(found)


def screen(findings: Mapping[int, bool], *, private_disputes: bool) -> Screening:
    """The outcome of complete findings; any one exclusion refuses the matter. Check :func:`faults` first."""
    hits = tuple(one for one in exclusions(private_disputes=private_disputes) if findings.get(one.number))
    return Screening("refused" if hits else "done", hits)
