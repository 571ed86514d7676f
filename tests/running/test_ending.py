"""The end of a server that is full: open sockets, requests in flight, and connections that never say another word."""

from __future__ import annotations

import base64
import http.client
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.servers import Server, environment, free_port
from tests.running.test_serving import Hall, children, close_code, workers_of

SOCKETS, ASKING = 200, 6
PATIENCE = 300
"""Seconds until a test gives up; how long an end may take is measured by `make faults`, which runs alone."""


class Asking:
    """Browsers that ask for one page after the other on connections that they keep; ``cut`` counts broken answers."""

    def __init__(self, server: Server):
        self.host = server.address.split("://")[1]
        self.statuses: Counter[int] = Counter()
        self.cut = 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(ASKING)]
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        while not self._over.is_set():
            try:
                connection.request("GET", "/rooms")
                answer = connection.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
            except http.client.IncompleteRead:
                self.cut += 1
            except OSError:
                connection.close()
                time.sleep(0.05)

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)


def slow_ones(server: Server, hall: Hall) -> list[socket.socket]:
    """A form of which half was sent, a connection without a word, and a phone that has stopped to read its socket."""
    port = int(server.address.rsplit(":", 1)[1])
    half, silent, asleep = (socket.create_connection(("localhost", port)) for _ in range(3))
    cookie = f"Cookie: __Host-sign-in={hall.speaker}\r\nOrigin: {server.address}\r\nHost: localhost:{port}\r\n"
    half.sendall(
        f"POST {hall.path}/turns HTTP/1.1\r\n{cookie}Content-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 500\r\n\r\ntoken=".encode()
    )
    key = base64.b64encode(os.urandom(16)).decode()
    asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    asleep.sendall(
        f"GET {hall.path}/live?seen=0 HTTP/1.1\r\n{cookie}Connection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    return [half, silent, asleep]


@contextmanager
def full_server(url: str, folder: Path, *words: str, **settings: str) -> Iterator[tuple[Server, Hall]]:
    hall = Hall(url, most_listening=SOCKETS)
    given = {"database_url": url.replace("+psycopg", "")} | settings
    server = Server(["serve", *words], environment(folder / "data", free_port(), **given), folder=folder)
    try:
        yield server, hall
    finally:
        if server.process.poll() is None:
            for pid in [*children(server.process.pid), server.process.pid]:
                os.kill(pid, signal.SIGKILL)


def ends_well(server: Server, hall: Hall) -> float:
    """The seconds from the signal to the end."""
    listening = [hall.listen(server) for _ in range(SOCKETS)]
    slow = slow_ones(server, hall)
    asking = Asking(server)
    while sum(asking.statuses.values()) < 3 * ASKING:
        time.sleep(0.05)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(PATIENCE)
    took = time.monotonic() - began
    asking.end()
    assert set(asking.statuses) == {200} and asking.cut == 0, "what was in flight was answered"
    assert Counter(close_code(one) for one in listening) == {1012: SOCKETS}, "every page knows that it may come back"
    assert "Traceback" not in server.printed
    for one in slow:
        one.close()
    return took


@pytest.mark.postgres
def test_two_workers_end_with_two_hundred_sockets_and_requests_in_flight(postgres_url, tmp_path):
    with full_server(postgres_url, tmp_path, "--workers", "2", bus="postgres") as (server, hall):
        assert len(workers_of(server)) == 2
        ends_well(server, hall)


def test_one_process_ends_with_two_hundred_sockets_and_requests_in_flight(sqlite_url, tmp_path):
    with full_server(sqlite_url, tmp_path) as (server, hall):
        ends_well(server, hall)
