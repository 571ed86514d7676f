"""Killed while it closes a poll, the program leaves it open or closed whole, and counts every acknowledged ballot."""

from __future__ import annotations

import http.client
import threading
import time
from datetime import date
from urllib.parse import urlencode

from sqlmodel import Session, select

from deliberation.assemblies.models import standing_of
from deliberation.audit.models import Entry
from deliberation.communities.models import Community
from deliberation.db import Database
from deliberation.identity.actions import begin_sign_in
from deliberation.matters.models import Matter, Proceeding
from deliberation.voting.actions import Question, open_poll
from deliberation.voting.counting import count
from deliberation.voting.models import Poll, ballots_of
from deliberation.web import form_token
from tests.faults.killing import Journal, Server, Voters, kills, moment, serving
from tests.faults.test_kill import _verified, _without_gaps
from tests.people import open_database
from tests.voting.polls import Meeting, build_meeting, matter_at

VOTERS = 12


class Halls:
    """One village; for each kill a matter and a poll of its own, because a closed one is never opened again."""

    def __init__(self, database: Database):
        self.database = database
        self.meeting: Meeting = build_meeting(database, seats=VOTERS, online=True)
        people = list(self.meeting.members.values())
        self.tokens = dict(
            zip(people, database.change(lambda session, now: _sign_in(session, now, people)), strict=True)
        )
        chair = self.meeting.place["王秀英"]
        self.chair = database.change(lambda session, now: _sign_in(session, now, [chair]))[0]
        self.number = 1

    def open(self) -> int:
        self.number += 1
        return self.database.change(self._open)

    def _open(self, session: Session, now) -> int:
        community = session.get(Community, self.meeting.place.id)
        for matter in session.exec(select(Matter).where(Matter.number == 1)).all():
            matter.number = 1000 + self.number
            session.add(matter)
        session.flush()
        made = matter_at(session, community, "village_four_two", "resolution", self.meeting.place["王秀英"])
        standing = standing_of(session, self.meeting.place["王秀英"], community, date(2026, 11, 23))
        question = Question("您是否同意修这条路？")
        found = session.get(Matter, made)
        return open_poll(session, now, matter=found, community=community, question=question, standing=standing).id

    def journals(self) -> list[Journal]:
        return [Journal(person, token) for person, token in self.tokens.items()]


def _sign_in(session: Session, now, people: list[int]) -> list[str]:
    return [begin_sign_in(session, now, person_id=each) for each in people]


def close(server: Server, poll_id: int, token: str, key: str) -> int:
    """The chair's form; its status, 0 if the server was killed under way."""
    body = urlencode({"token": form_token(token), "key": key})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"__Host-sign-in={token}",
        "Origin": f"http://localhost:{server.port}",
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("POST", f"/polls/{poll_id}/closing", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def test_a_closing_that_is_killed_is_whole_or_has_not_begun(database_url, tmp_path):
    database = open_database(database_url)
    halls, folder = Halls(database), tmp_path / "data"
    with serving(database_url, folder) as server:
        server.start()
        for round_ in range(kills(2)):
            poll_id, journals = halls.open(), halls.journals()
            voters = Voters(server, poll_id, journals, threads=4)
            voters.is_closable = True
            voters.start()
            time.sleep(moment(0.05, 0.4))
            closing = threading.Thread(target=close, args=(server, poll_id, halls.chair, f"first-{round_}"))
            closing.start()
            time.sleep(moment(0.0, 0.12))
            server.kill()
            closing.join(60)
            server.start()
            _is_whole_or_open(database, poll_id)
            assert close(server, poll_id, halls.chair, f"second-{round_}") in (303, 409)
            voters.finish()
            assert voters.wrong == []
            _counted(database, poll_id, journals)
    _without_gaps(database)
    _verified(database, folder)
    database.close()


def _closing_entries(session: Session, poll_id: int) -> list[int]:
    wanted = (Entry.object == f"poll/{poll_id}", Entry.act == "poll.closed")
    return list(session.exec(select(Entry.index).where(*wanted)).all())


def _is_whole_or_open(database: Database, poll_id: int) -> None:
    with database.read() as session:
        poll = session.get(Poll, poll_id)
        known = session.exec(select(Proceeding).where(Proceeding.subject == f"poll/{poll_id}")).one()
        closed = poll.closed_at is not None
        assert (poll.result is not None) is closed
        assert bool(poll.tally_sha256) is closed
        assert (known.closed_at is not None) is closed
        assert len(_closing_entries(session, poll_id)) == int(closed)


def _counted(database: Database, poll_id: int, journals: list[Journal]) -> None:
    """Once closed: counted again it is the same, and every acknowledged ballot is there with its last choice."""
    with database.read() as session:
        poll = session.get(Poll, poll_id)
        assert poll.closed_at is not None
        assert len(_closing_entries(session, poll_id)) == 1
        counted = count(session, poll)
        assert (counted.result, counted.sha256) == (poll.result, poll.tally_sha256)
        ballots = {ballot.person_id: ballot.choice for ballot in ballots_of(session, poll_id)}
    for journal in journals:
        if journal.answered:
            assert ballots[journal.person_id] in {choice for _key, choice in journal.sent[journal.answered - 1 :]}
        assert poll.result["received"] == len(ballots)
