"""The load client of a room: thousands of sockets that must all hear every update (``native/listeners.c``)."""

from __future__ import annotations

import json
import os
import secrets
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.machine import Server, cores, take_load_core
from benchmarks.product import post
from benchmarks.seeding import Village

NATIVE = Path(__file__).with_name("native")
PAYLOAD = 1024
PATIENCE = 120
"""Seconds for all to connect: each is asked for its sign-in and its rights, which is work on a busy machine."""
STATEMENTS = 2000
"""More than are said in all rounds."""
WORDS = "@T " + "路线东移，不占菜地。" * 16
"""So many that the whole fragment has about as many bytes as the others' message."""


def build(folder: Path, name: str) -> Path:
    subprocess.run(["gcc", "-O2", "-o", str(folder / name), str(NATIVE / f"{name}.c")], check=True)
    return folder / name


def product_load(folder: Path, server: Server, village: Village, room: int, sockets: int) -> list[object]:
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
    return [f"/rooms/{room}/live?seen={10**9}", sockets, PAYLOAD, PATIENCE, cookies, requests]


@contextmanager
def listening(program: Path, server: Server, load: list[object], is_alone: bool = False) -> Iterator[subprocess.Popen]:
    """The client, which stays awake while something is on its way where it has a core for itself (``is_alone``)."""
    command = [str(program), str(server.port), *map(str, load)]
    here = os.environ | ({"AWAKE": "1"} if is_alone and cores()[0] != cores()[1] else {})
    client = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=take_load_core, env=here
    )
    try:
        _word, _seconds, connected = client.stdout.readline().split()
        if int(connected) != int(load[1]):
            raise RuntimeError(f"{connected} of {load[1]} sockets were opened: {server.complaints()}")
        yield client
    finally:
        client.stdin.close()
        client.wait(10)


def measure(server: Server, client: subprocess.Popen, do: str, seconds: float) -> dict[str, Any]:
    before = server.cpu
    client.stdin.write(f"{do} {seconds}\n")
    client.stdin.flush()
    told = json.loads(client.stdout.readline())
    if told["delivered"] != told["expected"] or told["closed"] or told["refused"] or not told["updates"]:
        raise RuntimeError(f"updates were lost: {told}; {server.complaints()}")
    return told | {"each": (server.cpu - before) * 1e6 / told["delivered"]}
