"""Ten thousand members press the button at the same moment, while others go on reading pages of the same process.

Each has a connection of their own, open before; all ballots are sent in one go. The clock on the wall is what they wait
for, so the goals are no ratios.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from benchmarks.ballots import SEE_OTHER, WARM, ballots_of, check
from benchmarks.http_load import Outcome, send
from benchmarks.product import get, product, settings_in
from benchmarks.report import Finding, Goal, is_short
from benchmarks.seeding import make_village, open_village_poll, sign_in

MEMBERS = 10_000
LIMIT = 3000.0
"""Milliseconds that 99 of 100 may wait, for their ballot and for a page."""


def run(folder: Path) -> Finding:
    members = MEMBERS // 10 if is_short() else MEMBERS
    settings = settings_in(folder / "site")
    village = make_village(settings, members + WARM)
    poll = open_village_poll(village)
    reader = sign_in(village, village.place["周明"])
    village.database.close()
    with product(folder / "site") as server:
        coming = ballots_of(server, village, poll)
        send(server.port, islice(coming, WARM), connections=64, seconds=60)
        ready, pages, over = list(coming), Outcome(), threading.Event()
        page = get(server.port, f"/polls/{poll}", reader)
        reading = threading.Thread(target=_read, args=(server.port, page, pages, over))
        reading.start()
        time.sleep(0.5)
        cast = send(server.port, ready, connections=members, seconds=60)
        over.set()
        reading.join()
    if cast.statuses != Counter({SEE_OTHER: members}):
        raise RuntimeError(f"of {members} ballots: {cast.statuses}")
    found = Finding("burst", notes=[check(settings, poll, members + WARM, is_closed=False)])
    for what, outcome in (("ballots", cast), ("pages meanwhile", pages)):
        row = {"what": what, "answers": outcome.answers, "a second": outcome.rate}
        found.rows.append(row | {f"p{share} ms": outcome.latency(share / 100) for share in (50, 99)})
        # The short form has a tenth of the members and so a tenth of the time.
        found.goals.append(Goal(f"{what}, p99 ms", outcome.latency(0.99), most=LIMIT * members / MEMBERS))
    return found


def _read(port: int, page: bytes, pages: Outcome, over: threading.Event) -> None:
    """A person who opens the poll's page again and again."""
    began = time.perf_counter()
    while not over.is_set():
        one = send(port, [page], connections=1, seconds=30)
        pages.latencies += one.latencies
        pages.statuses += one.statuses
        time.sleep(0.05)
    pages.seconds = time.perf_counter() - began
