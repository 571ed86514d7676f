"""This side's end of a WebSocket: what the server calls a protocol, over ``frames``.

The server's own reads the handshake twice and keeps two state machines, a queue and two timers for each socket: fine for
a few, and most of what a hall of ten thousand costs while nobody speaks. This one offers the application the same
(ASGI 3, "websocket"), and one timer serves all.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected

from deliberation.frames import BYTES, CLOSE, CONTINUED, PING, PONG, TEXT, Broken, Reader, closing, code_of, framed
from deliberation.pulse import Pulse

log = logging.getLogger("deliberation")

HURRY = 1.5
"""Seconds that a connection has to take its last words, or to send the rest of its request, once the server ends."""
MOST_HEARD = 32
"""Messages of one socket that may wait to be read here; beyond it the socket is ended."""
MOST_FRAMES = 100
"""Frames of any kind that one socket may send in a second; a page says one thing in twenty."""
MOST_ECHOED = 64 * 1024
"""Bytes unsent beyond which a ping is not answered: who asks and never reads is told nothing more."""
MOST_UNHEARD = 1024 * 1024
"""Bytes that are thrown away of one who goes on sending after the end; then the line is cut."""
POLITE = 10.0
"""Seconds that the other side has to agree to an end and to take its last words; then the line is cut."""
FLOODING, LOST, GOING_AWAY, SILENT = 1008, 1006, 1012, 1011

leaving = threading.Event()
"""Set in a process whose server was told to end."""


class SocketEnd(asyncio.Protocol):
    """One WebSocket. At the end it is told 1012 and then cut: one that takes nothing any more would hold up the end."""

    takes_ready_frames = True
    __slots__ = (
        "_agreed", "_app", "_connections", "_deaf_for", "_denial", "_drained", "_frames", "_has_ended", "_heard", "_hears", "_is_alive", "_is_asked",
        "_is_lost", "_is_open", "_is_over", "_pulse", "_reader", "_scope", "_second", "_tasks", "_timer", "_waiter",
        "_when_lost", "loop", "slot", "transport",
    )  # fmt: skip

    def __init__(self, request: Any, scope: dict[str, Any], agreed: bytes | None):
        self.loop, self.transport, self._app = request.loop, request.transport, request.app
        self._connections, self._tasks = request.connections, request.tasks
        self._pulse: Pulse = request.pulse
        self._scope, self._agreed = scope, agreed
        self._reader = Reader(request.config.ws_max_size)
        self._heard: deque[dict[str, Any]] = deque()
        self._denial: tuple[int, list[tuple[bytes, bytes]]] | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._when_lost: Callable[[], None] | None = None
        self._hears: Callable[[], bool] | None = None
        self._frames, self._second = 0, 0.0
        self.slot: set[Any] | None = None
        self._is_alive = True
        self._is_open = self._is_over = self._is_lost = self._is_asked = self._has_ended = False
        self._deaf_for: int | None = None

    def begin(self) -> None:
        self._connections.add(self)
        if self._agreed is None:
            self._answer(400, [(b"sec-websocket-version", b"13")])
            return
        self._heard.append({"type": "websocket.connect"})
        task = self.loop.create_task(self._run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        try:
            await self._app(self._scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            log.exception("a socket failed")
        if not self._is_open and not self._is_over:
            self._answer(500, [])
        elif self._timer is None and not self._is_lost:
            self._hang_up()
        self._has_ended = True
        self._say_no_more()

    def when_lost(self, then: Callable[[], None]) -> None:
        """Have this called once the line is gone, which may be now."""
        if self._is_lost:
            then()
        else:
            self._when_lost = then

    def hear_by(self, hears: Callable[[], bool]) -> None:
        """Have this called at each message instead of its being handed out; where it answers no they have said too much.

        A hall of ten thousand says five hundred words a second, and each would wake a task through all layers above it.
        """
        self._hears = hears

    # --- what comes

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._deaf_for is not None:
            self._deaf_for -= len(data)
            if self._deaf_for < 0:
                self.transport.abort()
            return
        self._is_alive, now = True, self.loop.time()
        if now - self._second >= 1:
            self._frames, self._second = 0, now
        try:
            for kind, words in self._reader.take(data):
                self._frames += 1
                if self._frames > MOST_FRAMES or len(self._heard) >= MOST_HEARD:
                    self._break_off(FLOODING)  # And what else has come is not looked at: it may be much.
                    return
                if kind == PING:
                    if self.transport.get_write_buffer_size() < MOST_ECHOED:
                        self.transport.write(framed(PONG, words))
                elif kind == CLOSE:
                    self._end(code_of(words))
                    return
                elif kind not in (PONG, CONTINUED) and not self._is_over:
                    if self._hears is None:
                        self._hear({"type": "websocket.receive", "text" if kind == TEXT else "bytes": words})
                    elif not self._hears():
                        self._say_end(FLOODING)
        except Broken as broken:
            self._break_off(broken.code)

    def _hear(self, message: dict[str, Any]) -> None:
        self._heard.append(message)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _end(self, code: int) -> None:
        """Say the last word if it was not said, and hang up."""
        self._say_last(code)
        self._hang_up()

    def _break_off(self, code: int) -> None:
        """What they send is no WebSocket or too much: say the last word, hear nothing more, and let them hang up.

        A line that is closed while something of theirs lies unread is reset, and what was said last is lost with it
        (RFC 6455, 7.1.1; RFC 9293, 3.6.1).
        """
        self._say_last(code)
        if self._is_open:
            self._deaf_for = MOST_UNHEARD
            self._cut_in(POLITE)
            self._say_no_more()
        else:
            self._hang_up()

    def _say_no_more(self) -> None:
        """Half-close what was broken off; not before the application has ended, until then others write to this line."""
        is_over = self._deaf_for is not None and self._has_ended
        if is_over and not self.transport.is_closing() and self.transport.can_write_eof():
            self.transport.write_eof()

    def _say_last(self, code: int) -> None:
        self._hear({"type": "websocket.disconnect", "code": code, "reason": ""})
        if self._is_open and not self._is_over:
            self.transport.write(closing(code))
        self._is_over = True

    def _hang_up(self) -> None:
        """Close when everything is sent; who takes nothing is cut."""
        self.transport.close()
        self._cut_in(POLITE)

    def _cut_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = self._is_over = True
        self._hears = None
        self._connections.discard(self)
        self._pulse.leave(self)
        if self._timer is not None:
            self._timer.cancel()
        self._hear({"type": "websocket.disconnect", "code": LOST, "reason": ""})
        self.resume_writing()  # Who waits to send is told that nobody is there.
        then, self._when_lost = self._when_lost, None
        if then is not None:
            then()

    async def receive(self) -> dict[str, Any]:
        while not self._heard:
            self._waiter = self.loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._heard.popleft()

    # --- what goes

    def pause_writing(self) -> None:
        self._drained = self.loop.create_future()

    def resume_writing(self) -> None:
        drained, self._drained = self._drained, None
        if drained is not None and not drained.done():
            drained.set_result(None)

    async def send(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        while self._drained is not None and kind != "websocket.close":  # An end waits for nobody.
            await asyncio.shield(self._drained)
        if self._is_lost or self._is_over:
            raise ClientDisconnected
        if not self._is_open:
            self._reply(kind, message)
        elif kind == "websocket.send":
            words = message.get("bytes")
            self.transport.write(framed(BYTES, words) if words is not None else framed(TEXT, message["text"].encode()))
        else:
            self._say_end(message.get("code", 1000), message.get("reason") or "")

    def _reply(self, kind: str, message: dict[str, Any]) -> None:
        """The answer to the handshake."""
        if kind == "websocket.accept":
            self._is_open = True
            lines = [b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade", self._agreed]
            lines += [name + b": " + value for name, value in message.get("headers") or ()]
            self.transport.write(b"\r\n".join([*lines, b"", b""]))
            self._pulse.join(self)
        elif kind == "websocket.http.response.start":
            self._denial = message["status"], list(message.get("headers") or ())
        elif kind == "websocket.http.response.body" and self._denial is not None:
            self._answer(*self._denial, message.get("body", b""))
        else:
            self._answer(403, [])

    def _answer(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
        """No, as an answer over HTTP."""
        self._is_over = True
        known = {b"connection": b"close", b"content-length": str(len(body)).encode()} | dict(headers)
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
        lines += [name + b": " + value for name, value in known.items()]
        self.transport.write(b"\r\n".join([*lines, b"", body]))
        self._hang_up()

    def _say_end(self, code: int, reason: str = "") -> None:
        """This side closes, and waits a while for the other to agree."""
        self._is_over = True
        self._heard.clear()  # What they said before is not wanted any more, only their agreeing.
        self._hear({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(closing(code, reason))
        self._cut_in(POLITE)

    def look(self) -> None:
        """Once in a while: if nothing came since the last time, ask whether somebody is there, and then end it."""
        if self._is_over:
            return
        if self._is_alive:  # A page says something in every round; only who is silent is asked.
            self._is_alive = self._is_asked = False
        elif not self._is_asked:
            self._is_asked = True
            self.transport.write(framed(PING))
        else:
            self._end(SILENT)
            if self.transport.get_write_buffer_size():
                self.transport.abort()

    def shutdown(self) -> None:
        """The server ends."""
        leaving.set()
        if self._is_open and not self._is_over:
            self._end(GOING_AWAY)
        else:
            self._is_over = True
            self.transport.close()
        self._cut_in(HURRY)
