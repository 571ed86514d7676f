"""The poll on the wall: what stands there while it is open and after it, and that there is nothing to press."""

from __future__ import annotations

import re

import pytest

from tests.pages import open_site
from tests.voting.polls import build_meeting, cast, opened
from tests.voting.test_poll_pages import finish


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


def test_the_wall_shows_turnout_clock_and_code_and_nothing_to_press(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = opened(site.house.database, meeting)
    cast(site.house.database, poll_id, meeting.members["李强"], "no")
    wall = site.browser().get(f"/polls/{poll_id}/screen")
    assert wall.status == 200
    assert "您是否同意修这条路？" in wall.words and "已有 1 人投票" in wall.words and "还差5人" in wall.words
    assert "data-until=" in wall.text and 'class="qr"' in wall.text
    inside = wall.text[wall.text.index("<main") : wall.text.index("</main>")]
    assert "<button" not in inside and "<form" not in inside
    assert "反对" not in wall.words and "赞成" not in wall.words


def test_the_result_comes_over_the_socket_of_the_poll(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = opened(site.house.database, meeting, closes_in=None)
    screen = site.browser().get(f"/polls/{poll_id}/screen")
    assert {"poll-state", "turnout"} <= screen.ids and f"/polls/{poll_id}/live" in screen.text
    seen = int(re.search(r"/live\?seen=(\d+)", screen.text)[1])
    with site.browser().listen(f"/polls/{poll_id}/live", seen) as socket:
        finish(site, meeting, poll_id)
        heard = socket.receive_text()
        assert "poll-state" in heard or "turnout" in heard
    wall = site.browser().get(f"/polls/{poll_id}/screen")
    assert "没有达到法定人数" in wall.words


def test_a_poll_that_closes_in_days_has_no_running_clock(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = opened(site.house.database, meeting, closes_in=5 * 86_400)
    wall = site.browser().get(f"/polls/{poll_id}/screen")
    assert "data-until=" not in wall.text and "还剩5天" in wall.words
