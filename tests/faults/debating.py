"""A room in which people speak while something fails: those who speak, those who listen, and the services that go away."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlmodel import select
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from deliberation.identity.actions import begin_sign_in
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.models import Statement
from deliberation.web import form_token
from tests.faults.killing import Journal, Server, Voters, free_port
from tests.live.conftest import nats_server
from tests.postgres_server import PostgresServer
from tests.rooms.meeting import Meeting
from tests.rooms.test_kept_open import part_of

SPEAKERS = ("李强", "赵敏", "吴桂兰", "孙立国")
TURNS = 5000
"""More written statements than anybody can send in one run."""
FEED = "said"


class Debate:
    """A room of a matter in a database, with everybody signed in."""

    def __init__(self, url: str):
        self.meeting = Meeting(url, limits=Limits(600, TURNS))
        self.room_id, self.village = self.meeting.room_id, self.meeting.village
        self.path = f"/rooms/{self.room_id}"
        names = ("王秀英", "林涛", "周明", *SPEAKERS)
        self.tokens = dict(zip(names, self.meeting.database.change(self._sign_in(names)), strict=True))
        self.waiting = self.meeting.ask("李强", position="for")
        self.meeting.database.close()

    def _sign_in(self, names: tuple[str, ...]) -> Any:
        return lambda session, now: [begin_sign_in(session, now, person_id=self.village[name]) for name in names]

    def journals(self) -> list[Speech]:
        return [Speech(self.village[name], self.tokens[name]) for name in SPEAKERS]

    def give_floor(self, server: Server) -> str:
        """The chair gives the word; until when the page says it lasts."""
        assert send(server, f"/turns/{self.waiting}/floor", self.tokens["王秀英"]).status == 303
        return self.until(server)

    def until(self, server: Server) -> str:
        page = fetch(server, self.path, self.tokens["李强"]).words
        return re.search(r'data-until="([^"]+)"', part_of(page, "speaker"))[1]

    def said(self) -> list[Statement]:
        return self.meeting.look(lambda session: list(session.exec(select(Statement).order_by(Statement.id))))


class Speech(Journal):
    """Each statement has words of its own, so that one that is there twice is seen."""

    def next(self) -> tuple[str, str]:
        if self.answered == len(self.sent):
            number = len(self.sent)
            self.sent.append((f"{self.person_id}-{number}", f"{self.person_id}号说的第{number}句。"))
        return self.sent[-1]


class Speakers(Voters):
    """Threads that hand in statements with short pauses, whether or not the server is there."""

    def __init__(self, server: Server, debate: Debate, journals: list[Speech]):
        super().__init__(server, 0, journals, threads=len(journals))
        self.path = f"{debate.path}/statements"

    def _send(self, connection: http.client.HTTPConnection, journal: Journal, key: str, choice: str) -> int:
        time.sleep(0.01)
        sent = _post(connection, self.server, self.path, journal.token, {"key": key, "body": choice})
        is_taken = sent.status == 303 and sent.location.startswith(self.path.removesuffix("/statements"))
        return 303 if is_taken else sent.status + 1000


@dataclass(frozen=True)
class Reply:
    status: int
    words: str
    location: str = ""


def send(server: Server, path: str, token: str, *, htmx: bool = False, **fields: str) -> Reply:
    """A form of the room as a page sends it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=90)
    with contextlib.closing(connection):
        return _post(connection, server, path, token, fields, **({"HX-Request": "true"} if htmx else {}))


def _post(
    connection: http.client.HTTPConnection, server: Server, path: str, token: str, fields: dict[str, str], **more: str
) -> Reply:
    body = urlencode({"token": form_token(token)} | fields)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"__Host-sign-in={token}",
        "Origin": f"http://localhost:{server.port}",
    }
    connection.request("POST", path, body, headers | more)
    answer = connection.getresponse()
    return Reply(answer.status, answer.read().decode(), answer.headers.get("location", ""))


def fetch(server: Server, path: str, token: str) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=90)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Cookie": f"__Host-sign-in={token}"})
        answer = connection.getresponse()
        return Reply(answer.status, answer.read().decode())


class Ear:
    """Somebody whose page of the room is open: what it was told, and what it shows after fetching when told to."""

    def __init__(self, server: Server, debate: Debate, name: str):
        self.server, self.debate, self.token = server, debate, debate.tokens[name]
        seen = re.search(r'id="seen" value="(\d+)"', fetch(server, debate.path, self.token).words)[1]
        headers = {"Cookie": f"__Host-sign-in={self.token}", "Origin": f"http://localhost:{server.port}"}
        address = f"ws://localhost:{server.port}{debate.path}/live?seen={seen}"
        self.socket = connect(address, additional_headers=headers, open_timeout=60, legacy=True, max_size=2**22)
        self.told: list[str] = []
        self.closed = ""
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        try:
            for message in self.socket:
                self.told.append(message)
        except ConnectionClosed as end:
            self.closed = str(end)
        else:
            self.closed = str(self.socket.close_code)

    def heard(self, words: str, within: float) -> float:
        """Seconds until the page shows these words: they came, or the page was told to fetch and they are there."""
        began, known = time.monotonic(), 0
        while time.monotonic() < began + within:
            news, known = self.told[known:], len(self.told)
            if any(words in message for message in news) or (any(map(is_again, news)) and words in self.region()):
                return time.monotonic() - began
            time.sleep(0.02)
        raise AssertionError(f"{words} was not heard within {within} s; told {[each[:80] for each in self.told[-5:]]}")

    def region(self) -> str:
        return fetch(self.server, f"{self.debate.path}/parts", self.token).words

    def shows_what_a_fresh_page_shows(self) -> None:
        page = fetch(self.server, self.debate.path, self.token).words
        assert part_of(self.region(), FEED) == part_of(page, FEED)

    def leave(self) -> None:
        self.socket.close()
        self.thread.join(10)


def is_again(message: str) -> bool:
    return 'id="arrive"' in message


class Nats:
    """A NATS server that can be away and come back at the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"nats://127.0.0.1:{self.port}"
        self.come_back()

    def come_back(self) -> None:
        command = [str(nats_server()), "-a", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=0.2).connect()
                return
            time.sleep(0.05)
        raise AssertionError("NATS does not come up")

    def go_away(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


class Interrupted(PostgresServer):
    """A PostgreSQL of this test's own that can be away and come back with what it held."""

    def go_away(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def come_back(self) -> None:
        self.process = self._start()

    def stop(self) -> None:
        if self.process.poll() is None:
            super().stop()


@contextlib.contextmanager
def listening(server: Server, debate: Debate, name: str) -> Iterator[Ear]:
    made = Ear(server, debate, name)
    try:
        yield made
    finally:
        made.leave()
