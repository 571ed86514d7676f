"""The papers that show ballots: the roll of a named vote, and the choices of a confidential one without persons. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deliberation.sheets import CENTRED, QUESTION, QUIET, Block, Heading, Sheet, Text
from deliberation.sheets import Table as Grid
from deliberation.translation import fill, translate
from deliberation.vocabulary import _
from deliberation.voting.result_papers import CHANNELS, REASONS, Facts, ballots_sentence, sayer, sheet

CHOICES = {
    "yes": _("赞成"), "no": _("反对"), "abstain": _("弃权"), "invalid": _("无效"), "": _("没有投票"),
}  # fmt: skip


@dataclass(frozen=True)
class RollLine:
    """One line of the roster and how it voted: ``choice`` a word, marked options, or "" for nothing counted."""

    number: int
    name: str
    label: str
    area: str
    household: str
    choice: Any
    channel: str
    note: str = ""
    holder: str = ""


def roll(facts: Facts, lines: tuple[RollLine, ...], locale: str) -> Sheet:
    """逐人表决情况表: who voted for what, for those who may see it."""
    say = sayer(locale)
    heads, rows, numbers = roll_rows(lines, locale)
    widths = tuple(_WIDTHS[name] for name in roll_columns(lines))
    blocks: list[Block] = [
        Text(facts.question, QUESTION),
        Text(say(_("本表只供名册上的人、主持人、记录员、计票监票人、监督员和审计员核对，不要张贴。")), CENTRED),
        Grid(heads, rows, widths, numbers),
        Text(ballots_sentence(facts, locale), QUIET),
    ]
    return sheet(facts, locale, say(_("逐人表决情况表")), blocks)


_COLUMNS = {
    "number": _("序号"), "name": _("姓名"), "label": _("名册"), "household": _("户号"), "area": _("面积"),
    "choice": _("表决"), "channel": _("来源"), "note": _("说明"),
}  # fmt: skip
_WIDTHS = {"number": 2, "name": 4, "label": 5, "household": 3, "area": 3, "choice": 4, "channel": 4, "note": 4}


def roll_columns(lines: tuple[RollLine, ...]) -> list[str]:
    """The columns that say something in this roll."""
    always = {"number", "name", "choice", "channel"}
    filled = {name for name in _COLUMNS if any(getattr(line, name) for line in lines)}
    if any(line.holder for line in lines):
        filled.add("note")
    if all(line.label == line.name for line in lines):
        filled.discard("label")
    return [name for name in _COLUMNS if name in always | filled]


def roll_rows(
    lines: tuple[RollLine, ...], locale: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Heads, rows and the columns of numbers; the same for the paper and for CSV."""
    say, columns = sayer(locale), roll_columns(lines)
    rows = tuple(tuple(_cell(line, name, locale) for name in columns) for line in lines)
    numbers = tuple(place for place, name in enumerate(columns) if name in ("number", "area"))
    return tuple(say(_COLUMNS[name]) for name in columns), rows, numbers


def _cell(line: RollLine, name: str, locale: str) -> str:
    value, say = getattr(line, name), sayer(locale)
    if name == "choice":
        return choice_words(value, locale)
    if name == "channel":
        return say(CHANNELS.get(value, value)) if value else ""
    if name == "note" and line.holder:
        return say(_("由{name}代投"), name=line.holder)
    if name == "note":
        return say(REASONS.get(value, value)) if value else ""
    return str(value)


def choice_words(choice: Any, locale: str) -> str:
    """A choice in words: marked options stand as they were written."""
    if isinstance(choice, list):
        return fill("{options}", {"options": choice}, locale)
    return translate(locale, CHOICES[choice]) if choice in CHOICES else choice


def choices_list(facts: Facts, choices: list[Any], participants: tuple[str, ...], locale: str) -> Sheet:
    """选票清单 of a confidential vote: the choices sorted, without persons, and apart from it who took part."""
    say = sayer(locale)
    words = [choice_words(choice, locale) for choice in choices]
    rows = tuple((str(number), each) for number, each in enumerate(words, 1))
    people = tuple((str(number), name) for number, name in enumerate(participants, 1))
    blocks: list[Block] = [
        Text(facts.question, QUESTION),
        Text(say(_("选票按选择排序，与人没有任何对应；两张表的先后互不相干。"))),
        Heading(say(_("选票清单"))),
        Grid((say(_("序号")), say(_("选择"))), rows, (1, 4), (0,)),
        Heading(say(_("参加表决的人"))),
        Grid((say(_("序号")), say(_("姓名"))), people, (1, 4), (0,)),
        Text(ballots_sentence(facts, locale), QUIET),
    ]
    return sheet(facts, locale, say(_("选票清单和参加名单")), blocks)
