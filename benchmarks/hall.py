"""A room of 10,000 listeners to whom something is said five times a second; beside three others that only pass it on.

The same message of a KiB goes to everybody: by a relay in C, by a bare ``websockets`` broadcast, by Starlette with an
``await`` for each listener, and by the product, where each update is announced, read back from the database after a
commit, rendered and framed. Nothing may be lost. Memory is what the process holds more for each listener who says nothing.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any

from benchmarks.listening import PATIENCE, PAYLOAD, WORDS, build, listening, measure, product_load
from benchmarks.machine import Server, free_port, python, serving
from benchmarks.product import product, settings_in
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from benchmarks.seeding import make_village, open_village_room

LISTENERS, SHORT = 10_000, 2_000
FLOOR, BARE, NAIVE, PRODUCT = "C relay", "websockets", "Starlette loop", "product"


@dataclass
class Room:
    """A server with its listeners, what each of them takes in memory (KiB), and what was measured."""

    server: Server
    client: Popen
    kib: float
    rounds: list[dict[str, Any]] = field(default_factory=list)

    def each(self, what: str) -> list[float]:
        return [one[what] for one in self.rounds]


def run(folder: Path) -> Finding:
    if shutil.which("gcc") is None:
        return Finding("hall", notes=["not measured: the load client and the relay are C, and there is no gcc here"])
    listeners, rounds, seconds = (SHORT, 2, 2.0) if is_short() else (LISTENERS, 3, 6.0)
    built = {name: build(folder, name) for name in ("listeners", "floor")}
    village = make_village(settings_in(folder / "site"), listeners)
    room, said = open_village_room(village, village.people[0], WORDS)
    village.database.close()
    with ExitStack() as stack:
        rooms = {}
        for name, command in {
            FLOOR: [str(built["floor"])],
            BARE: python("benchmarks.references.sockets"),
            NAIVE: python("benchmarks.references.naive"),
        }.items():
            port = free_port()
            server = stack.enter_context(serving([*command, str(port)], port, folder))
            rooms[name] = _fill(stack, built["listeners"], server, ["/", listeners, PAYLOAD, PATIENCE])
        bell = free_port()
        command = python("benchmarks.announcing", bell, room, said)
        server = stack.enter_context(product(folder / "site", command, most_on_topic=listeners + 10))
        load = [*product_load(folder, server, village, room, listeners), bell]
        before = server.cpu
        rooms[PRODUCT] = _fill(stack, built["listeners"], server, load)
        connecting = (server.cpu - before) * 1e3 / listeners
        for _round in range(rounds):
            for one in rooms.values():
                one.rounds.append(measure(one.server, one.client, "PACE", seconds))
    return _finding(rooms, listeners, connecting)


def _fill(stack: ExitStack, program: Path, server: Server, load: list[object]) -> Room:
    before = server.memory
    client = stack.enter_context(listening(program, server, load, is_alone=True))
    return Room(server, client, (server.memory - before) / int(str(load[1])))


def _finding(rooms: dict[str, Room], listeners: int, connecting: float) -> Finding:
    found = Finding("hall")
    for name, room in rooms.items():
        found.rows.append(
            {
                "server": name,
                "CPU µs/message": median(room.each("each")),
                "p50 ms": median(room.each("p50_ms")),
                "p99 ms": median(room.each("p99_ms")),
                "KiB a listener": room.kib,
                "updates": sum(int(each) for each in room.each("updates")),
                "other frames": int(sum(room.each("others"))),
            }
        )
    ours, floor, bare, naive = (rooms[name] for name in (PRODUCT, FLOOR, BARE, NAIVE))
    cpu = [ratio_of_rounds(ours.each("each"), other.each("each")) for other in (floor, bare, naive)]
    found.goals += [
        Goal("server CPU of a message, times the C relay", cpu[0], most=1.5),
        Goal("server CPU of a message, times bare websockets", cpu[1], most=0.85),
        Goal("server CPU of a message, times the Starlette loop", cpu[2], most=0.7),
        Goal("p99, times the C relay", ratio_of_rounds(ours.each("p99_ms"), floor.each("p99_ms")), most=1.5),
        Goal("memory of a listener, times bare websockets", ours.kib / bare.kib, most=3.0),
    ]
    found.notes.append(
        f"{listeners} listeners, 5 updates a second, nothing lost; a listener came in for {connecting:.2f} ms of CPU"
    )
    return found
