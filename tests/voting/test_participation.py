"""The participation rate counts who voted, from real ballots: once a matter, never for what. On both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete
from sqlmodel import col

from deliberation.audit.models import Opening
from deliberation.followup.rates import rates_of
from deliberation.refusal import Missing, Refused
from deliberation.voting.actions import close_poll
from deliberation.voting.taking_part import took_part
from tests.people import open_database
from tests.voting.desk_cases import at_desk, close
from tests.voting.polls import EVENING, build_meeting, cast, opened
from tests.voting.test_box import opened as opened_confidential


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def taken_part(database, *communities: int) -> tuple[int, int]:
    with database.read() as session:
        rate = rates_of(session, list(communities), (took_part,))[1]
    return rate.part, rate.whole


def test_who_votes_takes_part_and_is_counted_once(database):
    meeting = build_meeting(database, seats=9, online=True)
    village = meeting.place.id
    assert taken_part(database, village) == (0, 0)
    poll_id = opened(database, meeting)
    assert taken_part(database, village) == (0, 9), "the roster is the base"
    for name, choice in (("李强", "yes"), ("代表02", "no"), ("代表03", "abstain")):
        cast(database, poll_id, meeting.members[name], choice)
    assert taken_part(database, village) == (3, 9), "whatever the choice was"
    cast(database, poll_id, meeting.members["李强"], "no")
    assert taken_part(database, village) == (3, 9), "a changed ballot is still one person"
    cast(database, poll_id, meeting.members["代表02"], "no", key="again")
    cast(database, poll_id, meeting.members["代表02"], "no", key="again")
    assert taken_part(database, village) == (3, 9)
    database.change(lambda session, now: close_poll(session, now, poll_id=poll_id).id)
    assert taken_part(database, village) == (3, 9)
    assert taken_part(database, village + 1) == (0, 0), "a neighbouring village has votes of its own"


def test_a_refused_ballot_takes_no_part_and_an_erased_person_no_more(database):
    meeting = build_meeting(database, seats=4, online=True)
    poll_id = opened(database, meeting)
    with pytest.raises((Refused, Missing)):
        cast(database, poll_id, meeting.place["赵敏"], "yes")
    for name in ("李强", "代表02"):
        cast(database, poll_id, meeting.members[name], "yes")
    assert taken_part(database, meeting.place.id) == (2, 4)
    erased = meeting.members["代表02"]
    database.change(lambda session, now: session.exec(delete(Opening).where(col(Opening.person_id) == erased)) and None)
    assert taken_part(database, meeting.place.id) == (1, 4)


def test_who_cast_a_confidential_ballot_took_part_once_it_is_closed(database):
    """While it is open the rate would be a turnout, and that is shown in steps only."""
    meeting = build_meeting(database, seats=9, online=True)
    poll_id = opened_confidential(database, meeting)
    for name in list(meeting.members)[:5]:
        cast(database, poll_id, meeting.members[name], "yes", f"form-{name}")
    assert taken_part(database, meeting.place.id) == (0, 9)
    database.change(lambda session, now: close_poll(session, now, poll_id=poll_id).id)
    assert taken_part(database, meeting.place.id) == (5, 9)
    assert taken_part(database, meeting.place.id + 1) == (0, 0)


def test_who_put_named_paper_into_the_box_took_part_and_who_kept_it_did_not(database):
    desk = at_desk(database)
    desk.print()
    codes = desk.codes()
    for name in ("代表02", "代表03", "代表04"):
        desk.hand(name)
    cast(database, desk.poll_id, desk.meeting.members["李强"], "yes")
    for name in ("代表02", "代表03"):
        desk.both(codes[name], "1")
    desk.back("代表04")
    desk.stock(received=2, left_over=7)
    desk.seal("吴桂兰")
    desk.seal("孙立国")
    close(desk)
    assert taken_part(database, desk.meeting.place.id) == (3, 9), "the one on a device and the two sheets"
