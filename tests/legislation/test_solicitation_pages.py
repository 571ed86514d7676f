"""Pages of solicitations: what residents read in ten seconds, and what the liaison keeps; words, doors and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
from sqlmodel import select

from deliberation.legislation.solicitation_models import Solicitation
from tests.legislation.asking import Here, asked_site


@pytest.fixture
def drafted(database_url: str, tmp_path: Path) -> Iterator[Here]:
    with asked_site(database_url, tmp_path, is_open=False) as here:
        yield here


FORM = {
    "version": "1",
    "title": "关于加装电梯条例草案",
    "about": "老楼装电梯，怎么商量。",
    "questions": "公示十天够不够？\n钱怎么分？",
    "letter_from": "市人大常委会法工委",
    "days": "１０",
    "namings": ["named", "anonymous"],
    "without_account": "yes",
    "groups": "老年人\n租户",
}


def test_the_liaison_draws_one_up_and_nobody_else_sees_it(drafted):
    liaison = drafted.as_("陈静")
    assert "起草征求意见" in liaison.get(f"/drafts/{drafted.asking.draft_id}/solicitations/new").words
    made = liaison.post(f"/drafts/{drafted.asking.draft_id}/solicitations", **FORM)
    page = liaison.follow(made)
    assert page.status == 200 and "核对一遍，就可以发起" in page.words and "10个工作日" in page.words
    address = made.location.removesuffix("/keeping")
    for name in ("", "赵敏", "何敏"):
        assert drafted.as_(name).get(address).status == 404
    assert drafted.as_("胡军").get(address).status == 200, "the collector is staff of the point"
    with drafted.site.house.database.read() as session:
        one = session.exec(select(Solicitation).order_by(Solicitation.id.desc())).first()
        assert (one.questions, one.groups, one.days) == (["公示十天够不够？", "钱怎么分？"], ["老年人", "租户"], 10)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(drafted):
    liaison = drafted.as_("陈静")
    page = liaison.post(f"/drafts/{drafted.asking.draft_id}/solicitations", **FORM | {"until_on": "2026-12-30"})
    assert page.status == 422 and "只写一样" in page.words and "关于加装电梯条例草案" in page.text
    page = liaison.post(f"/drafts/{drafted.asking.draft_id}/solicitations", **FORM | {"title": "", "letter_from": ""})
    assert page.status == 422 and page.text.count("field__error") == 2
    kept = 'name="without_account" value="yes"'
    assert f"{kept} checked" in page.text
    page = liaison.post(
        f"/drafts/{drafted.asking.draft_id}/solicitations", **FORM | {"title": "", "without_account": ""}
    )
    assert kept in page.text and f"{kept} checked" not in page.text, "what was unticked stays unticked"


def test_others_may_not_draw_one_up(drafted):
    for name, status in (("赵敏", 404), ("何敏", 403), ("胡军", 403)):
        page = drafted.as_(name).post(f"/drafts/{drafted.asking.draft_id}/solicitations", **FORM)
        assert page.status == status, name
    other = drafted.site.browser(drafted.asking.places.other["陈静"])
    assert other.post(f"/drafts/{drafted.asking.draft_id}/solicitations", **FORM).status == 404


def test_it_is_opened_from_its_page_and_everybody_reads_it(drafted):
    liaison, address = drafted.as_("陈静"), f"/solicitations/{drafted.id}"
    assert liaison.post(f"{address}/opening").status == 303
    again = liaison.post(f"{address}/opening")
    assert again.status == 409 and "已经开始" in again.words
    page = drafted.as_("").get(address)
    for words in ("征求意见中", "还剩10天", "公示十天够不够？", "云溪市人大常委会法制工作委员会", "提意见", "12月3日"):
        assert words in page.words, words
    assert "还没有听到谁的声音" in page.words and "老年人" in page.words
    assert "办理这次征求意见" not in page.words
    assert "加装电梯" in drafted.as_("").get("/solicitations").words


def test_terms_are_changed_before_and_not_after(drafted):
    liaison, address = drafted.as_("陈静"), f"/solicitations/{drafted.id}"
    assert "公示十天够不够？" in liaison.get(f"{address}/terms").text
    assert liaison.post(f"{address}/terms", **FORM).status == 303
    liaison.post(f"{address}/opening")
    assert liaison.get(f"{address}/terms").status == 409
    assert liaison.post(f"{address}/terms", **FORM).status == 409


def test_points_and_an_extension(drafted):
    liaison, address = drafted.as_("陈静"), f"/solicitations/{drafted.id}"
    fields = {
        "name": "青溪村文化站",
        "kind": "neighbourhood",
        "address": "一楼",
        "person": str(drafted.village["胡军"]),
    }
    assert liaison.post(f"{address}/points", **fields | {"person": str(drafted.village["赵敏"])}).status == 422
    assert liaison.post(f"{address}/points", **fields).status == 303
    liaison.post(f"{address}/opening")
    assert "青溪村文化站" in drafted.as_("").get(address).words
    assert "胡军" not in drafted.as_("").get(address).words, "who collects is the point's own business"
    page = liaison.post(f"{address}/extensions", until_on="2026-12-01", reason="没有走访完")
    assert page.status == 422 and "要晚于" in page.words
    assert liaison.post(f"{address}/extensions", until_on="2026-12-10", reason="没有走访完").status == 303
    words = drafted.as_("").get(address).words
    assert "没有走访完" in words and "12月10日" in words
    for name in ("赵敏", "胡军"):
        page = drafted.as_(name).post(f"{address}/extensions", until_on="2026-12-20", reason="x")
        assert page.status in (403, 404)


def test_a_sheet_for_the_board_and_a_feed(drafted):
    address, stranger = f"/solicitations/{drafted.id}", drafted.as_("")
    assert stranger.get(f"{address}/poster.pdf").status == 404
    assert "<entry>" not in stranger.get("/solicitations/feed.atom").text
    drafted.as_("陈静").post(f"{address}/opening")
    made = stranger.get(f"{address}/poster.pdf")
    assert made.status == 200 and made.content.startswith(b"%PDF-")
    words = pypdfium2.PdfDocument(made.content)[0].get_textpage().get_text_range()
    assert "公示十天够不够" in words and f"https://testserver{address}" in words.replace("\r\n", "")
    feed = ElementTree.fromstring(stranger.get("/solicitations/feed.atom").content)
    atom = "{http://www.w3.org/2005/Atom}"
    [entry] = feed.findall(f"{atom}entry")
    assert entry.find(f"{atom}link").get("href") == f"https://testserver{address}"
    assert "加装电梯" in entry.find(f"{atom}title").text
