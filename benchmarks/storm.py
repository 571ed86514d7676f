"""A hall that comes back: the server is killed, something is said meanwhile, and everybody reconnects as a browser does.

Each listener is the part of a page that matters here: its socket is lost, it tries again after the delay of the page's own
settings (``templates/base.html``), hears that it has missed something, waits the jitter of ``static/js/arrive.js`` and
fetches the live parts. It is back when those show what was said. Whatever is answered with a status of 400 or more would be
an error on somebody's page; a handshake that is not answered is tried again, as by the browser.
"""

from __future__ import annotations

import json
import os
import signal
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen

from benchmarks.machine import free_port, python, take_load_core
from benchmarks.product import product, settings_in
from benchmarks.report import Finding, Goal, is_short
from benchmarks.seeding import Village, make_village, open_village_room, say_meanwhile

SIZES, SHORT = ((5_000, 30.0), (10_000, 75.0)), ((500, 30.0),)
"""Listeners, and the seconds in which all of them are back."""
MEANWHILE = "停电的时候又说了一句"


def run(folder: Path) -> Finding:
    found = Finding("storm")
    for listeners, most in SHORT if is_short() else SIZES:
        told, cpu = _come_back(folder / str(listeners), listeners)
        found.rows.append(
            {
                "listeners": listeners,
                "seconds until half": told["half"],
                "until all": told["all"],
                "errors": told["errors"],
                "tries": told["tries"],
                "CPU ms a listener": cpu * 1e3 / listeners,
                "of the load": told["client_cpu"] * 1e3 / listeners,
            }
        )
        found.goals += [
            Goal(f"seconds until all of {listeners} are back, of {most:g}", told["all"] / most, most=1.0),
            Goal(f"of {listeners}, errors shown, and listeners not back", told["errors"] + told["lost"], most=0.0),
        ]
    return found


def _come_back(folder: Path, listeners: int) -> tuple[dict[str, float], float]:
    village = make_village(settings_in(folder), listeners)
    room, _said = open_village_room(village, village.people[0], "先说一句。")
    size = _size(village)
    port, settings = free_port(), {"most_on_topic": listeners + 10, "most_sockets": listeners + 100}
    cookies = folder / "cookies"
    cookies.write_text("".join(f"__Host-sign-in={token}\n" for token in village.tokens.values()))
    with ExitStack() as stack:
        with product(folder, port=port, **settings) as server:
            client = stack.enter_context(_listeners(port, room, size, cookies))
            if client.stdout.readline().strip() != "READY":
                raise RuntimeError(f"not everybody came in: {server.complaints()}")
            os.kill(server.process.pid, signal.SIGKILL)
        client.stdin.write("LOST\n")
        client.stdin.flush()
        say_meanwhile(village, room, MEANWHILE)
        server = stack.enter_context(product(folder, port=port, **settings))
        told = json.loads(client.stdout.readline())
        village.database.close()
        return told, server.cpu


def _size(village: Village) -> int:
    from deliberation.audit.models import log_size

    with village.database.read() as session:
        return log_size(session, village.place.id)


def _listeners(port: int, room: int, seen: int, cookies: Path) -> Popen:
    command = python("benchmarks.storm_pages", port, room, seen, cookies, MEANWHILE)
    return Popen(command, stdin=PIPE, stdout=PIPE, text=True, preexec_fn=take_load_core)
