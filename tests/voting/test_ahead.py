"""A poll is counted before the writer's door; what closes it is the count of what is there at the closing."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlmodel import select

from deliberation.assemblies.models import RosterLine
from deliberation.audit.canonical import canonical
from deliberation.jobs import Runner
from deliberation.voting import counting
from deliberation.voting.actions import close_due_poll, close_poll, count_due_poll
from deliberation.voting.counting import count, frame_of, tally_document
from deliberation.voting.models import Poll
from deliberation.voting.signing_in import sign_in_people
from deliberation.voting.tally import tally, tally_json
from deliberation.voting.verification import check_polls
from tests.audit.damage import unlock
from tests.people import open_database
from tests.voting.polls import EVENING, build_estate, build_meeting, cast, opened, poll_of


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def counted_ahead(database, poll_id):
    with database.read() as session:
        return count(session, session.get(Poll, poll_id))


def closed(database, meeting, poll_id, ahead):
    def verb(session, now):
        return close_poll(session, now, poll_id=poll_id, standing=meeting.standing(session, "王秀英"), ahead=ahead)

    return database.change(verb)


def is_right(database, poll_id):
    """Counted anew it is the same, and the log agrees."""
    with database.read() as session:
        poll = session.get(Poll, poll_id)
        assert poll.result == tally_json(tally_document(session, poll))
        assert list(check_polls(session)) == [None]
    return poll


@pytest.fixture
def tallies(monkeypatch):
    """How often is counted."""
    made = []
    monkeypatch.setattr(counting, "tally", lambda document: made.append(1) or tally(document))
    return made


def test_a_count_ahead_that_still_holds_is_taken_over_and_not_made_again(database, tallies):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    cast(database, poll_id, meeting.members["李强"], "yes")
    ahead = counted_ahead(database, poll_id)
    poll = closed(database, meeting, poll_id, ahead)
    assert (poll.result, poll.tally_sha256, len(tallies)) == (ahead.result, ahead.sha256, 1)
    is_right(database, poll_id)


@pytest.mark.parametrize("what", ["a new ballot", "a changed ballot"])
def test_a_ballot_between_the_count_ahead_and_the_closing_counts(database, what, tallies):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    for name in ("李强", "代表02", "代表03"):
        cast(database, poll_id, meeting.members[name], "yes")
    ahead = counted_ahead(database, poll_id)
    voter = meeting.members["代表04" if what == "a new ballot" else "李强"]
    cast(database, poll_id, voter, "no")
    closed(database, meeting, poll_id, ahead)
    assert len(tallies) == 2
    assert is_right(database, poll_id).result["counts"]["heads"]["no"] == 1
    assert ahead.result["counts"]["heads"]["no"] == 0


def test_who_came_between_the_count_ahead_and_the_closing_was_there(database):
    meeting = build_meeting(database)
    poll_id = opened(database, meeting, closes_in=None)
    ahead = counted_ahead(database, poll_id)

    def come(session, now):
        people = set(meeting.members.values())
        poll, standing = session.get(Poll, poll_id), meeting.standing(session, "王秀英")
        sign_in_people(session, now, poll=poll, was=set(), here=people, standing=standing)

    database.change(come)
    closed(database, meeting, poll_id, ahead)
    assert is_right(database, poll_id).result["counts"]["heads"]["present"] == 9


def test_a_count_of_another_poll_closes_nothing(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    ahead = counted_ahead(database, poll_id)
    with pytest.raises(ValueError, match="says nothing of poll"), database.read() as session:
        count(session, Poll(id=poll_id + 1), ahead)


def test_the_hour_counts_ahead_and_a_ballot_that_came_before_it_is_in(database):
    """By the runner itself: between its reading and the writer a ballot is committed that was taken before the hour."""
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=60)
    cast(database, poll_id, meeting.members["李强"], "yes")
    runner = Runner(database, lambda _session: poll_of(database, poll_id).closes_at)

    def count_and_be_overtaken(session, payload):
        found = count_due_poll(session, payload)
        database.writer.clock = lambda _session: EVENING
        cast(database, poll_id, meeting.members["代表02"], "yes")
        database.writer.clock = runner.clock
        return found

    runner.works["close_poll"] = close_due_poll
    runner.prepares["close_poll"] = count_and_be_overtaken
    database.writer.clock = runner.clock
    runner.run_due()
    assert is_right(database, poll_id).result["received"] == 2


def test_a_poll_that_was_closed_meanwhile_is_not_counted_ahead(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    closed(database, meeting, poll_id, None)
    with database.read() as session:
        assert count_due_poll(session, {"poll": poll_id}) is None
        assert count_due_poll(session, {"poll": poll_id + 1}) is None


def test_the_frame_of_owners_has_area_owner_and_the_digest_is_of_the_whole_document(database):
    estate = build_estate(database)
    poll_id = opened(database, estate, closes_in=None)
    cast(database, poll_id, estate.members["李强"], "yes")
    with database.read() as session:
        poll = session.get(Poll, poll_id)
        rows = session.exec(
            select(RosterLine).where(RosterLine.roster_id == poll.roster_id).order_by(RosterLine.number)
        ).all()
        frame = frame_of(session, poll)
        assert [(line.id, line.area, line.owner) for line in frame.roster] == [
            (str(row.number), row.area, row.owner) for row in rows
        ]
        assert frame.people == [row.person_id for row in rows]
        assert frame.numbers == {row.id: str(row.number) for row in rows}
        found = count(session, poll)
        assert found.sha256 == counting.hashlib.sha256(canonical(tally_document(session, poll))).hexdigest()


def test_a_household_on_the_roster_is_in_the_document(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    with database.writers.begin() as connection:
        unlock(connection)
        connection.execute(update(RosterLine).where(RosterLine.number == 2).values(household="7"))
    with database.read() as session:
        lines = tally_document(session, session.get(Poll, poll_id))["roster"]
    assert [line.get("household") for line in lines[:3]] == [None, "7", None]
