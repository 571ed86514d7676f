"""A meeting in the hall: the clerk at the door with a keyboard, the code on the wall, a member with a phone who votes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deliberation.identity.actions import begin_sign_in
from deliberation.migration import migrate
from deliberation.voting.meeting_rules import door_code, window_of
from tests.browser.conftest import AT_ONCE, DESK, PHONE, Cast, Someone, shoot
from tests.journeys.servers import Server, environment, free_port
from tests.people import open_database
from tests.voting.meetings import called, meeting_of
from tests.voting.polls import build_meeting


class Hall(Cast):
    """The people of a village at their browsers, over a database that the test has built."""

    def enter(self, person_id: int, size: dict[str, int] = DESK) -> Someone:
        token = self.database.change(lambda session, now: begin_sign_in(session, now, person_id=person_id))
        someone = self.visitor(size)
        someone.context.add_cookies(
            [{"name": "__Host-sign-in", "value": token, "domain": "localhost", "path": "/", "secure": True}]
        )
        return someone


@pytest.fixture
def hall(browser: Browser, tmp_path: Path) -> Iterator[Hall]:
    url = f"sqlite:///{tmp_path / 'hall.sqlite3'}"
    migrate(url)
    database = open_database(url)
    world = build_meeting(database)
    meeting_id = called(database, world)
    server = Server(["serve"], environment(tmp_path / "data", free_port(), database_url=url), folder=tmp_path)
    hall = Hall(browser, server)
    hall.database, hall.world, hall.meeting_id = database, world, meeting_id
    try:
        yield hall
    finally:
        hall.leave()
        server.stop()
        database.close()
    assert hall.wrong == [], "a page broke its policy, failed in a script, or asked another machine"


def test_a_member_signs_in_by_the_code_and_votes_on_a_phone(hall: Hall) -> None:
    world, base = hall.world, f"/meetings/{hall.meeting_id}"
    chair, clerk = hall.enter(world.place["王秀英"]), hall.enter(world.place["林涛"])
    chair.go(base)
    chair.press("宣布开会")
    expect(chair.page.locator("#meeting-state")).to_contain_text("正在开会")
    wall = hall.enter(world.place["林涛"])
    wall.go(f"{base}/code")
    expect(wall.page.locator("#code svg.qr")).to_be_visible()
    expect(wall.page.locator("#quorum")).to_contain_text("实到0人")
    at_the_door(clerk, base)
    expect(wall.page.locator("#quorum")).to_contain_text("实到6人", timeout=AT_ONCE * 3)
    shoot(wall.page, "meeting-wall")
    shoot(clerk.page, "meeting-door")
    member = hall.enter(world.members["李强"], PHONE)
    meeting = meeting_of(hall.database, hall.meeting_id)
    code = door_code(meeting.secret, meeting.id, window_of(datetime.now(UTC)))
    member.go(f"{base}/door/{code}")
    shoot(member.page, "meeting-scan-phone")
    member.press("确认签到")
    expect(member.page.locator("#mine")).to_contain_text("您已签到")
    expect(wall.page.locator("#quorum")).to_contain_text("实到7人", timeout=AT_ONCE * 3)
    votes(chair, member, world.matter_id, base)


def at_the_door(clerk: Someone, base: str) -> None:
    """Part of a name, Enter, Enter; five more by their ticks."""
    clerk.go(f"{base}/door")
    expect(clerk.page.locator("#q")).to_be_focused()
    clerk.page.keyboard.type("代表02")
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_url("**/door?q=*")
    expect(clerk.page.get_by_role("button", name="登记到会")).to_be_focused()
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_url(f"**{base}/door")
    expect(clerk.page.locator("#quorum")).to_contain_text("实到1人")
    for number in range(3, 8):
        clerk.page.get_by_label(f"代表{number:02}").check()
    clerk.press("登记")
    expect(clerk.page.locator("#quorum")).to_contain_text("实到6人")


def votes(chair: Someone, member: Someone, matter_id: int, base: str) -> None:
    shoot(member.page, "meeting-phone")
    assert member.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    chair.go(base)
    shoot(chair.page, "meeting-chair")
    chair.follow("打开表决")
    chair.page.wait_for_url("**/polls/new")
    chair.press("冻结名册，打开表决")
    shoot(chair.page, "meeting-poll")
    chair.page.wait_for_url(re.compile(r"/polls/[0-9]+$"))
    expect(member.page.locator("#meeting-state")).to_contain_text("正在表决", timeout=AT_ONCE * 3)
    member.page.locator("#meeting-polls ~ ul a").first.click()
    member.choose(choice="yes")
    member.press("下一步：核对")
    member.press("确认投票")
    expect(member.page.locator("#mine")).to_contain_text("您已投票")
    shoot(member.page, "meeting-voted-phone")
