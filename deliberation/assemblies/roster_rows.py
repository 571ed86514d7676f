"""A roster file as rows of text, and each row as values with what is wrong in it (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Any

from deliberation.assemblies import roster_values as values
from deliberation.assemblies.roster_columns import HEADINGS, MEMBER, OWNER, ROLES, WHY_KEY, column_key
from deliberation.assemblies.roster_facts import Problem, UnitKey
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _


@dataclass(frozen=True)
class SheetRow:
    """``number`` counts as a spreadsheet does, from 1, headings and empty rows included; cells as they came in."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The text of a roster file. ``kind`` is "csv" or "xlsx", ``delimiter`` that of a CSV: to answer in kind."""

    kind: str
    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    delimiter: str = ","

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """English key of each known column -> its position."""
        return {key: place for place, heading in enumerate(self.headings) if (key := column_key(heading))}

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        return tuple(heading for heading in self.headings if heading.strip() and column_key(heading) is None)

    def as_json(self) -> dict[str, Any]:
        """For the way out of the child process that read the file."""
        rows = [[row.number, *row.cells] for row in self.rows]
        return {"kind": self.kind, "headings": list(self.headings), "rows": rows, "delimiter": self.delimiter}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Sheet:
        rows = tuple(SheetRow(number, tuple(cells)) for number, *cells in value["rows"])
        return cls(value["kind"], tuple(value["headings"]), rows, value["delimiter"])


class Capacity(Enum):
    """What 起始 and 截止 of a row belong to: a row is one person in one capacity."""

    MEMBER = "member"
    OWNER = "owner"
    HOME = "home"


@dataclass(frozen=True)
class RosterRow:
    """One row, read. ``unit`` is None without 房号; ``area`` is in 0.01 m²; empty words are ""."""

    row: int
    name: str
    number: str = ""
    phone: str = ""
    email: str = ""
    born_on: date | None = None
    gender: str = ""
    household: str = ""
    represents: bool = False
    unit: UnitKey | None = None
    area: int | None = None
    casts: bool = False
    assembly: str = ""
    role: str = ""
    group: str = ""
    from_on: date | None = None
    until_on: date | None = None

    @property
    def capacity(self) -> Capacity | None:
        """业主 beside a 房号 is what owning the unit makes of a person, so the dates are those of the owning."""
        if self.assembly and not (self.unit and self.role == OWNER):
            return Capacity.MEMBER
        if self.unit:
            return Capacity.OWNER
        return Capacity.HOME if self.household or self.group else None


_READERS: Mapping[str, Callable[[str], Any]] = {
    "name": values.words,
    "phone": values.phone,
    "email": values.email,
    "born_on": values.day,
    "household": values.code,
    "household_representative": values.yes,
    "unit": values.code,
    "area": values.area,
    "assembly": values.words,
    "role": values.words,
    "from": values.day,
    "until": values.day,
    "person": values.code,
    "gender": values.gender,
    "building": values.code,
    "entrance": values.code,
    "casts": values.yes,
    "group": values.words,
}


def read_rows(sheet: Sheet) -> tuple[tuple[RosterRow, ...], tuple[Problem, ...], tuple[Problem, ...]]:
    """The good rows, what is wrong in the others (every fault of a row, not only the first), and notes."""
    good: list[RosterRow] = []
    bad: list[Problem] = []
    notes: list[Problem] = []
    read: dict[tuple[str, str], Any] = {}
    for line in sheet.rows:
        found, faults = _cells(line, sheet, read)
        row = _row(line.number, found)
        faults += [] if faults else _contradictions(row)
        if faults:
            bad += [Problem(line.number, column, refusal) for column, refusal in faults]
        else:
            good.append(row)
            notes += [Problem(line.number, column, note) for column, note in _unused(row, found)]
    return tuple(good), tuple(bad), tuple(notes)


def _cells(
    line: SheetRow, sheet: Sheet, read: dict[tuple[str, str], Any]
) -> tuple[dict[str, Any], list[tuple[str, Refusal]]]:
    found: dict[str, Any] = {}
    faults: list[tuple[str, Refusal]] = []
    for key, place in sheet.columns.items():
        cell = line.cells[place] if place < len(line.cells) else ""
        if not cell or key == WHY_KEY:
            continue
        # Most cells of a column repeat: a body, a role, a building, a day.
        value = read[key, cell] if (key, cell) in read else read.setdefault((key, cell), _READERS[key](cell))
        if isinstance(value, Refusal):
            faults.append((key, value))
        else:
            found[key] = value
    for place, cell in enumerate(line.cells):
        # An unquoted comma moves every cell after it; a cell without a heading is how that shows.
        if cell.strip() and not (place < len(sheet.headings) and sheet.headings[place].strip()):
            no = Refusal(
                _("第{place}列没有表头"), {"place": place + 1}, remedy=_("含逗号的内容请加英文双引号；多余的内容请删去")
            )
            faults.append(("", no))
            break
    return found, faults


def _row(number: int, found: Mapping[str, Any]) -> RosterRow:
    word = lambda key: found.get(key) or ""  # noqa: E731
    role = word("role") or (MEMBER if word("assembly") else "")
    return RosterRow(
        row=number,
        name=word("name"),
        number=word("person"),
        phone=word("phone"),
        email=word("email"),
        born_on=found.get("born_on"),
        gender=word("gender"),
        household=word("household"),
        represents=bool(found.get("household_representative")),
        unit=(word("building"), word("entrance"), word("unit")) if word("unit") else None,
        area=found.get("area"),
        casts=bool(found.get("casts")),
        assembly=word("assembly"),
        role=role,
        group=word("group"),
        from_on=found.get("from"),
        until_on=found.get("until"),
    )


def _contradictions(row: RosterRow) -> list[tuple[str, Refusal]]:
    """What the cells of one row say against each other."""
    faults: list[tuple[str, Refusal]] = []
    if not row.name:
        faults.append(("name", Refusal(_("没有姓名"))))
    if row.represents and not row.household:
        faults.append(("household_representative", _needs("household_representative", "household")))
    if row.casts and not row.unit:
        faults.append(("casts", _needs("casts", "unit")))
    if row.area is not None and not row.unit:
        faults.append(("area", _needs("area", "unit")))
    if row.role in ROLES - {OWNER} and not row.assembly:
        faults.append(
            ("role", Refusal(_("身份“{role}”没有写明机构"), {"role": Word(row.role)}, remedy=_("请填写机构名称")))
        )
    if row.role == OWNER and not row.assembly and not row.unit:
        faults.append(("role", Refusal(_("业主没有写明房号"), remedy=_("请填写房号"))))
    if row.from_on and row.until_on and row.until_on < row.from_on:
        faults.append(("until", Refusal(_("截止日期早于起始日期"))))
    if (row.from_on or row.until_on) and row.capacity is None:
        faults.append(
            (
                "from" if row.from_on else "until",
                Refusal(_("起止日期没有对应的身份"), remedy=_("请填写机构、房号、户号或小组")),
            )
        )
    return faults


def _needs(what: str, other: str) -> Refusal:
    return Refusal(_("填了{what}，但没有填{other}"), {"what": Word(HEADINGS[what]), "other": Word(HEADINGS[other])})


def _unused(row: RosterRow, found: Mapping[str, Any]) -> Iterable[tuple[str, Refusal]]:
    """Cells that are well written but lead to nothing: said, so that nobody believes that they were taken."""
    if row.role and not row.assembly and not row.unit:
        yield "role", Refusal(_("没有写明机构，身份“{role}”未导入"), {"role": row.role})
    for key in ("building", "entrance"):
        if found.get(key) and not row.unit:
            yield key, Refusal(_("没有房号，{what}未导入"), {"what": Word(HEADINGS[key])})
