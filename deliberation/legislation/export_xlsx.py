"""The table of opinions as XLSX, its sheets written as they are read: strings only, so that nothing in it is a formula.

Written by hand because a workbook of a million rows is a plain text with tags; what Excel, WPS and LibreOffice refuse is kept
out: signs that XML forbids and cells longer than Excel's are put otherwise (ECMA-376 Part 1, 18.3.1.4 and 22.9.2.19).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from sqlmodel import Session

from deliberation.legislation.export_rows import Table, rows_in
from deliberation.legislation.export_rules import AT, Clock
from deliberation.legislation.intake_rules import COLUMNS

MOST_ROWS = 1_048_575
"""Rows of a sheet of Excel below its head."""
MOST_BYTES = 1_500_000_000
"""Of a sheet's XML: beyond 2 GiB a zip is of a kind that not every program opens."""
LONGEST = 32_767
"""UTF-16 units in a cell of Excel; what is longer goes on in the row below."""
SHEET = "意见建议汇总表"
_DAY = (1980, 1, 1, 0, 0, 0)
_WIDTHS = {
    "no": 7, "draft": 24, "provision": 18, "original": 44, "proposal": 44, "reason": 36, "kind": 9, "author": 11,
    "category": 16, "contact": 16, "province": 9, "collection_point": 16, "channel": 9, "collector": 11,
    "submitted_at": 17, "similar": 9, "handling": 10, "handling_reason": 30, "adoption": 10, "adopted_text": 40,
    "answered_on": 12, "note": 24, "entry": 30, "as_said": 40, "named_consent": 11, "cosigners": 9,
}  # fmt: skip
_TALLEST = 27
"""Lines of a row: Excel has none that is higher than 409 points."""
_LINE = 15
"""Points of a line."""
_UNSAFE = re.compile("[&<>\x01-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_FORBIDDEN = re.compile("[\x01-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_xlsx(
    session: Session,
    table: Table,
    out: Any,
    progress: Callable[[int], None],
    columns: Sequence[tuple[str, str]] = tuple(COLUMNS.items()),
    remarks: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> int:
    """How many opinions were written. ``out`` can be sought in; ``remarks`` stand on a sheet of their own, the last one."""
    names: list[str] = []
    letters = [_letters(place) for place in range(len(columns))]
    widths = [_WIDTHS[key] for key, _heading in columns]
    head = _top(widths) + _row(1, letters, _safe([heading for _key, heading in columns]), 2, widths)
    rest: Iterator[list[Line]] | None = _lines(session, table, [AT[key] for key, _heading in columns])
    count, last = 0, 1
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        while rest is not None:
            names.append(SHEET if not names else f"{SHEET} {len(names) + 1}")
            with package.open(_info(f"xl/worksheets/sheet{len(names)}.xml"), "w") as file:
                file.write(head.encode())
                for step in _written(file, letters, widths, rest, most):
                    last, rest = step.last, step.rest
                    count += step.opinions
                    progress(count)
                file.write(_bottom(letters[-1], last).encode())
        lasts = [most + 1] * (len(names) - 1) + [last]
        if remarks:
            names.append("说明")
            with package.open(_info(f"xl/worksheets/sheet{len(names)}.xml"), "w") as file:
                file.write(_remarks(remarks).encode())
        for name, data in _parts(names, letters[-1], lasts).items():
            package.writestr(_info(name), data)
    return count


Line = tuple[bool, list[str]]


def _lines(session: Session, table: Table, places: list[int]) -> Iterator[list[Line]]:
    """Rows of the sheet, some at a time: whether an opinion begins there, and the cells, safe for XML."""
    for rows in rows_in(session, table, Clock.minute):
        made: list[Line] = []
        for row in rows:
            cells = [str(row[place]) for place in places]
            if len("".join(cells)) > LONGEST // 2 and any(len(cell) > LONGEST // 2 for cell in cells):
                for at, part in enumerate(_parted(cells)):
                    made.append((at == 0, _safe(part)))
            else:
                made.append((True, _safe(cells)))
        yield made


def _safe(cells: list[str]) -> list[str]:
    joined = "\0".join(cells)
    if _UNSAFE.search(joined) is None:
        return cells
    joined = _LOOKS_ESCAPED.sub("_x005F_", joined)
    joined = _FORBIDDEN.sub(lambda sign: f"_x{ord(sign[0]):04X}_", joined)
    return escape(joined).split("\0")


def _parted(cells: list[str]) -> Iterator[list[str]]:
    """The cells in as many rows as the longest of them needs."""
    parts = [list(_pieces(cell)) for cell in cells]
    for at in range(max(map(len, parts))):
        yield [each[at] if at < len(each) else "" for each in parts]


def _pieces(cell: str) -> Iterator[str]:
    """A control sign takes seven signs of Excel's, a picture two units; then the pieces are shorter."""
    if len(cell) <= LONGEST // 2 and not _UNSAFE.search(cell):
        yield cell
        return
    size = LONGEST // 7 if _UNSAFE.search(cell) else LONGEST if max(cell) <= "\uffff" else LONGEST // 2
    for start in range(0, max(1, len(cell)), size):
        yield cell[start : start + size]


class _Step(NamedTuple):
    """Some rows of a sheet are written: its last row now, how many opinions began, what is left once it is full."""

    last: int
    opinions: int = 0
    rest: Iterator[list[Line]] | None = None


def _written(
    file: Any, letters: list[str], widths: list[int], lines: Iterator[list[Line]], most: int
) -> Iterator[_Step]:
    """Fill a sheet."""
    at, size = 1, 0
    yield _Step(at)
    for made in lines:
        room = most + 1 - at if size < MOST_BYTES else 0
        if not room:
            yield _Step(at, 0, chain([made], lines))
            return
        here, left = made[:room], made[room:]
        text = "".join(_row(at + 1 + below, letters, cells, 1, widths) for below, (_first, cells) in enumerate(here))
        size += file.write(text.encode())
        at += len(here)
        yield _Step(at, sum(is_first for is_first, _cells in here), chain([left], lines) if left else None)
        if left:
            return


def _row(number: int, letters: Sequence[str], cells: Sequence[str], style: int, widths: Sequence[int]) -> str:
    parts = [
        f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>'
        for letter, cell in zip(letters, cells, strict=True)
        if cell
    ]
    return f'<row r="{number}"{_height(cells, widths)}>{"".join(parts)}</row>'


def _height(cells: Sequence[str], widths: Sequence[int]) -> str:
    """As many lines as the longest cell takes. LibreOffice gives a row whose height is not said one line, and hides the rest."""
    most = 1
    for cell, width in zip(cells, widths, strict=True):
        if len(cell) > width // 2 or "\n" in cell:
            # A Chinese sign takes two of a column's units, and three bytes; a Latin letter one of each.
            lines = -(-(len(cell) + len(cell.encode())) // (2 * width)) + cell.count("\n")
            most = max(most, lines)
    return f' ht="{min(most, _TALLEST) * _LINE}"' if most > 1 else ""


def _letters(place: int) -> str:
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)


# --- what stands around the rows


def _top(widths: Sequence[int]) -> str:
    cols = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
    )
    return (
        f'{_HEAD}<worksheet {_MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"<cols>{cols}</cols><sheetData>"
    )


def _bottom(letter: str, last: int) -> str:
    return (
        f'</sheetData><autoFilter ref="A1:{letter}{last}"/>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _remarks(lines: Sequence[str]) -> str:
    rows = "".join(_row(at, ["A"], _safe([line]), 1, [90]) for at, line in enumerate(lines, 1))
    return (
        f'{_HEAD}<worksheet {_MAIN}><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="90"'
        f' customWidth="1"/></cols><sheetData>{rows}</sheetData></worksheet>'
    )


_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FONT = '<font>{bold}<sz val="11"/><name val="宋体"/><charset val="134"/></font>'
_STYLES = (
    f'{_HEAD}<styleSheet {_MAIN}><fonts count="2">{_FONT.format(bold="")}{_FONT.format(bold="<b/>")}</fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEEEEEE"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>'
    + "".join(f'<{edge} style="thin"><color rgb="FFB5B0A4"/></{edge}>' for edge in ("left", "right", "top", "bottom"))
    + '<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"'
    ' applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _parts(names: Sequence[str], letter: str, lasts: Sequence[int]) -> dict[str, str]:
    """Everything but the sheets. ``lasts``: the last row of each sheet that is filtered."""
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for at in numbers
    )
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in zip(numbers, names, strict=True)
    )
    defined = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">\'{name}\'!$A$1:${letter}${last}</definedName>'
        for at, (name, last) in enumerate(zip(names, lasts, strict=False))
    ) + "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{at}">\'{name}\'!$1:$1</definedName>'
        for at, (name, _last) in enumerate(zip(names, lasts, strict=False))
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in numbers
    )
    return {
        "xl/workbook.xml": f'{_HEAD}<workbook {_MAIN} xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{defined}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{types}</Types>',
    }  # fmt: skip


def _info(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, _DAY)
    made._compresslevel = 1  # Of a ZipInfo that is given to it ZipFile does not take its own.
    made.compress_type, made.external_attr, made.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    return made
