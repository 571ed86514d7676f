"""So many screens that follow a poll: sockets that read whatever comes, and say afterwards what came when.

argv: port, path, number of sockets, file of cookies. Prints READY once all are open; at the end of stdin one JSON object:
the fewest and the most updates on a socket, the shortest time between two on one socket, and the last update's text.
"""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

TEXT, CLOSE, PING = 1, 8, 9
MARK = b'id="turnout"'
"""An update of the turnout holds it; other frames (presence, a welcome) are not counted."""


@dataclass
class Screen:
    """One socket: what has arrived of a frame, and when updates came."""

    socket: socket.socket
    rest: bytearray = field(default_factory=bytearray)
    times: list[float] = field(default_factory=list)
    last: bytes = b""
    is_closed: bool = False

    def take(self) -> None:
        for words in self.frames():
            if MARK in words:
                self.times.append(time.monotonic())
                self.last = words

    def frames(self) -> Iterator[bytes]:
        """The words of what has arrived whole; pings are answered."""
        piece = self.socket.recv(65_536)
        self.is_closed = not piece
        self.rest += piece
        while (frame := _frame(self.rest)) is not None:
            kind, words = frame
            if kind == PING:
                self.socket.sendall(bytes((0x80 | 10, 0x80 | len(words))) + bytes(4) + words)
            elif kind == CLOSE:
                self.is_closed = True
            else:
                yield words


def _frame(rest: bytearray) -> tuple[int, bytes] | None:
    """The next whole frame (RFC 6455 section 5.2; a server masks nothing), taken off what has arrived."""
    if len(rest) < 2:
        return None
    length, at = rest[1] & 127, 2
    if length >= 126:
        at += 2 if length == 126 else 8
        if len(rest) < at:
            return None
        length = int.from_bytes(rest[2:at], "big")
    if len(rest) < at + length:
        return None
    kind, words = rest[0] & 15, bytes(rest[at : at + length])
    del rest[: at + length]
    return kind, words


def open_screen(port: int, path: str, cookie: str) -> Screen:
    key = base64.b64encode(os.urandom(16)).decode()
    one = socket.create_connection(("127.0.0.1", port), 30)
    one.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        "Accept-Language: zh-CN\r\n\r\n".encode()
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += one.recv(4096)
    if not answer.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(f"no socket: {answer[:200]!r}")
    return Screen(one, bytearray(answer.split(b"\r\n\r\n", 1)[1]))


def watch(screens: list[Screen]) -> None:
    """Read until stdin ends."""
    poll = select.epoll()
    by_file = {each.socket.fileno(): each for each in screens}
    for number in (*by_file, sys.stdin.fileno()):
        poll.register(number, select.EPOLLIN)
    while True:
        for number, _event in poll.poll():
            if number not in by_file:
                return
            screen = by_file[number]
            screen.take()
            if screen.is_closed:
                poll.unregister(number)


def main(port: str, path: str, count: str, cookies: str) -> None:
    with open(cookies) as file:
        lines = [line.strip() for line in file][: int(count)]
    screens = [open_screen(int(port), path, cookie) for cookie in lines]
    print("READY", flush=True)
    watch(screens)
    gaps = [later - earlier for each in screens for earlier, later in zip(each.times, each.times[1:], strict=False)]
    told = {
        "fewest": min(len(each.times) for each in screens),
        "most": max(len(each.times) for each in screens),
        "shortest": min(gaps, default=None),
        "closed": sum(each.is_closed for each in screens),
        "last": sorted({each.last.decode(errors="replace") for each in screens}),
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
