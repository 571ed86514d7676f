"""Closing a poll of 100,000 ballots that is counted by heads, households and area, on SQLite and on PostgreSQL.

The clock on the wall is what a hall waits for, so the goal is no ratio; beside it stand the CPU time of it, and how long
the writer was kept from everybody else's acts. Twice on each: with nothing in between, so that the count made before the
writer's door is taken over, and overtaken by a ballot, so that all is counted again inside. The second is rolled back.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import insert
from sqlmodel import Session, select, update

from benchmarks.product import settings_in
from benchmarks.report import Finding, Goal, is_short
from benchmarks.seeding import Village, make_village, open_village_poll
from deliberation.assemblies.models import RosterLine
from deliberation.db import Database
from deliberation.voting.actions import close_poll
from deliberation.voting.counting import Counted, count
from deliberation.voting.models import Ballot, Poll
from tests.audit.damage import unlock
from tests.postgres_server import DURABLE, PostgresServer

BALLOTS = 100_000
LIMIT = 2.0
TESTS = [
    {"measure": measure, "of": "entitled", "op": ">=", "fraction": "2/3", "who": "participating"}
    for measure in ("heads", "households", "area")
]
AGREE = [
    {"measure": measure, "of": "participating", "op": ">", "fraction": "1/2"}
    for measure in ("heads", "households", "area")
]


@dataclass
class Clock:
    """What one closing took: on the wall, of this process's CPU, and the longest that another act waited."""

    wall: float = 0.0
    cpu: float = 0.0
    waits: list[float] = field(default_factory=list)

    def row(self, what: str) -> dict[str, object]:
        return {"what": what, "seconds": self.wall, "CPU s": self.cpu, "another act waits, at most s": max(self.waits)}


class Undone(Exception):
    """Raised to have the writer roll a closing back."""


def run(folder: Path) -> Finding:
    size = BALLOTS // 10 if is_short() else BALLOTS
    found = Finding("closing")
    with _postgres() as url:
        for name, at in (("SQLite", ""), ("PostgreSQL", url)):
            village = make_village(settings_in(folder / name, at), size)
            poll_id = open_village_poll(village)
            village.database.change(lambda session, now, poll_id=poll_id: _vote(session, poll_id))
            _measure(found, name, village, poll_id)
            village.database.close()
    found.notes.append(f"{size:,} ballots, three measures")
    return found


@contextlib.contextmanager
def _postgres() -> Iterator[str]:
    server = PostgresServer(DURABLE)
    try:
        with psycopg.connect(f"postgresql://postgres@/postgres?host={server.data}", autocommit=True) as connection:
            connection.execute("CREATE DATABASE site")
        yield server.url("site")
    finally:
        server.stop()


def _measure(found: Finding, name: str, village: Village, poll_id: int) -> None:
    database = village.database
    with _timed(database) as overtaken:
        ahead = _ahead(database, poll_id)
        with contextlib.suppress(Undone):
            database.change(lambda session, now: _close(session, poll_id, ahead, is_overtaken=True))
    with _timed(database) as plain:
        ahead = _ahead(database, poll_id)
        outcome = database.change(lambda session, now: _close(session, poll_id, ahead))
    # The short form has a tenth of the ballots and so a tenth of the time.
    share = len(village.tokens) / BALLOTS
    for what, clock in (("as counted ahead", plain), ("overtaken by a ballot", overtaken)):
        found.rows.append(clock.row(f"{name}, {what}"))
        found.goals.append(Goal(f"seconds to close, {name}, {what}", clock.wall, most=LIMIT * share))
    found.notes.append(f"{name}: {outcome}")


def _ahead(database: Database, poll_id: int) -> Counted:
    with database.read() as session:
        return count(session, session.get(Poll, poll_id))


def _close(session: Session, poll_id: int, ahead: Counted, *, is_overtaken: bool = False) -> str:
    if is_overtaken:
        last = select(Ballot.id).where(Ballot.poll_id == poll_id).order_by(Ballot.id).limit(1).scalar_subquery()
        session.exec(update(Ballot).where(Ballot.id == last).values(choice="abstain"))
    done = close_poll(session, datetime.now(UTC), poll_id=poll_id, ahead=ahead)
    if is_overtaken:
        raise Undone
    return f"outcome {done.outcome}, {done.result['received']:,} received"


@contextlib.contextmanager
def _timed(database: Database) -> Iterator[Clock]:
    """Measure what is done inside, while somebody else wants to write a hundred times a second."""
    clock, over = Clock(), threading.Event()
    knocking = threading.Thread(target=_knock, args=(lambda: database.change(lambda session, now: None), clock, over))
    knocking.start()
    time.sleep(0.2)
    began, used = time.perf_counter(), time.process_time()
    yield clock
    clock.wall, clock.cpu = time.perf_counter() - began, time.process_time() - used
    over.set()
    knocking.join()


def _knock(write: Callable[[], None], clock: Clock, over: threading.Event) -> None:
    while not over.wait(0.01):
        began = time.perf_counter()
        write()
        clock.waits.append(time.perf_counter() - began)


def _vote(session: Session, poll_id: int) -> None:
    """Everybody on the roster votes by statement: through the site 100,000 people would take longer than the measuring."""
    unlock(session.connection())  # Three measures and their households are put into a poll that is frozen.
    poll = session.get(Poll, poll_id)
    poll.rule = {"choices": ["yes", "no", "abstain"], "quorum": TESTS, "approval": AGREE}
    session.add(poll)
    lines = session.exec(select(RosterLine).where(RosterLine.roster_id == poll.roster_id)).all()
    for line in lines:
        line.household, line.area = f"{line.number // 3}", 5500 + line.number % 9000
        session.add(line)
    session.flush()
    choices = ("yes", "yes", "no", "abstain")
    rows = [
        {"poll_id": poll_id, "line_id": line.id, "person_id": line.person_id, "choice": choices[line.number // 3 % 4],
         "channel": "online", "cast_at": poll.opened_at}
        for line in lines
    ]  # fmt: skip
    session.connection().execute(insert(Ballot.__table__), rows)
