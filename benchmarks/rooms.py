"""Two hundred rooms of fifty in one process: what a hot one, and readers who never read, take from another and from ballots.

Everybody is signed in and has a socket of their own. In one room something is said five times a second, and ballots are
cast one after the other; how long the last listener and a ballot wait is measured while nothing else happens, while in
another room one statement follows the other as fast as they go, and while a hundred sockets in the measured room read
nothing. The goals are factors between rounds of the same run.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from benchmarks.ballots import SEE_OTHER, ballots_of
from benchmarks.http_load import Outcome, send
from benchmarks.listening import PATIENCE, PAYLOAD, WORDS, build, listening, measure
from benchmarks.machine import Server, free_port, python
from benchmarks.product import product, settings_in
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from benchmarks.screens import open_screen
from benchmarks.seeding import Village, make_village, more_rooms, open_village_poll, open_village_room, take_numbers

ROOMS, SHORT, SEATS, STALLED = 200, 20, 50, 100
QUIET, HOT, STUCK = "nothing else", "a hot room", "100 who never read"
FACTOR = 2.0
NEW = 10**9
"""A page that is as new as can be: it is not told to arrive again."""


@dataclass
class Site:
    """The product with its three groups of listeners: of the measured room, of the hot one, of all others."""

    server: Server
    measured: Popen
    hot: Popen
    ballots: Iterator[bytes]
    room: int
    stuck: list[str]


def run(folder: Path) -> Finding:
    if shutil.which("gcc") is None:
        return Finding("rooms", notes=["not measured: the load client is C, and there is no gcc here"])
    count, rounds, seconds = (SHORT, 2, 2.0) if is_short() else (ROOMS, 4, 5.0)
    village = make_village(settings_in(folder / "site"), count * SEATS + STALLED)
    poll = open_village_poll(village)
    take_numbers(village, 100)
    first = open_village_room(village, village.people[0], WORDS)
    rooms = [first, *more_rooms(village, *first, count - 1)]
    village.database.close()
    waits: dict[str, list[float]] = defaultdict(list)
    casting: dict[str, list[float]] = defaultdict(list)
    with _site(folder, village, rooms, poll) as site:
        for _round in range(rounds):
            for name, around in {QUIET: _nothing, HOT: _hot, STUCK: _stuck}.items():
                with around(site, seconds):
                    told, ballots = _both(site, seconds)
                waits[name].append(told)
                casting[name].append(ballots)
    found = Finding("rooms", notes=[f"{count} rooms of {SEATS} listeners, 5 updates a second in the measured one"])
    for name in (QUIET, HOT, STUCK):
        row = {
            "meanwhile": name,
            "p99 ms of an update": median(waits[name]),
            "p99 ms of a ballot": median(casting[name]),
        }
        found.rows.append(row)
    for name in (HOT, STUCK):
        found.goals += [
            Goal(f"p99 of an update with {name}, times without", ratio_of_rounds(waits[name], waits[QUIET]), most=FACTOR),
            Goal(f"p99 of a ballot with {name}, times without", ratio_of_rounds(casting[name], casting[QUIET]), most=FACTOR),
        ]  # fmt: skip
    return found


@contextmanager
def _site(folder: Path, village: Village, rooms: list[tuple[int, int]], poll: int) -> Iterator[Site]:
    program = build(folder, "listeners")
    tokens = list(village.tokens.values())
    bells = [free_port(), free_port()]
    # Whom a ballot is asked for sits in no measured room; each votes once.
    (folder / "none").write_bytes(b"")
    with ExitStack() as stack:
        command = python("benchmarks.announcing", bells[0], *rooms[0], bells[1], *rooms[1])
        server = stack.enter_context(product(folder / "site", command, most_sockets=len(tokens) + 100))
        groups = []
        for number, part in enumerate((rooms[:1], rooms[1:2], rooms[2:])):
            start = number * SEATS
            cookies = folder / f"cookies-{number}"
            seats = [(room, tokens[start + each]) for each, (room, _said) in enumerate(_seats(part))]
            cookies.write_text("".join(f"__Host-sign-in={token}\t{_path(room)}\n" for room, token in seats))
            load: list[object] = [_path(part[0][0]), len(seats), PAYLOAD, PATIENCE, cookies, folder / "none"]
            groups.append(stack.enter_context(listening(program, server, [*load, bells[number % 2]])))
        stuck = [f"__Host-sign-in={token}" for token in tokens[-STALLED:]]
        yield Site(server, groups[0], groups[1], ballots_of(server, village, poll), rooms[0][0], stuck)


def _seats(rooms: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [room for room in rooms for _seat in range(SEATS)]


def _path(room: int) -> str:
    return f"/rooms/{room}/live?seen={NEW}"


def _both(site: Site, seconds: float) -> tuple[float, float]:
    """p99 in milliseconds of an update in the measured room, and of a ballot, while both go on."""
    cast, over = Outcome(), threading.Event()
    voting = threading.Thread(target=_vote, args=(site, cast, over))
    voting.start()
    told = measure(site.server, site.measured, "PACE", seconds)
    over.set()
    voting.join()
    if set(cast.statuses) != {SEE_OTHER}:
        raise RuntimeError(f"ballots: {cast.statuses}; {site.server.complaints()}")
    return told["p99_ms"], cast.latency(0.99)


def _vote(site: Site, cast: Outcome, over: threading.Event) -> None:
    while not over.is_set():
        one = send(site.server.port, [next(site.ballots)], connections=1, seconds=30)
        cast.latencies += one.latencies
        cast.statuses += Counter(one.statuses)
        time.sleep(0.02)


Around = Callable[[Site, float], contextlib.AbstractContextManager[None]]


@contextmanager
def _nothing(_site: Site, _seconds: float) -> Iterator[None]:
    yield


@contextmanager
def _hot(site: Site, seconds: float) -> Iterator[None]:
    """One statement after the other, as soon as all in that room have heard the last."""
    heating = threading.Thread(target=measure, args=(site.server, site.hot, "GO", seconds + 1.0))
    heating.start()
    time.sleep(0.5)
    yield
    heating.join()


@contextmanager
def _stuck(site: Site, _seconds: float) -> Iterator[None]:
    """Sockets of the measured room whose owners take nothing from them."""
    sockets = [open_screen(site.server.port, _path(site.room), cookie).socket for cookie in site.stuck]
    yield
    for each in sockets:
        each.close()
