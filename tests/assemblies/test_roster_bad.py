"""The rows that could not be imported come back as they came, with the reason, and go in again when they are mended."""

from __future__ import annotations

import csv
import io

import pytest

from deliberation.assemblies.roster_bad import bad_rows_file
from deliberation.assemblies.roster_facts import Existing
from deliberation.assemblies.roster_file import read_roster
from deliberation.assemblies.roster_plan import plan_roster
from deliberation.translation import say
from tests.assemblies.rosters import as_csv, as_xlsx

TABLE = [
    ["姓名", "手机", "血型", "房号", "专有面积"],
    ["王秀英", "13800000001", "A", "101", "89.5"],
    ["李强", "12", "=1+1", "102", "很大"],
    ["周明", "'+8613800000003", "", "101", "90"],
]


def in_chinese(refusal):
    return str(say(refusal, "zh-Hans"))


def bad_file(table, kind):
    sheet = read_roster(as_csv(table) if kind == "csv" else as_xlsx(table), f"a.{kind}")
    return bad_rows_file(sheet, plan_roster(sheet, Existing()).bad, in_chinese)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_bad_rows_come_back_in_the_form_they_came_with_the_reason(kind):
    sheet = read_roster(bad_file(TABLE, kind), f"a.{kind}")
    assert sheet.headings == (*TABLE[0], "不能导入的原因")
    assert [row.cells[0] for row in sheet.rows] == ["李强", "周明"]
    assert sheet.rows[0].cells[1:3] == ("12", "=1+1")
    assert sheet.rows[0].cells[5].startswith("手机：“12”不是电话号码")
    assert "专有面积：" in sheet.rows[0].cells[5]
    assert sheet.rows[1].cells[5] == "专有面积：与第2行是同一个房号，但专有面积不同"


def test_a_csv_has_its_mark_and_no_formula():
    data = bad_file(TABLE, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row[2] for row in rows] == ["血型", "'=1+1", ""]
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r＝＋－＠" and cell]


def test_a_csv_keeps_its_sign():
    sheet = read_roster(as_csv(TABLE, delimiter=";"), "a.csv")
    assert (
        bad_rows_file(sheet, plan_roster(sheet, Existing()).bad, in_chinese)
        .decode("utf-8-sig")
        .startswith("姓名;手机;")
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_mended_file_goes_in_and_its_reasons_are_not_an_unknown_column(kind):
    sheet = read_roster(bad_file(TABLE, kind), f"a.{kind}")
    mended = [list(sheet.headings), *(list(row.cells) for row in sheet.rows)]
    mended[1][1], mended[1][4], mended[2][4] = "13800000002", "90", "89.5"
    again = read_roster(as_csv(mended) if kind == "csv" else as_xlsx(mended), f"a.{kind}")
    plan = plan_roster(again, Existing())
    assert not plan.bad
    assert plan.unknown_columns == ("血型",)
    assert [fact.phone for fact in plan.people] == ["13800000002", "13800000003"]


def test_a_file_that_is_still_bad_gets_the_new_reason_in_the_same_column():
    once = bad_file([["name", "phone"], ["甲", "12"]], "csv")
    sheet = read_roster(once, "a.csv")
    assert sheet.headings == ("name", "phone", "why_not_imported")
    twice = bad_rows_file(sheet, plan_roster(sheet, Existing()).bad, in_chinese)
    assert twice == once


def test_a_row_with_more_cells_than_headings_comes_back_whole():
    sheet = read_roster("姓名,手机\r\n王,秀英,13800000001".encode(), "a.csv")
    found = plan_roster(sheet, Existing())
    assert [problem.row for problem in found.bad] == [2, 2]
    back = read_roster(bad_rows_file(sheet, found.bad, in_chinese), "a.csv")
    assert back.rows[0].cells[:3] == ("王", "秀英", "13800000001")
    assert "没有表头" in back.rows[0].cells[3]
    assert plan_roster(back, Existing()).bad
