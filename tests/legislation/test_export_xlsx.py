"""The table of opinions as XLSX: strings, a head that stays, long cells, further sheets; LibreOffice opens it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from deliberation.legislation.export_rows import table_of
from deliberation.legislation.export_rules import FULL, KEYS
from deliberation.legislation.export_xlsx import LONGEST, SHEET, write_xlsx
from deliberation.legislation.intake_rules import COLUMNS
from deliberation.legislation.opinion_rules import Said
from tests.legislation.asking import Asking
from tests.legislation.test_exports import HARM, taken_in

PROPOSAL = KEYS.index("proposal")


@pytest.fixture
def asking(database_url: str) -> Iterator[Asking]:
    made = Asking(database_url)
    made.open()
    yield made
    made.database.close()


def workbook(asking: Asking, **options: object) -> bytes:
    out = io.BytesIO()
    with asking.database.read() as session:
        table = table_of(session, asking.one(session), FULL)
        assert write_xlsx(session, table, out, lambda _count: None, **options) == table.rows
    return out.getvalue()


def sheets(data: bytes) -> dict[str, list[list[str]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_cells_are_strings_and_say_exactly_what_was_written(asking: Asking) -> None:
    short = [words for words in HARM if len(words) < 1000]
    for words in short:
        asking.give(said=Said("edit", words, "_x000D_ 原样"))
    data = workbook(asking, remarks=("说明<一>", "=2"))
    found = sheets(data)
    assert list(found) == [SHEET, "说明"] and found["说明"] == [["说明<一>"], ["=2"]]
    head, *rows = found[SHEET]
    assert head == list(COLUMNS.values())
    assert [row[PROPOSAL] for row in rows] == short and {row[PROPOSAL + 1] for row in rows} == {"_x000D_ 原样"}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            ElementTree.fromstring(package.read(name))
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    taken_in(asking, data, "意见.xlsx")
    again = [row[PROPOSAL].strip() for row in sheets(workbook(asking))[SHEET][1:]]
    assert sorted(again) == sorted([words.strip() for words in short] * 2)
    assert "<f>" not in sheet and ' t="n"' not in sheet and 'state="frozen"' in sheet
    assert f'<autoFilter ref="A1:Z{len(short) + 1}"/>' in sheet


def test_what_is_longer_than_a_cell_goes_on_in_the_row_below(asking: Asking) -> None:
    words, pictures = "长" * 70_000, "😀" * 20_000
    asking.give(said=Said("edit", words, pictures))
    asking.give(said=Said("edit", "短"))
    rows = sheets(workbook(asking))[SHEET][1:]
    assert [row[0] for row in rows] == ["1", "", "", "2"]
    assert (
        "".join(row[PROPOSAL] for row in rows[:3]) == words
        and "".join(row[PROPOSAL + 1] for row in rows[:3]) == pictures
    )
    assert max(len(cell.encode("utf-16-le")) // 2 for row in rows for cell in row) <= LONGEST


def test_a_row_is_as_high_as_its_longest_cell(asking: Asking) -> None:
    """LibreOffice shows one line of a row whose height is not said; the 44 units of the column hold 22 Chinese signs."""
    for words in ("好" * 22, "好" * 45, "a" * 45, "一\n二\n三\n四", "好" * 5000):
        asking.give(said=Said("edit", words, ""))
    with zipfile.ZipFile(io.BytesIO(workbook(asking, columns=(("proposal", "修改意见"),)))) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    rows = dict(re.findall(r'<row r="([0-9]+)"(?: ht="([0-9]+)")?>', sheet))
    assert rows == {"1": "", "2": "", "3": "45", "4": "30", "5": "60", "6": "405"}


@pytest.mark.parametrize(("rows", "most", "expected"), [(5, 2, [2, 2, 1]), (4, 2, [2, 2]), (0, 2, [0])])
def test_more_rows_than_a_sheet_holds_make_further_sheets(asking: Asking, rows: int, most: int, expected: list) -> None:
    for at in range(rows):
        asking.give(said=Said("edit", f"第{at}种说法"))
    found = sheets(workbook(asking, most=most))
    assert list(found) == [SHEET, f"{SHEET} 2", f"{SHEET} 3"][: len(expected)]
    assert [len(each) - 1 for each in found.values()] == expected
    assert all(each[0] == list(COLUMNS.values()) for each in found.values())
    numbers = [row[0] for each in found.values() for row in each[1:]]
    assert numbers == [str(at + 1) for at in range(rows)]


def test_columns_are_chosen_ordered_and_named(asking: Asking) -> None:
    asking.give(said=Said("edit", "二十日"))
    columns = (("proposal", "建议改为"), ("no", "号"))
    assert sheets(workbook(asking, columns=columns))[SHEET] == [["建议改为", "号"], ["二十日", "1"]]


@pytest.mark.libreoffice
def test_libreoffice_reads_the_same_words(asking: Asking, tmp_path: Path) -> None:
    kept = [words for words in HARM if len(words) < 1000 and words.isprintable()]
    for words in kept:
        asking.give(said=Said("edit", words))
    (tmp_path / "table.xlsx").write_bytes(workbook(asking))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to",
               'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false', "--outdir", tmp_path,
               tmp_path / "table.xlsx"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    text = (tmp_path / "table.csv").read_text("utf-8")
    assert all(words.replace('"', '""') in text for words in kept)
