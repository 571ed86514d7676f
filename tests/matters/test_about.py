"""A matter about one article of a draft law: the word, the form, what the dossier and the room show, what the log says."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import col, select

from deliberation.audit.models import Entry
from deliberation.delivery.models import Delivery
from deliberation.identity.models import Appointment
from deliberation.matters.about_rules import against_about, article_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.shipped import shipped
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story
from tests.rooms.halls import house_at

WORD = "draft/3/article/120-1"
SAID = {"title": "第一百二十条之一怎么写", "summary": "征求意见到月底，想请大家逐条说。"}


@pytest.mark.parametrize(
    ("word", "key"), [("draft/3/article/12", "12"), (WORD, "120-1"), ("draft/999999999/article/1260-12", "1260-12")]
)
def test_a_word_names_an_article_and_its_addresses(word, key):
    found = article_of(word)
    assert (found.key, found.word, against_about(word)) == (key, word, None)
    assert found.page == f"{found.draft}/articles/{key}" and found.opinions == f"{found.page}/opinions"


@pytest.mark.parametrize(
    "word",
    ["draft/3", "draft/03/article/1", "draft/3/article/0", "draft/3/article/1-0", "draft/3/article/12/", "poll/3",
     "draft/3/article/１２", "draft/-3/article/1", "draft/3/article/1\n", "//evil.example/article/1", "draft/3/article/12-100"],
)  # fmt: skip
def test_a_word_of_another_shape_names_nothing(word):
    assert article_of(word) is None and against_about(word).remedy


def test_a_matter_that_names_nothing_is_about_nothing():
    assert article_of(None) is None and article_of("") is None and against_about("") is None


def test_no_step_of_a_legislative_discussion_votes_and_every_step_says_whose_rule_it_is():
    steps = shipped()["legislative_talk"].steps
    assert all(not step.poll and step.kind != "poll" for step in steps)
    assert all(step.source.startswith(("立法法", "本地设置")) for step in steps)


def test_a_word_of_another_shape_is_no_page_and_no_matter(database_url, tmp_path):
    past = Story(database_url, long_ago(3))
    with site_of(past, database_url, tmp_path) as site:
        browser = site.browser(past.village["李强"])
        wrong = "javascript:alert(1)"
        assert browser.get(f"/matters/new?community={past.village.id}&about={wrong}").status == 404
        given = SAID | {"community": past.village.id, "procedure": "village_six_steps", "about": wrong}
        assert browser.post("/matters", **given).status == 404
        with site.house.database.read() as session:
            assert not session.exec(select(Matter)).all()


@pytest.mark.parametrize("word", [WORD, "draft/999999999/article/1"])
def test_an_article_that_does_not_exist_is_refused_with_a_sentence_and_no_matter(database_url, tmp_path, word):
    past = Story(database_url, long_ago(3))
    with site_of(past, database_url, tmp_path) as site:
        browser = site.browser(past.village["李强"])
        form = browser.get(f"/matters/new?community={past.village.id}&about={word}")
        assert form.status == 403 and "没有这一条" in form.words
        given = SAID | {"community": past.village.id, "procedure": "legislative_talk", "about": word}
        refused = browser.post("/matters", **given)
        assert refused.status == 403 and "没有这一条" in refused.words
        with site.house.database.read() as session:
            assert not session.exec(select(Matter)).all()


def test_a_contact_point_is_a_community_with_a_liaison_in_office(database_url, tmp_path):
    past = Story(database_url, long_ago(3))

    def leave(session, now) -> None:
        for one in session.exec(select(Appointment).where(col(Appointment.role).in_(["liaison", "collector"]))):
            one.until_on = now.date() - timedelta(days=2)

    with site_of(past, database_url, tmp_path) as site:
        browser = site.browser(past.village["李强"])
        address = f"/matters/new?community={past.village.id}"
        assert 'value="legislative_talk"' in browser.get(address).text
        site.house.database.change(leave)
        form = browser.get(address).text
        assert 'value="legislative_talk"' not in form and 'value="village_six_steps" checked' in form


def test_the_liaison_walks_the_steps_of_the_contact_point(database_url, tmp_path):
    past = Story(database_url, long_ago(30)).begin("legislative_talk", about=WORD)
    matter = f"/matters/{past.matter_id}"
    with site_of(past, database_url, tmp_path) as site:
        liaison, collector = site.browser(past.village["陈静"]), site.browser(past.village["李强"])
        found = dict.fromkeys((f"exclusion_{n}" for n in range(1, 6)), "no")
        assert f"{matter}/screening" in liaison.get(matter).text
        assert collector.post(f"{matter}/screening", reason="", **found).status == 403
        assert liaison.post(f"{matter}/screening", reason="", **found).status == 303
        page = liaison.get(f"{matter}/notices/new")
        assert page.status == 200 and "办理" not in page.words.split("标题")[0][-40:]
        assert "请来座谈的人" in page.words and 'value="everyone" checked' in page.text
        assert not [said for said in ("要表决的人", "以后要作决定", "名册", "0人") if said in page.words]
        assert "关于座谈“村道拓宽硬化”的通知" in page.text and "只听取意见，不表决" in page.words
        sent = liaison.post(
            f"{matter}/notices", title="座谈通知", body="周六晚七点半。", to="everyone", issued_by="联系点"
        )
        assert sent.status == 303, sent.words[:400]
        assert liaison.get(f"{matter}/notices").status == 200 and collector.get(f"{matter}/notices").status == 403
        assert "登记送达" in liaison.get(matter).words
        [notice] = [one.id for one in _papers(site, past.matter_id) if one.kind == "notice"]
        told = f"{matter}/notices$"
        assert liaison.get(f"/documents/{notice}").links(told) and not collector.get(f"/documents/{notice}").links(told)
        with site.house.database.read() as session:
            people = [str(one.person_id) for one in session.exec(select(Delivery))]
        told = liaison.post(f"{matter}/deliveries", channel="visit", proof="上门", person=people)
        assert told.status == 303, told.words[:400]
        with site.house.database.read() as session:
            by = {one.act: json.loads(one.body)["actor"] for one in session.exec(select(Entry))}
        assert by["notice.issued"] == by["notice.delivered"] == by["document.issued"] == "liaison"


def _papers(site, matter_id: int) -> list[Document]:
    with site.house.database.read() as session:
        return list(session.exec(select(Document).where(Document.matter_id == matter_id)))


def test_the_liaison_sends_on_what_was_said_and_answers_everybody(database_url, tmp_path):
    past = Story(database_url, long_ago(60)).begin("legislative_talk", about=WORD).go_to("consultation")
    past.speak("赵敏", "这一条太笼统。")
    past.go_to("report")
    matter = f"/matters/{past.matter_id}"
    with site_of(past, database_url, tmp_path) as site:
        liaison, other = site.browser(past.village["陈静"]), site.browser(past.village["李强"])
        assert liaison.get("/").links(f"{matter}$")
        given = {"act": "issue_review", "title": "整理上报", "body": "按原话报送。", "outcome": "done"}
        assert other.post(f"{matter}/documents", **given).status == 403
        assert liaison.post(f"{matter}/documents", **given).status == 303
        page = liaison.get(f"{matter}/replies")
        assert "赵敏" in page.words and "赵敏" not in other.get(f"{matter}/replies").words
        ways = page.links(r"/replies/\d+/answer")
        assert ways and all(liaison.post(way, answer="已经报送。").status == 303 for way in ways)
        closing = {"act": "close_feedback", "title": "反馈书", "body": "都答复了。", "outcome": "done"}
        assert liaison.post(f"{matter}/documents", **closing).status == 303
        assert "监督" in liaison.get(matter).words
        assert "赵敏" not in liaison.get(f"{matter}/replies").words  # The point's step is over.


def test_the_room_of_such_a_matter_shows_the_article_beside_the_discussion(database_url, tmp_path):
    with house_at(database_url, tmp_path, procedure="legislative_talk", about="draft/3/article/12") as house:
        room = house.open_room()
        shown = house.browser("赵敏").get(room)
        assert 'hx-get="/drafts/3/articles/12"' in shown.text and "/drafts/3/articles/12/opinions" in shown.text
        assert 'href="#article-panel"' in shown.text
        assert "/drafts/3/articles/12" in house.browser("赵敏").get(f"{room}/plain").text


def test_a_legislative_discussion_is_walked_to_its_end_without_a_vote(database_url):
    story = Story(database_url).begin("legislative_talk", about=WORD).go_to("closed")
    kinds = [one.kind for one in story.documents()]
    assert kinds == ["proposal", "screening", "notice", "minutes", "review", "feedback", "evaluation"]


def test_the_minutes_of_such_a_room_end_its_step_in_the_words_of_its_procedure(database_url, tmp_path):
    with house_at(database_url, tmp_path, procedure="legislative_talk", about="draft/3/article/12") as house:
        chair, room = house.browser("王秀英"), house.open_room()
        assert chair.post(f"{room}/closing").status == 303
        form = chair.get(f"{room}/minutes")
        assert "谈完了，进入“整理上报”" in form.words and "还要再谈，“座谈”不结束" in form.words
        assert "立法法第七十条、第九十条；座谈的办法是本地设置" in form.words
        asked = form.words.split("这次协商以后")[1]
        assert "村民委员会组织法第三十三条" not in asked and "通过，进入下一环节" not in asked
        given = {"title": "纪要", "body": "谈了。", "outcome": "done", "explained": "由主持人概括"}
        filed = chair.post(f"{room}/minutes", **given)
        assert filed.status == 303, filed.words[:400]
        assert "本环节去向：谈完了，进入“整理上报”。" in chair.get("/minutes/4").words
        box = chair.get(filed.location).text.split('id="now-box"')[1].split("</section>")[0]
        assert "可以开会了" not in box and "rooms/new" not in box
        for name in ("王秀英", "陈静"):
            page = house.browser(name).get(filed.location)
            assert "请按原话整理意见，报送征求意见的机关" in page.words and ">整理上报</a>" in page.text, name
            assert "这一环节由主持人、承办人、联络员办理。" in page.words, name
        assert "现在等主持人、承办人、联络员办理“整理上报”。" in house.browser("李强").get(filed.location).words


def test_the_liaison_who_proposed_is_told_why_others_call_people_and_stands_as_the_liaison(database_url, tmp_path):
    past = Story(database_url, long_ago(30))
    with site_of(past, database_url, tmp_path) as site:
        liaison, chair = site.browser(past.village["陈静"]), site.browser(past.village["王秀英"])
        given = SAID | {"community": past.village.id, "procedure": "legislative_talk", "about": ""}
        made = liaison.post("/matters", **given)
        assert made.status == 303, made.words[:300]
        page = liaison.get(made.location)
        assert "联络员陈静" in page.words and "村民陈静" not in page.words and "居民陈静" not in page.words
        way = f"{made.location}/convenings/new"
        assert "选形式，召集协商" in page.words and not page.links(way)
        assert "“召集协商”由主持人、承办人办理" in page.words
        assert "“召集协商”由主持人、承办人办理" in liaison.get(way).words
        assert chair.get(made.location).links(way) == [way]
        for other in (site.visitor(), site.browser(past.village["李强"])):
            assert "选形式，召集协商" not in other.get(made.location).words
