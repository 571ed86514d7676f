"""Ballots over HTTP, each by another signed-in member, durable and in the log; beside two servers that know no rules.

What the product does more than they do: sign-in, form token and key, the right to vote on a frozen roster, a log entry
with salted commitments, signed tiles of that log, the live count of those who have voted.
"""

from __future__ import annotations

import secrets
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from sqlmodel import select

from benchmarks.http_load import Outcome, send
from benchmarks.machine import ROOT, Server, free_port, python, serving
from benchmarks.product import post, product, settings_in
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from benchmarks.seeding import Village, make_village, open_village_poll, sign_in
from deliberation.audit.models import Entry
from deliberation.db import Database
from deliberation.settings import Settings
from deliberation.vocabulary import Act
from deliberation.voting.models import Ballot, Poll

CONNECTIONS = (64, 512)
GROUP, ROW, PRODUCT = "group_asgi", "sqlmodel_row", "product"
CHOICES = ("yes", "yes", "no", "abstain")
WARM = 500
"""Ballots before the clock is read: statements and the poll's roster are read and kept by then."""
SEE_OTHER = 303


@dataclass(frozen=True)
class Measured:
    """One load on one server: CPU seconds of the server, and what the client saw."""

    cpu: float
    outcome: Outcome

    @property
    def each(self) -> float:
        """Microseconds of the server's CPU for one ballot."""
        return self.cpu * 1e6 / self.outcome.answers


@dataclass(frozen=True)
class Bench:
    """What is measured beside what: ``references`` are (name, how many times of it at least)."""

    name: str
    references: tuple[tuple[str, float], ...]
    url: str = ""
    reference_url: str = ""


def run(folder: Path) -> Finding:
    return measure(Bench("ballots", ((GROUP, 0.3), (ROW, 4.0))), folder)


def measure(bench: Bench, folder: Path) -> Finding:
    """Product and references in turns, at each number of connections; every ballot is looked for afterwards."""
    rounds, ballots, seconds = (1, 2500, 1.5) if is_short() else (3, 5000, 3.0)
    cast = WARM + rounds * ballots * len(CONNECTIONS)
    settings = settings_in(folder / "site", bench.url)
    village = make_village(settings, cast)
    poll = open_village_poll(village)
    chair = sign_in(village, village.place["王秀英"])
    village.database.close()
    measured: dict[int, dict[str, list[Measured]]] = {each: defaultdict(list) for each in CONNECTIONS}
    with product(folder / "site", url=bench.url) as server:
        coming = ballots_of(server, village, poll)
        _load(server, coming, WARM, CONNECTIONS[0])
        for number in range(rounds):
            for connections, known in measured.items():
                for name, _least in bench.references:
                    file = bench.reference_url or str(folder / f"{name}-{number}-{connections}.sqlite3")
                    known[name].append(_reference(name, folder, file, seconds, connections))
                known[PRODUCT].append(_load(server, coming, ballots, connections))
        closed = send(server.port, [post(server.port, f"/polls/{poll}/closing", chair, {})], connections=1, seconds=30)
        _must(closed.statuses == Counter({SEE_OTHER: 1}), f"the poll was not closed: {closed.statuses}")
    found = Finding(bench.name, notes=[check(settings, poll, cast)])
    for connections, known in measured.items():
        _find(found, bench, known, connections)
    return found


def ballots_of(server: Server, village: Village, poll: int) -> Iterator[bytes]:
    for (_person, token), choice in zip(village.tokens.items(), cycle(CHOICES)):
        fields = {"key": secrets.token_urlsafe(12), "choice": choice}
        yield post(server.port, f"/polls/{poll}/ballots", token, fields)


def _load(server: Server, coming: Iterator[bytes], count: int, connections: int) -> Measured:
    """The next ballots, made before the clock is read, all of which must be accepted."""
    ready = [next(coming) for _ in range(count)]
    before = server.cpu
    outcome = send(server.port, ready, connections=connections, seconds=60)
    measured = Measured(server.cpu - before, outcome)
    _must(
        outcome.statuses == Counter({SEE_OTHER: count}),
        f"of {count} ballots: {outcome.statuses}; {server.complaints()}",
    )
    return measured


def _reference(name: str, folder: Path, file: str, seconds: float, connections: int) -> Measured:
    port = free_port()
    with serving(python("benchmarks.references.ballots", name, port, file), port, folder) as server:
        coming = plain_ballots(port)
        send(port, (next(coming) for _ in range(200)), connections=connections, seconds=5)
        before = server.cpu
        outcome = send(port, coming, connections=connections, seconds=seconds)
        return Measured(server.cpu - before, outcome)


def plain_ballots(port: int) -> Iterator[bytes]:
    voter = 0
    while True:
        voter += 1
        body = b'{"voter":%d,"choice":"yes"}' % voter
        head = b"POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        yield head % (port, len(body)) + body


def check(settings: Settings, poll_id: int, cast: int, *, is_closed: bool = True) -> str:
    """Every acknowledged ballot is there, in the log and in the count; the log verifies. What was found, in words."""
    database = Database(settings.url)
    with database.read() as session:
        choices = session.exec(select(Ballot.choice).where(Ballot.poll_id == poll_id)).all()
        entered = len(session.exec(select(Entry.index).where(Entry.act == Act.BALLOT_CAST.value)).all())
        result = session.get(Poll, poll_id).result
    database.close()
    _must(len(choices) == entered == cast, f"{cast} cast, {len(choices)} kept, {entered} in the log")
    if is_closed:
        _must(result["received"] == cast, f"{cast} cast, {result['received']} received")
        counted = {choice: result["counts"]["heads"][choice] for choice in set(CHOICES)}
        _must(counted == Counter(choices), f"cast {Counter(choices)}, counted {counted}")
    environment = {"DELIBERATION_DATA": str(settings.data), "PATH": "/usr/bin:/bin"}
    if settings.database_url:
        environment["DELIBERATION_DATABASE_URL"] = settings.database_url
    told = subprocess.run(
        python("deliberation", "audit", "verify"), cwd=ROOT, env=environment, capture_output=True, text=True
    )
    _must(told.returncode == 0, f"the log does not verify: {told.stdout}{told.stderr}")
    return f"{cast:,} ballots acknowledged: as many rows, log entries and counted votes; the signed log verifies"


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)


def _find(found: Finding, bench: Bench, measured: dict[str, list[Measured]], connections: int) -> None:
    for name in (PRODUCT, *(name for name, _least in bench.references)):
        loads = measured[name]
        row = {"server": f"{name}, {connections} connections", "CPU µs/ballot": median(load.each for load in loads)}
        row["ballots/s"] = median(load.outcome.rate for load in loads)
        row |= {f"p{share} ms": median(load.outcome.latency(share / 100) for load in loads) for share in (50, 99)}
        found.rows.append(row)
    each = {name: [load.each for load in loads] for name, loads in measured.items()}
    rate = {name: [load.outcome.rate for load in loads] for name, loads in measured.items()}
    for name, least in bench.references:
        words = f"times {name}, {connections} connections"
        found.goals.append(
            Goal(f"ballots a CPU second, {words}", ratio_of_rounds(each[name], each[PRODUCT]), least=least)
        )
        found.notes.append(f"by the clock on the wall, {words}: {ratio_of_rounds(rate[PRODUCT], rate[name]):.2f}")
