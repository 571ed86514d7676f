"""Roster files of every kind that offices send, and those that are not what they say they are."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from datetime import date, datetime

import pytest

from deliberation.archive import Bounds, check_archive
from deliberation.assemblies.roster_file import open_roster, read_roster
from deliberation.refusal import Refused
from deliberation.translation import say
from tests.assemblies.rosters import as_csv, as_xlsx, sample_roster

TABLE = [["姓名", "手机", "出生日期"], ["王秀英", "13800000001", "1962-03-13"], ["李强", "13800000002", ""]]
ROWS = [("王秀英", "13800000001", "1962-03-13"), ("李强", "13800000002")]


def cells(sheet):
    return [row.cells for row in sheet.rows]


def refused(data, filename="roster.csv"):
    with pytest.raises(Refused) as no:
        read_roster(data, filename)
    return str(say(no.value.refusal, "zh-Hans"))


# --- CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_sign(encoding, delimiter):
    sheet = read_roster(as_csv(TABLE, encoding, delimiter), "名册.CSV")
    assert (sheet.kind, sheet.delimiter, sheet.headings, cells(sheet)) == ("csv", delimiter, tuple(TABLE[0]), ROWS)


def test_quoted_cells_keep_commas_quotes_and_line_ends_and_rows_keep_their_number():
    sheet = read_roster('姓名,机构\r\n"王,秀英","某""会"\r\n\r\n"李\n强",x'.encode(), "a.csv")
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ("王,秀英", '某"会')), (4, ("李\n强", "x"))]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_line_end(end):
    assert cells(read_roster(end.join(",".join(row) for row in TABLE).encode(), "a.csv")) == ROWS


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("'=1+1", "=1+1"),
        ("'+8613800000000", "+8613800000000"),
        ("'＝x", "＝x"),
        ("'x", "'x"),
        ("''=x", "'=x"),
        ("=x", "=x"),
    ],
)
def test_exactly_one_mark_of_a_neutralised_cell_is_taken_away(cell, read):
    assert cells(read_roster(as_csv([["姓名", "机构"], ["甲", cell]]), "a.csv")) == [("甲", read)]


def test_headings_in_chinese_or_english_in_any_order_with_remarks():
    sheet = read_roster(
        as_csv([["Area", " 专有面积对照 ", "*姓 名", "户代表（是/否）", "unit"], ["1", "", "甲", "是", "101"]]), "a.csv"
    )
    assert dict(sheet.columns) == {"area": 0, "name": 2, "household_representative": 3, "unit": 4}
    assert sheet.unknown_columns == (" 专有面积对照 ",)


def test_a_title_above_the_headings_is_passed_over():
    sheet = read_roster(as_csv([["桃源村名册"], [], *TABLE]), "a.csv")
    assert [row.number for row in sheet.rows] == [4, 5]


# --- XLSX -------------------------------------------------------------------------------------------------------------


def test_xlsx_reads_the_first_sheet_as_somebody_would_type_it():
    table = [
        ["姓名", "手机", "出生日期", "专有面积", "户代表", "起始"],
        ["王秀英", 13800000001, datetime(1962, 3, 13), 89.5, True, 46024],
    ]
    sheet = read_roster(as_xlsx(table), "名册.xlsx")
    assert cells(sheet) == [("王秀英", "13800000001", "1962-03-13", "89.5", "是", "46024")]
    assert sheet.kind == "xlsx"


def test_xlsx_rows_keep_their_number():
    assert [row.number for row in read_roster(as_xlsx([[], ["姓名"], [], ["甲"]]), "a.xlsx").rows] == [4]


def test_a_cell_of_xlsx_is_taken_as_it_is():
    assert cells(read_roster(as_xlsx([["姓名"], ["'=1+1"], ["=1+1"]]), "a.xlsx")) == [("'=1+1",), ("=1+1",)]


def test_a_day_of_xlsx_with_an_hour_keeps_it_to_be_refused_later():
    assert cells(read_roster(as_xlsx([["姓名", "起始"], ["甲", date(2026, 1, 2)]]), "a.xlsx")) == [("甲", "2026-01-02")]


# --- what is not a roster ---------------------------------------------------------------------------------------------

PDF, PNG, OLD_EXCEL = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (as_xlsx(TABLE), "a.csv"),
        (as_csv(TABLE), "a.xlsx"),
        (PDF, "a.csv"),
        (PDF, "a.xlsx"),
        (PNG, "a.csv"),
        (OLD_EXCEL, "a.csv"),
        (OLD_EXCEL, "a.xlsx"),
        (b"<html><table><tr><td>x</table>", "a.csv"),
        ("\ufeff <?xml version='1.0'?>".encode(), "a.csv"),
        (b"{\\rtf1}", "a.csv"),
        (b"\x1f\x8b\x08", "a.csv"),
        (b"MZ\x90", "a.xlsx"),
    ],
)
def test_a_name_that_lies_is_refused(data, filename):
    assert "与后缀" in refused(data, filename)


@pytest.mark.parametrize("filename", ["a.xls", "a.ods", "a.docx", "a.csv.exe", "csv", "", "../a.txt"])
def test_other_endings_are_refused(filename):
    assert "XLSX 或 CSV" in refused(as_csv(TABLE), filename)


def zipped(parts):
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, text in parts:
            archive.writestr(name, text)
    return data.getvalue()


def test_a_word_document_named_xlsx_is_refused():
    assert "无法读取" in refused(zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")]), "a.xlsx")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b" \r\n ", "文件是空的"),
        ("手机,户号\r\n1,2".encode(), "没有找到“姓名”列"),
        ("姓名,手机,姓名\r\n甲,1,2".encode(), "表头“姓名”出现了两次"),
        ("姓名,name\r\n甲,乙".encode(), "表头“姓名”出现了两次"),
        ('姓名,手机\r\n"甲,1\r\n乙,2'.encode(), "引号不成对"),
        ("姓名,手机\r\n王秀英和许多别的人,1".encode()[:-9] + b",1\r\n", "无法辨认文件的文字编码"),
        (b"name\r\n\xff\xff\xff", "无法辨认文件的文字编码"),
        (("姓名" + ",x" * 300).encode(), "列数太多"),
        (b"x" * (20 * 2**20 + 1), "文件太大"),
    ],
)
def test_an_unusable_file_gets_one_sentence(data, sentence):
    said = refused(data)
    assert sentence in said
    assert "{" not in said


def test_an_unpaired_quote_names_its_line():
    assert "第3行" in refused('姓名,手机\r\n甲,1\r\n"乙"x,2\r\n丙,3'.encode())


def test_a_name_with_nul_is_a_bad_row_and_no_crash():
    assert cells(read_roster("姓名,手机\r\n王\0芳,1".encode(), "a.csv")) == [("王\0芳", "1")]


# --- bombs and other zip files ----------------------------------------------------------------------------------------


def with_part(name, text):
    """A good roster with one more part inside."""
    return zipped([*parts_of(as_xlsx(TABLE)), (name, text)])


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


def encrypted(data):
    """Sets the encryption flag in every header, as a protected file has it."""
    changed = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(magic)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(magic, place + 4)
    return bytes(changed)


def declaring(data, size):
    """The last entry's declared size changed in the directory, as a lying file has it."""
    changed = bytearray(data)
    struct.pack_into("<I", changed, changed.rfind(b"PK\x01\x02") + 24, size)
    return bytes(changed)


NOT_TO_BE_OPENED = {
    "a bomb by ratio": with_part("xl/media/a.bin", b"\0" * 30_000_000),
    "a bomb by size": with_part("xl/media/a.bin", b"\0" * 100_000_000 + bytes(range(256)) * 25_000),
    "too many entries": zipped([(f"xl/{n}.xml", "") for n in range(2_001)]),
    "two of one name": zipped([*parts_of(as_xlsx(TABLE)), ("xl/workbook.xml", "<other/>")]),
    "two of one name but for case": zipped([*parts_of(as_xlsx(TABLE)), ("XL/Workbook.xml", "<other/>")]),
    "a way out": with_part("xl/../../etc/passwd", "x"),
    "a way out backwards": with_part("xl\\..\\..\\x", "x"),
    "an absolute path": with_part("/etc/passwd", "x"),
    "a password": encrypted(as_xlsx(TABLE)),
    "a lie about size": declaring(as_xlsx(TABLE), 5),
    "billion laughs": with_part("xl/extra.xml", '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'),
    "an entity in UTF-16": with_part("xl/extra.xml", '<!DOCTYPE l SYSTEM "http://example.invalid/">'.encode("utf-16")),
    "an entity over a chunk's edge": with_part("xl/extra.xml", " " * 65_530 + "<!DOCTYPE l []>"),
    "cut short": as_xlsx(TABLE)[:-30],
    "rubbish after the mark": b"PK\x03\x04" + b"\xff" * 400,
}


@pytest.mark.parametrize("name", NOT_TO_BE_OPENED)
def test_a_dangerous_zip_is_refused_before_it_is_opened(name):
    assert check_archive(NOT_TO_BE_OPENED[name]) is not None
    assert refused(NOT_TO_BE_OPENED[name], "a.xlsx")


def test_a_good_spreadsheet_passes_and_stricter_bounds_hold():
    good = as_xlsx(TABLE)
    assert check_archive(good) is None
    assert check_archive(good, Bounds(entries=2)) is not None
    assert check_archive(good, Bounds(declared=100)) is not None
    assert check_archive(good, Bounds(ratio=1)) is not None


def test_a_cell_in_the_last_corner_costs_the_child_its_life_not_the_server():
    parts = dict(parts_of(as_xlsx(TABLE)))
    page = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = page.replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(Refused) as no:
        open_roster(zipped(parts.items()), "a.xlsx")
    assert "太大" in no.value.refusal.reason


@pytest.mark.parametrize("kind", ["village", "estate"])
def test_the_child_reads_what_we_read(kind):
    data = sample_roster(kind)
    assert open_roster(data, f"{kind}.csv") == read_roster(data, f"{kind}.csv")


def test_a_refusal_comes_out_of_the_child_as_it_was():
    data = "姓名,name\r\n甲,乙".encode()
    with pytest.raises(Refused) as here:
        read_roster(data, "a.csv")
    with pytest.raises(Refused) as there:
        open_roster(data, "a.csv")
    assert there.value.refusal == here.value.refusal
