"""The table of two versions (对照表) as DOCX: A4 across, three columns, a head that repeats on each page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from deliberation.legislation.comparing import CHANGES
from deliberation.legislation.comparison_papers import heads, side_of
from deliberation.legislation.statute.comparison import Row
from deliberation.legislation.statute.differences import IN, KEPT, OUT, Difference
from deliberation.sheets import Sheet
from deliberation.translation import translate
from deliberation.wordfile import docx
from deliberation.wordxml import paragraph, run

_TWIPS = (6300, 6300, 1700)
_SIZE = 10.5
_LINES = {OUT: ("strike", "8C1D18"), IN: ("u", "0B5C2E")}


def compared_docx(titles: tuple[str, str], rows: Sequence[Row], locale: str = "zh-Hans") -> bytes:
    """The file; what went out is struck, what came in underlined. Slow: never inside the writer."""
    from docx import Document
    from docx.enum.section import WD_ORIENT

    made = Document(io.BytesIO(docx(Sheet(" → ".join(dict.fromkeys(titles)), (), lang=locale))))
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    table = _table()
    table.append(_row([[(KEPT, words)] for words in heads(titles, locale)[:3]], is_head=True))
    for row in rows:
        change: Difference = [(KEPT, translate(locale, CHANGES[row.change]))]
        table.append(_row([side_of(row, row.old, OUT), side_of(row, row.new, IN), change]))
    # A table needs a paragraph behind it.
    made.element.body.sectPr.addprevious(table)
    made.element.body.sectPr.addprevious(paragraph("", tight=True))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _table() -> Any:
    table, properties, borders, grid = _element("tbl"), _element("tblPr"), _element("tblBorders"), _element("tblGrid")
    properties.append(_element("tblW", w=str(sum(_TWIPS)), type="dxa"))
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(edge, val="single", sz="4", space="0", color="808080"))
    properties.append(borders)
    properties.append(_element("tblLayout", type="fixed"))
    for width in _TWIPS:
        grid.append(_element("gridCol", w=str(width)))
    table.append(properties)
    table.append(grid)
    return table


def _row(cells: Sequence[Difference], *, is_head: bool = False) -> Any:
    row = _element("tr")
    if is_head:
        properties = _element("trPr")
        properties.append(_element("tblHeader"))
        row.append(properties)
    for runs, width in zip(cells, _TWIPS, strict=True):
        cell, properties = _element("tc"), _element("tcPr")
        properties.append(_element("tcW", w=str(width), type="dxa"))
        if is_head:
            properties.append(_element("shd", val="clear", color="auto", fill="EEEEEE"))
        cell.append(properties)
        for each in _paragraphs(runs, is_head):
            cell.append(each)
        row.append(cell)
    return row


def _paragraphs(runs: Difference, is_head: bool) -> list[Any]:
    """A paragraph for each line of the law."""
    made = [paragraph("", tight=True)]
    for sign, words in runs:
        for at, line in enumerate(words.split("\n")):
            if at:
                made.append(paragraph("", tight=True))
            if line:
                made[-1].append(_run(sign, line, is_head))
    return made


def _run(sign: str, words: str, is_head: bool) -> Any:
    kind, color = _LINES.get(sign, ("", ""))
    made = run(words, size=_SIZE, bold=is_head, color=color)
    if kind == "strike":
        made.rPr.find(made.rPr.tag.replace("rPr", "color")).addprevious(_element("strike"))
    elif kind:
        made.rPr.append(_element("u", val="single"))
    return made
