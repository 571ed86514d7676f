"""A statement in a room of 1,000 beside Django Channels with Redis, the usual way to such rooms in Python.

Channels and its packages are not the product's: ``DELIBERATION_PEERS`` names the Python of an environment in which
``benchmarks/peers.txt`` is installed, and ``redis-server`` must be on the machine. Redis's own CPU is not counted.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.listening import PATIENCE, PAYLOAD, WORDS, build, listening, measure, product_load
from benchmarks.machine import free_port, python, serving, take_load_core
from benchmarks.product import product, settings_in
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from benchmarks.seeding import make_village, open_village_room

SOCKETS = 1000
CHANNELS, PRODUCT = "Django Channels, Redis", "product"
MISSING = "not measured: needs gcc, redis-server, and in DELIBERATION_PEERS the Python that has benchmarks/peers.txt"


def run(folder: Path) -> Finding:
    peers = os.environ.get("DELIBERATION_PEERS", "")
    if not (peers and shutil.which("gcc") and shutil.which("redis-server")):
        return Finding("channels", notes=[MISSING])
    rounds, seconds = (2, 2.0) if is_short() else (4, 4.0)
    program = build(folder, "listeners")
    village = make_village(settings_in(folder / "site"), SOCKETS)
    room, said = open_village_room(village, village.people[0], WORDS)
    village.database.close()
    measured: dict[str, list[dict[str, float]]] = {CHANNELS: [], PRODUCT: []}
    with ExitStack() as stack:
        port, redis = free_port(), stack.enter_context(_redis(folder))
        command = [peers, "-m", "benchmarks.references.channels", str(port), redis]
        other = stack.enter_context(serving(command, port, folder))
        listeners = stack.enter_context(listening(program, other, ["/", SOCKETS, PAYLOAD, PATIENCE]))
        bell = free_port()
        server = stack.enter_context(product(folder / "site", python("benchmarks.announcing", bell, room, said)))
        load = [*product_load(folder, server, village, room, SOCKETS), bell]
        ours = stack.enter_context(listening(program, server, load))
        for _round in range(rounds):
            measured[CHANNELS].append(measure(other, listeners, "GO", seconds))
            measured[PRODUCT].append(measure(server, ours, "GO", seconds))
    found = Finding("channels")
    for name, each in measured.items():
        found.rows.append(
            {
                "server": name,
                "CPU µs/message": median(one["each"] for one in each),
                "messages/s": median(one["delivered"] / one["seconds"] for one in each),
                "p99 ms": median(one["p99_ms"] for one in each),
            }
        )
    cpu = {name: [one["each"] for one in each] for name, each in measured.items()}
    ratio = ratio_of_rounds(cpu[PRODUCT], cpu[CHANNELS])
    found.goals.append(Goal(f"server CPU of a message, times {CHANNELS}", ratio, most=0.1))
    return found


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=take_load_core)
    try:
        for _try in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)
