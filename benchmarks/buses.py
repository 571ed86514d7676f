"""Two processes on PostgreSQL with 5,000 listeners each, on either bus: everybody hears everything, all in one order.

People say something through one process and through the other in turn, each time as a whole act over HTTP. Every socket
notes which statements it heard; the goals are that there is one order for all of them, and that nothing is missing.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import psycopg

from benchmarks.ballots import SEE_OTHER
from benchmarks.http_load import Outcome, send
from benchmarks.machine import Server, free_port, python, take_load_core
from benchmarks.product import post, product, settings_in
from benchmarks.report import Finding, Goal, is_short
from benchmarks.seeding import Village, make_village, open_village_room
from tests.live.conftest import nats_server
from tests.postgres_server import DURABLE, PostgresServer

LISTENERS, SHORT = 5_000, 200
SAID = 40
NEW = 10**9
LAST = 10.0
"""Seconds after the last statement in which it has come to everybody."""


def run(folder: Path) -> Finding:
    found, listeners = Finding("buses"), SHORT if is_short() else LISTENERS
    database = PostgresServer(DURABLE)
    try:
        for bus in ("postgres", "nats"):
            with psycopg.connect(
                f"postgresql://postgres@/postgres?host={database.data}", autocommit=True
            ) as connection:
                connection.execute(f"CREATE DATABASE site_{bus}")
            orders, closed, acts = _say(folder / bus, database.url(f"site_{bus}"), bus, listeners)
            whole = sum(times for order, times in orders.items() if len(set(order)) == SAID)
            found.rows.append(
                {
                    "bus": bus,
                    "sockets": sum(orders.values()),
                    "heard everything": whole,
                    "orders": len(orders),
                    "p99 ms of an act": acts.latency(0.99),
                }
            )
            found.goals += [
                Goal(f"{bus}: different orders in which {SAID} statements were heard", len(orders), most=1.0),
                Goal(f"{bus}: sockets that missed one or were closed", 2 * listeners - whole + closed, most=0.0),
            ]
    finally:
        database.stop()
    return found


def _say(folder: Path, url: str, bus: str, listeners: int) -> tuple[Counter[tuple[int, ...]], int, Outcome]:
    village = make_village(settings_in(folder, url), 2 * listeners)
    room, _said = open_village_room(village, village.people[0], "先说一句。")
    village.database.close()
    more = {"bus": bus, "most_on_topic": 2 * listeners, "most_sockets": 2 * listeners}
    with ExitStack() as stack:
        if bus == "nats":
            more["nats_url"] = stack.enter_context(_nats())
        servers = [stack.enter_context(product(folder, url=url, **more)) for _process in range(2)]
        halls = [_hall(folder, village, server, room, number, listeners) for number, server in enumerate(servers)]
        for hall in halls:
            if hall.stdout.readline().strip() != "READY":
                raise RuntimeError(f"not everybody came in: {servers[0].complaints()}")
        acts = Outcome()
        for number in range(SAID):
            _speak(servers[number % 2], village, room, number, acts)
        time.sleep(LAST)
        told = [json.loads(hall.communicate()[0]) for hall in halls]
    orders: Counter[tuple[int, ...]] = Counter()
    for each in told:
        for order, times in each["orders"]:
            orders[tuple(order)] += times
    return orders, sum(each["closed"] for each in told), acts


def _hall(folder: Path, village: Village, server: Server, room: int, number: int, listeners: int) -> Popen:
    cookies = folder / f"cookies-{number}"
    tokens = list(village.tokens.values())[number * listeners : (number + 1) * listeners]
    cookies.write_text("".join(f"__Host-sign-in={token}\n" for token in tokens))
    command = python("benchmarks.order", server.port, f"/rooms/{room}/live?seen={NEW}", listeners, cookies)
    return Popen(command, stdin=PIPE, stdout=PIPE, text=True, preexec_fn=take_load_core)


def _speak(server: Server, village: Village, room: int, number: int, acts: Outcome) -> None:
    fields = {"body": f"第{number}句", "position": "for", "key": secrets.token_urlsafe(12)}
    speaker = village.tokens[village.people[0]]
    one = send(
        server.port, [post(server.port, f"/rooms/{room}/statements", speaker, fields)], connections=1, seconds=30
    )
    if set(one.statuses) != {SEE_OTHER}:
        raise RuntimeError(f"it was not said: {one.statuses}; {server.complaints()}")
    acts.latencies += one.latencies


@contextmanager
def _nats() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([str(nats_server()), "-a", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        yield f"nats://127.0.0.1:{port}"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
