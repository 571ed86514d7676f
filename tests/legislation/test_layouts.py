"""版式: columns, their order and headings, kept by a point and chosen for XLSX and DOCX, on the page and on the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from deliberation.legislation.intake_rules import COLUMNS
from deliberation.legislation.layout_models import layouts_of
from deliberation.legislation.layout_rules import MOST_LAYOUTS, against_columns, against_name, columns_of, unknown
from tests.legislation.asking import asked_site
from tests.legislation.test_export_pages import Out

WANTED = {"at_proposal": "1", "at_provision": "2", "as_proposal": "意见内容", "at_author": "２", "as_author": " "}


class Laid(Out):
    def lay(self, *, by: str = "陈静", to: str = "new", **fields: str):
        return self.as_(by).post(f"{self.address}/layouts/{to}", **fields)

    def kept(self):
        with self.site.house.database.read() as session:
            return layouts_of(session, self.asking.one(session).community_id)


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Laid]:
    with asked_site(database_url, tmp_path) as made:
        yield Laid(made.site, made.asking)


def test_columns_stand_by_their_numbers_and_two_of_one_number_as_in_the_contract():
    assert columns_of({"note": 1, "no": 9, "kind": None}, {"note": "说明"}) == (("note", "说明"), ("no", "序号"))
    assert [key for key, _heading in columns_of({"reason": 2, "original": 2, "no": 2}, {})] == [
        "no",
        "original",
        "reason",
    ]
    assert columns_of({}, {}) == ()
    assert [key for key, _heading in columns_of(dict.fromkeys(COLUMNS, 1), {})] == list(COLUMNS)


def test_what_a_layout_cannot_be():
    assert against_columns(()).reason == "至少要有一列"
    assert against_columns((("no", "编号"), ("note", "编号"))).facts == {"heading": "编号"}
    assert against_columns((("no", "编号"),)) is None
    assert against_name("甲", ["甲"]).facts == {"name": "甲"} and against_name("乙", ["甲"]) is None
    assert against_name("乙", [str(n) for n in range(MOST_LAYOUTS)]) is not None
    assert against_name("乙", [str(n) for n in range(MOST_LAYOUTS - 1)]) is None
    assert unknown("甲", ["甲"]) is None and "乙、丙" in unknown("甲", ["乙", "丙"]).facts["names"]


def test_a_layout_is_made_changed_chosen_and_put_away(here: Laid):
    here.asking.give()
    assert "版式叫什么" in here.as_("陈静").get(f"{here.address}/layouts/new").words
    assert here.lay(name="报市里的表", **WANTED).status == 303
    [kept] = here.kept()
    assert kept.chosen == (("proposal", "意见内容"), ("provision", "章节条款"), ("author", "提出人"))
    page = here.as_("陈静").get(f"{here.address}/layouts")
    assert "报市里的表" in page.words and "意见内容、章节条款、提出人" in page.words
    here.as_("陈静").post(f"{here.address}/exports", edition="public", format="xlsx", layout=str(kept.id))
    assert here.lay(to=str(kept.id), name="报市里的表", at_no="1").status == 303
    here.look()
    [made] = here.rows()
    assert made.ended_at is not None and made.layout_name == "报市里的表"
    book = CalamineWorkbook.from_filelike(io.BytesIO(here.file(made.id).content))
    head, row = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert head == ["意见内容", "章节条款", "提出人"], "as it was when it was asked for"
    assert row[:2] == ["不少于二十日", "第四条"]
    assert [each.chosen for each in here.kept()] == [(("no", "序号"),)]
    assert here.lay(to=f"{kept.id}/remove").status == 303 and here.kept() == []
    assert here.lay(to=str(kept.id), name="又", at_no="1").status == 404
    entries = [json.loads(each.body) for act in ("layout.saved", "layout.removed") for each in here.asking.entries(act)]
    assert [each["data"].get("columns") for each in entries] == [3, 1, None]
    assert "报市里的表" not in json.dumps(entries, ensure_ascii=False)


def test_a_paper_has_the_columns_of_its_layout(here: Laid):
    here.asking.give()
    here.lay(name="纸上的", **WANTED)
    [kept] = here.kept()
    here.as_("陈静").post(f"{here.address}/exports", edition="public", format="docx", layout=str(kept.id))
    here.look()
    [made] = here.rows()
    [table] = Document(io.BytesIO(here.file(made.id).content)).tables
    assert [cell.text for cell in table.rows[0].cells] == ["意见内容", "章节条款", "提出人"]
    assert [cell.text for cell in table.rows[2].cells][:2] == ["不少于二十日", "第四条"]


def test_what_is_typed_wrong_is_said_and_nothing_is_lost(here: Laid):
    page = here.lay(name="", at_no="头一列", as_no="编号")
    assert page.status == 422 and 'value="头一列"' in page.text and 'value="编号"' in page.text
    assert "请填写1到99之间的整数" in page.words and here.kept() == []
    assert "至少要有一列" in here.lay(name="空的").words
    assert "有两列都叫“编号”" in here.lay(name="重的", at_no="1", as_no="编号", at_note="2", as_note="编号").words
    here.lay(name="报市里的表", at_no="1")
    assert "已经有一个叫“报市里的表”的版式" in here.lay(name="报市里的表", at_no="1").words
    assert len(here.kept()) == 1


def test_formats_for_machines_have_none_and_nobody_else_s_is_chosen(here: Laid):
    here.lay(name="报市里的表", at_no="1")
    [kept] = here.kept()
    page = here.as_("陈静").post(f"{here.address}/exports", edition="public", format="csv", layout=str(kept.id))
    assert page.status == 422 and "这种格式的列是固定的" in page.words
    page = here.as_("陈静").post(f"{here.address}/exports", edition="public", format="xlsx", layout="999")
    assert page.status == 422 and here.rows() == []


def test_it_is_the_liaison_s_work(here: Laid):
    here.lay(name="报市里的表", at_no="1")
    [kept] = here.kept()
    for path in ("layouts", "layouts/new", f"layouts/{kept.id}"):
        assert here.as_("赵敏").get(f"{here.address}/{path}").status == 404
        assert here.as_("胡军").get(f"{here.address}/{path}").status == 403
    for to in ("new", str(kept.id), f"{kept.id}/remove"):
        assert here.lay(by="胡军", to=to, name="我的", at_no="1").status == 403
        assert here.lay(by="赵敏", to=to, name="我的", at_no="1").status == 404
    assert [each.name for each in here.kept()] == ["报市里的表"]


def test_the_same_edition_is_made_in_two_layouts_at_once(here: Laid):
    here.asking.give()
    here.lay(name="报市里的表", at_no="1")
    [kept] = here.kept()
    for layout in ("", str(kept.id)):
        page = here.as_("陈静").post(f"{here.address}/exports", edition="public", format="xlsx", layout=layout)
        assert page.status == 303
    assert here.as_("陈静").post(f"{here.address}/exports", edition="public", format="xlsx", layout="").status == 409
    here.look()
    plain, laid = here.rows()
    public = here.as_("").get(here.address).text
    assert f"/exports/{plain.id}/file" in public and f"/exports/{laid.id}/file" not in public
