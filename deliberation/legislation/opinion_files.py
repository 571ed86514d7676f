"""Reads a file of opinions, CSV, XLSX or JSON lines, and says no in one sentence to what is none.

The file comes from outside, so it is opened in a child process (``sandbox.py``); a zip file is looked at before any
parser sees it (``archive.py``).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from deliberation import sandbox
from deliberation.archive import MAGIC, check_archive
from deliberation.assemblies.roster_neutral import restored
from deliberation.assemblies.roster_text import decoded
from deliberation.legislation.intake_planning import Came, ReadFile
from deliberation.legislation.intake_rules import COLUMNS, Fault, Intake, Row, column_key, read_rows, read_table
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.refusal import Invalid, Refusal, Refused
from deliberation.vocabulary import _

MOST_BYTES = 20 * 2**20
MOST_ROWS = 100_000
MOST_COLUMNS = 200
TITLE_ROWS = 10
KINDS = ("csv", "xlsx", "jsonl")
MOST_TOLD = 200
"""Faults that are told at once; a file with more is wrong as a whole."""


def open_file(data: bytes, filename: str, *, keeps_good: bool = False) -> ReadFile:
    """The rows of a file. Raises Refused for what is no such file, Invalid with every fault (``details``).

    ``keeps_good``: the good rows are taken and the others kept beside as they came, with what is wrong with them.
    """
    kind = PurePath(filename).suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise Refused(Refusal(_("意见只能从 XLSX、CSV 或 JSONL 文件导入"), remedy=_("请另存为其中一种")))
    if len(data) > MOST_BYTES:
        raise Refused(Refusal(_("文件太大：最多{most}兆字节"), {"most": MOST_BYTES >> 20}, _("请分成几个较小的文件")))
    if not data.strip():
        raise Refused(Refusal(_("文件是空的")))
    if data.startswith(MAGIC) != (kind == "xlsx"):
        raise Refused(Refusal(_("文件的内容与后缀“.{kind}”不符"), {"kind": kind}, _("请另存后再试")))
    said = sandbox.call(read_in_child, data, kind=kind, keeps_good=keeps_good)
    found = _from_json(said)
    if found.faults and not (keeps_good and found.rows):
        reason = _("有{n}处需要改正，没有导入任何内容")
        raise Invalid({"file": Refusal(reason, {"n": len(found.faults)})}, list(found.faults[:MOST_TOLD]))
    sha256 = hashlib.sha256(data).hexdigest()
    return ReadFile(filename, sha256, found.rows, found.unknown, found.faults, _came(kind, said["came"]))


def read_in_child(data: bytes, kind: str, keeps_good: bool = False) -> dict[str, Any]:
    """The rows as JSON, for the other side of the process."""
    came: list[Any] = []
    if kind == "jsonl":
        found = _jsonl(data, keeps_good)
        came = decoded(data).split("\n") if keeps_good else []
    else:
        table = _csv(data) if kind == "csv" else _xlsx(data)
        found = _table(table, keeps_good)
        came = table if keeps_good else []
    rows = [asdict(row) | {"said_on": row.said_on.isoformat() if row.said_on else None} for row in found.rows]
    faults = [
        [one.row, one.column, one.refusal.reason, dict(one.refusal.facts), one.refusal.remedy] for one in found.faults
    ]
    return {"rows": rows, "faults": faults, "unknown": list(found.unknown), "came": came}


def _from_json(said: dict[str, Any]) -> Intake:
    rows = []
    for row in said["rows"]:
        row["said"], row["signature"] = Said(**row["said"]), Signature(**row["signature"])
        row["said_on"] = date.fromisoformat(row["said_on"]) if row["said_on"] else None
        rows.append(Row(**row))
    faults = [Fault(at, column, Refusal(reason, facts, remedy)) for at, column, reason, facts, remedy in said["faults"]]
    return Intake(tuple(rows), tuple(faults), tuple(said["unknown"]))


# --- the three kinds


def top_of(table: Sequence[Sequence[str]]) -> int:
    """The first line that has a heading of ours."""
    wanted = {"proposal", "as_said", "provision"}
    return next((at for at, row in enumerate(table[: TITLE_ROWS + 1]) if wanted & set(map(column_key, row))), 0)


def _table(table: list[list[str]], keeps_good: bool) -> Intake:
    top = top_of(table)
    rows = [(at + 1, row) for at, row in enumerate(table) if at > top and any(cell.strip() for cell in row)]
    return read_table(table[top] if table else [], rows, keeps_good=keeps_good)


def _came(kind: str, came: list[Any]) -> Came | None:
    return Came(kind, tuple(came) if kind == "jsonl" else tuple(map(tuple, came))) if came else None


def _csv(data: bytes) -> list[list[str]]:
    text = decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    csv.field_size_limit(MOST_BYTES)
    table: list[list[str]] = []
    try:
        for cells in reader:
            _check_extent(len(table), len(cells))
            table.append([restored(cell) for cell in cells])
    except csv.Error:
        reason = _("第{line}行的引号不成对，文件无法读取")
        raise Refused(Refusal(reason, {"line": reader.line_num}, _("请检查这一行的英文双引号"))) from None
    return table


def _xlsx(data: bytes) -> list[list[str]]:
    if no := check_archive(data):
        raise Refused(no)
    # Imported here: the server itself never parses a spreadsheet, only the child does.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        _check_extent(sheet.total_height, sheet.total_width)
        return [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, PasswordError, XmlError, ZipError, IndexError):
        raise Refused(Refusal(_("文件无法读取，可能已经损坏"), remedy=_("请重新导出或另存后再试"))) from None


def _cell(cell: Any) -> str:
    """A cell as somebody would have typed it."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _jsonl(data: bytes, keeps_good: bool) -> Intake:
    faults: list[Fault] = []
    rows: list[tuple[int, dict[str, str]]] = []
    unknown: dict[str, None] = {}
    # Not splitlines(): words may hold other ends of a line, such as U+2028, which JSON leaves as they are.
    for number, line in enumerate(decoded(data).split("\n"), 1):
        if not line.strip():
            continue
        _check_extent(len(rows), 0)
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            faults.append(Fault(number, "JSON", Refusal(_("这一行不是一个JSON对象"))))
            continue
        unknown |= {str(name): None for name in said if column_key(str(name)) is None}
        rows.append((number, dict(_named(said))))
    found = read_rows(iter(rows), keeps_good=keeps_good)
    return Intake(() if faults and not keeps_good else found.rows, (*faults, *found.faults), tuple(unknown))


def _named(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """By key, words only; what nobody knows is kept in the note."""
    more = []
    for name, value in said.items():
        plain = "是" if value is True else "否" if value is False else value
        plain = "" if plain is None else str(plain) if isinstance(plain, int | float) else plain
        key = column_key(str(name))
        if (key is None or key == "note") and plain not in ("", [], {}):
            more.append(f"{value}" if key else f"{name}：{value}")
        elif key is not None:
            yield key, plain
    if more:
        yield "note", "；".join(filter(None, more))


def _check_extent(rows: int, columns: int) -> None:
    if rows > MOST_ROWS + TITLE_ROWS:
        raise Refused(Refusal(_("行数太多：最多{most}行"), {"most": MOST_ROWS}, _("请分成几个较小的文件")))
    if columns > MOST_COLUMNS:
        raise Refused(Refusal(_("列数太多：最多{most}列"), {"most": MOST_COLUMNS}, _("请删去多余的列")))


def empty_table() -> bytes:
    """A CSV with the headings and nothing else, to be filled in."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(COLUMNS.values())
    return b"\xef\xbb\xbf" + out.getvalue().encode()
