"""The inbox as its owner sees it: looking does nothing, one button says that it was read, nobody else may look."""

from __future__ import annotations

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry, openings_of
from deliberation.delivery.models import Delivery, delivery_count
from deliberation.matters.models import ReplyOwed
from tests.matters.story import Story
from tests.pages import open_site


@pytest.fixture
def story(database_url: str) -> Story:
    return Story(database_url).begin(title="村道拓宽").go_to("notice")


def delivery_of(story: Story, name: str) -> Delivery:
    found = select(Delivery).where(Delivery.person_id == story.village[name]).order_by(Delivery.id.desc())
    return story.look(lambda session, _matter: session.exec(found).first())


def test_looking_at_a_notice_changes_nothing(story: Story, tmp_path):
    notice = story.notify("赵敏", "李强", title="恳谈会通知")
    mine = delivery_of(story, "赵敏")
    with open_site(story.database.url, tmp_path) as site:
        browser = site.browser(story.village["赵敏"])
        inbox = browser.get("/inbox")
        assert "恳谈会通知" in inbox.words and "还有1件没有看" in inbox.words
        shown = browser.get(f"/deliveries/{mine.id}")
        assert "时间、地点和材料见附件。" in shown.words
        assert len(shown.links(r"/deliveries/\d+/reading")) == 1
    assert delivery_of(story, "赵敏").read_at is None
    assert story.look(lambda session, _m: delivery_count(session, f"document/{notice.id}")) == (2, 0)


def test_the_button_proves_it_once(story: Story, tmp_path):
    notice = story.notify("赵敏", "李强")
    mine = delivery_of(story, "赵敏")
    with open_site(story.database.url, tmp_path) as site:
        browser = site.browser(story.village["赵敏"])
        for _time in range(2):
            shown = browser.follow(browser.post(f"/deliveries/{mine.id}/reading"))
            assert "确认已经阅读" in shown.words
            assert shown.links(r"/deliveries/\d+/reading") == []
        assert "都看过了" in browser.get("/inbox").words
    read = delivery_of(story, "赵敏")
    assert read.read_at is not None and read.told_at is not None and read.channel == "inbox"
    told = select(Entry).where(Entry.act == "notice.delivered", Entry.object == f"document/{notice.id}")
    entries = story.look(lambda session, _m: session.exec(told).all())
    assert len(entries) == 1
    assert "赵敏".encode() not in entries[0].body
    openings = story.look(lambda session, _m: openings_of(session, entries[0].community_id, entries[0].index))
    assert f"person/{story.village['赵敏']}" in {one.value for one in openings}


def test_whoever_was_told_at_the_door_is_told_once(story: Story, tmp_path):
    story.take_next()
    mine = delivery_of(story, "赵敏")
    assert mine.told_at is not None and mine.channel == "visit"
    with open_site(story.database.url, tmp_path) as site:
        browser = site.browser(story.village["赵敏"])
        assert "“上门”" in browser.get(f"/deliveries/{mine.id}").words
        browser.post(f"/deliveries/{mine.id}/reading")
    read = delivery_of(story, "赵敏")
    assert read.read_at is not None and read.channel == "visit" and read.told_at == mine.told_at


def test_somebody_elses_mail_does_not_exist(story: Story, tmp_path):
    story.notify("赵敏")
    theirs = delivery_of(story, "赵敏")
    with open_site(story.database.url, tmp_path) as site:
        for name in ("李强", "王秀英", "何敏"):
            browser = site.browser(story.village[name])
            assert browser.get(f"/deliveries/{theirs.id}").status == 404
            assert browser.post(f"/deliveries/{theirs.id}/reading").status == 404
            assert "恳谈会" not in browser.get("/inbox").words
        stranger = site.visitor()
        assert stranger.get(f"/deliveries/{theirs.id}").location == f"/sign-in?next=/deliveries/{theirs.id}"
        assert stranger.get("/inbox").status == 303
        assert site.browser(story.village["赵敏"]).get("/deliveries/99999").status == 404
    assert delivery_of(story, "赵敏").read_at is None


def test_an_answer_stands_beside_what_was_said(story: Story, tmp_path):
    story.go_to("feedback")
    while story.facts.speakers.missing:
        story.take_next()
    mine = delivery_of(story, "赵敏")
    assert mine.subject.startswith("reply/")
    with open_site(story.database.url, tmp_path) as site:
        browser = site.browser(story.village["赵敏"])
        shown = browser.get(f"/deliveries/{mine.id}")
        assert "路要避开菜地。" in shown.words and "已采纳。" in shown.words
        browser.post(f"/deliveries/{mine.id}/reading")
    owed = story.look(lambda session, _m: session.get(ReplyOwed, int(mine.subject.split("/")[1])))
    assert owed.read_at is not None


def test_the_dossier_hears_of_the_reading(story: Story, tmp_path):
    story.notify("赵敏")
    mine = delivery_of(story, "赵敏")
    with open_site(story.database.url, tmp_path) as site:
        browser = site.browser(story.village["赵敏"])
        seen = site.house.log_size(story.village.id)
        with site.visitor().listen(f"/matters/{story.matter_id}/live", seen) as socket:
            browser.post(f"/deliveries/{mine.id}/reading")
            assert 'id="rail"' in socket.receive_text()


def test_unread_comes_first_and_the_rest_is_paged(story: Story, tmp_path):
    for number in range(32):
        story.notify("赵敏", title=f"通知第{number:02}号")
    newest = delivery_of(story, "赵敏")
    with open_site(story.database.url, tmp_path) as site:
        browser = site.browser(story.village["赵敏"])
        browser.post(f"/deliveries/{newest.id}/reading")
        first, second = browser.get("/inbox"), browser.get("/inbox?page=2")
        assert "通知第31号" not in first.words and "通知第30号" in first.words
        assert "通知第31号" in second.words
        assert browser.get("/inbox?page=x").status == 200
        assert browser.get("/inbox?page=999").status == 200
