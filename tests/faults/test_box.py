"""Killed while confidential ballots are cast: what was acknowledged is in the box, once, and nothing is half there."""

from __future__ import annotations

import time

from sqlmodel import select

from deliberation.audit.models import Entry
from deliberation.identity.actions import begin_sign_in
from deliberation.vocabulary import Act
from deliberation.voting.actions import close_poll
from deliberation.voting.box_models import choices_in_box, participations_of
from deliberation.voting.models import Poll
from deliberation.voting.verification import check_polls
from tests.faults.killing import Journal, Voters, kills, moment, serving
from tests.people import open_database
from tests.voting.polls import build_meeting
from tests.voting.test_box import opened

VOTERS = 240


class OneBallot(Journal):
    """Who votes once and for all: the same form until it is answered, then nothing more."""

    def next(self) -> tuple[str, str]:
        return self.sent[-1]


def test_confidential_ballots_survive_kills(database_url, tmp_path):
    database = open_database(database_url)
    meeting = build_meeting(database, seats=VOTERS, online=True)
    poll_id = opened(database, meeting)
    people = list(meeting.members.values())
    tokens = database.change(lambda session, now: [begin_sign_in(session, now, person_id=each) for each in people])
    database.close()
    choices = [("yes", "no", "abstain")[person % 3] for person in people]
    journals = [
        OneBallot(person, token, [(f"form-{person}", choice)])
        for person, token, choice in zip(people, tokens, choices, strict=True)
    ]
    with serving(database_url, tmp_path / "data") as server:
        server.start()
        for number in range(kills(3)):
            voters = Voters(server, poll_id, journals[number :: kills(3)])
            voters.stopping.set()  # Nothing more than the form that each of them holds.
            voters.start()
            time.sleep(moment(0.0, 0.15))
            server.kill()
            server.start()
            voters.finish()
            assert voters.wrong == []
    _hold(database_url, meeting, poll_id, journals)


def _hold(database_url, meeting, poll_id, journals):
    database = open_database(database_url)
    with database.read() as session:
        assert sorted(one.person_id for one in participations_of(session, poll_id)) == sorted(
            journal.person_id for journal in journals
        )
        assert choices_in_box(session, poll_id) == sorted(journal.sent[0][1] for journal in journals)
        assert session.exec(select(Entry.index).where(Entry.act == Act.BALLOT_CAST.value)).all() == []

    def verb(session, now):
        close_poll(session, now, poll_id=poll_id, standing=meeting.standing(session, "王秀英"))

    database.change(verb)
    with database.read() as session:
        assert session.get(Poll, poll_id).result["received"] == len(journals)
        assert list(check_polls(session)) == [None]
    database.close()
