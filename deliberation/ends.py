"""This side's end of a connection: requests by the server's own protocol, WebSockets by ours."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from deliberation.gate import Gate
from deliberation.pulse import Pulse
from deliberation.socket_end import HURRY, SocketEnd, leaving

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_pulses: WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse] = WeakKeyDictionary()


class TooLong(Exception):
    """A head, or a line of one, beyond what the gate lets in."""


HEAD, BODY, NOTHING = "head", "body", "nothing"
"""Which part of a request is on its way."""
MOST_LOOKS, MOST_LOOKS_AT_HEAD = 3, 2
"""Looks (``pulse.LOOKS`` seconds apart) at which a body or an answer may be where it was, and a head may not be whole."""


class RequestEnd(HttpToolsProtocol):
    """A connection that is closed after the answer in hand; a request that does not arrive whole is cut.

    The server's own reads a head without end, and waits without end for the next byte of a request and for an answer to
    be read. Here bytes are counted, those of a head and of a line that does not end, and every connection is looked at.
    """

    _head = _line = _taken = _looks = 0
    _coming = HEAD
    _was: tuple[int, int] = (0, 0)
    slot: set[Any] | None = None

    def connection_made(self, transport: Any) -> None:
        # As the server's own does it, but without a socket object for each connection that is asked for its two names.
        self.connections.add(self)
        self.transport, self.flow = transport, FlowControl(transport)
        peer = transport.get_extra_info("peername")
        self.client = (str(peer[0]), int(peer[1])) if isinstance(peer, tuple) else None
        self.server = (self.config.host, self.config.port)
        self.scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        if leaving.is_set():
            # Who was let in by the kernel after the others were told would be waited for and never be told.
            transport.close()
        self.pulse.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.pulse.leave(self)
        super().connection_lost(exc)

    def look(self) -> None:
        """Once in a while: a head that is long in coming is refused, a body or an answer that no longer moves is cut."""
        unread, (taken_before, unread_before) = self.transport.get_write_buffer_size(), self._was
        is_head = self._coming == HEAD and not unread
        if unread:
            stands = unread == unread_before
        elif is_head:  # However busily it drips.
            stands = not self.pipeline and (self.cycle is None or self.cycle.response_complete)
        else:
            stands = self._coming == BODY and self._taken == taken_before and not self.flow.read_paused
        self._looks, self._was = self._looks + 1 if stands else 0, (self._taken, unread)
        if is_head and self._looks >= MOST_LOOKS_AT_HEAD:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif self._looks >= MOST_LOOKS:
            self.transport.abort()

    @property
    def pulse(self) -> Pulse:
        if self.loop not in _pulses:
            _pulses[self.loop] = Pulse(self.loop)
        return _pulses[self.loop]

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self._taken += len(data)
        self._line += len(data)
        try:
            self.parser.feed_data(data)
            if self._line > Gate.MOST_HEADERS:
                raise TooLong
        except (httptools.HttpParserError, TooLong):
            self._refuse(431 if max(self._head, self._line) > Gate.MOST_HEADERS else 400)
        except httptools.HttpParserUpgrade as upgrade:
            if not self._should_upgrade():
                self._unsupported_upgrade_warning()
            elif upgrade.args[0] < len(data):  # A browser says nothing before it is let in (RFC 6455, section 4.1).
                self._refuse(400)
            else:
                self.handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        self._head = self._line = self._looks = 0
        self._coming = HEAD
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def _count(self, size: int) -> None:
        self._head, self._line = self._head + size, 0
        if self._head > Gate.MOST_HEADERS:
            raise TooLong

    def on_headers_complete(self) -> None:
        self._line, self._coming = 0, BODY
        super().on_headers_complete()
        if self.parser.should_upgrade() and self._should_upgrade() and not self._may_upgrade():
            raise ValueError("no handshake")  # Which the parser hands on as its own.

    def _may_upgrade(self) -> bool:
        """Whether nothing else is on this line: no answer that is still to be given, and no body."""
        is_busy = self.cycle is not None and not self.cycle.response_complete
        has_body = any(name in (b"content-length", b"transfer-encoding") for name, _value in self.headers)
        return not is_busy and not has_body and self.parser.get_http_version() == "1.1"

    def on_body(self, body: bytes) -> None:
        self._line = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._line, self._coming = 0, NOTHING
        super().on_message_complete()

    def _refuse(self, status: int) -> None:
        """No request that could be answered: say so, unless an answer is on its way, and hang up."""
        is_answering = bool(self.pipeline)
        if self.cycle is not None and not self.cycle.response_complete:
            is_answering, self.cycle.disconnected = is_answering or self.cycle.response_started, True
        if not is_answering:
            line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
            self.transport.write(f"{line}connection: close\r\ncontent-length: 0\r\n\r\n".encode())
        self.transport.close()

    def handle_websocket_upgrade(self) -> None:
        try:
            url = httptools.parse_url(self.url)
            path, query = url.path, url.query or b""
            known = unquote(path.decode("ascii"))
        except (httptools.HttpParserInvalidURLError, AttributeError, UnicodeDecodeError):
            self._refuse(400)
            return
        self.connections.discard(self)
        self.pulse.leave(self)
        scope = self.scope | {
            "type": "websocket",
            "scheme": "wss" if self.scheme == "https" else "ws",
            "path": known,
            "raw_path": path,
            "query_string": query,
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }
        end = SocketEnd(self, scope, agreed(scope))
        self.transport.set_protocol(end)
        self.parser = self.flow = None  # They know this object and it them: nothing would free them soon.
        end.begin()

    def shutdown(self) -> None:
        leaving.set()
        super().shutdown()
        self.loop.call_later(HURRY, self._cut)

    def _cut(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete and self.cycle.more_body:
            self.transport.abort()


def agreed(scope: dict[str, Any]) -> bytes | None:
    """The line that agrees to a handshake (RFC 6455, section 4.2.2); none where it is not one."""
    headers = dict(scope["headers"])
    key = headers.get(b"sec-websocket-key", b"").strip()
    try:
        is_key = len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        is_key = False
    if scope["method"] != "GET" or not is_key or headers.get(b"sec-websocket-version", b"").strip() != b"13":
        return None
    return b"Sec-WebSocket-Accept: " + base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
