"""Rosters to test with: the two samples, sheets from a few words, files of every kind, and an import done in memory."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import count
from pathlib import Path

import xlsxwriter

from deliberation.assemblies import roster_facts as facts
from deliberation.assemblies.roster_columns import HEADINGS
from deliberation.assemblies.roster_facts import Change, Existing, Plan
from deliberation.assemblies.roster_plan import plan_roster
from deliberation.assemblies.roster_rows import Sheet, SheetRow

DATA = Path(__file__).parent / "data"


def sample_roster(kind: str) -> bytes:
    """The CSV of a "village" (60 people, 25 households) or an "estate" (36 units); all names are invented."""
    return (DATA / f"{kind}.csv").read_bytes()


def sheet(*rows: dict[str, str], first: int = 2) -> Sheet:
    """Rows by English key; the columns are those that are named anywhere."""
    keys = [key for key in HEADINGS if any(key in row for row in rows)]
    lines = (SheetRow(first + place, tuple(row.get(key, "") for key in keys)) for place, row in enumerate(rows))
    return Sheet("csv", tuple(HEADINGS[key] for key in keys), tuple(lines))


def plan(*rows: dict[str, str], existing: Existing | None = None) -> Plan:
    return plan_roster(sheet(*rows), existing or Existing())


def as_csv(table: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode(encoding)


def as_xlsx(table: list[list[object]]) -> bytes:
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(data, options) as book:
        page = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy/m/d"})
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                page.write(row, column, cell, *([day] if hasattr(cell, "year") else []))
    return data.getvalue()


def imported(existing: Existing, done: Plan) -> Existing:
    """The community after the plan has been carried out, as an action would: add, alter what is named, keep."""
    new_id = count(1_000_000 + sum(len(getattr(existing, kind)) for kind in facts.KINDS_OF_FACT))
    ids = {fact.key: fact.known or next(new_id) for fact in done.people}
    after = {}
    for kind, known_class in _KNOWN.items():
        table = {record.id: record for record in getattr(existing, kind)}
        for fact in getattr(done, kind):
            record = ids[fact.key] if kind == "people" else fact.known or next(new_id)
            names = [name for name in known_class.__dataclass_fields__ if name not in ("id", "person")]
            values = {name: getattr(fact, name) for name in names}
            if hasattr(fact, "person"):
                values["person"] = ids[fact.person]
            if fact.change is Change.ADD:
                table[record] = known_class(id=record, **values)
            elif fact.change is Change.ALTER:
                table[record] = replace(table[record], **{name: values[name] for name in fact.altered})
        after[kind] = tuple(table.values())
    return Existing(**after)


_KNOWN = {
    "people": facts.KnownPerson,
    "households": facts.KnownHousehold,
    "residents": facts.KnownResident,
    "units": facts.KnownUnit,
    "ownerships": facts.KnownOwnership,
    "assemblies": facts.KnownAssembly,
    "members": facts.KnownMember,
}
