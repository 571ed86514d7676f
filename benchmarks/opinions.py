"""A million opinions on one draft: taken in, found, alike, sorted, given online, proved; each beside its limit.

Intake stands beside a bare loop that inserts the same rows, without an index, into a file of its own with the same
durability. What follows in the background, pages and verification have limits of time (issue 5), and pages are measured on
a hundredth of the opinions too: what they cost must not grow. Times are CPU of the process that is measured, but for
what follows in the background, which is done by two processes: there it is the time that goes by.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import text
from sqlmodel import select

from benchmarks.machine import ROOT, all_cores, python
from benchmarks.opinion_pages import Pages, burst, pages_of
from benchmarks.opinion_seeding import Asked, ask, opinions_on
from benchmarks.product import settings_in
from benchmarks.report import Finding, Goal, is_short
from benchmarks.seeding import Village, come_to_now, make_village
from deliberation.db import sqlite, utc_now
from deliberation.legislation.following import ChunkPrepared, compared, follow_chunk
from deliberation.legislation.intake_planning import WRITTEN
from deliberation.legislation.opining import Given, give_opinions
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.text_looks import looks
from deliberation.serving import settled
from deliberation.settings import Settings

MANY, FEW = 1_000_000, 10_000
BATCH = WRITTEN
"""As many as the import of a file writes at once."""
PEOPLE = 5_000
BARE = 100_000
"""Rows of the bare loop at most."""
FOLLOWED, ALIKE, GIB = 300.0, 600.0, 2**20
"""Seconds in which the index and the groups of a million follow; KiB."""


@dataclass
class Site:
    """A folder with a solicitation, and what it cost to fill it."""

    settings: Settings
    village: Village
    asked: Asked
    many: int
    cpu: float = 0.0
    prepared: float = 0.0
    followed: float = 0.0
    passed: float = 0.0
    one: list[float] = field(default_factory=list)


def run(folder: Path) -> Finding:
    settled(None)  # The process that does this is a server, whose collector seldom comes.
    many, few = (MANY // 50, FEW // 5) if is_short() else (MANY, FEW)
    found = Finding("opinions")
    small = _site(folder / "few", few)
    before = _served(small)
    big = _site(folder / "many", many)
    bare = _bare(big, folder / "bare.sqlite3")
    _intake(found, big, bare)
    _followed(found, big)
    _pages(found, before, _served(big))
    _burst(found, big)
    _proved(found, big)
    return found


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


# --- filling


def _site(folder: Path, many: int) -> Site:
    settings = settings_in(folder)
    village = make_village(settings, PEOPLE)
    come_to_now(village)
    village.database.writer.clock = utc_now
    site = Site(settings, village, ask(village), many)
    coming = opinions_on(site.asked, village.people, random.Random(7))
    for at in range(0, many, BATCH):
        _give(site, list(islice(coming, min(BATCH, many - at))))
        if at % (many // 10 // BATCH * BATCH or BATCH) == 0:
            _say(f"{at:,} of {many:,} given")
    with all_cores():
        _follow(site)
    _look_alike(site, coming)
    with village.database.writers.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    return site


def _give(site: Site, given: list[Given]) -> None:
    began = time.process_time()
    answers = site.village.database.change(lambda session, now: give_opinions(session, now, given))
    site.cpu += time.process_time() - began
    if wrong := next((each for each in answers if not isinstance(each, int)), None):
        raise wrong if isinstance(wrong, Exception) else RuntimeError(str(wrong))


def _follow(site: Site) -> None:
    """What the background does, chunk after chunk, as fast as it goes."""
    database, payload = site.village.database, {"solicitation": site.asked.id}
    prepare_chunk, start = ChunkPrepared(), time.monotonic()
    while True:
        began = time.process_time()
        with database.read() as session:
            chunk = prepare_chunk(session, payload)
        ready = time.process_time()
        database.change(lambda session, now: follow_chunk(session, now, payload, chunk))  # noqa: B023 - done at once
        site.prepared += ready - began
        site.followed += time.process_time() - began
        site.passed = time.monotonic() - start
        if not len(chunk.found) or chunk.upto >= site.many:
            return
        if chunk.upto % (site.many // 10 or 1) < len(chunk.found):
            _say(f"{chunk.upto:,} of {site.many:,} followed, {site.passed:.0f} s, {site.followed:.0f} s of CPU")


def _look_alike(site: Site, coming: Iterator[Given]) -> None:
    """How long it takes to find what one new opinion is like."""
    for number, one in enumerate(islice(coming, 200)):
        row = (10**9 + number, 10**9 + number, one.said.proposal, one.said.reason, "", "", "", "", "", "", "",
               one.said.kind, one.article)  # fmt: skip
        with site.village.database.read() as session:
            began = time.process_time()
            compared(session, site.asked.id, looks([row]))
            site.one.append(time.process_time() - began)


def _bare(site: Site, file: Path) -> float:
    """CPU microseconds a row of the bare loop."""
    columns = [column.name for column in Opinion.__table__.columns]
    source = sqlite.connect(str(site.settings.data / "deliberation.sqlite3"))
    rows = source.execute(
        f"SELECT {', '.join(columns[:1] + [_quoted(c) for c in columns[1:]])} FROM opinion LIMIT {BARE}"
    )
    kept = rows.fetchall()
    source.close()
    target = sqlite.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        target.execute(f"PRAGMA {pragma}")
    target.execute(f"CREATE TABLE opinion (id INTEGER PRIMARY KEY, {', '.join(_quoted(name) for name in columns[1:])})")
    marks = ", ".join("?" * len(columns))
    began = time.process_time()
    for at in range(0, len(kept), BATCH):
        target.execute("BEGIN IMMEDIATE")
        target.executemany(f"INSERT INTO opinion VALUES ({marks})", kept[at : at + BATCH])
        target.execute("COMMIT")
    used = time.process_time() - began
    target.close()
    return used * 1e6 / len(kept)


def _quoted(name: str) -> str:
    return f'"{name}"'


# --- what was found


def _intake(found: Finding, site: Site, bare: float) -> None:
    ours = site.cpu * 1e6 / site.many
    found.rows.append(_row(f"{site.many:,} opinions taken in, durable and in the log", ours, site.cpu))
    found.rows.append(_row("bare loop over the same rows", bare, bare * site.many / 1e6))
    found.goals.append(Goal("rate of intake against the bare loop", bare / ours, least=0.1))


def _followed(found: Finding, site: Site) -> None:
    each, alike = site.followed * 1e6 / site.many, site.prepared * 1e6 / site.many
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    found.rows.append(_row(f"index and likenesses follow, {site.passed:.0f} s on the wall", each, site.followed))
    found.rows.append(_row("of it: finding groups", alike, site.prepared))
    at_once = sorted(site.one)[int(len(site.one) * 0.95)] * 1000
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + child.ru_maxrss) / GIB
    found.goals += [
        Goal("seconds until a million are followed", site.passed * 1e6 / site.many, most=FOLLOWED),
        Goal("CPU seconds to find the groups of a million", alike, most=ALIKE),
        Goal("GiB of memory at most, texts made and pages asked for included", memory, most=4.0),
        Goal("what one new opinion is like, p95 ms of CPU", at_once, most=50.0),
    ]


def _row(what: str, each: float, total: float) -> dict[str, object]:
    return {"what": what, "CPU µs each": each, "CPU s": total}


def _served(site: Site) -> Pages:
    _say(f"pages over {site.many:,}")
    return pages_of(site.settings, site.village, site.asked)


def _pages(found: Finding, few: Pages, many: Pages) -> None:
    """Every page: what it costs with many beside what it costs with few."""
    for name, page in many.pages.items():
        ratio = page.cpu / few.pages[name].cpu
        found.rows.append(
            _row(f"page: {name}, {ratio:.2f} × that of the few, p95 {page.p95:.0f} ms", page.cpu * 1e6, page.cpu)
        )
        found.goals.append(Goal(f"{name}: p95 ms", page.p95, most=100.0))
        found.goals.append(Goal(f"{name}: CPU with many against few", ratio, most=1.5))
    found.goals.append(Goal("page of 50 opinions, CPU against starlette_sqlmodel", many.against_reference, most=0.8))


def _burst(found: Finding, site: Site) -> None:
    _say("opinions online")
    given = burst(site.settings, site.village, site.asked, 1_000 if is_short() else 4_000)
    for connections, (cpu, rate, reference) in given.items():
        found.rows.append(_row(f"given online, {connections} connections, {rate:,.0f} a second", cpu * 1e6, cpu))
        found.goals.append(Goal(f"opinions a second online, {connections} connections", rate, least=1_000.0))
        found.notes.append(f"{connections} connections: {reference / cpu:.2f} of what the reference takes in by CPU")


def _proved(found: Finding, site: Site) -> None:
    """``audit verify`` over all of it, in a process of its own: its time and memory; nothing wrong, nothing missing."""
    _say("audit verify")
    environment = {"DELIBERATION_DATA": str(site.settings.data), "PATH": "/usr/bin:/bin"}
    with (site.settings.data / "verify.out").open("w+b") as out:
        process = subprocess.Popen(python("deliberation", "audit", "verify"), cwd=ROOT, env=environment, stdout=out,
                                   stderr=subprocess.STDOUT)  # fmt: skip
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode()
    if process.returncode:
        raise RuntimeError(f"audit verify: {said[-1500:]}")
    cpu = used.ru_utime + used.ru_stime
    found.rows.append(_row("audit verify: log, opinions, desk, counts", cpu * 1e6 / site.many, cpu))
    found.goals.append(Goal("audit verify, MiB of memory", used.ru_maxrss / 1024, most=400.0))
    with site.village.database.read() as session:
        one = session.exec(select(Solicitation).where(Solicitation.id == site.asked.id)).one()
        found.notes.append(f"{one.given:,} given and as many standing rows and entries: audit verify holds")
