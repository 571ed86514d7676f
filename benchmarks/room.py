"""How soon all others see it: from the post of an act in a room to its arrival on another person's socket.

A hall in which everybody has the room open on a socket of their own. A member asks for a turn, the chair gives it, the
member says something, the chair opens a gauge: each a form over HTTP with rights, rules, row and log entry, durable
before anybody is told. Beside it the bare ``websockets`` broadcast, which writes nothing and knows nobody.

The clock on the wall is what people see, so the goal here is no ratio: all others within a second.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.machine import Server, free_port, python, serving
from benchmarks.product import post, product, settings_in
from benchmarks.report import Finding, Goal, is_short, median
from benchmarks.seeding import CHAIR, make_village, open_village_room, sign_in

LISTENERS = 40
PATIENCE = 30.0
"""Seconds after which something that was not heard is lost, and the run with it."""
ACTS = ("turn asked for", "turn given", "statement", "gauge opened")
BARE = "bare websockets"
Known = Callable[[str], bool]


@dataclass
class Hall:
    """Open sockets, one a person, and what it took from sending something to each of the others."""

    port: int
    sockets: list[ClientConnection]
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def time(self, what: str, send: Callable[[], object], known: Known, *, by: int) -> None:
        """Have it sent, and note when each socket but the sender's has heard it."""
        others = [each for place, each in enumerate(self.sockets) if place != by]
        began = time.perf_counter()
        _sent, *arrived = await asyncio.gather(send(), *(_heard(each, known) for each in others))
        self.seconds[what] += [at - began for at in arrived]


async def _heard(socket: ClientConnection, known: Known) -> float:
    async with asyncio.timeout(PATIENCE):
        while not known(str(await socket.recv())):
            pass
    return time.perf_counter()


def run(folder: Path) -> Finding:
    rounds = 5 if is_short() else 25
    village = make_village(settings_in(folder / "site"), LISTENERS + 1)
    speaker, *listeners = village.people
    room, _said = open_village_room(village, speaker, "先说一句。")
    chair = sign_in(village, village.place[CHAIR])
    village.database.close()
    port = free_port()
    with (
        product(folder / "site") as server,
        serving(python("benchmarks.references.sockets", port), port, folder) as bare,
    ):
        tokens = [village.tokens[id] for id in listeners]
        seconds = asyncio.run(_both(server, bare, tokens, chair, room, rounds))
    return _finding(seconds)


async def _both(
    server: Server, bare: Server, tokens: list[str], chair: str, room: int, rounds: int
) -> dict[str, list[float]]:
    async with AsyncExitStack() as stack:
        hall = Hall(server.port, [await _join(stack, server.port, room, token) for token in tokens])
        plain = [await stack.enter_async_context(_socket(f"ws://127.0.0.1:{bare.port}/", bare.port)) for _ in tokens]
        beside = Hall(bare.port, plain, hall.seconds)
        meeting = Meeting(hall, room, tokens, chair)
        await asyncio.sleep(1.5)  # Who came in is told at most once a second, and is no part of this.
        await meeting.end_first_turn()
        for number in range(rounds):
            await meeting.round(number)
            words = f"第{number}次"
            await beside.time(BARE, lambda words=words: plain[0].send(words), lambda told, w=words: w in told, by=0)
        return hall.seconds


def _socket(url: str, port: int, **headers: str) -> connect:
    more = {"origin": f"http://127.0.0.1:{port}", "additional_headers": headers}
    return connect(url, compression=None, ping_interval=None, proxy=None, **more)


async def _join(stack: AsyncExitStack, port: int, room: int, token: str) -> ClientConnection:
    url = f"ws://127.0.0.1:{port}/rooms/{room}/live?seen={10**9}"
    return await stack.enter_async_context(_socket(url, port, Cookie=f"__Host-sign-in={token}"))


class Meeting:
    """The acts of one round after the other; whoever has the word in a round is the next of the listeners."""

    def __init__(self, hall: Hall, room: int, tokens: list[str], chair: str):
        self.hall, self.room, self.tokens, self.chair = hall, room, tokens, chair
        self.turn = self.gauge = 1

    async def end_first_turn(self) -> None:
        await self._post("/turns/1/end", self.chair)

    async def round(self, number: int) -> None:
        """A turn asked for, given, used and ended; a gauge opened and closed. A fresh database counts both from one."""
        by = number % len(self.tokens)
        token, self.turn = self.tokens[by], self.turn + 1
        words, room = f"@{number:03} 路线东移，不占菜地。", f"/rooms/{self.room}"
        name = f"村民{by + 1:05}"  # The first of them spoke before.
        acts = (
            (f"{room}/turns", token, {"position": "for"}, _shows("queue", name)),
            (f"/turns/{self.turn}/floor", self.chair, {}, _shows("speaker", name)),
            (f"{room}/statements", token, {"body": words, "position": "for"}, _shows("said", words)),
            (f"{room}/gauges", self.chair, {"question": words, "options": "行\n不行"}, _shows("gauge-now", words)),
        )
        for what, (path, token, fields, known) in zip(ACTS, acts, strict=True):
            send = lambda path=path, token=token, fields=fields: self._post(path, token, **fields)  # noqa: E731
            await self.hall.time(what, send, known, by=by)
        await self._post(f"/gauges/{self.gauge}/closing", self.chair)
        await self._post(f"/turns/{self.turn}/end", self.chair)
        self.gauge += 1
        await asyncio.sleep(0.4)  # A gauge is shown at most every 0.3 s; a round must not wait for the one before.

    async def _post(self, path: str, token: str, **fields: str) -> None:
        """Send a form and read that it was accepted. Raises RuntimeError otherwise."""
        port = self.hall.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(post(port, path, token, fields | {"key": secrets.token_urlsafe(12)}))
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        if b" 303 " not in answer[:16]:
            raise RuntimeError(f"{path} was answered by {answer[:200]!r}")


def _shows(element: str, words: str) -> Known:
    """Whether a message brings this element, or an item of it, with these words."""
    marks = (f'id="{element}"', f'hx-target="#{element}"')

    def known(message: str) -> bool:
        return any(words in message.partition(mark)[2] for mark in marks)

    return known


def _finding(seconds: dict[str, list[float]]) -> Finding:
    found = Finding("room")
    for what in (BARE, *ACTS):
        times = [each * 1000 for each in seconds[what]]
        found.rows.append({"act": what, "median ms": median(times), "max ms": max(times), "arrivals": len(times)})
    slowest = max(max(seconds[what]) for what in ACTS)
    found.goals.append(Goal("seconds until the last of the others has it, the slowest of all", slowest, most=1.0))
    floor, ours = median(seconds[BARE]), median(each for what in ACTS for each in seconds[what])
    found.notes.append(
        f"{LISTENERS} people with the room open; the median is {ours / floor:.1f} times the bare broadcast's"
    )
    return found
