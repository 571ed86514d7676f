"""The end of a connection, spoken to byte by byte: heads without end or that never come, answers that nobody reads, handshakes that are not alone on their line."""

from __future__ import annotations

import contextlib
import socket as sockets
import threading
import time

import pytest

from deliberation.ends import MOST_LOOKS, MOST_LOOKS_AT_HEAD
from deliberation.gate import Gate
from tests.live.serving import serving
from tests.live.test_frames import sent
from tests.live.test_socket_end import SHAKE, read_until, shaking


@pytest.fixture
def server(sqlite_url, tmp_path):
    with serving(sqlite_url, tmp_path) as made:
        yield made


HEADS = {
    "many lines": b"x-a: " + b"b" * 500 + b"\r\n",
    "a line without end": b"b" * 500,
    "a name without end": b"b" * 500,
}


@pytest.mark.parametrize("kind", [*HEADS, "an address without end"])
def test_a_head_without_end_is_not_read_to_its_end(server, kind):
    with sockets.create_connection(("127.0.0.1", server.port), 5) as raw:
        raw.sendall(b"GET /" if "address" in kind else b"GET / HTTP/1.1\r\nHost: a\r\n")
        raw.sendall(b"x-a: " if kind == "a line without end" else b"")
        with contextlib.suppress(ConnectionError):
            for _time in range(2 * Gate.MOST_HEADERS // 500):
                raw.sendall(HEADS.get(kind, b"b" * 500))
                time.sleep(0.0005)
        assert read_until(raw, b"\r\n\r\n").startswith(b"HTTP/1.1 431 ")
        server.wait_until(lambda: not server.server.server_state.connections)
        assert not server.server.server_state.connections


def test_a_head_within_bounds_is_read_and_so_is_the_next(server):
    with sockets.create_connection(("127.0.0.1", server.port), 5) as raw:
        for _time in range(3):
            raw.sendall(b"GET /nothing HTTP/1.1\r\nHost: a\r\nx-a: " + b"b" * (Gate.MOST_HEADERS - 100) + b"\r\n\r\n")
            assert b"HTTP/1.1 404 " in read_until(raw, b"Not Found")


@pytest.mark.parametrize("more", [
    {"before": b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"Content_Length": "5"},
    {"Transfer_Encoding": "chunked"},
    {"version": "1.0"},
    {"after": sent(1, b"here")},
    {"path": "/rooms/房/live"},
    {"path": "http://"},
], ids=["another not yet answered", "a body", "a body in pieces", "an old version", "words too soon", "no address", "none"])  # fmt: skip
def test_a_handshake_that_is_not_alone_on_its_line_is_none(server, more):
    with shaking(server, **more) as raw:
        answer = read_until(raw, b"")
        assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1") == 1
        assert not server.house.crowd.taken


def test_a_handshake_may_follow_an_answer_and_name_the_whole_address(server):
    with sockets.create_connection(("127.0.0.1", server.port), 5) as raw:
        raw.sendall(b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"HTTP/1.1 404 " in read_until(raw, b"Not Found")
        lines = "".join(f"{name}: {value}\r\n" for name, value in SHAKE.items())
        host = f"localhost:{server.port}"
        raw.sendall(
            f"GET http://{host}/rooms/3/live?seen=999999 HTTP/1.1\r\nHost: {host}\r\nOrigin: {server.origin}\r\n{lines}\r\n".encode()
        )
        assert read_until(raw, b"\r\n\r\n").startswith(b"HTTP/1.1 101 ")
        server.wait_for_followers()
        assert server.house.hub.counts() == {"room/3": 1}


def looked_at(server) -> None:
    """Every connection is looked at once, as it is every twenty seconds."""
    done = threading.Event()

    def look() -> None:
        for one in list(server.server.server_state.connections):
            one.look()
        done.set()

    server.house.hub.loop.call_soon_threadsafe(look)
    assert done.wait(10)


def has_end(server) -> bool:
    server.wait_until(lambda: not server.server.server_state.connections)
    return not server.server.server_state.connections


@pytest.mark.parametrize("begun", [b"", b"GET /", b"GET / HTTP/1.1\r\nHost: a\r\nx-a: "])
def test_a_head_that_does_not_come_is_refused_however_it_drips(server, begun):
    with sockets.create_connection(("127.0.0.1", server.port), 5) as raw:
        raw.sendall(begun)
        server.wait_until(lambda: server.server.server_state.connections)
        for _time in range(MOST_LOOKS_AT_HEAD):
            assert server.server.server_state.connections
            if begun:
                raw.sendall(b"b")
                time.sleep(0.05)
            looked_at(server)
        assert read_until(raw, b"\r\n\r\n").startswith(b"HTTP/1.1 408 ")
        assert has_end(server)


def test_a_body_is_waited_for_as_long_as_it_comes(server):
    with sockets.create_connection(("127.0.0.1", server.port), 5) as raw:
        raw.sendall(b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
        for _time in range(2 * MOST_LOOKS):
            raw.sendall(b"b")
            time.sleep(0.05)
            looked_at(server)
        assert server.server.server_state.connections
        for _time in range(MOST_LOOKS):
            looked_at(server)
        with contextlib.suppress(ConnectionError):
            assert b"HTTP/1.1 2" not in read_until(raw, b"")
        assert has_end(server)


def test_an_answer_that_nobody_reads_is_cut(server):
    with sockets.socket() as raw:
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", server.port))
        page = b"GET /sign-in HTTP/1.1\r\nHost: a\r\n\r\n"

        def is_stuck() -> bool:
            with contextlib.suppress(BlockingIOError):
                raw.send(page * 20, sockets.MSG_DONTWAIT)
            return any(one.transport.get_write_buffer_size() for one in list(server.server.server_state.connections))

        server.wait_until(is_stuck)
        assert is_stuck()
        for _time in range(4 * MOST_LOOKS):  # What the kernel still takes is movement.
            time.sleep(0.1)
            looked_at(server)
        assert has_end(server)


def test_who_reads_slowly_and_who_is_idle_after_an_answer_is_left_alone(server):
    with sockets.create_connection(("127.0.0.1", server.port), 5) as raw:
        raw.sendall(b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"HTTP/1.1 404 " in read_until(raw, b"Not Found")
        for _time in range(2 * MOST_LOOKS):
            looked_at(server)
        raw.sendall(b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"HTTP/1.1 404 " in read_until(raw, b"Not Found")
