"""The table of opinions as CSV and as JSON lines, written as it is read (contracts.md): what goes out comes in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from json.encoder import encode_basestring
from operator import itemgetter
from typing import BinaryIO

from sqlmodel import Session

from deliberation.legislation.export_rows import Table, rows_in
from deliberation.legislation.export_rules import AT, KEYS, TYPED, Clock, neutralise
from deliberation.legislation.intake_rules import COLUMNS

BOM = b"\xef\xbb\xbf"
Progress = Callable[[int], None]
NUMBERS = ("no", "similar", "cosigners")
_LINE = "{" + ",".join(f'"{key}":%{"d" if key in NUMBERS else "s"}' for key in KEYS) + "}\n"
_STRINGS = [place for place, key in enumerate(KEYS) if key not in NUMBERS]


def write_csv(
    session: Session,
    table: Table,
    out: BinaryIO,
    progress: Progress,
    columns: Sequence[tuple[str, str]] = tuple(COLUMNS.items()),
) -> int:
    """``columns``: (key, heading) in their order; how many rows were written."""
    out.write(BOM)
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    head = [[heading for _key, heading in columns]]
    neutralise(head, range(len(columns)))
    writer.writerows(head)
    places = [AT[key] for key, _heading in columns]
    is_whole = places == list(range(len(KEYS)))
    pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    typed, count = [place for place in TYPED if place in places], 0
    for rows in rows_in(session, table, Clock.minute):
        neutralise(rows, typed)
        writer.writerows(rows if is_whole else map(pick, rows))
        count += len(rows)
        progress(count)
    text.flush()
    text.detach()
    return count


def write_jsonl(session: Session, table: Table, out: BinaryIO, progress: Progress) -> int:
    """English keys; numbers are numbers, everything else strings; how many rows were written."""
    count = 0
    for lines in json_lines(session, table):
        out.write("".join(lines).encode())
        count += len(lines)
        progress(count)
    return count


def json_lines(session: Session, table: Table) -> Iterator[list[str]]:
    # A line is put together from encoded strings: half the cost of a dict, and no library of its own.
    for rows in rows_in(session, table, Clock.iso):
        for row in rows:
            for place in _STRINGS:
                row[place] = encode_basestring(row[place])
        yield [_LINE % tuple(row) for row in rows]
