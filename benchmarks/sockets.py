"""A statement in a room of 1,000 listeners, one at a time; beside a bare ``websockets`` broadcast and a relay in C.

The two others hear some words on a socket and send them on. The product is measured twice. Once as they are: a
statement is announced, read back from the database after a commit, rendered, framed and sent. And once as a whole act:
a form over HTTP, rights and rules, the statement and its log entry durable, then the same; its cost is spread over the
listeners, and so it has no goal here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.listening import PATIENCE, PAYLOAD, WORDS, build, listening, measure, product_load
from benchmarks.machine import Server, free_port, python, serving
from benchmarks.product import product, settings_in
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from benchmarks.seeding import make_village, open_village_room

SOCKETS = 1000
FLOOR, BARE, PRODUCT, ACT = "C relay", "websockets", "product", "product, whole act"


def run(folder: Path) -> Finding:
    if shutil.which("gcc") is None:
        return Finding("sockets", notes=["not measured: the load client and the relay are C, and there is no gcc here"])
    rounds, seconds = (2, 1.0) if is_short() else (4, 2.0)
    built = {name: build(folder, name) for name in ("listeners", "floor")}
    village = make_village(settings_in(folder / "site"), SOCKETS)
    room, said = open_village_room(village, village.people[0], WORDS)
    village.database.close()
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in (FLOOR, BARE, PRODUCT, ACT)}
    with ExitStack() as stack:
        rooms = {}
        for name, server in _references(stack, built["floor"], folder):
            rooms[name] = (
                server,
                stack.enter_context(
                    listening(built["listeners"], server, ["/", SOCKETS, PAYLOAD, PATIENCE], is_alone=True)
                ),
            )
        bell = free_port()
        server = stack.enter_context(product(folder / "site", python("benchmarks.announcing", bell, room, said)))
        load = product_load(folder, server, village, room, SOCKETS)
        before = server.cpu
        rooms[PRODUCT] = (
            server,
            stack.enter_context(listening(built["listeners"], server, [*load, bell], is_alone=True)),
        )
        connecting = (server.cpu - before) * 1e3 / SOCKETS
        rooms[ACT] = rooms[PRODUCT]
        for _round in range(rounds):
            for name, (server, client) in rooms.items():
                measured[name].append(measure(server, client, "ASK" if name == ACT else "GO", seconds))
    found = _finding(measured)
    found.notes.append(
        f"connecting cost the product {connecting:.1f} ms of CPU a socket, each with a sign-in of its own"
    )
    return found


def _references(stack: ExitStack, floor: Path, folder: Path) -> Iterator[tuple[str, Server]]:
    port = free_port()
    yield FLOOR, stack.enter_context(serving([str(floor), str(port)], port, folder))
    port = free_port()
    yield BARE, stack.enter_context(serving(python("benchmarks.references.sockets", port), port, folder))


def _finding(measured: dict[str, list[dict[str, Any]]]) -> Finding:
    found = Finding("sockets")
    for name, rounds in measured.items():
        found.rows.append(
            {
                "server": name,
                "CPU µs/message": median(each["each"] for each in rounds),
                "messages/s": median(each["delivered"] / each["seconds"] for each in rounds),
                "p99 ms": median(each["p99_ms"] for each in rounds),
                "bytes": int(median(each["bytes"] for each in rounds)),
                "updates": sum(each["updates"] for each in rounds),
            }
        )
    ours, floor, bare = ([each["each"] for each in measured[name]] for name in (PRODUCT, FLOOR, BARE))
    found.goals += [
        Goal("server CPU of a message, times bare websockets", ratio_of_rounds(ours, bare), most=0.85),
        Goal("server CPU of a message, times the C relay", ratio_of_rounds(ours, floor), most=2.0),
    ]
    others = sum(each["others"] for each in measured[PRODUCT])
    found.notes.append(f"{SOCKETS} sockets, nothing lost; {others} other frames during the measuring")
    return found
