"""Who hears what, when: fragments pushed over WebSockets to everyone who follows a topic.

An action announces *what changed*; after the commit every process renders it from the database, once per language,
frames it once and writes the same bytes to each socket (performance.md 2a). Nothing is replayed: whoever may have
missed something is told to *arrive again* and fetches the region that a fresh page would show (house.md, "Live").
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation import templating
from deliberation.db import Database, pend_update

log = logging.getLogger(__name__)

UNSENT_CAP = 256 * 1024
"""Bytes that may wait unsent for one socket; beyond it the socket is closed with 1013 and the page arrives again."""
SLICE = 500
"""Sockets written in one go; between slices ballots and pages get their turn."""
PRESENCE_LIFETIME = 60.0
HEARTBEATS = 20
"""Inbound messages a second that one socket may send."""
SIGNED_OUT, NO_LONGER_ALLOWED, TOO_SLOW, FLOODING = 4401, 4403, 1013, 1008


@dataclass(frozen=True)
class Scene:
    """What a loader needs to gather the values of a fragment: a reading session, the thing, who is there."""

    session: Session
    subject: str
    now: datetime
    present: tuple[int, ...]


Loader = Callable[[Scene], dict[str, Any] | None]


def announce(session: Session, topic: str, fragment: str, subject: str = "", *, how: str = "morph") -> None:
    """After the commit, show everyone who follows ``topic`` this fragment of ``subject`` (``statement/88``).

    ``how``: ``morph`` replaces the element of the same id, ``append:<id>`` adds it as the last child of that element.
    """
    pend_update(session, {"do": "show", "topic": topic, "fragment": fragment, "subject": subject or topic, "how": how})


def revoke(session: Session, *, sign_ins: list[int] | None = None, person_id: int = 0, topic: str = "") -> None:
    """After the commit, close the sockets of ended sign-ins (4401), or of a person on a topic (4403)."""
    pend_update(session, {"do": "revoke", "sign_ins": sign_ins or [], "person_id": person_id, "topic": topic})


@dataclass(eq=False)
class Follower:
    """One open socket. ``transport`` is there when ready frames can be written to it."""

    send: Callable[[dict[str, Any]], Any]
    topic: str
    locale: str
    person_id: int = 0
    sign_in_id: int = 0
    community_id: int = 0
    transport: Any = None
    waiting: deque = field(default_factory=lambda: deque(maxlen=64))
    pump: asyncio.Task | None = None


def frame(text: str) -> bytes:
    """One unmasked, uncompressed text frame (RFC 6455 section 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Hub:
    """The followers of this process and the thread that renders for them."""

    def __init__(self, database: Database, clock: Callable[[Session | None], datetime]):
        self.database, self.clock = database, clock
        self.process = secrets.token_hex(4)
        self._loaders: dict[str, tuple[Loader, float]] = {}
        self._followers: dict[str, set[Follower]] = {}
        self._present: dict[str, dict[tuple[str, int], float]] = {}
        self._presence_fragments: dict[str, str] = {}
        self._dirty: OrderedDict[tuple, dict[str, Any]] = OrderedDict()
        self._shown: dict[tuple, float] = {}
        self._bell = threading.Condition()
        self._closing = False
        self._queues: dict[str, deque] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.publish: Callable[[list[dict[str, Any]]], None] = self.receive

    # --- what is said

    def fragment(self, name: str, loader: Loader, *, pace: float = 0.0) -> None:
        """Name the loader of a fragment that may be announced; ``pace``: at most once in so many seconds."""
        self._loaders[name] = (loader, pace)

    def presence(self, prefix: str, name: str) -> None:
        """Topics that begin with ``prefix`` show who is there in fragment ``name``."""
        self._presence_fragments[prefix] = name

    def receive(self, messages: list[dict[str, Any]]) -> None:
        """Take messages from the bus (any thread)."""
        with self._bell:
            for message in messages:
                if message["do"] == "show":
                    if message["topic"] in self._followers:
                        self._dirty.setdefault((message["topic"], message["fragment"], message["subject"]), message)
                elif message["do"] == "here":
                    self._hear_presence(message)
                elif self.loop is not None:
                    self.loop.call_soon_threadsafe(self._obey, message)
            self._bell.notify()

    def _obey(self, message: dict[str, Any]) -> None:
        if message["do"] == "again":
            self.arrive_again(message["topic"])
            return
        for topic, followers in list(self._followers.items()):
            for follower in list(followers):
                if follower.sign_in_id and follower.sign_in_id in message["sign_ins"]:
                    self._close(follower, SIGNED_OUT)
                elif follower.person_id and follower.person_id == message["person_id"] and topic == message["topic"]:
                    self._close(follower, NO_LONGER_ALLOWED)

    def arrive_again(self, topic: str) -> None:
        """Tell every follower of a topic to fetch its region anew (event loop only)."""
        for locale in {follower.locale for follower in self._followers.get(topic, ())}:
            self._enqueue(topic, locale, templating.arrive_again())

    def community_changed(self, community_id: int) -> None:
        """Something was written by a process that does not share this bus: its community's pages arrive again."""
        for topic, followers in list(self._followers.items()):
            if self.loop is not None and any(each.community_id == community_id for each in list(followers)):
                self.loop.call_soon_threadsafe(self.arrive_again, topic)

    # --- rendering, in a thread of its own

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        threading.Thread(target=self._cry, name="crier", daemon=True).start()

    def stop(self) -> None:
        with self._bell:
            self._closing = True
            self._bell.notify()

    def _cry(self) -> None:
        while True:
            with self._bell:
                due = self._take_due()
                while not due and not self._closing:
                    self._bell.wait(0.1 if self._dirty else None)
                    due = self._take_due()
                if self._closing:
                    return
            try:
                self._render(due)
            except Exception:
                log.exception("live: a fragment could not be rendered; its followers arrive again")
                for message in due:
                    self.loop.call_soon_threadsafe(self.arrive_again, message["topic"])

    def _take_due(self) -> list[dict[str, Any]]:
        now, due = time.monotonic(), []
        for key in list(self._dirty):
            pace = self._loaders[key[1]][1]
            if not pace or now - self._shown.get(key, -pace) >= pace:
                due.append(self._dirty.pop(key))
                if pace:
                    self._shown[key] = now
        return due

    def _render(self, due: list[dict[str, Any]]) -> None:
        with self.database.read() as session:
            now = self.clock(session)
            for message in due:
                topic = message["topic"]
                loader, _ = self._loaders[message["fragment"]]
                context = loader(Scene(session, message["subject"], now, self.present(topic)))
                if context is None:
                    continue
                for locale in {follower.locale for follower in list(self._followers.get(topic, ()))}:
                    html = templating.fragment(message["fragment"], locale=locale, **context)
                    self._hand_over(topic, locale, templating.as_update(html, message["how"]))

    def _hand_over(self, topic: str, locale: str, text: str) -> None:
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._enqueue, topic, locale, text)

    # --- delivery, on the event loop

    def _enqueue(self, topic: str, locale: str, text: str) -> None:
        queue = self._queues.get(topic)
        if queue is None:
            queue = self._queues[topic] = deque()
            asyncio.ensure_future(self._deliver(topic, queue))
        queue.append((locale, text, frame(text)))

    async def _deliver(self, topic: str, queue: deque) -> None:
        while queue:
            locale, text, ready = queue.popleft()
            followers = [follower for follower in self._followers.get(topic, ()) if follower.locale == locale]
            for start in range(0, len(followers), SLICE):
                for follower in followers[start : start + SLICE]:
                    self._tell(follower, text, ready)
                await asyncio.sleep(0)
        del self._queues[topic]

    def _tell(self, follower: Follower, text: str, ready: bytes) -> None:
        transport = follower.transport
        if transport is None:
            if len(follower.waiting) == follower.waiting.maxlen:
                follower.waiting.clear()
                text = templating.arrive_again()
            follower.waiting.append(text)
            if follower.pump is None or follower.pump.done():
                follower.pump = asyncio.ensure_future(_pump(follower))
        elif transport.get_write_buffer_size() > UNSENT_CAP:
            self._close(follower, TOO_SLOW)
        elif not transport.is_closing():
            transport.write(ready)

    def _close(self, follower: Follower, code: int) -> None:
        self.leave(follower)
        if follower.transport is not None and code == TOO_SLOW:
            # Its buffer is full: a polite close would wait behind it for ever.
            follower.transport.abort()
            return

        async def close() -> None:
            with contextlib.suppress(Exception):
                await follower.send({"type": "websocket.close", "code": code, "reason": ""})

        asyncio.ensure_future(close())

    # --- following

    def join(self, follower: Follower) -> None:
        self._followers.setdefault(follower.topic, set()).add(follower)
        if follower.person_id:
            self.here(follower)

    def leave(self, follower: Follower) -> None:
        followers = self._followers.get(follower.topic)
        if followers is None or follower not in followers:
            return
        followers.discard(follower)
        if not followers:
            del self._followers[follower.topic]
        if follower.person_id and not any(other.person_id == follower.person_id for other in followers):
            self._say_presence(follower.topic, follower.person_id, 0.0)

    def counts(self) -> dict[str, int]:
        return {topic: len(followers) for topic, followers in self._followers.items()}

    def topics(self) -> list[str]:
        return list(self._followers)

    # --- presence: a heartbeat with a lifetime, announced at most once a second

    def here(self, follower: Follower) -> None:
        known = self._present.get(follower.topic, {}).get((self.process, follower.person_id), 0.0)
        if time.monotonic() - known > PRESENCE_LIFETIME / 3:
            self._say_presence(follower.topic, follower.person_id, PRESENCE_LIFETIME)

    def present(self, topic: str) -> tuple[int, ...]:
        """Ids of the persons who are there now, in any process, in order of id."""
        now = time.monotonic()
        heard = list(self._present.get(topic, {}).items())
        return tuple(sorted({person for (_, person), seen in heard if now - seen < PRESENCE_LIFETIME}))

    def _say_presence(self, topic: str, person_id: int, lifetime: float) -> None:
        if any(topic.startswith(prefix) for prefix in self._presence_fragments):
            self.publish([{"do": "here", "topic": topic, "person": person_id, "process": self.process, "for": lifetime}])

    def _hear_presence(self, message: dict[str, Any]) -> None:
        topic, key = message["topic"], (message["process"], message["person"])
        people = self._present.setdefault(topic, {})
        before = set(self.present(topic))
        if message["for"]:
            people[key] = time.monotonic()
        else:
            people.pop(key, None)
        if set(self.present(topic)) != before and topic in self._followers:
            self._mark_presence(topic)

    def _mark_presence(self, topic: str) -> None:
        for prefix, name in self._presence_fragments.items():
            if topic.startswith(prefix):
                message = {"do": "show", "topic": topic, "fragment": name, "subject": topic, "how": "morph"}
                self._dirty.setdefault((topic, name, topic), message)

    def sweep(self) -> None:
        """Forget who has fallen silent (called now and then)."""
        horizon = time.monotonic() - PRESENCE_LIFETIME
        with self._bell:
            for topic, people in list(self._present.items()):
                gone = [key for key, seen in people.items() if seen < horizon]
                for key in gone:
                    del people[key]
                if gone and topic in self._followers:
                    self._mark_presence(topic)
            self._bell.notify()


async def _pump(follower: Follower) -> None:
    """The fallback where the server's transport cannot be reached: wait for each send."""
    while follower.waiting:
        try:
            await follower.send({"type": "websocket.send", "text": follower.waiting.popleft()})
        except Exception:
            return


class ReadyFrames:
    """Outermost ASGI layer: hands a socket's transport down, where the server is the one whose insides we know."""

    def __init__(self, app: Any):
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            protocol = getattr(send, "__self__", None)
            transport = getattr(protocol, "transport", None)
            known = hasattr(protocol, "handshake_complete") and hasattr(transport, "get_write_buffer_size")
            scope["deliberation.transport"] = transport if known else None
        await self.app(scope, receive, send)
