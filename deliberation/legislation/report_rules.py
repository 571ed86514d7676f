"""征求意见情况报告: its five parts, filled from what the record says (domain.md 4.4). Pure.

The report is the point's own paper: what is filled is where writing it begins. Nobody is named in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from deliberation.vocabulary import _

PARTS: tuple[str, ...] = (
    _("一、征求意见基本情况"),
    _("二、总体评价"),
    _("三、主要意见"),
    _("四、分歧意见"),
    _("五、其他"),
)
MOST_WORDS = 50_000
AS = {"修改": "建议修改为", "文字": "建议修改为", "新增": "建议增加"}
"""What a proposal is called, by its kind."""
WHOLE_KIND = "总体"
LONGEST_QUOTED = 400
"""Signs of an opinion or a text that are quoted; the table has all of it."""


@dataclass(frozen=True)
class Voice:
    """An opinion as it is quoted: where, what stood there, what is proposed, why, how many say the same."""

    provision: str
    original: str
    kind: str
    proposal: str
    reason: str
    similar: int


@dataclass(frozen=True)
class Told:
    """An article with its numbers by kind and the opinions that are quoted."""

    label: str
    kinds: Mapping[str, int]
    voices: Sequence[Voice] = ()

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True)
class Facts:
    """What the record says; the same numbers as on the pages of the solicitation."""

    draft: str
    letter: str
    first: date | None
    last: date | None
    given: int
    standing: int
    channels: Mapping[str, int]
    groups: Mapping[str, int]
    points: int
    unheard: Sequence[str] = ()
    handled: Mapping[str, int] = field(default_factory=dict)
    whole: Told = Told("", {})
    articles: Sequence[Told] = ()
    unquoted: int = 0
    """Articles on which something was said and that are not quoted."""


def filled(facts: Facts) -> tuple[str, ...]:
    """The five parts."""
    return (_basics(facts), _overall(facts), _main(facts), _against(facts), _rest(facts))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _listed(counts: Mapping[str, int]) -> str:
    return "、".join(f"{words}{n}条" for words, n in counts.items() if n)


def _basics(facts: Facts) -> str:
    lines = [f"{facts.letter}，就《{facts.draft}》征求意见。"]
    if facts.first and facts.last:
        lines.append(f"征求意见从{_day(facts.first)}开始，到{_day(facts.last)}截止。")
    withdrawn = facts.given - facts.standing
    lines.append(
        f"共收到意见{facts.given}条"
        + (f"，其中{withdrawn}条由本人撤回，实有{facts.standing}条。" if withdrawn else "。")
    )
    if by_way := _listed(facts.channels):
        lines.append(f"按征集方式：{by_way}。")
    if facts.points:
        lines.append(f"有{facts.points}个信息采集点参加征集。")
    if by_group := _listed(facts.groups):
        lines.append(f"按人群：{by_group}。")
    return "\n".join(lines)


def _overall(facts: Facts) -> str:
    if not facts.whole.total:
        return "没有收到对草案的总体意见。"
    by_kind = f"：{_listed(facts.whole.kinds)}" if set(facts.whole.kinds) != {WHOLE_KIND} else ""
    lines = [f"对草案的总体意见{facts.whole.total}条{by_kind}。"]
    return "\n".join([*lines, *map(_quoted, facts.whole.voices)])


def _main(facts: Facts) -> str:
    if not facts.articles:
        return "没有收到对具体条文的意见。"
    lines = []
    for each in facts.articles:
        lines.append(f"{each.label}，{each.total}条：{_listed(each.kinds)}。")
        lines += map(_quoted, each.voices)
    if facts.unquoted:
        lines.append(f"其余{facts.unquoted}条条文的意见见汇总表。")
    return "\n".join(lines)


def _quoted(voice: Voice) -> str:
    # On the whole draft an opinion is of the kind that is called so too: said once in the line above.
    parts = [] if voice.provision == voice.kind == WHOLE_KIND else [f"{voice.provision}，{voice.kind}"]
    if voice.original:
        parts.append(f"原文：{_short(voice.original)}")
    if voice.proposal:
        parts.append(f"{AS.get(voice.kind, '意见')}：{_short(voice.proposal)}")
    if voice.reason:
        parts.append(f"理由：{_short(voice.reason)}")
    said = "；".join(parts) + (f"（同类意见{voice.similar}条）" if voice.similar > 1 else "")
    return said if said.endswith(("？", "！", "…")) else f"{said}。"


def _short(words: str) -> str:
    plain = " ".join(words.split()).rstrip("。；;")
    return plain if len(plain) <= LONGEST_QUOTED else plain[: LONGEST_QUOTED - 1] + "…"


def _against(facts: Facts) -> str:
    """Where some agree and others want it otherwise."""
    divided = [each for each in facts.articles if each.kinds.get("赞成") and each.total > each.kinds["赞成"]]
    if not divided:
        if facts.unquoted:
            return f"列出的{len(facts.articles)}条条文没有既有赞成又有修改、删除等不同主张的情况；其余{facts.unquoted}条条文没有比对，见汇总表。"
        return "同一条文没有既有赞成又有修改、删除等不同主张的情况。"
    lines = [f"{each.label}：{_listed(each.kinds)}。" for each in divided]
    if facts.unquoted:
        lines.append(f"其余{facts.unquoted}条条文没有比对，见汇总表。")
    return "\n".join(lines)


def _rest(facts: Facts) -> str:
    lines = []
    if by_handling := _listed(facts.handled):
        lines.append(f"联系点处理：{by_handling}。")
    if waiting := facts.standing - sum(facts.handled.values()):
        lines.append(f"还有{waiting}条没有处理。")
    if facts.unheard:
        lines.append(f"计划听取而没有听到意见的人群：{'、'.join(facts.unheard)}。")
    return "\n".join([*lines, "附件：意见建议汇总表。"])
