"""Offline voices: typed with their way and place, remembered for the next one, scanned, imported whole or not at all."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from sqlmodel import select

from deliberation.files import Attachment
from deliberation.legislation.opinion_models import (
    Opinion,
    OpinionIntake,
    author_of,
    counts_by,
    files_of,
)
from tests.legislation.asking import Asking, Here, asked_site
from tests.legislation.test_opining import check_counts

VOICE = {
    "proposal": "十天不够，我儿子在外地打工，赶不回来",
    "provision": "4",
    "channel": "visit",
    "said_on": "2026-11-23",
    "category": "老年人",
    "occasion": "青溪村三组",
    "publishes": "yes",
}


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Here]:
    with asked_site(database_url, tmp_path) as made:
        yield made


def all_of(here: Here) -> list[Opinion]:
    with here.site.house.database.read() as session:
        return list(session.exec(select(Opinion).order_by(Opinion.id)))


def test_a_collector_types_one_and_the_next_begins_with_the_same_way_and_place(here):
    collector, point = here.as_("胡军"), str(here.asking.points()[0].id)
    page = collector.post(f"{here.address}/collecting", **VOICE | {"point": point, "name": "赵大山"})
    assert page.status == 303, page.words[:300]
    page = collector.get(page.location)
    assert "已录入第1号意见（第四条）" in page.words
    for remembered in ('value="visit" selected', 'value="老年人" selected', 'value="青溪村三组"', 'value="2026-11-23"',
                       f'value="{point}" selected'):  # fmt: skip
        assert remembered in page.text, remembered
    assert "赵大山" not in page.text and "赶不回来" not in page.text, "but not who said it, nor what"
    [one] = all_of(here)
    assert (one.kind, one.channel, one.state, one.collector_id) == ("edit", "visit", "held", here.village["胡军"])
    assert one.person_id is None and one.original == "加装电梯方案应当公示，公示期不少于十日。"
    with here.site.house.database.read() as session:
        assert author_of(session, one.id).name == "赵大山"
        assert counts_by(session, here.id, "channel") == {"visit": 1}
        assert counts_by(session, here.id, "category") == {"老年人": 1}
        assert counts_by(session, here.id, "point") == {point: 1}
    check_counts(here.asking)


def test_what_the_liaison_types_needs_no_second_reading(here):
    here.as_("陈静").post(f"{here.address}/collecting", **VOICE)
    here.as_("陈静").post(f"{here.address}/collecting", **VOICE | {"publishes": ""})
    assert [one.state for one in all_of(here)] == ["shown", "kept_back"]


def test_provisions_as_people_write_them(here):
    liaison = here.as_("陈静")
    for provision in ("", "４", "第三条第一款第(二)项"):
        page = liaison.post(f"{here.address}/collecting", **VOICE | {"provision": provision})
        assert page.status == (303 if "款" not in provision else 422), provision
    liaison.post(f"{here.address}/collecting", **VOICE | {"provision": "第三条第（二）项"})
    assert [(one.label, one.place_label, one.kind) for one in all_of(here)] == [
        ("", "", "whole"), ("第四条", "", "edit"), ("第三条", "第（二）项", "edit"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"provision": "99"}, "草案里没有"),
        ({"provision": "附则"}, "草案里没有"),
        ({"channel": "online"}, "请从列出的选项中选择"),
        ({"said_on": "2026-11-22"}, "不在征求意见的期间以内"),
        ({"said_on": "2026-11-24"}, "日期在今天以后"),
        ({"point": "999"}, "请从列出的选项中选择"),
        ({"proposal": ""}, "请写您的意见"),
        ({"is_child": "yes"}, "监护人同意"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_said_beside_its_field(here, changed, field):
    page = here.as_("陈静").post(f"{here.address}/collecting", **VOICE | changed)
    assert page.status == 422 and field in page.words
    assert all_of(here) == []


def test_only_the_staff_of_the_point_types(here):
    for name in ("赵敏", "何敏"):
        assert here.as_(name).get(f"{here.address}/collecting").status == 404
        assert here.as_(name).post(f"{here.address}/collecting", **VOICE).status == 404
        assert here.as_(name).get(f"{here.address}/imports").status == 404
    assert here.as_("胡军").get(f"{here.address}/imports").status == 403
    assert here.as_("").get(f"{here.address}/collecting").status == 303
    assert all_of(here) == []


def test_a_scanned_sheet_stands_with_it_for_the_staff_alone(here):
    collector = here.as_("胡军")
    scan = {"file": ("一号表.pdf", b"%PDF-1.4 a sheet", "application/pdf")}
    assert collector.send(f"{here.address}/collecting", VOICE, files=scan).status == 303
    [one] = all_of(here)
    with here.site.house.database.read() as session:
        [row] = files_of(session, one.id)
    address = f"/opinion-files/{row.id}"
    assert collector.get(address).content.startswith(b"%PDF") and here.as_("陈静").get(address).status == 200
    assert "一号表.pdf" in here.as_("陈静").get(f"/opinions/{one.id}").words
    assert here.as_("赵敏").get(address).status == 404
    refused = collector.send(f"{here.address}/collecting", VOICE | {"provision": "99"}, files=scan)
    assert refused.status == 422
    with here.site.house.database.read() as session:
        assert len(list(session.exec(select(Attachment)))) == 1, "nothing is left of a refused one"


def test_what_was_said_in_time_is_typed_after_the_closing(here):
    here.asking.close()
    liaison = here.as_("陈静")
    assert liaison.post(f"{here.address}/collecting", **VOICE).status == 303
    page = liaison.post(f"{here.address}/collecting", **VOICE | {"said_on": "2026-12-04"})
    assert page.status == 422 and "不在征求意见的期间以内" in page.words


# --- files

ROWS = [
    ["章节条款", "修改意见", "理由", "意见类型", "提出人", "征集方式", "采集点", "提出时间", "原话", "满意度"],
    ["第四条", "延长到二十日", "来不及", "修改", "赵大山", "座谈", "青溪村文化站", "2026-11-23 10:00", "太短了", "低"],
    ["总体", "=1+1", "", "", "", "", "", "", "", ""],
    ["新增于第五条之后", "增加调解的期限", "", "新增", "", "来信", "", "2026-11-23", "", ""],
]


def as_csv(rows: list[list[str]], encoding: str = "utf-8-sig") -> bytes:
    quoted = [",".join('"' + ("'" + cell if cell.startswith("=") else cell) + '"' for cell in row) for row in rows]
    return ("\r\n".join(quoted) + "\r\n").encode(encoding)


def as_xlsx(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()
    return out.getvalue()


def as_jsonl() -> bytes:
    keys = [
        "provision",
        "proposal",
        "reason",
        "kind",
        "author",
        "channel",
        "collection_point",
        "submitted_at",
        "as_said",
    ]
    lines = [
        dict(zip([*keys, "满意度"], row, strict=True)) | ({"submitted_at": "2026-11-23T10:00+08:00"} if at == 0 else {})
        for at, row in enumerate(ROWS[1:])
    ]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def send(here: Here, name: str, data: bytes, **fields: str):
    return here.as_("陈静").send(
        f"{here.address}/imports", fields, files={"file": (name, data, "application/octet-stream")}
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", as_csv(ROWS)),
        ("b.csv", as_csv(ROWS, "gb18030")),
        ("c.csv", as_csv(ROWS, "utf-16")),
        ("d.xlsx", as_xlsx(ROWS)),
        ("e.jsonl", as_jsonl()),
    ],
    ids=["csv", "gb18030", "utf-16", "xlsx", "jsonl"],
)
def test_a_file_comes_in_whole(here, name, data):
    page = send(here, name, data, publishes="yes")
    assert page.status == 303, page.words[:500]
    first, whole, new = all_of(here)
    assert (first.provision, first.proposal, first.as_said) == ("第四条", "延长到二十日", "太短了")
    assert (first.channel, first.note, first.said_on) == ("meeting", "满意度：低", date(2026, 11, 23))
    assert first.point_id == here.asking.points()[0].id and first.state == "shown"
    assert (whole.kind, whole.proposal, whole.channel) == ("whole", "=1+1", "other")
    assert (new.provision, new.kind) == ("新增于第五条之后", "insert")
    assert len(here.asking.entries("opinion.typed")) == 3, "each has its number in the log"
    assert len(here.asking.entries("opinions.imported")) == 1
    check_counts(here.asking)
    words = here.as_("陈静").get(f"{here.address}/imports").words
    assert name in words and "满意度" in words
    again = send(here, "again-" + name, data)
    assert again.status == 409 and "已经导入过" in again.words and len(all_of(here)) == 3


def test_with_one_fault_nothing_comes_in_and_each_fault_has_its_place(here):
    bad = [*ROWS, ["第九十九条", "x", "", "", "", "", "", "", "", ""], ["第四条", "y", "", "修正", "", "", "", "", "", ""],
           ["第四条", "z", "", "", "", "", "没有的点", "2026-10-01", "", ""]]  # fmt: skip
    page = send(here, "bad.csv", as_csv(bad))
    assert page.status == 422 and "有4处需要改正" in page.words
    for words in ("第九十九条", "修正", "没有的点", "提出时间"):
        assert words in page.words, words
    told = [re.search(words, page.words) for words in (r"5\s*章节条款", r"6\s*意见类型", r"7\s*采集点")]
    assert all(told) and told == sorted(told, key=lambda found: found.start()), "row after row, whoever found them"
    with here.site.house.database.read() as session:
        assert list(session.exec(select(OpinionIntake))) == [] and all_of(here) == []


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"%PDF-1.4", "XLSX、CSV 或 JSONL"),
        ("a.csv", b"", "文件是空的"),
        ("a.xlsx", b"no zip", "不符"),
        ("a.csv", "姓名,手机\r\n赵敏,1\r\n".encode(), "没有“修改意见”列"),
        ("a.csv", '修改意见\r\n"没有关上'.encode(), "引号"),
        ("a.jsonl", b'{"proposal": "x"}\n[1]', "不是一个JSON对象"),
        ("a.xlsx", as_xlsx([["修改意见"] + [""] * 300, ["x"] * 301]), "列数太多"),
        ("a.csv", "修改意见\r\n".encode(), "文件里没有意见"),
    ],
    ids=["pdf", "empty", "no zip", "other table", "quote", "no object", "wide", "no row"],
)
def test_what_is_no_such_file_is_told_in_a_sentence(here, name, data, words):
    page = send(here, name, data)
    assert page.status == 422 and words in page.words, page.words[:600]
    assert all_of(here) == []


def test_the_empty_table_has_every_heading(here):
    page = here.as_("陈静").get(f"{here.address}/imports/template.csv")
    assert page.content.startswith(b"\xef\xbb\xbf") and "修改意见" in page.content.decode("utf-8-sig")
    filled = page.content.decode("utf-8-sig").rstrip("\r\n").split(",")
    assert len(filled) == 26


def test_who_was_not_reached_is_listed(here):
    here.as_("陈静").post(f"{here.address}/collecting", **VOICE)
    words = here.as_("陈静").get(f"{here.address}/keeping").words
    assert re.search(r"老年人 1 听到了", words) and re.search(r"个体工商户 0 还没有", words)
    assert re.search(r"走访 1", words) and re.search(r"座谈 0", words)
    public = here.as_("").get(here.address).words
    assert "还没有听到谁的声音 一层住户、个体工商户" in public


def test_an_opinion_says_what_was_said_and_not_a_difference_where_somebody_spoke(here):
    here.as_("陈静").post(f"{here.address}/collecting", **VOICE)
    page = here.as_("").get(f"/opinions/{all_of(here)[0].id}")
    assert "十天不够" in page.words and "<del>" not in page.text


def test_the_command_imports_whole_or_tells_row_and_column(database_url: str, tmp_path: Path):
    asking = Asking(database_url)
    asking.now = datetime.now(UTC) - timedelta(days=1)
    asking.point()
    asking.open()
    asking.database.close()
    known = {key: value for key, value in os.environ.items() if not key.startswith("DELIBERATION_")}
    there = known | {"DELIBERATION_DATABASE_URL": database_url, "DELIBERATION_DATA": str(tmp_path / "data")}
    rows = [row[:7] for row in ROWS]

    def run(name: str, table: list[list[str]], id: int = asking.id) -> subprocess.CompletedProcess[str]:
        (tmp_path / name).write_bytes(as_csv(table))
        command = [sys.executable, "-m", "deliberation", "opinions", "import", str(tmp_path / name)]
        return subprocess.run([*command, "--solicitation", str(id)], env=there, capture_output=True, text=True)

    bad = run("bad.csv", [*rows, ["第九十九条", "x", "", "", "", "", ""]])
    assert bad.returncode == 2 and "bad.csv 5 章节条款" in bad.stderr, bad.stderr
    assert run("a.csv", rows, id=999).returncode == 2
    good = run("good.csv", rows)
    assert good.returncode == 0 and "rows 3" in good.stderr and good.stdout == "", good.stderr
    assert run("good.csv", rows).returncode == 2, "twice is once"
    assert len(asking.entries("opinion.typed")) == 3
