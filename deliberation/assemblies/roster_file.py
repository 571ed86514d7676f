"""Reads a roster file, CSV or XLSX, into rows of text; and says no, in one sentence, to what is not one.

The file comes from outside, so it is opened in a child process (``sandbox.py``), and a zip file is looked at before any
parser sees it (``archive.py``). ``open_roster`` is the door; ``read_roster`` is what runs behind it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import Any

from deliberation import sandbox
from deliberation.archive import MAGIC, check_archive
from deliberation.assemblies.roster_columns import HEADINGS, column_key
from deliberation.assemblies.roster_neutral import restored
from deliberation.assemblies.roster_rows import Sheet, SheetRow
from deliberation.assemblies.roster_text import decoded
from deliberation.refusal import Refusal, Refused, Word
from deliberation.vocabulary import _

#: A roster of a whole district fits; what is larger is not a roster.
MAX_BYTES = 20 * 2**20
MAX_ROWS = 100_000
MAX_COLUMNS = 200
#: A list often has its title above the headings; it is not looked for further down than this.
TITLE_ROWS = 10
_OTHERS = (
    b"PK",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc",
)


def open_roster(data: bytes, filename: str) -> Sheet:
    """The rows of an uploaded file, read in a child process. Raises Refused."""
    _check_size_and_name(data, filename)
    return Sheet.from_json(sandbox.call(read_in_child, data, filename=filename))


def read_in_child(data: bytes, filename: str) -> dict[str, Any]:
    return read_roster(data, filename).as_json()


def read_roster(data: bytes, filename: str) -> Sheet:
    """The rows of a file, read here and now: for files of our own, and for the child. Raises Refused."""
    kind = _check_size_and_name(data, filename)
    if kind == "csv":
        table, delimiter = _csv(data)
    else:
        table, delimiter = _xlsx(data), ","
    return _sheet(kind, table, delimiter)


def _no(reason: str, remedy: str = "", **facts: Any) -> Refused:
    return Refused(Refusal(reason, facts, remedy=remedy))


def _check_size_and_name(data: bytes, filename: str) -> str:
    """ "csv" or "xlsx", if the name's ending and the first bytes agree (ASVS 5.2.2)."""
    kind = PurePath(filename).suffix.lower().removeprefix(".")
    save_as = _("请另存为 XLSX 或 CSV")
    if kind not in ("csv", "xlsx"):
        raise _no(_("名册只能是 XLSX 或 CSV 文件"), save_as)
    if len(data) > MAX_BYTES:
        raise _no(_("文件太大：最多{most}兆字节"), _("请分成几个较小的文件"), most=MAX_BYTES >> 20)
    if not data.strip():
        raise _no(_("文件是空的"))
    if data.startswith(MAGIC) if kind == "csv" else not data.startswith(MAGIC):
        raise _no(_("文件的内容与后缀“.{kind}”不符"), save_as, kind=kind)
    if kind == "csv" and (data.startswith(_OTHERS) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")):
        raise _no(_("文件的内容与后缀“.{kind}”不符"), save_as, kind=kind)
    return kind


# --- CSV --------------------------------------------------------------------------------------------------------------


def _csv(data: bytes) -> tuple[list[list[str]], str]:
    text = decoded(data)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table: list[list[str]] = []
    try:
        for cells in reader:
            _check_extent(len(table), len(cells))
            table.append([restored(cell) for cell in cells])
    except csv.Error:
        raise _no(
            _("第{line}行的引号不成对，文件无法读取"), _("请检查这一行的英文双引号"), line=reader.line_num
        ) from None
    return table, delimiter


def _delimiter(text: str) -> str:
    """The sign that makes most headings known, in the first lines; a comma if none does."""
    first = text.splitlines()[: TITLE_ROWS + 1]

    def known(sign: str) -> int:
        return max((sum(bool(column_key(cell.strip('"'))) for cell in line.split(sign)) for line in first), default=0)

    return max((",", ";", "\t"), key=known)


# --- XLSX -------------------------------------------------------------------------------------------------------------


def _xlsx(data: bytes) -> list[list[str]]:
    if no := check_archive(data):
        raise Refused(no)
    # Imported here: the server itself never parses a spreadsheet, only the child does.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        _check_extent(sheet.total_height, sheet.total_width)
        return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, PasswordError, XmlError, ZipError, IndexError):
        raise _no(_("文件无法读取，可能已经损坏"), _("请重新导出或另存后再试")) from None


def _text(cell: Any) -> str:
    """A cell as somebody would have typed it."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, str | int | timedelta) else ""


# --- both -------------------------------------------------------------------------------------------------------------


def _check_extent(rows: int, columns: int) -> None:
    if rows > MAX_ROWS + TITLE_ROWS:
        raise _no(_("行数太多：最多{most}行"), _("请分成几个较小的文件"), most=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise _no(_("列数太多：最多{most}列"), _("请删去多余的列"), most=MAX_COLUMNS)


def _sheet(kind: str, table: list[list[str]], delimiter: str) -> Sheet:
    top = next((place for place, row in enumerate(table[: TITLE_ROWS + 1]) if "name" in map(column_key, row)), None)
    if top is None:
        raise _no(_("没有找到“姓名”列"), _("第一行应当是表头，如：姓名、手机、户号、房号、机构、身份"))
    headings = _trimmed(table[top])
    keys = [key for heading in headings if (key := column_key(heading))]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise _no(_("表头“{column}”出现了两次"), column=Word(HEADINGS.get(twice, twice)))
    rows = (SheetRow(place + 1, _trimmed(row)) for place, row in enumerate(table) if place > top)
    return Sheet(kind, headings, tuple(row for row in rows if any(cell.strip() for cell in row.cells)), delimiter)


def _trimmed(cells: Iterable[str]) -> tuple[str, ...]:
    """Without the empty cells at the end, which mean nothing and which spreadsheets add as they like."""
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return tuple(kept)
