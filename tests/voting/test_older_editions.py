"""What was published under earlier rules of disclosure is never judged by later ones: the entry says under which it was."""

from __future__ import annotations

import pytest

from deliberation.audit.models import entries_on
from deliberation.audit.reading import data_of
from deliberation.voting import edition_rules, published
from deliberation.voting.edition_rules import VERSION
from deliberation.voting.models import Poll
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.polls import EVENING, build_meeting
from tests.voting.test_box import everybody_votes, opened
from tests.voting.test_polls import closed


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def faults(database):
    with database.read() as session:
        return [fault.reason for fault in check_polls(session) if fault is not None]


def unanimous(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    everybody_votes(database, meeting, poll_id, "yyyyy")
    return closed(database, meeting, poll_id)


def as_closed_before(monkeypatch):
    """The program as it was: no split withheld, no version in the entry."""
    monkeypatch.setattr(edition_rules, "split_tells", lambda *_any: False)
    monkeypatch.setattr(published, "VERSION", 1)


def test_an_entry_says_by_which_rules_it_published(database):
    poll = unanimous(database)
    with database.read() as session:
        entry = next(each for each in entries_on(session, f"matter/{poll.matter_id}") if each.act == "poll.closed")
    assert data_of(entry.body)["edition"] == VERSION
    assert poll.published is not None and faults(database) == []


def test_an_older_vote_that_withheld_nothing_still_verifies(database, monkeypatch):
    with monkeypatch.context() as before:
        as_closed_before(before)
        assert unanimous(database).published is None
    assert faults(database) == []


def test_what_was_counted_and_entered_is_held_in_an_older_vote_too(database, monkeypatch):
    with monkeypatch.context() as before:
        as_closed_before(before)
        poll = unanimous(database)

    def forge(session, _now):
        one = session.get(Poll, poll.id)
        one.published = dict(one.result) | {"outcome": "failed"}
        session.add(one)

    database.change(forge)
    assert len(faults(database)) == 1


def test_a_vote_of_today_is_judged_by_the_rules_of_today(database):
    poll = unanimous(database)

    def forge(session, _now):
        one = session.get(Poll, poll.id)
        one.published = None
        session.add(one)

    database.change(forge)
    assert len(faults(database)) == 1
