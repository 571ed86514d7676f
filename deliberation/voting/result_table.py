"""The result of a poll as rows for a spreadsheet: which poll it was, what came out, each test, the numbers. Pure.

A row is one line, whatever stands in it: what a paper sets in one cell, line below line, stands in columns here.
"""

from __future__ import annotations

from collections.abc import Iterable

from deliberation.sheets import Table
from deliberation.translation import fill
from deliberation.vocabulary import _
from deliberation.voting.result_papers import (
    EITHER,
    TEST_HEADS,
    Facts,
    about,
    ballots_sentence,
    cells_of_tests,
    numbers_grid,
    sayer,
)
from deliberation.voting.result_view import named_winners, verdict

Rows = list[tuple[str, ...]]


def result_rows(facts: Facts, locale: str) -> Rows:
    """表决结果表; figures that are withheld are said to be, as on the page."""
    say = sayer(locale)
    tests = cells_of_tests(facts, locale)
    either = [(say(EITHER),)] if any(test.is_either for test in tests) else []
    withheld = [(each["sentence"][locale].strip(),) for each in facts.result.get("withheld", ())]
    return [
        *_head(facts, locale),
        (),
        (*map(say, TEST_HEADS), say(_("还差"))),
        *((*test.cells, test.missing) for test in tests),
        *either,
        (),
        *_lines(numbers_grid(facts, locale)),
        (),
        (ballots_sentence(facts, locale),),
        *withheld,
    ]


def _head(facts: Facts, locale: str) -> Rows:
    say = sayer(locale)
    chosen = [
        (say(_("选出")), fill(say(key), values, locale)) for key, values in named_winners(facts.result, facts.secrecy)
    ]
    return [
        (say(_("表决结果表")),),
        (say(_("编号")), say(_("{place} · 表决第{n}号"), place=facts.place, n=facts.number)),
        (say(_("问题")), facts.question),
        *about(facts, locale).rows,
        (say(_("结果")), say(verdict(facts.result, facts.secrecy)[1])),
        *chosen,
        (say(_("网址")), facts.address),
    ]


def _lines(grid: Table) -> Rows:
    return [grid.heads, *grid.rows, *([grid.foot] if grid.foot else [])]


def in_one_line(cells: Iterable[object]) -> list[str]:
    """Cells without a line feed: programs that read a file line by line would take one for the next row."""
    return [" ".join(str(cell).splitlines()) for cell in cells]
