"""The table of two versions (对照表) to hand on: as XLSX and as one page of HTML without anything outside it.

``compared_xlsx(titles, rows)`` and ``compared_html(titles, rows)`` take the rows of ``statute.comparison.compare``. What went out
is struck, what came in is underlined, so that the table reads without colours too.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Sequence
from typing import Any

from deliberation.legislation.comparing import CHANGES
from deliberation.legislation.statute.comparison import Row
from deliberation.legislation.statute.differences import IN, KEPT, OUT, Difference
from deliberation.legislation.statute.structure import Article
from deliberation.translation import translate
from deliberation.vocabulary import _
from deliberation.wordxml import clean

LINES, WIDE, HIGH = 26, 72, 15.5
"""A row of a spreadsheet is 409 points high at most: what has more lines goes on in the row below. A line has so many columns (a
Chinese character two), and so many points. Programs do not fit the height to text with formats, so it is set here."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_STYLE = (
    "body{font:1rem/1.7 serif;max-width:80rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fdfcf8}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}caption{font-size:1.25rem;padding:0 0 1rem}"
    "th,td{border:1px solid #b5b0a4;padding:.5rem .6rem;vertical-align:top;text-align:left;overflow-wrap:anywhere;white-space:pre-wrap}"
    "th{background:#f0ece1}tr{break-inside:avoid}thead{display:table-header-group}col.why{width:clamp(4rem,12%,8rem)}"
    "del{color:#8c1d18}ins{color:#0b5c2e;font-weight:bold}@media print{body{margin:0;max-width:none;background:none}}"
)


def compared_xlsx(titles: tuple[str, str], rows: Sequence[Row], locale: str = "zh-Hans") -> bytes:
    """A workbook with one sheet: before, after, what kind of change, how like."""
    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(data, _OPTIONS) as book:
        sheet = book.add_worksheet(translate(locale, _("对照表")))
        cell = {"text_wrap": True, "valign": "top", "border": 1}
        formats = {
            "cell": book.add_format(cell),
            "head": book.add_format(cell | {"bold": True, "bg_color": "#EEEEEE"}),
            "ratio": book.add_format(cell | {"num_format": "0.00"}),
            KEPT: book.add_format(),
            OUT: book.add_format({"font_strikeout": True, "font_color": "#8C1D18"}),
            IN: book.add_format({"underline": 1, "bold": True, "font_color": "#0B5C2E"}),
        }
        _look(sheet)
        for column, words in enumerate(heads(titles, locale)):
            sheet.write_string(0, column, words, formats["head"])
        line = 1
        for row in rows:
            line = _write(sheet, line, row, (formats, locale))
    return data.getvalue()


def _look(sheet: Any) -> None:
    sheet.set_column(0, 1, 80)
    sheet.set_column(2, 3, 16)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def heads(titles: tuple[str, str], locale: str) -> list[str]:
    """What stands above the columns."""
    before, after = _("修改前：{title}"), _("修改后：{title}")
    first = [translate(locale, key, title=title) for key, title in zip((before, after), titles, strict=True)]
    return [*first, translate(locale, _("变化")), translate(locale, _("相似度"))]


def _write(sheet: Any, line: int, row: Row, how: tuple[dict[str, Any], str]) -> int:
    """A row of the table, in as many rows of the sheet as its text needs."""
    formats, locale = how
    columns = [[*_cells(side_of(row, articles, own))] for articles, own in ((row.old, OUT), (row.new, IN))]
    for at in range(max(1, *map(len, columns))):
        here = [cells[at] if at < len(cells) else [] for cells in columns]
        sheet.set_row(line, _height(here))
        for column, cell in enumerate(here):
            _write_runs(sheet, (line, column), cell, formats)
        sheet.write_string(line, 2, translate(locale, CHANGES[row.change]) if at == 0 else "", formats["cell"])
        if at == 0 and row.old and row.new:
            sheet.write_number(line, 3, row.similarity, formats["ratio"])
        else:
            sheet.write_blank(line, 3, None, formats["cell"])
        line += 1
    return line


def side_of(row: Row, articles: Sequence[Article], own: str) -> Difference:
    """What one column shows: the labels, then the text with what is its own marked."""
    if not articles:
        return []
    names = "、".join(article.label for article in articles)
    return [(KEPT, f"{names}　"), *(run for run in row.diff if run[0] in (KEPT, own))]


def _cells(runs: Difference) -> Iterator[Difference]:
    """The runs in cells that are not too high."""
    cell: Difference = []
    count = _Lines()
    for sign, words in runs:
        start = 0
        for at, character in enumerate(words):
            if not count.add(character):
                yield [*cell, *([(sign, words[start:at])] if at > start else [])]
                cell, start, count = [], at, _Lines()
                count.add(character)
        cell.append((sign, words[start:]))
    if cell:
        yield cell


class _Lines:
    """How many lines the words fill so far."""

    def __init__(self) -> None:
        self.full, self.wide = 1, 0

    def add(self, character: str) -> bool:
        """False if the character would begin a line too many."""
        size = 1 if character.isascii() else 2
        is_new = character == "\n" or self.wide + size > WIDE
        self.full, self.wide = (
            (self.full + 1, 0 if character == "\n" else size) if is_new else (self.full, self.wide + size)
        )
        return self.full <= LINES


def _height(cells: Sequence[Difference]) -> float:
    """Points for the highest cell of a row."""
    most = 1
    for cell in cells:
        count = _Lines()
        for _sign, words in cell:
            for character in words:
                count.add(character)
        most = max(most, count.full)
    return most * HIGH


def _write_runs(sheet: Any, place: tuple[int, int], runs: Difference, formats: dict[str, Any]) -> None:
    pieces = [(sign, clean(words)) for sign, words in runs]
    if len(pieces) < 2:
        words = pieces[0][1] if pieces else ""
        sheet.write_string(*place, words, formats["cell"])
        return
    fragments: list[Any] = []
    for sign, words in pieces:
        fragments += [formats[sign], words]
    sheet.write_rich_string(*place, *fragments, formats["cell"])


def compared_html(titles: tuple[str, str], rows: Sequence[Row], locale: str = "zh-Hans") -> str:
    """One page, to be opened or printed as it is: no script, no picture, nothing fetched."""
    title = html.escape(clean(" → ".join(dict.fromkeys(titles))))
    head = "".join(f'<th scope="col">{_marked([(KEPT, words)])}</th>' for words in heads(titles, locale)[:3])
    lines = [
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head><body>',
        f'<table><caption>{title}</caption><colgroup><col><col><col class="why"></colgroup><thead><tr>{head}</tr></thead><tbody>',
    ]
    for row in rows:
        sides = "".join(f"<td>{_marked(side_of(row, each, own))}</td>" for each, own in ((row.old, OUT), (row.new, IN)))
        lines.append(f"<tr>{sides}<td>{html.escape(translate(locale, CHANGES[row.change]))}</td></tr>")
    return "\n".join([*lines, "</tbody></table></body></html>"])


def _marked(runs: Difference) -> str:
    tags = {KEPT: ("", ""), OUT: ("<del>", "</del>"), IN: ("<ins>", "</ins>")}
    return "".join(f"{tags[sign][0]}{html.escape(clean(words))}{tags[sign][1]}" for sign, words in runs)
