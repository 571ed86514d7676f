"""Killed at any moment, the program loses nothing that it acknowledged, and does nothing twice."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path

from sqlmodel import select

from deliberation.audit.models import Entry, LogHead, Opening
from deliberation.audit.verification import Trusted, verify_installation
from deliberation.communities.actions import make_installation
from deliberation.db import Database
from deliberation.identity.actions import begin_sign_in
from deliberation.identity.models import Person
from deliberation.vocabulary import Act
from deliberation.voting.models import ballots_of
from deliberation.voting.verification import checks
from tests.faults.killing import Journal, Voters, environment, kills, moment, serving
from tests.people import open_database
from tests.voting.polls import build_meeting, opened

VOTERS = 24
ROWS = 400


def votes(database: Database) -> tuple[int, list[Journal]]:
    """A poll, and voters who are signed in."""
    meeting = build_meeting(database, seats=VOTERS, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    people = list(meeting.members.values())
    tokens = database.change(lambda session, now: [begin_sign_in(session, now, person_id=each) for each in people])
    return poll_id, [Journal(*pair) for pair in zip(people, tokens, strict=True)]


def test_ballots_survive_kills(database_url, tmp_path):
    """Each voter votes and changes the vote; of what was answered nothing is lost, nothing is there twice, in order."""
    database = open_database(database_url)
    poll_id, journals = votes(database)
    database.close()
    folder = tmp_path / "data"
    with serving(database_url, folder) as server:
        server.start()
        voters = Voters(server, poll_id, journals)
        voters.start()
        for _kill in range(kills(3)):
            time.sleep(moment(0.05, 1.0))
            server.kill()
            server.start()
        voters.finish()
        assert voters.wrong == []
    database = open_database(database_url)
    assert sum(len(journal.sent) for journal in journals) > len(journals)
    _hold_against(database, poll_id, journals)
    _without_gaps(database)
    _verified(database, folder)
    database.close()


def _hold_against(database: Database, poll_id: int, journals: list[Journal]) -> None:
    with database.read() as session:
        ballots = {ballot.person_id: ballot.choice for ballot in ballots_of(session, poll_id)}
        said: dict[int, list[tuple[str, str]]] = {}
        found = (
            select(Opening.person_id, Entry.act, Opening.value)
            .join(Entry, (Entry.community_id == Opening.community_id) & (Entry.index == Opening.index))
            .where(Entry.object == f"poll/{poll_id}", Opening.field == "choice")
            .order_by(Entry.index)
        )
        for person_id, act, choice in session.exec(found):
            said.setdefault(person_id, []).append((act, choice))
    for journal in journals:
        assert journal.answered == len(journal.sent) > 0
        assert ballots[journal.person_id] == journal.sent[-1][1], "the last answered choice is the one that stands"
        acts = [Act.BALLOT_CAST.value] + [Act.BALLOT_CHANGED.value] * (len(journal.sent) - 1)
        choices = [choice for _key, choice in journal.sent]
        assert said[journal.person_id] == list(zip(acts, choices, strict=True)), (
            "each answered form is one entry, in order"
        )


def _without_gaps(database: Database) -> None:
    with database.read() as session:
        for head in session.exec(select(LogHead)).all():
            indexes = session.exec(
                select(Entry.index).where(Entry.community_id == head.community_id).order_by(Entry.index)
            ).all()
            assert list(indexes) == list(range(head.size))


def _verified(database: Database, folder: Path) -> None:
    """What the signer had published before each kill is still what the database says."""
    with database.read() as session:
        report = verify_installation(session, Trusted(folder / "log", stubs=folder / "signer"), checks)
    assert report.faults == []


# --- rosters ----------------------------------------------------------------------------------------------------------


def roster_file(folder: Path, number: int) -> Path:
    """A roster of its own people, each in two bodies."""
    path = folder / f"roster-{number}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["人员编号", "姓名", "出生日期", "户号", "户代表", "机构", "身份"])
        for row in range(ROWS):
            household = f"{number}-{row // 2}"
            represents = "否" if row % 2 else "是"
            writer.writerow(
                [f"{number}-{row:04}", f"村民{row:04}", "1950-01-01", household, represents, "村民代表会议", "代表"]
            )
    return path


def imported(database: Database, number: int) -> int:
    with database.read() as session:
        return len(session.exec(select(Person.id).where(Person.number.startswith(f"{number}-"))).all())


def start_import(path: Path, url: str, folder: Path, community: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "deliberation", "roster", "import", str(path), "--community", str(community)]
    with (folder.parent / "import.log").open("ab") as log:
        return subprocess.Popen(command, env=environment(url, folder), stdout=log, stderr=log, start_new_session=True)


def test_a_roster_that_is_killed_is_there_whole_or_not_at_all(database_url, tmp_path):
    database = open_database(database_url)
    community = database.change(lambda session, now: make_installation(session, now).id)
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    began = time.monotonic()
    assert start_import(roster_file(tmp_path, 0), database_url, folder, community).wait(120) == 0, (
        tmp_path / "import.log"
    ).read_text()
    lasts = time.monotonic() - began
    assert imported(database, 0) == ROWS
    for number in range(1, kills(2) + 1):
        path = roster_file(tmp_path, number)
        process = start_import(path, database_url, folder, community)
        time.sleep(moment(0.4 * lasts, 1.05 * lasts))
        process.kill()
        done = process.wait() == 0
        found = imported(database, number)
        assert found == ROWS if done else found in (0, ROWS)
        _without_gaps(database)
    last = roster_file(tmp_path, kills(2))
    for _again in range(2):  # Once to finish what was killed, once to see that nothing comes twice.
        assert start_import(last, database_url, folder, community).wait(120) == 0
        assert imported(database, kills(2)) == ROWS
    _verified(database, folder)
    database.close()
