"""The sockets of this process: who follows what, and how finished bytes reach them without waiting for anybody.

Everything here runs on the event loop. A socket whose transport is known gets ready frames (performance.md 2a); any
other gets its words by the server's own ``send``, with a short queue that is emptied when it is full.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deliberation import templating
from deliberation.frames import TEXT, framed

UNSENT_CAP = 256 * 1024
"""Bytes that may wait unsent for one socket; beyond it the socket is closed with 1013 and the page arrives again."""
MOST_WAITING = 64
"""Messages that may wait for a socket whose transport is not known; then it arrives again instead."""
SLICE = 500
"""Sockets written in one go; between slices ballots and pages get their turn."""
POLITE = 5.0
"""Seconds that a socket has to take the words of its closing."""
log = logging.getLogger(__name__)

SIGNED_OUT, NO_LONGER_ALLOWED, RESEATED, TOO_SLOW, FLOODING = 4401, 4403, 4409, 1013, 1008


@dataclass(eq=False, slots=True)
class Follower:
    """One open socket. ``transport`` is there when ready frames can be written to it.

    ``call`` and ``follow`` are what it came with and what it asked for, so that it can be asked again whether it may.
    """

    send: Callable[[dict[str, Any]], Any]
    topic: str
    locale: str
    person_id: int = 0
    sign_in_id: int = 0
    community_id: int = 0
    call: Any = None
    follow: Callable[[Any], tuple[str, int]] | None = None
    transport: Any = None
    waiting: deque | None = None
    pump: asyncio.Task | None = None
    is_shut: bool = False


def frame(text: str) -> bytes:
    """One unmasked, uncompressed text frame (RFC 6455 section 5.2)."""
    return framed(TEXT, text.encode())


class Followers:
    """Who follows which topic, and the delivery to them."""

    def __init__(self) -> None:
        self.by_topic: dict[str, dict[Follower, None]] = {}
        """Followers in the order in which they came: memory of one lies beside that of the next, also in the kernel."""
        self._readers: dict[tuple[str, str], list[Follower]] = {}
        self._locales: dict[str, Counter[str]] = {}
        self._sign_ins: Counter[int] = Counter()
        self._people: Counter[tuple[str, int]] = Counter()
        self._queues: dict[str, deque] = {}
        self._tasks: set[asyncio.Future] = set()

    def add(self, follower: Follower) -> None:
        self.by_topic.setdefault(follower.topic, {})[follower] = None
        self._locales.setdefault(follower.topic, Counter())[follower.locale] += 1
        self._readers.pop((follower.topic, follower.locale), None)
        if follower.person_id:
            self._sign_ins[follower.sign_in_id] += 1
            self._people[follower.topic, follower.person_id] += 1

    def remove(self, follower: Follower) -> bool:
        """Forget a follower; whether it was there."""
        followers = self.by_topic.get(follower.topic)
        if followers is None or follower not in followers:
            return False
        del followers[follower]
        self._readers.pop((follower.topic, follower.locale), None)
        self._locales[follower.topic][follower.locale] -= 1
        if not self._locales[follower.topic][follower.locale]:
            del self._locales[follower.topic][follower.locale]
        if not followers:
            del self.by_topic[follower.topic], self._locales[follower.topic]
        if follower.person_id:
            self._sign_ins[follower.sign_in_id] -= 1
            if not self._sign_ins[follower.sign_in_id]:
                del self._sign_ins[follower.sign_in_id]
            here = follower.topic, follower.person_id
            self._people[here] -= 1
            if not self._people[here]:
                del self._people[here]
        return True

    def count(self, topic: str) -> int:
        """How many follow a topic in this process (any thread)."""
        return len(self.by_topic.get(topic, ()))

    def locales(self, topic: str) -> list[str]:
        """The languages in which followers of a topic read (any thread)."""
        return sorted(self._locales.get(topic, ()))

    def _readers_of(self, topic: str, locale: str) -> list[Follower]:
        """Whom to tell; put together only after somebody came or went."""
        known = self._readers.get((topic, locale))
        if known is None:
            known = [follower for follower in self.by_topic.get(topic, ()) if follower.locale == locale]
            if known:
                self._readers[topic, locale] = known
        return known

    def all(self) -> list[Follower]:
        return [follower for followers in list(self.by_topic.values()) for follower in list(followers)]

    def is_person_on(self, topic: str, person_id: int) -> bool:
        return (topic, person_id) in self._people

    def sockets_of(self, sign_in_id: int) -> int:
        """How many sockets a sign-in has open in this process."""
        return self._sign_ins.get(sign_in_id, 0)

    def sign_ins(self) -> list[int]:
        """The sign-ins that follow anything in this process (any thread)."""
        return list(self._sign_ins)

    def tell(self, topic: str, locale: str, text: str) -> None:
        """Have everybody who reads this language hear this, after what was said before."""
        queue = self._queues.get(topic)
        if queue is None:
            queue = self._queues[topic] = deque()
            self._keep(asyncio.ensure_future(self._deliver(topic, queue)))
        queue.append((locale, text, frame(text)))

    async def _deliver(self, topic: str, queue: deque) -> None:
        try:
            while queue:
                locale, text, ready = queue.popleft()
                followers = self._readers_of(topic, locale)
                for start in range(0, len(followers), SLICE):
                    self._write_all(followers[start : start + SLICE], text, ready)
                    await asyncio.sleep(0)
        finally:
            # However it ends, what is told next begins a delivery of its own.
            del self._queues[topic]

    def _write_all(self, followers: list[Follower], text: str, ready: bytes) -> None:
        for follower in followers:
            transport = follower.transport
            if transport is None:
                self._pass_on(follower, text)
            elif follower.is_shut or transport.is_closing():
                continue
            elif transport.get_write_buffer_size() > UNSENT_CAP:
                self.close(follower, TOO_SLOW)
            else:
                try:
                    transport.write(ready)
                except Exception:
                    # One line that takes nothing any more must not silence the others.
                    log.exception("live: a line could not be written to")
                    follower.is_shut = True
                    transport.abort()

    def _pass_on(self, follower: Follower, text: str) -> None:
        if follower.is_shut:
            return
        if follower.waiting is None:
            follower.waiting = deque(maxlen=MOST_WAITING)
        if len(follower.waiting) == MOST_WAITING:
            follower.waiting.clear()
            text = templating.arrive_again()
        follower.waiting.append(text)
        if follower.pump is None or follower.pump.done():
            follower.pump = asyncio.ensure_future(_pump(follower))

    def close(self, follower: Follower, code: int) -> None:
        """Shut one socket; it hears nothing any more, whatever is on its way to others."""
        if follower.is_shut:
            return
        follower.is_shut = True
        if follower.transport is not None and code == TOO_SLOW:
            # Its buffer is full: a polite close would wait behind it for ever.
            follower.transport.abort()
        else:
            self._keep(asyncio.ensure_future(_hang_up(follower, code)))

    def _keep(self, task: asyncio.Future) -> None:
        """The loop itself holds tasks weakly; without this one could vanish half-done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _hang_up(follower: Follower, code: int) -> None:
    """Close politely; a socket that does not take even that within the time is cut."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(follower.send({"type": "websocket.close", "code": code, "reason": ""}), POLITE)
        return
    if follower.transport is not None:
        follower.transport.abort()


async def _pump(follower: Follower) -> None:
    """The fallback where the server's transport cannot be reached: wait for each send."""
    while follower.waiting and not follower.is_shut:
        try:
            await follower.send({"type": "websocket.send", "text": follower.waiting.popleft()})
        except Exception:
            return


class ReadyFrames:
    """Outermost ASGI layer: hands a socket's transport down, where the server is the one whose insides we know, and
    ``when_lost``, which calls what it is given once the line is gone, and ``hear_by``, which does so at each word that comes.
    """

    def __init__(self, app: Any):
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            protocol = getattr(send, "__self__", None)
            if getattr(protocol, "takes_ready_frames", False):
                scope["deliberation.transport"] = protocol.transport
                scope["deliberation.when_lost"] = protocol.when_lost
                scope["deliberation.hear_by"] = protocol.hear_by
        await self.app(scope, receive, send)
