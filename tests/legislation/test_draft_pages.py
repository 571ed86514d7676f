"""Pages of drafts: who sees what, bringing in, reading, finding, correcting, publishing."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from deliberation.legislation.draft_rules import permissions_table
from tests.legislation.asking import asked_site
from tests.legislation.permissions import CHECKED_IN
from tests.legislation.texts import FIRST, GAPPED, SECOND
from tests.pages import open_site
from tests.people import build_places, open_database


@pytest.fixture
def here(database_url, tmp_path):
    database = open_database(database_url)
    places = build_places(database)
    database.close()
    with open_site(database_url, tmp_path) as site:
        site.village, site.other = places.village, places.other
        yield site


def bring(site, words=FIRST, **fields):
    liaison = site.browser(site.village["陈静"])
    said = {
        "community": site.village.id,
        "title": "",
        "name": "一审稿",
        "body": words,
        "dated_on": "",
        "source_url": "",
    }
    return liaison, liaison.post("/drafts", **(said | fields))


def line_with(page, words) -> int:
    """The number of the line of the source in which the words stand."""
    lines = re.findall(r'id="l(\d+)".*?beside__text">([^<]*)', page.text)
    return next(int(no) for no, text in lines if words in text)


def test_a_draft_is_pasted_read_and_held_beside_its_source(here):
    liaison, page = bring(here, GAPPED)
    assert page.location == "/drafts/1/versions/1/reading"
    shown = liaison.follow(page)
    assert "读出2章5条" in shown.words and "缺第四条" in shown.words and "缺第五条" in shown.words
    assert shown.links(r"/drafts/1/versions/1/reading\?line=9#l9")
    assert "云溪市既有住宅加装电梯条例（草案）" in liaison.get("/drafts").words


def test_a_talk_on_an_article_is_proposed_where_its_reader_belongs(here):
    liaison, _page = bring(here)
    assert liaison.post("/drafts/1/publication").status == 303
    assert "就这一条提议座谈" not in here.visitor().get("/drafts/1/articles/3").words
    stranger = here.browser(here.other["陈静"])
    [way] = stranger.get("/drafts/1/articles/3").links(r"/matters/new\?.*")
    assert "community=" not in way
    form = stranger.get(way)
    assert form.status == 200 and f'name="community" value="{here.other.id}"' in form.text
    assert "draft/1/article/3" in form.text
    [above] = form.links(r"/matters/new\?community=\d+&about=draft/1/article/3&title=.*")
    assert f"community={here.other.id}&" not in above and stranger.get(above).status == 200


def test_nobody_outside_the_point_sees_a_draft_before_it_is_published(here):
    liaison, _page = bring(here)
    addresses = ("/drafts/1", "/drafts/1/articles/3", "/drafts/1/versions/1/file", "/drafts/1/compare")
    strangers = [here.visitor(), here.browser(here.village["李强"]), here.browser(here.other["陈静"])]
    for browser in strangers:
        assert [browser.get(path).status for path in addresses] == [404] * 4
        assert "加装电梯" not in browser.get("/drafts").words
    assert liaison.post("/drafts/1/publication").location == "/drafts/1"
    for browser in strangers:
        assert browser.get("/drafts/1").status == 200 and "加装电梯" in browser.get("/drafts").words
        assert browser.get("/drafts/1/articles/3").status == 200
    # How it was read stays with the point.
    assert here.browser(here.village["李强"]).get("/drafts/1/versions/1/reading").status == 404
    assert here.visitor().get("/drafts/1/versions/1/reading").status in (303, 404)
    assert liaison.post("/drafts/1/publication").status == 409


def test_the_text_has_an_anchor_for_every_article_and_part(here):
    liaison, _page = bring(here)
    shown = liaison.get("/drafts/1")
    assert {"a1", "a3", "a5", "a3-1", "a3-1.1", "a5-2"} <= shown.ids | {"a3-1"}, shown.ids
    assert "第二章 协商和决定" in shown.words and "（一）电梯的位置；" in shown.words
    alone = here.browser(here.village["陈静"]).get("/drafts/1/articles/3")
    assert "（二）费用的分摊。" in alone.words and alone.links(r"/drafts/1/articles/[24]")
    sheet = liaison.fragment("/drafts/1/articles/3")
    assert "<html" not in sheet.text and 'id="article"' in sheet.text and 'id="sheet"' in sheet.text
    assert liaison.get("/drafts/1/articles/99").status == liaison.get("/drafts/99").status == 404


@pytest.mark.parametrize("asked", ["公示期", "異議", "电梯 公示", "  費用"])
def test_words_are_found_by_any_part_in_either_script(here, asked):
    liaison, _page = bring(here)
    found = liaison.get(f"/drafts/1?q={asked}")
    assert "条里有" in found.words and found.links(r"/drafts/1#a[345]"), found.words
    assert "没有找到" in liaison.get("/drafts/1?q=%25").words


BAD = {
    "empty": ({"body": ""}, None, "请选择文件，或者把文本粘贴在下面"),
    "no law": ({"body": "今天天气很好，没有什么条文。"}, None, "文本中没有条文"),
    "not a file of ours": ({"body": ""}, ("x.png", b"\x89PNG\r\n\x1a\n00"), "不是能读的文件种类"),
    "broken docx": ({"body": ""}, ("x.docx", b"PK\x03\x04rubbish"), "文件"),
    "both": ({"body": FIRST}, ("x.txt", FIRST.encode()), "只用一个"),
    "address": ({"body": FIRST, "source_url": "javascript:alert(1)"}, None, "请写完整的网址"),
    "day": ({"body": FIRST, "dated_on": "yesterday"}, None, "日期"),
    "name": ({"body": FIRST, "name": ""}, None, "请填写这一项"),
}


@pytest.mark.parametrize("fields, file, said", BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_lost(here, fields, file, said):
    liaison = here.browser(here.village["陈静"])
    sent = {
        "community": str(here.village.id),
        "title": "我写的名称",
        "name": "一审稿",
        "dated_on": "",
        "source_url": "",
    }
    sent |= fields | {"token": liaison.token, "key": "k1"}
    files = {"file": file} if file else {"file": ("", b"")}
    page = liaison.send("/drafts", sent, files=files)
    assert page.status == 422 and said in page.words, page.words
    assert "我写的名称" in page.text and (not fields["body"] or fields["body"].split("\n")[0] in page.text)
    assert liaison.get("/drafts/1").status == 404


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_file_is_read_whatever_its_encoding_and_comes_back_as_it_was(here, encoding):
    liaison = here.browser(here.village["陈静"])
    sent = {
        "community": str(here.village.id),
        "title": "",
        "name": "一审稿",
        "body": "",
        "token": liaison.token,
        "key": "k",
    }
    data = FIRST.encode(encoding)
    page = liaison.send("/drafts", sent, files={"file": ("草案.md", data)})
    assert page.status == 303, page.words
    back = liaison.get("/drafts/1/versions/1/file")
    assert back.content == data and "attachment" in back.headers["content-disposition"]


def test_lines_are_corrected_with_a_reason_and_the_change_is_shown(here):
    joined = FIRST.replace("费用的分摊。\n\n第四条", "费用的分摊。第四条")
    liaison, _page = bring(here, joined)
    shown = liaison.get("/drafts/1/versions/1/reading")
    assert "缺第四条" in shown.words and "议事 0" in shown.words  # The colophon tells the program's version.
    line = line_with(shown, "第四条　")
    form = liaison.get(f"/drafts/1/versions/1/reading?line={line}")
    assert f'name="text_{line}"' in form.text and 'name="reason"' in form.text
    fields = {"base": "1", f"text_{line}": "（二）费用的分摊。\n第四条　加装电梯方案应当公示。", f"kind_{line}": ""}
    refused = liaison.post("/drafts/1/versions/1/reading", **(fields | {"reason": ""}))
    assert refused.status == 422
    done = liaison.post("/drafts/1/versions/1/reading", **(fields | {"reason": "两条排在一行里"}))
    assert done.status == 303, done.words
    after = liaison.follow(done)
    assert "多出 第四条" in after.words and "两条排在一行里" in after.words and "没有发现缺漏" in after.words
    # Somebody who had the old page open is told, and loses nothing.
    late = liaison.post("/drafts/1/versions/1/reading", **(fields | {"reason": "又一次"}))
    assert late.status == 409 and "又有了新的更正" in late.words
    # The first reading is still there, and can be put in force again.
    assert "以前的第1次读法" in liaison.get("/drafts/1/versions/1/reading?reading=1").words
    back = liaison.post("/drafts/1/versions/1/reading", base="2", restore="1", reason="还是原来的对")
    assert "缺第四条" in liaison.follow(back).words


def test_a_line_is_said_to_be_something_else(here):
    words = FIRST.replace("第五条　业主", "第四条规定的方案，应当\n第五条　业主") + "\n— 3 —\n"
    liaison, _page = bring(here, words)
    page = liaison.get("/drafts/1/versions/1/reading")
    line = line_with(page, "第四条规定")
    refused = liaison.post(
        "/drafts/1/versions/1/reading", base="1", line=line, reason="x", **{f"text_{line}": "", f"kind_{line}": ""}
    )
    assert refused.status == 422 and "一行不能删去" in refused.words
    refused = liaison.post(
        "/drafts/1/versions/1/reading",
        base="1",
        line=line,
        reason="x",
        **{f"text_{line}": "应当", f"kind_{line}": "article"},
    )
    assert refused.status == 422 and "开头没有条号" in refused.words
    nothing = liaison.post("/drafts/1/versions/1/reading", base="1", reason="x")
    assert nothing.status == 422 and "还没有改任何一行" in nothing.words
    done = liaison.post(
        "/drafts/1/versions/1/reading", base="1", reason="是页边的字",
        **{f"text_{line}": "第四条规定的方案，应当", f"kind_{line}": "aside"},
    )  # fmt: skip
    assert "手定" in liaison.follow(done).words and "第四条规定的方案" not in liaison.get("/drafts/1/articles/4").words


def test_a_further_version_stands_beside_the_first(here):
    liaison, _page = bring(here)
    taken = liaison.post("/drafts/1/versions", name="一审稿", body=SECOND, dated_on="", source_url="")
    assert taken.status == 422 and "已经有叫" in taken.words and "第四条之一" in taken.text
    liaison.post(
        "/drafts/1/versions", name="二次审议稿", body=SECOND, dated_on="2026-11-20", source_url="https://example.cn/"
    )
    assert "第四条之一" in liaison.get("/drafts/1").words and "11月20日" in liaison.get("/drafts/1").words
    assert "第四条之一" not in liaison.get("/drafts/1?version=1").words
    assert liaison.get("/drafts/1/articles/4-1").status == 200
    assert liaison.get("/drafts/1/articles/4-1?version=1").status == liaison.get("/drafts/1?version=7").status == 404


def test_only_the_liaison_acts(here):
    _liaison, _page = bring(here)
    for name in ("何敏", "王秀英", "李强", "郑伟"):
        browser = here.browser(here.village[name])
        tried = browser.post("/drafts", community=here.village.id, title="", name="一审稿", body=FIRST)
        assert tried.status == 403 and "联络员" in tried.words, name
    official = here.browser(here.village["郑伟"])
    page = official.get("/drafts/1")
    assert page.status == 200 and "由立法联系点的联络员办理" in page.words
    assert official.post("/drafts/1/publication").status == 403
    assert (
        here.browser(here.other["陈静"]).post("/drafts", community=here.village.id, name="x", body=FIRST).status == 404
    )


def test_the_table_of_rights_is_the_one_checked_in():
    """If this fails a right has changed: write it anew with ``python -m tests.legislation.permissions``."""
    assert permissions_table() == CHECKED_IN.read_text("utf-8")


def test_two_versions_are_compared_side_by_side_and_in_one_text(here):
    liaison, _page = bring(here)
    assert liaison.get("/drafts/1/compare").status == 404
    liaison.post("/drafts/1/versions", name="二次审议稿", body=SECOND, dated_on="", source_url="")
    shown = liaison.get("/drafts/1/compare")
    assert "文字有改动1条" in shown.words and "整条新增1条" in shown.words and "没有改动4条" in shown.words
    assert "<ins>五</ins>" in shown.text and "一审稿没有这一条" in shown.words
    assert shown.links(r"/drafts/1/articles/4\?version=1") and shown.links(r"/drafts/1/articles/4-1")
    inline = liaison.get("/drafts/1/compare?look=inline&only=changed")
    assert "<ins>五</ins>" in inline.text and "为了规范" not in inline.words
    back = liaison.get("/drafts/1/compare?old=2&new=1")
    assert "<del>五</del>" in back.text and "整条删去1条" in back.words
    assert [liaison.get(f"/drafts/1/compare?old={old}&new=2").status for old in (2, 9)] == [404, 404]


def test_an_amendment_is_read_and_compared_by_its_items_and_not_with_a_whole_text(here):
    words = "全国人大常委会关于修改《消防法》的决定\n\n一、将第三条修改为：“第三条　甲。”\n\n二、删去第五条。\n\n本决定自公布之日起施行。\n"
    liaison, _page = bring(here, words)
    assert "2项修改" in liaison.get("/drafts/1").words and "删去第五条" in liaison.get("/drafts/1/articles/2").words
    second = words.replace("二、删去第五条", "二、将第四条修改为：“第四条　各级人民政府负责。”\n\n三、删去第五条")
    liaison.post("/drafts/1/versions", name="二次审议稿", body=second, dated_on="", source_url="")
    page = liaison.get("/drafts/1/compare")
    assert "整条新增1条" in page.words and "只改了条号1条" in page.words and "没有改动1条" in page.words
    assert liaison.get("/drafts/1/comparison/docx").status == liaison.get("/drafts/1/comparison/xlsx").status == 200
    whole = "消防法\n\n第一条　甲。\n\n第二条　乙。\n"
    liaison.post("/drafts/1/versions", name="通过稿", body=whole, dated_on="", source_url="")
    assert "不能和另一文本对照" in liaison.get("/drafts/1/compare").words


def test_the_longest_law_is_shown_a_part_at_a_time_in_little(here):
    words = (Path(__file__).parent / "data" / "civil-code-2020.txt").read_text("utf-8")
    liaison, _page = bring(here, words)
    for path in ("/drafts/1", "/drafts/1?part=20", "/drafts/1/versions/1/reading", "/drafts/1?q=应当"):
        page = liaison.get(path)
        assert page.status == 200 and len(gzip.compress(page.content)) < 40_000, path
    assert "第五章 合同的保全" in liaison.get("/drafts/1?part=20").words
    assert "第一千二百六十条" in liaison.get("/drafts/1?part=999").words
    assert "附则" in liaison.get("/drafts/1/articles/1260").words
    whole = liaison.get("/drafts/1?part=all")
    assert all(f"a{no}" in whole.ids for no in (1, 630, 1260))


def test_while_opinions_are_asked_for_the_page_says_so_and_the_text_stays(database_url, tmp_path):
    with asked_site(database_url, tmp_path) as here:
        draft = f"/drafts/{here.asking.draft_id}"
        here.asking.give(article="4")
        shown = here.as_("").get(draft)
        assert "正在征求意见" in shown.words and "已收到1条" in shown.words and "哪一条说的人多" in shown.words
        assert shown.links(rf"{here.address}/opinions/new\?article=4") and "1条意见，我也说一句" in shown.words
        assert f"{draft}/articles/4/opinions" in here.as_("").get(f"{draft}/articles/4").text
        assert f"{draft}/articles/4/opinions" in here.as_("").fragment(f"{draft}/articles/4").text
        reading = here.as_("陈静").get(f"{draft}/versions/1/reading")
        assert "条文不能改" in reading.words and not reading.links(r".*\?line=\d+.*")
        tried = here.as_("陈静").post(
            f"{draft}/versions/1/reading", base="1", line="3", text_3="第一条　改了。", kind_3="", reason="想改"
        )
        assert tried.status == 409 and "正在就这一稿征求意见" in tried.words


def test_the_list_is_by_contact_point_and_narrows_to_a_community(here):
    liaison, _page = bring(here)
    other = here.browser(here.other["陈静"])
    other.post("/drafts", community=here.other.id, title="石桥的草案", name="一审稿", body=SECOND)
    liaison.post("/drafts/1/publication")
    other.post("/drafts/2/publication")
    both = here.visitor().get("/drafts").words
    assert "青溪村" in both and "石桥村" in both
    mine = here.visitor().get(f"/drafts?community={here.village.id}").words
    assert "加装电梯" in mine and "石桥的草案" not in mine
    assert (
        here.visitor().get("/drafts?community=99999").status == here.visitor().get("/drafts?community=x").status == 404
    )
    assert f"/drafts?community={here.village.id}" in here.visitor().get(f"/communities/{here.village.id}").text


def test_a_form_sent_twice_brings_in_one_draft(here):
    liaison = here.browser(here.village["陈静"])
    sent = {"community": str(here.village.id), "title": "", "name": "一审稿", "body": FIRST, "token": liaison.token}
    first, second = (liaison.send("/drafts", sent | {"key": "same"}) for _time in range(2))
    assert first.location == second.location == "/drafts/1/versions/1/reading"
    assert liaison.get("/drafts/2").status == 404
    assert len([path for path in (here.house.settings.data / "files").glob("*/*") if path.is_file()]) == 1


def test_addresses_of_any_kind_lead_nowhere(here):
    liaison, _page = bring(here)
    for key in ("0", "-1", "x", "1.2", "１", "%00", "a" * 300, "%F0%9F%8F%98"):
        assert liaison.get(f"/drafts/1/articles/{key}").status == 404, key
        assert liaison.get(f"/drafts/1?part={key}").status == 200, key
        assert liaison.get(f"/drafts/1?q={key}").status == 200, key
        assert liaison.get(f"/drafts/1/versions/1/reading?page={key}&line={key}").status == 200, key
