"""A debate goes on: killed in the middle, without its bus, without its database, nothing said is lost or there twice."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from deliberation.audit.models import entries_on
from deliberation.vocabulary import Act
from tests.faults.debating import (
    Debate,
    Interrupted,
    Nats,
    Speakers,
    Speech,
    fetch,
    listening,
    send,
)
from tests.faults.killing import Server, kills, moment, serving
from tests.faults.test_kill import _verified, _without_gaps
from tests.schema import make_schema

AWAY = 4 if os.environ.get("DELIBERATION_SHORT") else 30
"""Seconds for which a service is away."""
SOON = 10
"""Seconds for what takes one on an idle machine."""


def held(debate: Debate, journals: list[Speech]) -> None:
    """Of what was answered everything is there, once, in order; and each is one entry of the log."""
    said: dict[int, list[str]] = {}
    for each in debate.said():
        said.setdefault(each.person_id, []).append(each.body)
    for journal in journals:
        assert journal.answered == len(journal.sent) > 0
        assert said[journal.person_id] == [words for _key, words in journal.sent]
    entered = debate.meeting.look(lambda session: entries_on(session, debate.meeting.topic))
    assert sum(entry.act == Act.STATEMENT_MADE for entry in entered) == sum(map(len, said.values()))


def test_what_was_said_survives_kills_and_the_clock_is_right_afterwards(database_url, tmp_path):
    debate, folder = Debate(database_url), tmp_path / "data"
    journals = debate.journals()
    with serving(database_url, folder) as server:
        server.start()
        until = debate.give_floor(server)
        speakers = Speakers(server, debate, journals)
        speakers.start()
        for _kill in range(kills(2)):
            time.sleep(moment(0.1, 0.8))
            server.kill()
            server.start()
            assert debate.until(server) == until
        with listening(server, debate, "周明") as ear:
            speakers.finish()
            assert speakers.wrong == []
            words = journals[0].sent[-1][1]
            assert words in ear.region() or any(words in message for message in ear.told)
            ear.shows_what_a_fresh_page_shows()
    held(debate, journals)
    _without_gaps(debate.meeting.database)
    _verified(debate.meeting.database, folder)


# --- the bus ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def nats() -> Iterator[Nats]:
    made = Nats()
    yield made
    made.go_away()


def test_a_bus_that_is_away_leaves_nobody_in_the_dark_and_nothing_is_there_twice(postgres_url, tmp_path, nats):
    """Two processes on NATS: without it each tells its own at once and sees by the log what the other did."""
    debate = Debate(postgres_url)
    with ExitStack() as stack:
        made = [Server(postgres_url, tmp_path / "data", bus="nats", nats_url=nats.url) for _ in range(2)]
        for server in made:
            stack.callback(server.stop)
            server.start()
        ears = [stack.enter_context(listening(server, debate, "周明")) for server in made]
        bodies = []

        def says(server: Server, words: str, within: float = SOON) -> None:
            bodies.append(words)
            number = len(bodies)
            assert send(server, f"{debate.path}/statements", debate.tokens["李强"], body=words, key=f"k{number}").status == 303  # fmt: skip
            for ear in ears:
                ear.heard(words, within)

        says(made[0], "线路通着。")
        nats.go_away()
        until = time.monotonic() + AWAY
        number = 0
        while time.monotonic() < until:
            number += 1
            says(made[number % 2], f"总线不在，第{number}句。")
        nats.come_back()
        time.sleep(3)
        for server in made:
            says(server, f"又通了，端口{server.port}。")
        for ear in ears:
            assert not ear.closed
            ear.shows_what_a_fresh_page_shows()
    assert [each.body for each in debate.said()] == bodies
    _without_gaps(debate.meeting.database)
    _verified(debate.meeting.database, tmp_path / "data")


# --- the database -----------------------------------------------------------------------------------------------------


@pytest.fixture
def database() -> Iterator[Interrupted]:
    made = Interrupted()
    yield made
    made.stop()


@pytest.mark.parametrize("bus", ["memory", "postgres"])
def test_a_database_that_is_away_is_said_and_nothing_is_there_twice(database, tmp_path, bus):
    url = database.url("postgres")
    make_schema(url)
    debate, folder = Debate(url), tmp_path / "data"
    debate.meeting.database.close()
    with ExitStack() as stack:
        server = Server(url, folder, bus=bus)
        stack.callback(server.stop)
        server.start()
        until = debate.give_floor(server)
        ear = stack.enter_context(listening(server, debate, "周明"))
        _taken(server, debate, "线路通着。", "before")
        ear.heard("线路通着。", SOON)
        database.go_away()
        began = time.monotonic()
        _is_said(server, debate)
        time.sleep(max(0.0, AWAY - (time.monotonic() - began)))
        _is_said(server, debate)
        assert not ear.closed
        database.come_back()
        _taken(server, debate, "断开时写的。", "first")
        ear.heard("断开时写的。", SOON)
        # The same form once more, as a browser sends it whose answer did not come.
        _taken(server, debate, "断开时写的。", "first")
        _taken(server, debate, "接着讲。", "second")
        ear.heard("接着讲。", SOON)
        ear.shows_what_a_fresh_page_shows()
        assert debate.until(server) == until
    assert [each.body for each in debate.said()] == ["线路通着。", "断开时写的。", "接着讲。"]
    _without_gaps(debate.meeting.database)
    _verified(debate.meeting.database, folder)
    debate.meeting.database.close()


def _is_said(server: Server, debate: Debate) -> None:
    """Whoever writes reads that it was not taken, on a page or beside the form; whoever reads reads it too."""
    path, token = f"{debate.path}/statements", debate.tokens["李强"]
    began = time.monotonic()
    plain = send(server, path, token, body="断开时写的。", key="first")
    beside = send(server, path, token, htmx=True, body="断开时写的。", key="first")
    page = fetch(server, debate.path, token)
    assert time.monotonic() - began < SOON
    for answer in (plain, beside, page):
        assert answer.status == 503, answer.words[:300]
        assert "数据库" in answer.words and "Traceback" not in answer.words
    assert "没有交上" in beside.words and "<html" not in beside.words
    assert "<html" in plain.words and "<html" in page.words


def _taken(server: Server, debate: Debate, words: str, key: str) -> None:
    """As soon as the database is back, within seconds."""
    until = time.monotonic() + SOON
    while (
        answer := send(server, f"{debate.path}/statements", debate.tokens["李强"], body=words, key=key)
    ).status == 503:
        assert time.monotonic() < until, answer.words[:300]
        time.sleep(0.3)
    assert answer.status == 303, answer.words[:300]
