"""Clocks of a room are right after the server was killed: what is kept are instants, and the server's time is told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from deliberation.rooms.order_rules import seconds_left, speaking
from tests.journeys.servers import Server, environment, free_port
from tests.rooms.meeting import Meeting


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


def clock_of(page: str) -> tuple[datetime, datetime]:
    """The instant to which the speaker's clock runs, and the server's time that the page was told with it."""
    found = re.search(r'<p class="speaker__clock"><b role="timer"[^>]*data-until="([^"]+)" data-now="([^"]+)"', page)
    return datetime.fromisoformat(found[1]), datetime.fromisoformat(found[2])


def test_a_clock_runs_to_the_same_instant_after_the_server_was_killed(meeting, tmp_path):
    turn_id = meeting.ask("李强")
    meeting.give(turn_id)
    point = meeting.ask("黄丽", kind="point", after=40)
    meeting.give(point)
    meeting.rule(point)
    meeting.extend(turn_id)
    given = meeting.speaking.given_at
    env = environment(tmp_path / "data", free_port(), database_url=meeting.database.url)
    seen = []
    for _ in range(2):
        server = Server(["serve"], env, folder=tmp_path)
        seen.append(clock_of(server.fetch(f"/rooms/{meeting.room_id}")))
        server.process.kill()
        server.process.wait(20)
    (until, first_now), (again, second_now) = seen
    assert until == again == given + timedelta(seconds=120 + 60 + 5), (
        "two minutes, the extension, and the point of order"
    )
    assert second_now > first_now, "each page is told the server's own time"


def test_a_speech_that_a_point_interrupts_stands_still_across_a_restart(meeting):
    turn_id = meeting.ask("李强")
    meeting.give(turn_id)
    point = meeting.ask("黄丽", kind="point", after=25)
    meeting.give(point)
    held = next(turn for turn in meeting.turns if turn.id == turn_id)
    left = {seconds_left(held, meeting.turns, meeting.story.now + timedelta(seconds=n)) for n in (0, 1, 10_000)}
    assert left == {90} and speaking(meeting.turns).id == point
