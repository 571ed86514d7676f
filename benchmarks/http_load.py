"""A bounded HTTP client over kept-alive connections: ready requests out, answers checked, no more.

It is a loop over ``epoll`` without a library, because a client that costs as much as the server measures itself.
"""

from __future__ import annotations

import gc
import select
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

STALLED = 30.0
"""Seconds without any answer after which a load is given up."""


@dataclass
class Outcome:
    """What came of a load: answers by status, seconds it lasted, latencies in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    received: int = 0

    @property
    def answers(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        return self.answers / self.seconds if self.seconds else 0.0

    def latency(self, share: float) -> float:
        """The latency below which this share of the answers lies, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[int((len(ordered) - 1) * share)] * 1000 if ordered else 0.0


class _Connection:
    __slots__ = ("began", "got", "need", "socket", "status")

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began, self.got, self.need, self.status = 0.0, b"", 0, 0

    def ask(self, request: bytes) -> None:
        self.began, self.got, self.need = time.perf_counter(), b"", 0
        self.socket.sendall(request)

    def take(self) -> bool:
        """Read what is there; whether the answer is whole now."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("the server closed a connection that was to be kept")
        self.got = self.got + piece if self.got else piece
        if not self.need:
            end = self.got.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.status = int(self.got[9:12])
            self.need = end + 4 + _length(self.got[:end])
        return len(self.got) >= self.need


def _length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    if at < 0:
        raise ValueError(f"an answer without a length: {head[:60]!r}")
    return int(head[at + 17 :].split(b"\r\n", 1)[0])


def send(port: int, requests: Iterable[bytes], *, connections: int, seconds: float) -> Outcome:
    """Send these requests, one at a time on each connection, until they or the seconds are over."""
    coming, outcome = iter(requests), Outcome()
    kept = [_Connection(port) for _ in range(connections)]
    by_file = {each.socket.fileno(): each for each in kept}
    poll = select.epoll()
    for number in by_file:
        poll.register(number, select.EPOLLIN)
    gc.disable()
    try:
        _run(poll, by_file, coming, outcome, seconds)
    finally:
        gc.enable()
        poll.close()
        for each in kept:
            each.socket.close()
    return outcome


def _run(
    poll: select.epoll, by_file: dict[int, _Connection], coming: Iterator[bytes], outcome: Outcome, seconds: float
) -> None:
    began = time.perf_counter()
    ends, waiting = began + seconds, 0
    for each in by_file.values():
        if (request := next(coming, None)) is not None:
            each.ask(request)
            waiting += 1
    while waiting:
        ready = poll.poll(STALLED)
        if not ready:
            raise TimeoutError(f"no answer within {STALLED} s")
        for number, _event in ready:
            each = by_file[number]
            if not each.take():
                continue
            now = time.perf_counter()
            outcome.latencies.append(now - each.began)
            outcome.statuses[each.status] += 1
            outcome.received += len(each.got)
            request = next(coming, None) if now < ends else None
            if request is None:
                waiting -= 1
            else:
                each.ask(request)
    outcome.seconds = time.perf_counter() - began
