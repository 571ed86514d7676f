"""A real uvicorn with the sockets of the house and one live topic, on a free port; and listeners that connect to it."""

from __future__ import annotations

import asyncio
import contextlib
import socket as sockets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.routing import Router, WebSocketRoute
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from deliberation import live
from deliberation.app import start, stop
from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import community
from deliberation.followers import ReadyFrames
from deliberation.gate import Gate
from deliberation.identity.actions import begin_sign_in
from deliberation.live import Scene
from deliberation.refusal import Missing, Refusal
from deliberation.serving import options_of
from deliberation.socket_end import leaving
from deliberation.sockets import Socket
from deliberation.vocabulary import Act
from deliberation.web import Visit, socket
from tests.people import Place, build_village, open_house

WORDS = "errors/_refusal.html"
"""A fragment of the site that shows one sentence, which is all that these tests need to be told."""
CLOSED = "7"
"""The room that only those who belong to the village may follow."""


class Server:
    """The house behind a real server: ``topic("3")`` is ``room/3``; whatever is told of it is the sentence told."""

    def __init__(self, url: str, folder: Path, village: Place | None = None, **settings: Any):
        with sockets.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.origin = f"http://localhost:{self.port}"
        self.house = open_house(url, folder, public_url=self.origin, port=self.port, **settings)
        self.village: Place = village or build_village(self.house.database)
        self.house.hub.fragment(WORDS, self.words)
        self.house.hub.presence("room/", WORDS)
        self.padding = ""
        self.when_asked: Callable[[], None] = lambda: None
        self.server = uvicorn.Server(uvicorn.Config(self.app(), **options_of(self.house.settings)))
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def app(self) -> Any:
        def follow(visit: Visit) -> tuple[str, int]:
            if visit.number("id") == 404 or (visit.call.params["id"] == CLOSED and not self.is_near(visit)):
                raise Missing
            self.when_asked()
            return f"room/{visit.number('id')}", self.village.id

        @contextlib.asynccontextmanager
        async def lifespan(_app: Any):
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, start, self.house, loop)
            yield
            await loop.run_in_executor(None, stop, self.house)

        route = WebSocketRoute("/rooms/{id}/live", Socket(self.house, socket("/rooms/{id}/live", follow)))
        return ReadyFrames(Gate(Router(routes=[route], lifespan=lifespan), self.house.settings))

    def is_near(self, visit: Visit) -> bool:
        place = community(visit.session, self.village.id)
        who = visit.person.id if visit.person else None
        return standing_of(visit.session, who, place, visit.now.astimezone(place.zone).date()).is_near

    def words(self, scene: Scene) -> dict[str, Any]:
        if scene.subject.startswith("room/"):
            return {"refusal": Refusal("在场：{who}。", {"who": " ".join(map(str, scene.present)) or "0"})}
        return {"refusal": Refusal(f"听到{scene.subject}。" + self.padding)}

    def run(self) -> None:
        leaving.clear()  # Each stands for a process of its own; the one before it may have ended in this one.
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive()

    # --- what is done

    def tell(self, *subjects: str, topic: str = "room/3", entry: bool = False) -> None:
        """One change that announces each subject; ``entry``: and is an act in the log."""

        def verb(session: Any, _now: Any) -> None:
            for subject in subjects:
                live.announce(session, topic, WORDS, subject)
            if entry:
                record(session, Act.SETTING_CHANGED, self.village.id, "setting/x", actor=Actor(), data={"value": "1"})

        self.house.database.change(verb)

    def sign_in(self, who: str | int) -> str:
        """A cookie header of somebody of the cast, or of a person by their id."""
        who = self.village[who] if isinstance(who, str) else who
        token = self.house.database.change(lambda session, now: begin_sign_in(session, now, person_id=who))
        return f"{self.house.cookie_prefix}sign-in={token}"

    @property
    def seen(self) -> int:
        return self.house.log_size(self.village.id)

    def address(self, topic: str = "3", seen: int | str | None = None) -> str:
        return f"ws://localhost:{self.port}/rooms/{topic}/live?seen={self.seen if seen is None else seen}"

    def listen(
        self, topic: str = "3", *, seen: int | str | None = None, cookie: str = "", **headers: str
    ) -> ClientConnection:
        more = headers | ({"Cookie": cookie} if cookie else {})
        made = connect(
            self.address(topic, seen), origin=self.origin, additional_headers=more, compression=None, legacy=True
        )
        if topic != "404":
            self.wait_for_followers()
        return made

    def wait_for_followers(self, least: int = 1) -> None:
        """Until so many sockets have joined: the client is connected a little before."""
        self.wait_until(lambda: sum(self.house.hub.counts().values()) >= least)

    def wait_until(self, holds: Callable[[], bool], within: float = 5) -> None:
        until = time.monotonic() + within
        while not holds() and time.monotonic() < until:
            time.sleep(0.005)


def half_open(server: Server) -> sockets.socket:
    """Shakes hands and never reads again."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", server.port))
    raw.sendall(
        f"GET /rooms/3/live?seen={server.seen} HTTP/1.1\r\nHost: localhost:{server.port}\r\nOrigin: {server.origin}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b"101" in raw.recv(64)
    return raw


def heard(connection: ClientConnection, words: str, within: float = 5.0) -> str:
    """The first message with these words. An idle machine needs milliseconds; a loaded one is given time."""
    until = time.monotonic() + within
    while (left := until - time.monotonic()) > 0:
        with contextlib.suppress(TimeoutError):
            if words in (message := connection.recv(timeout=left)):
                return message
    raise AssertionError(f"nothing with {words} was heard within {within} s")


def heard_until_closed(connection: ClientConnection, within: float = 5.0) -> tuple[str, int]:
    """All that is still heard, and the code with which the server closes."""
    until, told = time.monotonic() + within, ""
    while (left := until - time.monotonic()) > 0:
        try:
            told += connection.recv(timeout=left)
        except TimeoutError:
            break
        except ConnectionClosed as closed:
            return told, closed.rcvd.code if closed.rcvd else 1006
    raise AssertionError(f"the socket was still open after {within} s")


def silent(connection: ClientConnection, seconds: float = 0.3) -> bool:
    try:
        connection.recv(timeout=seconds)
    except TimeoutError:
        return True
    return False


def close_code(connection: ClientConnection, within: float = 5.0) -> int:
    """The code with which the server closes; fails when it does not."""
    return heard_until_closed(connection, within)[1]


@contextlib.contextmanager
def serving(url: str, folder: Path, village: Place | None = None, **settings: Any) -> Iterator[Server]:
    made = Server(url, folder, village, **settings)
    made.run()
    try:
        yield made
    finally:
        made.stop()
