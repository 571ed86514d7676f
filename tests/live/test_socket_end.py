"""The end of a WebSocket over a real line, spoken to byte by byte: handshakes, pings, faults, floods, and silence."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import socket as sockets
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from deliberation import socket_end
from deliberation.followers import SIGNED_OUT
from deliberation.frames import closing
from deliberation.live import HEARTBEATS
from deliberation.pulse import LOOKS, Pulse
from deliberation.socket_end import MOST_ECHOED, MOST_FRAMES, MOST_HEARD, SocketEnd
from deliberation.sockets import Socket
from tests.live.serving import Server, half_open, serving
from tests.live.test_frames import sent

KEY = base64.b64encode(os.urandom(16)).decode()
SHAKE = {
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


@pytest.fixture
def server(sqlite_url, tmp_path):
    with serving(sqlite_url, tmp_path) as made:
        yield made


def line(
    server: Server, method: str = "GET", path: str = "/rooms/3/live?seen=999999", **headers: str
) -> tuple[sockets.socket, str]:
    """A line on which this handshake was sent, and what was answered."""
    raw = sockets.create_connection(("127.0.0.1", server.port), 5)
    said = {"Host": f"localhost:{server.port}", "Origin": server.origin} | SHAKE
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    raw.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode())
    return raw, read_until(raw, b"\r\n\r\n").decode()


def shaking(server: Server, *, path: str = "/rooms/3/live?seen=1", version: str = "1.1", before: bytes = b"",
            after: bytes = b"", **headers: str) -> sockets.socket:  # fmt: skip
    """A line on which a handshake was sent together with what comes before and after it."""
    raw = sockets.create_connection(("127.0.0.1", server.port), 5)
    said = {"Host": f"localhost:{server.port}", "Origin": server.origin} | SHAKE | headers
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in said.items())
    raw.sendall(before + f"GET {path} HTTP/{version}\r\n{lines}\r\n".encode() + after)
    return raw


def read_until(raw: sockets.socket, mark: bytes, within: float = 5.0) -> bytes:
    """What is read until the mark, or until the other hangs up."""
    told, until = b"", time.monotonic() + within
    while mark not in told or not mark:
        raw.settimeout(max(0.01, until - time.monotonic()))
        piece = raw.recv(65_536)
        if not piece:
            break
        told += piece
    return told


def test_a_handshake_is_agreed_to_as_the_standard_says(server):
    raw, answer = line(server)
    with raw:
        digest = hashlib.sha1((KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert answer.startswith("HTTP/1.1 101 ")
        assert f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n" in answer
        assert "extensions" not in answer.lower(), "nothing is compressed"


@pytest.mark.parametrize("headers", [
    {"Sec_WebSocket_Key": ""}, {"Sec_WebSocket_Key": "c2hvcnQ="}, {"Sec_WebSocket_Key": "!!"},
    {"Sec_WebSocket_Version": "8"}, {"Sec_WebSocket_Version": ""},
])  # fmt: skip
def test_a_handshake_that_is_none_is_answered_by_http(server, headers):
    raw, answer = line(server, **headers)
    with raw:
        assert answer.startswith("HTTP/1.1 400 ")
        assert "sec-websocket-version: 13" in answer.lower()
        assert read_until(raw, b"") == b"", "and the line is closed"


def test_a_handshake_is_a_get(server):
    raw, answer = line(server, "POST", Content_Length="0")
    with raw:
        assert answer.startswith("HTTP/1.1 4")


def test_an_address_without_a_socket_is_refused(server):
    raw, answer = line(server, path="/nothing")
    with raw:
        assert answer.startswith("HTTP/1.1 403 ")
        assert read_until(raw, b"") == b""


def test_a_ping_is_answered_and_an_end_agreed_to(server):
    raw, _answer = line(server)
    with raw:
        raw.sendall(sent(9, b"still there?"))
        assert read_until(raw, b"there?") == b"\x8a\x0cstill there?"
        raw.sendall(sent(8, b"\x03\xe9"))
        assert read_until(raw, b"") == b"\x88\x02\x03\xe9"


@pytest.mark.parametrize("stream, code", [
    (b"\x81\x04here", 1002), (sent(1, b"\xff"), 1007), (b"\x81\xff" + b"\x00" * 4 + b"\xff" * 8, 1009), (sent(8, b"\x00\x01"), 1002),
], ids=["not masked", "no text", "too big", "an end that nobody may say"])  # fmt: skip
def test_a_fault_ends_the_socket_with_its_code_and_nothing_else(server, stream, code):
    raw, _answer = line(server)
    with raw:
        server.wait_for_followers()
        raw.sendall(stream)
        assert read_until(raw, b"") == b"\x88\x02" + code.to_bytes(2, "big")
        server.wait_until(lambda: not server.house.hub.counts())
        assert not server.house.hub.counts()


class Line:
    """A transport on which nothing is ever taken."""

    def __init__(self, unsent: int = 0):
        self.unsent, self.told, self.is_shut, self.is_cut, self.is_at_end = unsent, b"", False, False, False

    def get_write_buffer_size(self) -> int:
        return self.unsent + len(self.told)

    def write(self, data: bytes) -> None:
        if self.is_at_end:
            raise RuntimeError("Cannot call write() after write_eof()")
        self.told += data

    def close(self) -> None:
        self.is_shut = True

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.is_at_end = True

    def abort(self) -> None:
        self.is_shut = self.is_cut = True

    def is_closing(self) -> bool:
        return self.is_shut


async def opened(transport: Line) -> SocketEnd:
    loop = asyncio.get_running_loop()
    request = SimpleNamespace(
        loop=loop, transport=transport, app=None, connections=set(), tasks=set(), pulse=Pulse(loop),
        config=SimpleNamespace(ws_max_size=1024),
    )  # fmt: skip
    end = SocketEnd(request, {}, b"Sec-WebSocket-Accept: x")
    await end.send({"type": "websocket.accept"})
    transport.told = b""
    return end


def test_who_pings_and_never_reads_is_not_answered_without_end():
    async def story() -> None:
        transport = Line(MOST_ECHOED - 200)
        end = await opened(transport)
        end.data_received(sent(9, b"x" * 125) * 50)
        assert transport.told == (b"\x8a\x7d" + b"x" * 125) * 2
        assert not transport.is_shut

    asyncio.run(story())


@pytest.mark.parametrize("frame", [
    sent(9, b""), sent(10, b"x" * 125), sent(1, b""), sent(1, b"", is_last=False) + sent(0, b"", is_last=False) * 400,
], ids=["pings", "pongs", "words", "pieces"])  # fmt: skip
def test_a_flood_of_frames_is_ended_and_the_rest_of_it_not_looked_at(server, frame):
    raw, _answer = line(server)
    with raw:
        server.wait_for_followers()
        raw.sendall(frame * (400 if len(frame) < 2000 else 1))
        assert read_until(raw, b"").endswith(closing(1008))
        server.wait_until(lambda: not server.house.hub.counts())
        assert not server.house.hub.counts()


@pytest.mark.parametrize(
    "frame, code", [(sent(1, b"here"), 1008), (b"\x81\x04here", 1002)], ids=["a flood", "not masked"]
)
def test_who_is_still_sending_when_it_is_ended_hears_why(server, frame, code):
    raw, _answer = line(server)
    with raw:
        server.wait_for_followers()
        raw.sendall(frame * 200)
        server.wait_until(lambda: not server.house.hub.counts())
        for _more in range(10):
            raw.sendall(sent(1, b"x" * 60_000))
        assert read_until(raw, b"").endswith(closing(code))


def test_floods_silence_nobody_in_a_lively_room(server):
    hub, honest = server.house.hub, line(server)[0]
    with honest:
        server.wait_for_followers()
        [topic] = hub.followers.by_topic
        [locale] = hub.followers.locales(topic)

        def burst() -> None:
            for number in range(4):
                hub.followers.tell(topic, locale, f"<p>{number}</p>")

        for _flood in range(60):
            with shaking(server) as bad:
                assert b" 101 " in read_until(bad, b"\r\n\r\n")
                hub.loop.call_soon_threadsafe(burst)
                bad.sendall(sent(1, b"here") * 200)
                for _burst in range(3):
                    hub.loop.call_soon_threadsafe(burst)
        hub.loop.call_soon_threadsafe(hub.followers.tell, topic, locale, "<p>still here</p>")
        assert b"<p>still here" in read_until(honest, b"still here")
        server.wait_until(lambda: not hub.followers._queues)
        assert not hub.followers._queues


def test_who_goes_on_sending_without_end_is_cut(server):
    raw, _answer = line(server)
    with raw:
        server.wait_for_followers()
        with pytest.raises(ConnectionError):
            raw.sendall(sent(1, b"here") * 200)
            for _more in range(400):
                raw.sendall(sent(1, b"x" * 60_000))


def test_what_comes_after_the_end_of_a_flood_costs_nothing():
    async def story() -> None:
        transport = Line()
        end = await opened(transport)
        for _time in range(50):
            end.data_received(sent(9, b"") * 4000)
        assert transport.told == b"\x8a\x00" * MOST_FRAMES + closing(1008)
        end.connection_lost(None)

    asyncio.run(story())


def test_so_much_in_a_second_is_no_flood(server):
    raw, _answer = line(server)
    with raw:
        server.wait_for_followers()
        for _second in range(2):
            raw.sendall(sent(9, b"") * (MOST_FRAMES - 1) + sent(9, b"last"))
            assert read_until(raw, b"last").endswith(b"\x8a\x04last")
            time.sleep(1.1)


def test_no_more_is_kept_of_them_than_fits_even_before_the_door_has_answered(server):
    server.when_asked = lambda: time.sleep(0.5)
    raw = shaking(server)
    with raw:
        time.sleep(0.1)
        raw.sendall(sent(1, b"") * MOST_HEARD * 2)
        assert read_until(raw, b"") == b"", "no 101, and the line is closed"
        server.wait_until(lambda: not server.house.crowd.taken)
        assert not server.house.hub.counts() and not server.house.crowd.taken


def fill(hub: Any, follower: Any) -> None:
    """Have more lie in front of somebody than the line takes; a frame of theirs that comes before it would end it at once."""
    is_filled = threading.Event()

    def write() -> None:
        follower.transport.write(b"x" * 20_000_000)
        is_filled.set()

    hub.loop.call_soon_threadsafe(write)
    assert is_filled.wait(5)


@pytest.mark.parametrize("by", ["them", "us", "a flood"])
def test_who_reads_nothing_is_cut_a_while_after_the_end_and_has_a_place_until_then(server, monkeypatch, by):
    monkeypatch.setattr(socket_end, "POLITE", 8.0)
    raw = half_open(server)
    with raw:
        server.wait_for_followers()
        hub = server.house.hub
        [follower] = hub.followers.all()
        fill(hub, follower)
        if by == "us":
            hub.loop.call_soon_threadsafe(hub.followers.close, follower, SIGNED_OUT)
        else:
            raw.sendall(sent(8, b"\x03\xe8") if by == "them" else sent(1, b"here") * (HEARTBEATS + 5))
        server.wait_until(lambda: not hub.counts())
        assert not hub.counts(), "it is told nothing any more"
        assert server.house.crowd.taken, "but the line is still there"
        server.wait_until(lambda: not server.house.crowd.taken, within=15)
        assert not server.house.crowd.taken
        assert not server.server.server_state.connections


def test_who_floods_is_told_nothing_after_the_end():
    follower, shut = SimpleNamespace(person_id=0, is_shut=False), []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.receive", "text": "here"}

    async def send(message: dict[str, Any]) -> None:
        shut.append((message["code"], follower.is_shut))

    asyncio.run(Socket._listen(SimpleNamespace(house=SimpleNamespace(hub=None)), receive, send, follower))
    assert shut == [(1008, True)]


def test_before_they_are_let_in_they_may_hang_up(server):
    server.when_asked = lambda: time.sleep(0.2)
    raw = sockets.create_connection(("127.0.0.1", server.port), 5)
    lines = "".join(f"{name}: {value}\r\n" for name, value in SHAKE.items())
    raw.sendall(
        f"GET /rooms/3/live?seen=1 HTTP/1.1\r\nHost: localhost:{server.port}\r\nOrigin: {server.origin}\r\n{lines}\r\n".encode()
    )
    raw.close()
    time.sleep(0.5)
    server.wait_until(lambda: not server.house.hub.counts() and not server.house.crowd.taken)
    assert not server.house.hub.counts() and not server.house.crowd.taken


class Looked:
    slot = None
    looks = 0

    def look(self) -> None:
        self.looks += 1


def test_everybody_is_looked_at_once_a_round_and_in_turn():
    async def rounds() -> None:
        pulse = Pulse(asyncio.get_running_loop())
        many = [Looked() for _number in range(3 * LOOKS)]
        for each in many:
            pulse.join(each)
        pulse._timer.cancel()
        for second in range(1, LOOKS + 1):
            pulse._tick()
            pulse._timer.cancel()
            assert sum(each.looks for each in many) == 3 * second, "a hall is not asked all at once"
        assert {each.looks for each in many} == {1}
        for each in many:
            pulse.leave(each)
        pulse._tick()
        assert pulse._timer is None, "nobody is there, nothing runs"

    asyncio.run(rounds())


def test_one_that_cannot_be_looked_at_stops_no_other_and_no_round(caplog):
    class Failing(Looked):
        def look(self) -> None:
            raise ZeroDivisionError

    async def rounds() -> None:
        pulse, other = Pulse(asyncio.get_running_loop()), Looked()
        pulse.join(Failing())
        pulse.join(other)
        pulse._slots[1] = pulse._slots[0] | pulse._slots[1]
        pulse._timer.cancel()
        pulse._tick()
        assert other.looks == 1
        assert not pulse._timer.cancelled()
        pulse._timer.cancel()

    asyncio.run(rounds())
    assert "looking at a socket failed" in caplog.text


def test_who_answers_no_ping_is_closed_and_who_does_stays(server):
    silent, _answer = line(server)
    awake, _answer = line(server)
    with silent, awake:
        server.wait_for_followers(2)

        def look() -> None:
            for follower in server.house.hub.followers.all():
                follower.send.__self__.look()

        server.house.hub.loop.call_soon_threadsafe(look)
        server.house.hub.loop.call_soon_threadsafe(look)  # Both have spoken before the first.
        assert read_until(awake, b"\x89\x00") == b"\x89\x00"
        assert read_until(silent, b"\x89\x00") == b"\x89\x00"
        awake.sendall(sent(10, b""))
        time.sleep(0.2)
        server.house.hub.loop.call_soon_threadsafe(look)
        assert read_until(silent, b"") == b"\x88\x02" + (1011).to_bytes(2, "big")
        server.wait_until(lambda: server.house.hub.counts() == {"room/3": 1})
        assert server.house.hub.counts() == {"room/3": 1}
        for _look in range(3):
            awake.sendall(Frame(Opcode.PING, b"me").serialize(mask=True))
            assert read_until(awake, b"me") == b"\x8a\x02me", "who says something is not asked"
            server.house.hub.loop.call_soon_threadsafe(look)
            time.sleep(0.1)
