"""Kinds of polls: yes or no, one or several of options, one clause of the text, in writing without a meeting. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from deliberation.refusal import Refusal
from deliberation.vocabulary import _
from deliberation.voting.choice_rules import against_numbers, against_options
from deliberation.voting.presets import LOCAL, Preset
from deliberation.voting.tally_terms import Rule

MEETING, CIRCULATION = "meeting", "circulation"
WAYS: Mapping[str, str] = {MEETING: _("开会表决"), CIRCULATION: _("书面征求意见")}
IN_WRITING = _("不开会，书面征求意见：在最后一天以前逐户送达表决票、收回表决票；没有表态的不算参加表决。")


@dataclass(frozen=True, slots=True)
class Kind:
    """What the chair decides about the kind of a poll. ``clause`` is the number of a paragraph of the text, 0 the whole.

    ``by_most``: among options the most votes win, without a share to be reached; ``most_source`` says by what rule.
    """

    item: int | None = None
    clause: int = 0
    options: tuple[str, ...] = ()
    select: int = 1
    seats: int = 1
    may_abstain: bool = True
    by_most: bool = False
    most_source: str = ""
    way: str = MEETING
    way_source: str = ""


YES_NO = Kind()

NOT_IN_WRITING = Refusal(_("法律没有规定这个机构可以书面征求意见代替开会"), remedy=_("请开会表决"))
NO_DOOR = Refusal(_("书面征求意见不开会，没有签到"), source=LOCAL)
NO_LAST_DAY = Refusal(_("书面征求意见须写明最后一天"), source=LOCAL)
NO_SOURCE = Refusal(_("请写明依据：哪份规约、规则或者决定"))
NOT_BY_MOST = Refusal(_("法律规定了通过的标准，不能改为得票多的当选"), remedy=_("请按法定标准表决"))
NO_CLAUSE = Refusal(_("方案里没有这一段"))
NO_PLAN = Refusal(_("没有方案文本，不能对其中一条单独表决"), source=LOCAL)
CLAUSE_YES_NO = Refusal(_("对一条单独表决，只能赞成、反对或者弃权"))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, as they are numbered for a separate vote."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def rule_of_kind(rule: Rule, kind: Kind) -> Rule:
    """The rule for what is put to the vote: the tests are those of the step, whatever is chosen among."""
    if not kind.options:
        return rule
    return replace(
        rule,
        choices=("abstain",) if kind.may_abstain else (),
        approval=() if kind.by_most else rule.approval,
        options=kind.options,
        select=kind.select,
        seats=kind.seats,
    )


def against_kind(preset: Preset, kind: Kind, text: str, closes_at: datetime | None) -> dict[str, Refusal]:
    """What is wrong with the chair's choice, by field of the form."""
    wrong: dict[str, Refusal] = {}
    if kind.options:
        wrong |= _against_options(preset, kind)
    if kind.clause and not 1 <= kind.clause <= len(paragraphs(text)):
        wrong["clause"] = NO_CLAUSE
    elif kind.clause and kind.options:
        wrong["clause"] = CLAUSE_YES_NO
    if kind.way == CIRCULATION:
        wrong |= _against_circulation(preset, kind, closes_at)
    return wrong


def _against_options(preset: Preset, kind: Kind) -> dict[str, Refusal]:
    if no := against_options(kind.options):
        return {"options": no}
    wrong = against_numbers(len(kind.options), kind.select, kind.seats)
    if kind.by_most and not preset.is_local:
        wrong["by_most"] = Refusal(NOT_BY_MOST.reason, remedy=NOT_BY_MOST.remedy, source=preset.source)
    elif kind.by_most and not kind.most_source:
        wrong["most_source"] = NO_SOURCE
    return wrong


def _against_circulation(preset: Preset, kind: Kind, closes_at: datetime | None) -> dict[str, Refusal]:
    if not preset.circulation:
        return {"way": NOT_IN_WRITING}
    wrong = {} if closes_at else {"closes_at": NO_LAST_DAY}
    return wrong | ({} if kind.way_source else {"way_source": NO_SOURCE})
