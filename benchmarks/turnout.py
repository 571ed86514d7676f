"""A thousand screens show how many have voted while ballots come in: at most once a second, and at no cost to the writer.

The same load of ballots is sent with no screen and with a thousand, in turns. Compared is the CPU of the writer's own
thread for one ballot; what is rendered and sent is the work of other threads, whose CPU is shown beside it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.ballots import SEE_OTHER, WARM, ballots_of, check
from benchmarks.http_load import send
from benchmarks.machine import ROOT, Server, python, take_load_core
from benchmarks.product import product, settings_in
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from benchmarks.seeding import make_village, open_village_poll

SCREENS = 1000
PACE = 1.0
EARLY = 0.2
"""Seconds by which an update may seem early on a busy machine: the one before it was read late."""
COSTS_NOTHING = 1.1
"""Times the writer's CPU without screens: one draw in ten differs so much with nothing changed."""


@dataclass(frozen=True)
class Load:
    """Microseconds of CPU for one ballot, of the writer's thread and of all others; what the screens saw."""

    writer: float
    others: float
    seen: dict[str, Any]


def run(folder: Path) -> Finding:
    rounds, ballots = (1, 1500) if is_short() else (3, 4000)
    screens = SCREENS // 10 if is_short() else SCREENS
    cast = WARM + 2 * rounds * ballots
    settings = settings_in(folder / "site")
    village = make_village(settings, cast)
    poll = open_village_poll(village)
    village.database.close()
    cookies = folder / "cookies"
    cookies.write_text("".join(f"__Host-sign-in={token}\n" for token in village.tokens.values()))
    none, many = [], []
    with product(folder / "site", python("benchmarks.watched")) as server:
        coming = ballots_of(server, village, poll)
        send(server.port, islice(coming, WARM), connections=64, seconds=60)
        for _round in range(rounds):
            none.append(_load(server, coming, ballots))
            with _screens(server, poll, screens, cookies) as watching:
                many.append(_load(server, coming, ballots, watching))
    found = _finding(none, many, screens)
    found.notes.append(check(settings, poll, cast, is_closed=False))
    return found


@contextlib.contextmanager
def _screens(server: Server, poll: int, count: int, cookies: Path) -> Iterator[subprocess.Popen]:
    command = python("benchmarks.screens", server.port, f"/polls/{poll}/live?seen={10**9}", count, cookies)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    watching = subprocess.Popen(command, cwd=ROOT, preexec_fn=take_load_core, **pipes)
    try:
        if watching.stdout.readline().strip() != "READY":
            raise RuntimeError(f"the screens were not opened: {server.complaints()}")
        yield watching
    finally:
        watching.stdin.close()
        watching.wait(60)


def _load(server: Server, coming: Iterator[bytes], ballots: int, watching: subprocess.Popen | None = None) -> Load:
    ready = list(islice(coming, ballots))
    writer, whole = _writer_cpu(server), server.cpu
    outcome = send(server.port, ready, connections=64, seconds=120)
    writer, whole = _writer_cpu(server) - writer, server.cpu - whole
    if outcome.statuses != Counter({SEE_OTHER: ballots}):
        raise RuntimeError(f"of {ballots} ballots: {outcome.statuses}; {server.complaints()}")
    seen: dict[str, Any] = {"seconds": outcome.seconds}
    if watching is not None:
        time.sleep(PACE + 1)  # The last update comes when the pace allows it.
        watching.stdin.close()
        seen |= json.loads(watching.stdout.readline())
    return Load(writer * 1e6 / ballots, (whole - writer) * 1e6 / ballots, seen)


def _writer_cpu(server: Server) -> float:
    """Seconds of CPU of the thread that ``benchmarks.watched`` named."""
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        if (task / "comm").read_text().strip() == "writer":
            return int((task / "schedstat").read_text().split()[0]) / 1e9
    raise RuntimeError("the writer's thread was not found")


def _finding(none: list[Load], many: list[Load], screens: int) -> Finding:
    found = Finding("turnout")
    for what, loads in (("no screen", none), (f"{screens:,} screens", many)):
        writer, others = median(each.writer for each in loads), median(each.others for each in loads)
        updates = [each.seen.get("most", 0) for each in loads]
        row = {"what": what, "writer's CPU µs/ballot": writer, "other CPU µs/ballot": others}
        found.rows.append(
            row | {"updates a screen": median(updates), "seconds": median(e.seen["seconds"] for e in loads)}
        )
    wrong = [each.seen for each in many if each.seen["closed"] or not each.seen["fewest"] or len(each.seen["last"]) > 1]
    if wrong:
        raise RuntimeError(f"screens were closed, or do not all show the same at the end: {wrong}")
    ratio = ratio_of_rounds([each.writer for each in many], [each.writer for each in none])
    shortest = min((each.seen["shortest"] for each in many if each.seen["shortest"] is not None), default=PACE)
    found.goals += [
        Goal("the writer's CPU for a ballot, times that without screens", ratio, most=COSTS_NOTHING),
        Goal("shortest time between two updates of a screen, seconds", shortest, least=PACE - EARLY),
    ]
    return found
