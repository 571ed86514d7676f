"""Closing a poll of 100,000 ballots that is counted by heads, households and area, in one act of the writer.

The clock on the wall is what a hall waits for, so the goal is no ratio; beside it stands what the count alone costs.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session, select

from benchmarks.product import settings_in
from benchmarks.report import Finding, Goal, is_short, median
from benchmarks.seeding import make_village, open_village_poll
from deliberation.assemblies.models import RosterLine
from deliberation.voting.actions import close_poll
from deliberation.voting.counting import count, tally_document
from deliberation.voting.models import Ballot, Poll
from deliberation.voting.tally import tally_json

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


def run(folder: Path) -> Finding:
    size = BALLOTS // 10 if is_short() else BALLOTS
    village = make_village(settings_in(folder / "site"), size)
    poll_id = open_village_poll(village)
    village.database.change(lambda session, now: _vote(session, poll_id))
    counting, took = _count_alone(village.database, poll_id), []

    def verb(session: Session, _now: datetime) -> str:
        began = time.perf_counter()
        done = close_poll(session, datetime.now(UTC), poll_id=poll_id)
        took.append(time.perf_counter() - began)
        return done.outcome

    began = time.perf_counter()
    outcome = village.database.change(verb)
    whole = time.perf_counter() - began
    village.database.close()
    found = Finding("closing")
    found.rows.append({"what": f"the count alone, {size:,} ballots", "seconds": counting})
    found.rows.append({"what": "the act of closing", "seconds": took[0]})
    found.rows.append({"what": "until it is durable and announced", "seconds": whole})
    # The short form has a tenth of the ballots and so a tenth of the time.
    found.goals.append(Goal("seconds to close", whole, most=LIMIT * size / BALLOTS))
    found.notes.append(f"three measures; outcome {outcome}")
    return found


def _vote(session: Session, poll_id: int) -> None:
    """Everybody on the roster votes by statement: through the site 100,000 people would take longer than the measuring."""
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


def _count_alone(database, poll_id: int) -> float:
    seconds = []
    with database.read() as session:
        poll = session.get(Poll, poll_id)
        document = tally_document(session, poll)
        for _ in range(3):
            began = time.perf_counter()
            tally_json(document)
            seconds.append(time.perf_counter() - began)
        count(session, poll)
    return median(seconds)
