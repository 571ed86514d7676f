"""The rows that could not be imported, given back in the form in which they came, with a column saying why."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from deliberation.assemblies.roster_columns import HEADINGS, WHY, WHY_KEY
from deliberation.assemblies.roster_facts import Problem
from deliberation.assemblies.roster_neutral import neutralised
from deliberation.assemblies.roster_rows import Sheet
from deliberation.refusal import Refusal

Say = Callable[[Refusal], str]


def heading_of(column: str, sheet: Sheet) -> str:
    """What this file calls the column; "" for a problem of the whole row, our own word for a column that it lacks."""
    place = sheet.columns.get(column)
    return sheet.headings[place].strip() if place is not None else HEADINGS.get(column, "")


def bad_rows_file(sheet: Sheet, bad: Iterable[Problem], say: Say) -> bytes:
    """A CSV or XLSX file of the bad rows alone. ``say`` puts a refusal into words, in the language of who will read it.

    Cells are as they came, so that mending the file and importing it is all there is to do.
    """
    problems: defaultdict[int, list[Problem]] = defaultdict(list)
    for problem in bad:
        problems[problem.row].append(problem)
    rows = [row for row in sheet.rows if row.number in problems]
    told = [(row.cells, _why(problems[row.number], sheet, say)) for row in rows]
    return told_file(sheet, told, sheet.columns.get(WHY_KEY), _why_heading(sheet))


def told_file(sheet: Sheet, told: Sequence[tuple[Sequence[str], str]], place: int | None, heading: str) -> bytes:
    """Rows of a sheet with why under a heading: at its place where the sheet has it, behind everything otherwise."""
    if place is None:
        place = max([len(sheet.headings), *(len(cells) for cells, _why in told)])
    table = [_with(sheet.headings, place, heading), *(_with(cells, place, why) for cells, why in told)]
    return _csv(table, sheet.delimiter) if sheet.kind == "csv" else _xlsx(table)


def _why_heading(sheet: Sheet) -> str:
    return WHY_KEY if "name" in (heading.strip().lower() for heading in sheet.headings) else WHY


def _why(problems: Iterable[Problem], sheet: Sheet, say: Say) -> str:
    parts = ((heading_of(problem.column, sheet), say(problem.refusal)) for problem in problems)
    return "；".join(f"{heading}：{sentence}" if heading else sentence for heading, sentence in parts)


def _with(cells: Sequence[str], place: int, text: str) -> list[str]:
    row = [*cells, *[""] * (place + 1 - len(cells))]
    row[place] = text
    return row


def _csv(table: list[list[str]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([neutralised(cell) for cell in row] for row in table)
    # With its mark spreadsheets know the encoding; without it they take Chinese for the encoding of their country.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(table: list[list[str]]) -> bytes:
    import xlsxwriter

    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(data, options) as book:
        sheet = book.add_worksheet()
        # Cells of format "text" stay as typed when somebody mends a phone number.
        text = book.add_format({"num_format": "@"})
        for number, row in enumerate(table):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell, text)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(map(len, table)), 14, text)
    return data.getvalue()
