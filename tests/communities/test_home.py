"""What the front page says first, and that it says each thing once."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from deliberation.delivery.actions import record_told
from deliberation.home.front_page import in_order_of_urgency
from deliberation.matters.models import Matter
from deliberation.sections import WAITING, Item, Section
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story
from tests.rooms.halls import house_at


@pytest.fixture
def past(database_url) -> Story:
    return Story(database_url, long_ago())


def waiting(page) -> str:
    """The list of what waits, as it is written."""
    found = re.search(r'<ol class="wait">.*?</ol>', page.text, re.DOTALL)
    return found[0] if found else ""


def test_a_room_that_is_open_now_is_the_first_thing_for_those_who_may_come(database_url, tmp_path):
    with house_at(database_url, tmp_path) as house:
        room = house.open_room(title="村道怎么修")
        home = waiting(house.browser("赵敏").get("/"))
        first = re.search(r'<li class="wait__first">.*?</li>', home, re.DOTALL)[0]
        assert "村道怎么修" in first and "进入协商室" in first and f'href="{room}"' in first
        assert "村道怎么修" not in waiting(house.site.visitor().get("/"))
        elsewhere = house.site.browser(house.story.places.other["赵敏"]).get("/")
        assert "进入协商室" not in waiting(elsewhere), "a room of another village waits for nobody here"
        assert house.browser("王秀英").post(f"{room}/closing").status == 303
        assert "进入协商室" not in waiting(house.browser("赵敏").get("/"))


def test_what_goes_on_now_comes_before_what_falls_due():
    due = Item("表决", "/polls/1", due=long_ago())
    now = Item("协商", "/rooms/1", is_now=True)
    assert in_order_of_urgency([Section("", (due,), WAITING), Section("", (now,), WAITING)]) == [now, due]


def end(matter: Matter, now: datetime) -> None:
    matter.ended_at = now


def test_a_notice_that_was_delivered_or_whose_matter_ended_waits_no_longer(past, database_url, tmp_path):
    past.begin("six_steps").go_to("notice")
    notice = past.notify("赵敏", "李强", title="恳谈会通知")
    who = {"people": [past.village["李强"]], "by": past.actor("林涛")}
    subject = f"document/{notice.id}"
    past.do(lambda session, _m: record_told(session, past.now, subject=subject, channel="visit", proof="上门", **who))
    with site_of(past, database_url, tmp_path) as site:
        assert "恳谈会通知" in waiting(site.browser(past.village["赵敏"]).get("/"))
        assert "恳谈会通知" not in waiting(site.browser(past.village["李强"]).get("/")), "told at the door"
        site.house.database.change(lambda session, now: end(session.get(Matter, past.matter_id), now))
        assert "恳谈会通知" not in waiting(site.browser(past.village["赵敏"]).get("/")), "nothing to come to"


def test_a_matter_stands_in_one_list(past, database_url, tmp_path):
    past.begin("six_steps", title="修桥").go_to("disclosure")
    with site_of(past, database_url, tmp_path) as site:
        page = site.visitor().get("/").text
    assert len(re.findall(r'<li><a href="/matters/\d+">修桥', page)) == 1


def test_refused_matters_stand_in_a_group_of_their_own(past, database_url, tmp_path):
    past.begin("six_steps", title="修桥").screen(4, "明显不公")
    with site_of(past, database_url, tmp_path) as site:
        visitor = site.visitor()
        words = visitor.get("/").words
        refused = visitor.get("/matters?state=refused").words
        decided = visitor.get("/matters?state=decided").words
    assert words.index("不纳入协商的议题") < words.index("修桥")
    assert "修桥" in refused and "修桥" not in decided


def test_who_runs_the_platform_finds_the_administration_at_home(past, database_url, tmp_path):
    with site_of(past, database_url, tmp_path) as site:
        assert 'href="/admin"' in site.browser(past.village["何敏"]).get("/").text
        assert 'href="/admin"' not in site.browser(past.village["赵敏"]).get("/").text
