"""A statement in a room of 1,000 listeners, one at a time; beside a bare ``websockets`` broadcast and a relay in C.

The two others hear some words on a socket and send them on. The product is measured twice. Once as they are: a
statement is announced, read back from the database after a commit, rendered, framed and sent. And once as a whole act:
a form over HTTP, rights and rules, the statement and its log entry durable, then the same; its cost is spread over the
listeners, and so it has no goal here.
"""

from __future__ import annotations

import json
import secrets
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.machine import Server, free_port, python, serving, take_load_core
from benchmarks.product import post, product, settings_in
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from benchmarks.seeding import Village, make_village, open_village_room

NATIVE = Path(__file__).with_name("native")
SOCKETS = 1000
PAYLOAD = 1024
PATIENCE = 120
"""Seconds for all to connect: each is asked for its sign-in and its rights, which is work on a busy machine."""
STATEMENTS = 2000
"""More than are said in all rounds."""
WORDS = "@T " + "路线东移，不占菜地。" * 21
"""So many that the whole fragment has about as many bytes as the others' message."""
FLOOR, BARE, PRODUCT, ACT = "C relay", "websockets", "product", "product, whole act"


def run(folder: Path) -> Finding:
    if shutil.which("gcc") is None:
        return Finding("sockets", notes=["not measured: the load client and the relay are C, and there is no gcc here"])
    rounds, seconds = (2, 1.0) if is_short() else (4, 2.0)
    built = {name: _build(folder, name) for name in ("listeners", "floor")}
    village = make_village(settings_in(folder / "site"), SOCKETS)
    room, said = open_village_room(village, village.people[0], WORDS)
    village.database.close()
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in (FLOOR, BARE, PRODUCT, ACT)}
    with ExitStack() as stack:
        rooms = {}
        for name, server in _references(stack, built["floor"], folder):
            rooms[name] = (
                server,
                stack.enter_context(_listening(built["listeners"], server, ["/", SOCKETS, PAYLOAD, PATIENCE])),
            )
        bell = free_port()
        server = stack.enter_context(product(folder / "site", python("benchmarks.announcing", bell, room, said)))
        load = _product_load(folder, server, village, room)
        before = server.cpu
        rooms[PRODUCT] = (server, stack.enter_context(_listening(built["listeners"], server, [*load, bell])))
        connecting = (server.cpu - before) * 1e3 / SOCKETS
        rooms[ACT] = rooms[PRODUCT]
        for _round in range(rounds):
            for name, (server, client) in rooms.items():
                measured[name].append(_measure(server, client, "ASK" if name == ACT else "GO", seconds))
    found = _finding(measured)
    found.notes.append(
        f"connecting cost the product {connecting:.1f} ms of CPU a socket, each with a sign-in of its own"
    )
    return found


def _build(folder: Path, name: str) -> Path:
    subprocess.run(["gcc", "-O2", "-o", str(folder / name), str(NATIVE / f"{name}.c")], check=True)
    return folder / name


def _references(stack: ExitStack, floor: Path, folder: Path) -> Iterator[tuple[str, Server]]:
    port = free_port()
    yield FLOOR, stack.enter_context(serving([str(floor), str(port)], port, folder))
    port = free_port()
    yield BARE, stack.enter_context(serving(python("benchmarks.references.sockets", port), port, folder))


def _product_load(folder: Path, server: Server, village: Village, room: int) -> list[object]:
    """Arguments of the load client, with the files of everybody's cookies and of the speaker's statements."""
    cookies, requests = folder / "cookies", folder / "requests"
    cookies.write_text("".join(f"__Host-sign-in={token}\n" for token in village.tokens.values()))
    speaker = village.tokens[village.people[0]]
    with requests.open("wb") as out:
        for _number in range(STATEMENTS):
            fields = {"body": WORDS, "position": "for", "key": secrets.token_urlsafe(12)}
            made = post(server.port, f"/rooms/{room}/statements", speaker, fields)
            out.write(struct.pack("<I", len(made)) + made)
    # The page is as new as can be: nobody is told to fetch it again.
    return [f"/rooms/{room}/live?seen={10**9}", SOCKETS, PAYLOAD, PATIENCE, cookies, requests]


@contextmanager
def _listening(program: Path, server: Server, load: list[object]) -> Iterator[subprocess.Popen]:
    command = [str(program), str(server.port), *map(str, load)]
    client = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=take_load_core
    )
    try:
        _word, _seconds, connected = client.stdout.readline().split()
        if int(connected) != SOCKETS:
            raise RuntimeError(f"{connected} of {SOCKETS} sockets were opened: {server.complaints()}")
        yield client
    finally:
        client.stdin.close()
        client.wait(10)


def _measure(server: Server, client: subprocess.Popen, do: str, seconds: float) -> dict[str, Any]:
    before = server.cpu
    client.stdin.write(f"{do} {seconds}\n")
    client.stdin.flush()
    told = json.loads(client.stdout.readline())
    if told["delivered"] != told["expected"] or told["closed"] or told["refused"] or not told["updates"]:
        raise RuntimeError(f"updates were lost: {told}; {server.complaints()}")
    return told | {"each": (server.cpu - before) * 1e6 / told["delivered"]}


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
