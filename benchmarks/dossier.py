"""The dossier of a matter with 50 documents, read by a signed-in person; beside a page of 50 rows by the usual way.

The parts of a dossier that are the same for everybody are kept ready until something happens that shows on it. So the
first visit after an act elsewhere in its community is measured too, and the first after an act on the matter itself,
which has no goal but is no secret either.
"""

from __future__ import annotations

import gzip
import http.client
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import repeat
from pathlib import Path

from benchmarks.http_load import Outcome, send
from benchmarks.machine import Server, free_port, python, serving
from benchmarks.product import get, product, settings_in
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from benchmarks.seeding import Village, change_dossier, let_something_happen, make_dossier, make_village

CONNECTIONS = 32
DOCUMENTS = 50
FIRST_PAGE = 100 * 1024
"""Bytes of page, style, behaviour and icons together, as they are sent to a browser that takes gzip."""


def run(folder: Path) -> Finding:
    rounds, seconds, fresh = (1, 1.5, 10) if is_short() else (3, 3.0, 40)
    village = make_village(settings_in(folder / "site"), 1)
    dossier = make_dossier(village, DOCUMENTS)
    ours: list[tuple[float, Outcome]] = []
    theirs: list[tuple[float, Outcome]] = []
    with product(folder / "site") as server:
        size, documents = _first_page(server, village, dossier)
        elsewhere = _first_visits(server, village, dossier, partial(let_something_happen, village), fresh)
        changed = _first_visits(server, village, dossier, partial(change_dossier, village, dossier), fresh)
        for number in range(rounds):
            theirs.append(_reference(folder / f"page-{number}.sqlite3", seconds))
            ours.append(_visits(server, _page(server, village, dossier), seconds))
    village.database.close()
    found = Finding("dossier")
    loads = {
        "starlette_sqlmodel": theirs,
        "product": ours,
        "product, after an act elsewhere": [elsewhere],
        "product, after an act on it": [changed],
    }
    found.rows += [_row(name, load) for name, load in loads.items()]
    ratio = ratio_of_rounds([_each(load) for load in ours], [_each(load) for load in theirs])
    reference = median(map(_each, theirs))
    found.goals += [
        Goal("server CPU of a dossier, times starlette_sqlmodel", ratio, most=2.0),
        Goal("the same, first visit after an act elsewhere", _each(elsewhere) / reference, most=2.0),
        Goal("first page as sent, of 100 KiB", size / FIRST_PAGE, most=1.0),
    ]
    found.notes.append(f"{documents} documents; the first page is {size / 1024:.1f} KiB as it is sent")
    return found


def _page(server: Server, village: Village, dossier: int) -> bytes:
    return get(server.port, f"/matters/{dossier}", next(iter(village.tokens.values())))


def _visits(server: Server, request: bytes, seconds: float) -> tuple[float, Outcome]:
    send(server.port, repeat(request, 50), connections=CONNECTIONS, seconds=5)
    return _timed(server, repeat(request), CONNECTIONS, seconds)


def _first_visits(
    server: Server, village: Village, dossier: int, act: Callable[[int], None], times: int
) -> tuple[float, Outcome]:
    """Each right after an act of somebody else."""
    cpu, gathered = 0.0, Outcome()
    for number in range(times):
        act(number)
        one, outcome = _timed(server, [_page(server, village, dossier)], 1, 10)
        cpu += one
        gathered.latencies += outcome.latencies
        gathered.seconds += outcome.seconds
        gathered.received += outcome.received
    return cpu, gathered


def _reference(file: Path, seconds: float) -> tuple[float, Outcome]:
    port = free_port()
    with serving(python("benchmarks.references.page", port, file), port, file.parent) as server:
        return _visits(server, f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode(), seconds)


def _timed(server: Server, requests: object, connections: int, seconds: float) -> tuple[float, Outcome]:
    before = server.cpu
    outcome = send(server.port, requests, connections=connections, seconds=seconds)
    if outcome.statuses != Counter({200: outcome.answers}):
        raise RuntimeError(f"answers: {outcome.statuses}; {server.complaints()}")
    return server.cpu - before, outcome


def _each(load: tuple[float, Outcome]) -> float:
    return load[0] * 1e6 / load[1].answers


def _row(name: str, loads: list[tuple[float, Outcome]]) -> dict[str, object]:
    outcomes = [outcome for _cpu, outcome in loads]
    return {
        "server": name,
        "CPU µs/page": median(map(_each, loads)),
        "pages/s": median(each.rate for each in outcomes),
        "p99 ms": median(each.latency(0.99) for each in outcomes),
        "KiB": median(each.received / each.answers / 1024 for each in outcomes),
    }


def _first_page(server: Server, village: Village, dossier: int) -> tuple[int, int]:
    """The bytes of all bodies that a browser fetches at its first visit, as they are sent; and the documents shown."""
    token = next(iter(village.tokens.values()))
    page = _fetch(server.port, f"/matters/{dossier}", token)
    text = _unpacked(page).decode()
    total = len(page[0])
    for address in sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text))):
        total += len(_fetch(server.port, address, token)[0])
    return total, len(set(re.findall(r'href="/documents/(\d+)"', text)))


def _fetch(port: int, path: str, token: str) -> tuple[bytes, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": f"__Host-sign-in={token}", "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
    return body, answer.headers.get("content-encoding", "")


def _unpacked(fetched: tuple[bytes, str]) -> bytes:
    body, encoding = fetched
    return gzip.decompress(body) if encoding == "gzip" else body
