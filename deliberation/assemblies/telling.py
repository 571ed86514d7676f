"""What an import says about a file besides its bad rows, in words: for the page and the command line."""

from __future__ import annotations

from collections.abc import Iterator

from deliberation.assemblies.importing import ReadRoster
from deliberation.assemblies.roster_bad import heading_of
from deliberation.assemblies.roster_facts import Problem
from deliberation.assemblies.roster_rows import Sheet
from deliberation.translation import say, translate
from deliberation.vocabulary import _

MOST_REMARKS = 200


def remarks_of(read: ReadRoster, locale: str) -> list[str]:
    """Columns that nobody knows, and notes on rows that were taken all the same; at most some two hundred."""
    return [*_columns(read.sheet, locale), *(tell(note, read.sheet, locale) for note in read.plan.notes)][:MOST_REMARKS]


def _columns(sheet: Sheet, locale: str) -> Iterator[str]:
    for name in sheet.unknown_columns:
        yield translate(locale, _("没有读取不认识的列“{column}”"), column=" ".join(name.split()))


def tell(problem: Problem, sheet: Sheet, locale: str) -> str:
    """第12行 手机：“138”不是电话号码。…"""
    place = {"row": problem.row, "column": heading_of(problem.column, sheet), "why": str(say(problem.refusal, locale))}
    return translate(locale, _("第{row}行 {column}：{why}") if place["column"] else _("第{row}行：{why}"), **place)
