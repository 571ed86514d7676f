"""One export, ours or the plainest, in this process: ``python -m benchmarks.exporting URL WHAT FILE`` prints what it took."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session, select

from deliberation.db import Database
from deliberation.legislation.export_files import write_export
from deliberation.legislation.export_rows import Table, chunks, table_of
from deliberation.legislation.export_rules import FULL, KEYS, PUBLIC
from deliberation.legislation.intake_rules import COLUMNS
from deliberation.legislation.solicitation_models import Solicitation


def main(url: str, what: str, target: Path) -> None:
    database = Database(url)
    plain = {"bare csv.writer": _csv, "orjson": _orjson, "xlsxwriter": _xlsxwriter}
    with database.read() as session:
        one = session.exec(select(Solicitation)).one()
        format, _sign, edition = what.partition("-")
        began, wall = time.process_time(), time.perf_counter()
        table = table_of(session, one, FULL if edition else PUBLIC)
        if what in plain:
            plain[what](session, table, target)
        else:
            with target.open("w+b") as out:
                write_export(session, table, format, out, lambda _count: None)
        said = {"cpu": time.process_time() - began, "wall": time.perf_counter() - wall}
    # Not ru_maxrss: that begins with what whoever started this process had.
    status = Path("/proc/self/status").read_text()
    memory = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps(said | {"memory": memory, "size": target.stat().st_size}))
    database.close()


def _rows(session: Session, table: Table) -> Iterator[tuple]:
    for _key, rows in chunks(session, table):
        yield from rows


def _csv(session: Session, table: Table, target: Path) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.values())
        for _key, rows in chunks(session, table):
            writer.writerows(rows)


def _orjson(session: Session, table: Table, target: Path) -> None:
    import orjson

    with target.open("wb") as file:
        for row in _rows(session, table):
            file.write(orjson.dumps(dict(zip(KEYS, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE))


def _xlsxwriter(session: Session, table: Table, target: Path) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([tuple(COLUMNS.values()), *()]):
            sheet.write_row(at, 0, row)
        for at, row in enumerate(_rows(session, table), 1):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write_string(at, column, str(cell))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
