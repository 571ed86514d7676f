"""How many proxies one may hold is frozen when a poll opens and when a meeting is convened; no setting loosens it later."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deliberation.communities.models import Community
from deliberation.migration import configuration, migrate
from deliberation.voting import meetings as verbs
from deliberation.voting.meeting_models import Meeting
from deliberation.voting.models import Poll
from deliberation.voting.proxies import Deed, give_proxy, scope_of_meeting
from deliberation.voting.proxy_terms import terms_today
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.meetings import called, does, meeting_of
from tests.voting.polls import EVENING, build_estate, build_meeting, opened, poll_of
from tests.voting.test_polls import closed, data_of, entries
from tests.voting.test_proxies import given, refusal_of, set_limit

SOURCE = "潍坊市物业管理条例第三十二条"
THREE = ("赵春生", "钱玉珍", "孙立群")


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def frozen(one):
    return one.proxy_limit, one.proxy_limit_source


def test_a_setting_lifted_in_the_middle_of_a_vote_lifts_nothing(database):
    world = build_estate(database)
    set_limit(database, world)
    poll_id = opened(database, world, closes_in=None)
    set_limit(database, world, "no")
    for name in THREE:
        given(database, world, poll_id, name, "赵敏")
    no = refusal_of(given, database, world, poll_id, "李强", "赵敏")
    assert no.facts == {"n": 3, "most": 3} and no.source == SOURCE
    said = data_of(entries(database, "poll.opened")[0])
    assert (said["proxies"], said["proxy_limit"]) == (1, 3)
    closed(database, world, poll_id)
    with database.read() as session:
        assert list(check_polls(session)) == [None]


def test_nor_does_one_set_in_the_middle_take_anything_away(database):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None)
    set_limit(database, world)
    for name in (*THREE, "李强"):
        given(database, world, poll_id, name, "赵敏")
    assert frozen(poll_of(database, poll_id)) == (None, "")
    assert data_of(entries(database, "poll.opened")[0])["proxy_limit"] == 0


def test_a_meeting_keeps_the_limit_of_its_convening_and_so_does_a_vote_opened_in_it(database):
    world = build_estate(database)
    set_limit(database, world)
    meeting_id = called(database, world)
    set_limit(database, world, "no")

    def give(giver):
        def verb(session, now):
            scope = scope_of_meeting(session, session.get(Meeting, meeting_id))
            deed = Deed(world.members[giver], world.place["赵敏"], "paper")
            return give_proxy(session, now, scope=scope, deed=deed, standing=world.standing(session, "林涛"))

        database.change(verb)

    for name in THREE[:2]:
        give(name)
    does(database, world, meeting_id, verbs.open_meeting)
    poll_id = opened(database, world, closes_in=None)
    assert frozen(poll_of(database, poll_id)) == frozen(meeting_of(database, meeting_id)) == (3, SOURCE)
    given(database, world, poll_id, "孙立群", "赵敏")
    assert refusal_of(given, database, world, poll_id, "李强", "赵敏").source == SOURCE, "of both scopes together"
    assert refusal_of(give, "李强").source == SOURCE
    assert data_of(entries(database, "meeting.convened")[0])["proxy_limit"] == 3


def test_where_nobody_votes_by_proxy_the_entry_says_so(database):
    world = build_meeting(database)
    set_limit(database, world)
    meeting_id = called(database, world)
    said = data_of(entries(database, "meeting.convened")[0])
    assert (said["proxies"], said["proxy_limit"]) == (0, 0)
    assert frozen(meeting_of(database, meeting_id)) == (None, "")


def test_only_owners_are_limited_by_it(database):
    world = build_estate(database)
    set_limit(database, world)
    with database.read() as session:
        place = session.get(Community, world.place.id)
        assert terms_today(session, place, "owners_ordinary").limit == 3
        assert terms_today(session, place, "collective_members").limit is None
        assert not terms_today(session, place, "village_representatives").is_allowed


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE poll SET proxy_limit = NULL",
        "UPDATE poll SET proxy_limit = 30",
        "UPDATE poll SET proxy_limit_source = '说好了'",
        "UPDATE poll SET meeting_id = NULL",
        "UPDATE meeting SET proxy_limit = NULL",
        "UPDATE meeting SET preset = 'collective_members'",
    ],
)
def test_the_database_itself_refuses_a_change_of_it(database, change):
    world = build_estate(database)
    set_limit(database, world)
    does(database, world, called(database, world), verbs.open_meeting)
    opened(database, world, closes_in=None)
    with pytest.raises(DBAPIError, match="never changed"), database.writers.begin() as connection:
        connection.execute(text(change))


def test_verification_finds_a_limit_that_was_loosened_behind_the_log(database):
    world = build_estate(database)
    set_limit(database, world)
    poll_id = opened(database, world, closes_in=None)
    closed(database, world, poll_id)
    with database.writers.begin() as connection:
        on = " ON poll" if not database.is_sqlite else ""
        connection.execute(text(f"DROP TRIGGER poll_terms_stay{on}"))
        connection.execute(text("UPDATE poll SET proxy_limit = NULL"))
    with database.read() as session:
        assert session.get(Poll, poll_id).proxy_limit is None
        (fault,) = check_polls(session)
    assert "委托人数上限" in fault.reason


def test_what_was_open_before_there_were_terms_takes_the_limit_of_that_day(database, database_url):
    world = build_estate(database)
    set_limit(database, world)
    poll_id = opened(database, world, closes_in=None)
    database.close()
    command.downgrade(configuration(database_url), "20261129_what_polls_froze_stays")
    migrate(database_url)
    again = open_database(database_url, now=EVENING)
    assert frozen(poll_of(again, poll_id)) == (3, SOURCE)
    again.close()
