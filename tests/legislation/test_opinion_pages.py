"""Giving an opinion on a page, its receipt, finding it again, reading it before it is public, and what stands beside a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

from deliberation.directions import CONTROLS
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor, opinion
from deliberation.legislation.opinion_rules import Signature
from tests.legislation.asking import Here, asked_site

FORM = {
    "article": "4",
    "quote": "不少于十日",
    "kind": "edit",
    "proposal": "不少于二十日",
    "reason": "在外打工的人赶不回来",
    "naming": "anonymous",
    "publishes": "yes",
}


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Here]:
    with asked_site(database_url, tmp_path) as made:
        yield made


def number(page) -> int:
    assert page.status == 303, page.words[:400]
    return int(re.fullmatch(r"/opinions/(\d+)", page.location)[1])


def kept(here: Here, id: int) -> Opinion:
    with here.site.house.database.read() as session:
        return opinion(session, id)


def test_the_form_has_the_text_beside_it(here):
    page = here.as_("赵敏").get(f"{here.address}/opinions/new?article=3")
    assert "加装电梯应当由本单元业主协商" in page.words
    assert "第（一）项" in page.words and "修改" in page.words and "总体" not in page.words
    whole = here.as_("赵敏").get(f"{here.address}/opinions/new")
    assert "公示十天够不够？" in whole.words and "总体" in whole.words
    assert here.as_("赵敏").get(f"{here.address}/opinions/new?article=99").status == 404


def test_an_opinion_and_its_receipt(here):
    browser = here.as_("赵敏")
    id = number(browser.post(f"{here.address}/opinions", key="k", **FORM))
    again = browser.post(f"{here.address}/opinions", key="k", **FORM)
    assert number(again) == id, "the same form sent twice"
    page = browser.get(f"/opinions/{id}")
    assert "您的意见已收到" in page.words and f"第{kept(here, id).number}号意见" in page.words
    assert re.search(r"/audit/\d+#\d+", page.words), "its number in the log"
    linked = re.search(r'<a href="/log/\d+/(\d+)">([^<]*)</a>', page.text)
    assert linked[2] == f"存证第{linked[1]}号" and 'data-copy="#entry"' in page.text
    assert "<ins>二" in page.text and "<del>" not in page.text, "shown as a difference"
    assert "回执码" not in page.words


def test_faults_stay_on_the_form_with_what_was_typed(here):
    browser = here.as_("赵敏")
    page = browser.post(f"{here.address}/opinions", **FORM | {"quote": "不少于三十日"})
    assert page.status == 422 and "没有您选的这几个字" in page.words and "不少于二十日" in page.text
    assert "加装电梯方案应当公示" in page.words, "with the text still beside it"
    for naming, asked in (("named", "请写姓名"), ("pseudonymous", "请写一个化名")):
        who = browser if naming == "pseudonymous" else here.site.visitor()
        page = who.post(f"{here.address}/opinions", **FORM | {"naming": naming, "name": ""})
        assert page.status == 422 and asked in page.words
    page = browser.post(f"{here.address}/opinions", **FORM | {"is_child": "yes"})
    assert page.status == 422 and "监护人同意" in page.words


def test_whoever_is_signed_in_gives_their_name_without_typing_it(here):
    browser = here.as_("赵敏")
    page = browser.get(f"{here.address}/opinions/new")
    assert "选实名的不写，就用您登记的姓名：赵敏" in page.words
    assert 'value="赵敏"' not in page.text, "where a pseudonym may stand nobody's name is filled in"
    assert "就用您登记的姓名" not in here.site.visitor().get(f"{here.address}/opinions/new").words
    one = kept(here, number(browser.post(f"{here.address}/opinions", **FORM | {"naming": "named", "name": ""})))
    with here.site.house.database.read() as session:
        assert (one.naming, session.get(OpinionAuthor, one.id).name) == ("named", "赵敏")


def test_without_an_account_its_code_finds_it_again(here):
    stranger = here.as_("")
    stranger.get(f"{here.address}/opinions/new")
    id = number(stranger.post(f"{here.address}/opinions", **FORM))
    page = stranger.get(f"/opinions/{id}")
    code = re.search(r'id="code">([A-Z2-7-]{19})<', page.text)[1]
    assert "等联络员看过以后公开" in page.words
    other = here.as_("")
    assert other.get(f"/opinions/{id}").status == 404
    assert other.post("/opinions/find", code="AAAA-BBBB").status == 422
    for typed in (code, code.lower().replace("-", " "), code.replace("-", "")):
        found = other.post("/opinions/find", code=typed)
        assert found.location == f"/opinions/{id}"
        assert f'id="code">{code}<' in other.get(found.location).text, "as it was given"
    assert "您的意见已收到" in other.get(found.location).words
    assert code.replace("-", "") not in found.location
    assert other.post(f"/opinions/{id}/changes", kind="edit", proposal="不少于三十日").status == 303
    assert other.post(f"/opinions/{id}/withdrawal").status == 303
    assert stranger.get(f"/opinions/{id}").words.count("已经撤回") == 1


def test_whoever_is_not_the_author_changes_nothing(here):
    id = number(here.as_("赵敏").post(f"{here.address}/opinions", **FORM))
    for name in ("", "李强", "陈静"):
        assert here.as_(name).post(f"/opinions/{id}/withdrawal").status == 403, name
        assert here.as_(name).post(f"/opinions/{id}/changes", kind="edit", proposal="x").status == 403, name
    hidden = here.asking.give(by="李强", signed=Signature())
    for name in ("", "赵敏", "胡军"):
        assert here.as_(name).get(f"/opinions/{hidden}").status == 404, name
        assert here.as_(name).post(f"/opinions/{hidden}/withdrawal").status == 404, name
    assert here.as_("陈静").get(f"/opinions/{hidden}").status == 200


def test_strangers_are_slowed_with_the_reason_and_keep_what_they_wrote(here):
    stranger = here.as_("")
    stranger.get(f"{here.address}/opinions/new")
    pages = [stranger.post(f"{here.address}/opinions", **FORM) for _at in range(12)]
    taken = [page for page in pages if page.status == 303]
    waiting = [page for page in pages if page.status != 303]
    assert taken and waiting and all(page.status == 422 for page in waiting)
    assert "太多了，请等" in waiting[0].words and "不少于二十日" in waiting[0].text
    assert waiting[0].words.count("登录以后不用等") == 1 and 'id="f-wait"' in waiting[0].text, "what to do is said once"
    assert kept(here, number(taken[-1])).number == len(taken), "none was dropped"
    assert here.as_("赵敏").post(f"{here.address}/opinions", **FORM).status == 303, "whoever signed in does not wait"


def test_the_liaison_reads_before_it_is_public(here):
    stranger = here.as_("")
    stranger.get(f"{here.address}/opinions/new")
    ids = [number(stranger.post(f"{here.address}/opinions", **FORM)) for _at in range(2)]
    beside = f"/drafts/{here.asking.draft_id}/articles/4/opinions"
    assert "还没有公开的意见" in stranger.fragment(beside).words
    liaison = here.as_("陈静")
    assert "不少于" in liaison.get(f"{here.address}/reading").words
    for name in ("赵敏", "胡军", ""):
        assert here.as_(name).get(f"{here.address}/reading").status in (303, 403, 404)
        assert here.as_(name).post(f"/opinions/{ids[0]}/publication").status in (303, 403, 404)
    assert liaison.post(f"/opinions/{ids[0]}/publication", back="reading").location == f"{here.address}/reading"
    assert liaison.post(f"/opinions/{ids[1]}/keeping-back", reason="有别人的电话").status == 303
    assert "看这条" in stranger.fragment(beside).words
    assert "有别人的电话" in stranger.get(f"/opinions/{ids[1]}").words, "its author reads why"


def test_beside_an_article_stand_the_public_ones_newest_first_and_paged(here):
    ids = [here.asking.give(by="赵敏") for _at in range(12)]
    here.asking.give(by="李强", signed=Signature())
    beside = f"/drafts/{here.asking.draft_id}/articles/4/opinions"
    page = here.as_("").fragment(beside)
    assert page.text.lstrip().startswith("<section") and "13条" in page.words and "公开的12条" in page.words
    shown = re.findall(r'href="/opinions/(\d+)"', page.text)
    assert shown == [str(id) for id in reversed(ids)][:10]
    [more] = set(re.findall(r'hx-get="([^"]+)"', page.text))
    older = here.as_("").fragment(more.replace("&amp;", "&"))
    assert re.findall(r'href="/opinions/(\d+)"', older.text) == [str(ids[1]), str(ids[0])]
    assert f"{here.address}/opinions/new?article=4" in page.text
    assert "第四条" in here.as_("").get(beside).words, "a page by itself"
    assert here.as_("").get(f"/drafts/{here.asking.draft_id}/articles/99/opinions").status == 404
    assert "对整部草案的意见" in here.as_("").fragment(f"/drafts/{here.asking.draft_id}/opinions").words


def test_nothing_of_who_said_it_is_on_a_public_page(here):
    signed = Signature("named", "赵敏", publishes=True, contact="13800007777", is_child=True, guardian="赵大山")
    id = here.asking.give(signed=signed)
    for path in (f"/opinions/{id}", f"/drafts/{here.asking.draft_id}/articles/4/opinions", here.address):
        text = here.as_("李强").get(path).text
        assert not any(word in text for word in ("赵敏", "13800007777", "赵大山")), path
    assert "13800007777" in here.as_("陈静").get(f"/opinions/{id}").words


def test_cosigning_from_the_page(here):
    id = here.asking.give()
    assert here.as_("").get(f"/opinions/{id}").words.count("联名要先登录") == 1
    browser = here.as_("李强")
    assert browser.post(f"/opinions/{id}/cosigners").status == 303
    page = browser.get(f"/opinions/{id}")
    assert "1人联名" in page.words and "您已经联名" in page.words


def test_whatever_was_written_is_shown_as_text(here):
    browser = here.as_("赵敏")
    for words in ("<script>alert(1)</script>", "{{7*7}}", "\u202e倒着", "=HYPERLINK(1)"):
        id = number(browser.post(f"{here.address}/opinions", **FORM | {"proposal": words, "kind": "question"}))
        page = browser.get(f"/opinions/{id}")
        assert "<script>alert" not in page.text and escape(words) in page.text
    long = number(browser.post(f"{here.address}/opinions", **FORM | {"proposal": "字" * 100_000}))
    assert browser.get(f"/opinions/{long}").status == 200
    page = browser.post(f"{here.address}/opinions", **FORM | {"proposal": "字" * 100_001})
    assert page.status == 422 and "最多100,000字" in page.words.replace("100000", "100,000")


def test_a_sign_that_turns_what_is_read_is_kept_and_laid_open(here):
    browser = here.as_("赵敏")
    given = FORM | {"proposal": "测试\u202e反向", "reason": "因为\u2066这样", "kind": "question"}
    id = number(browser.post(f"{here.address}/opinions", **given))
    with here.site.house.database.read() as session:
        assert session.get(Opinion, id).proposal == "测试\u202e反向"
    for reader in (browser, here.as_("陈静")):
        page = reader.get(f"/opinions/{id}").text.split('id="words"')[1].split("</section>")[0]
        assert "<bdi>测试<code>U+202E</code>反向</bdi>" in page and "因为<code>U+2066</code>这样" in page
        assert not set(page) & set(CONTROLS)


def test_after_the_last_hour_the_form_says_so(here):
    browser = here.as_("赵敏")
    id = number(browser.post(f"{here.address}/opinions", **FORM))
    here.asking.close()
    page = browser.get(f"{here.address}/opinions/new")
    assert "征求意见已经截止" in page.words and "交上去" not in page.words
    assert browser.post(f"{here.address}/opinions", **FORM).status == 409
    assert browser.post(f"/opinions/{id}/withdrawal").status == 409


def test_names_and_groups_that_came_with_signs_that_turn_are_laid_open(here: Here) -> None:
    signed = Signature("named", "赵\u202e敏", publishes=True, names=True, category="务工\u2066人员")
    id = here.asking.give(signed=signed)
    liaison = here.as_("陈静")
    pages = [here.as_("").get(address) for address in (f"/opinions/{id}", "/drafts/1/articles/4/opinions")]
    pages += [liaison.get(address) for address in (f"/opinions/{id}", f"{here.address}/desk")]
    for page in pages:
        assert page.status == 200 and "\u202e" not in page.text and "\u2066" not in page.text
        assert "U+202E" in page.text or "U+2066" in page.text
