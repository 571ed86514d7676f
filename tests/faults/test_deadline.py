"""Ballots around the announced hour, at two servers of one database whose machines' clocks are wrong.

The hour is that of the database: a ballot is in or out whichever server it reached, and the poll closes once.
"""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry
from deliberation.common_clock import CommonClock
from deliberation.db import Database, utc_now
from deliberation.identity.actions import begin_sign_in
from deliberation.voting.models import ballots_of
from deliberation.web import form_token
from tests.faults.killing import Server
from tests.faults.test_kill import _verified, _without_gaps
from tests.people import open_database, open_house
from tests.voting.polls import Meeting, build_meeting, cast, opened, poll_of

VOTERS = 60
SKEW = 20
"""Seconds by which one machine is fast and the other slow."""
AHEAD = 8.0
"""Seconds until the hour: connections are open by then, and the clocks have been set right."""
EARLY = 1.0


def servers(stack: ExitStack, url: str, folder) -> list[Server]:
    made = []
    for skew in (SKEW, -SKEW):
        program = ("tests.faults.skewed", str(skew))
        made.append(Server(url, folder, program, bus="postgres"))
        stack.callback(made[-1].stop)
        made[-1].start()
    return made


class Voter:
    """One person who sends one ballot at one instant, on a connection that is open before."""

    def __init__(self, server: Server, poll_id: int, token: str, at: float):
        self.at, self.status = at, 0
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.path = f"/polls/{poll_id}/ballots"
        self.body = urlencode({"token": form_token(token), "key": f"key-{at}", "choice": "yes"})
        self.headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"__Host-sign-in={token}",
            "Origin": f"http://localhost:{server.port}",
        }
        self.thread = threading.Thread(target=self._send, daemon=True)

    def _send(self) -> None:
        self.connection.connect()
        time.sleep(max(0.0, self.at - time.time()))
        self.connection.request("POST", self.path, self.body, self.headers)
        self.status = self.connection.getresponse().status


def signed_in(database: Database, meeting: Meeting) -> dict[int, str]:
    people = list(meeting.members.values())
    tokens = database.change(lambda session, now: [begin_sign_in(session, now, person_id=each) for each in people])
    return dict(zip(people, tokens, strict=True))


def voters_of(made: list[Server], poll_id: int, tokens: dict[int, str], hour: float) -> dict[int, Voter]:
    """Some well before the hour, some well after, and most within fifty milliseconds of it; every other at each server."""
    voters = {}
    for number, (person, token) in enumerate(tokens.items()):
        spread = (number // 2 - VOTERS / 4) / (VOTERS / 4) * 0.05
        at = hour - EARLY if number < 8 else hour + EARLY / 2 if number >= VOTERS - 8 else hour + spread
        voters[person] = Voter(made[number % 2], poll_id, token, at)
    return voters


def test_ballots_around_the_hour_are_in_or_out_by_the_clock_of_the_database(postgres_url, tmp_path):
    database = open_database(postgres_url)
    meeting = build_meeting(database, seats=VOTERS, online=True)
    tokens = signed_in(database, meeting)
    with ExitStack() as stack:
        made = servers(stack, postgres_url, tmp_path / "data")
        poll_id = opened(database, meeting, closes_in=AHEAD)
        hour = poll_of(database, poll_id).closes_at
        voters = voters_of(made, poll_id, tokens, hour.timestamp())
        for voter in voters.values():
            voter.thread.start()
        for voter in voters.values():
            voter.thread.join(60)
        until = time.monotonic() + 30
        while poll_of(database, poll_id).closed_at is None and time.monotonic() < until:
            time.sleep(0.1)
    poll = poll_of(database, poll_id)
    answers = {person: voter.status for person, voter in voters.items()}
    taken = {person for person, status in answers.items() if status == 303}
    assert set(answers.values()) <= {303, 409}, answers
    assert {person for person, voter in voters.items() if voter.at <= hour.timestamp() - EARLY} <= taken
    assert not {person for person, voter in voters.items() if voter.at > hour.timestamp() + 0.2} & taken
    with database.read() as session:
        ballots = ballots_of(session, poll_id)
        closings = session.exec(
            select(Entry).where(Entry.object == f"poll/{poll_id}", Entry.act == "poll.closed")
        ).all()
    assert {ballot.person_id for ballot in ballots} == taken
    assert all(ballot.cast_at < hour for ballot in ballots)
    assert poll.closed_at >= hour and len(closings) == 1
    assert poll.result["received"] == len(taken) and poll.result["counts"]["heads"]["yes"] == len(taken)
    _without_gaps(database)
    _verified(database, tmp_path / "data")
    database.close()


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_the_hour_of_several_processes_is_that_of_their_database(postgres_url, tmp_path, skew):
    house = open_house(postgres_url, tmp_path, bus="postgres")
    house._machine = house._common.machine = lambda: utc_now() + timedelta(seconds=skew)
    meeting = build_meeting(house.database, online=True)
    poll_id = opened(house.database, meeting, closes_in=3600)
    closes_at = poll_of(house.database, poll_id).closes_at
    assert abs(closes_at - datetime.now(UTC) - timedelta(seconds=3600)) < timedelta(seconds=30)
    cast(house.database, poll_id, meeting.members["李强"], "yes")
    with house.database.read() as session:
        assert abs(house.now(session) - datetime.now(UTC)) < timedelta(seconds=30)
    assert abs(house.now() - datetime.now(UTC)) < timedelta(seconds=30)
    house.database.close()


def test_one_process_by_itself_goes_by_its_own_clock(database_url, tmp_path):
    house = open_house(database_url, tmp_path)
    house._machine = lambda: datetime(2030, 1, 1, tzinfo=UTC)
    assert house.database.change(lambda _session, now: now) == datetime(2030, 1, 1, tzinfo=UTC)
    house.database.close()


def test_of_two_batches_the_later_one_has_the_later_instant(postgres_url):
    """Also of two processes: the clock is read when the lock is held and not when the batch was begun."""
    instants: list[datetime] = []
    writers = [Database(postgres_url, clock=CommonClock(utc_now).now) for _ in range(2)]

    def work(database: Database) -> None:
        for _ in range(40):
            database.change(lambda _session, now: instants.append(now))

    threads = [threading.Thread(target=work, args=(each,)) for each in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(instants) == 80
    assert instants == sorted(instants)
    for each in writers:
        each.close()
