"""One number of those present and taking part: on the page of the poll, on that of its meeting, and in the result."""

from __future__ import annotations

import pytest
from sqlmodel import select

from deliberation.voting.meeting_view import quorum_of, short_now, votes_now
from deliberation.voting.models import PollPresence
from deliberation.voting.turnout import turnout
from deliberation.voting.turnout_view import turnout_view
from tests.people import open_database
from tests.voting.desks import FIRST, SECOND, CountDesk
from tests.voting.meetings import begun, meeting_of, scans, tick
from tests.voting.polls import EVENING, build_estate, build_meeting, cast, opened, poll_of
from tests.voting.test_box import opened as opened_confidential
from tests.voting.test_polls import closed


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def now(database, poll_id):
    with database.read() as session:
        return turnout(session, poll_of(database, poll_id))


def on_the_meeting(database, meeting_id):
    with database.read() as session:
        shown = quorum_of(session, meeting_of(database, meeting_id), EVENING)["quorum"]
    return shown["signed_in"], [(view["present"], view["late"]) for _poll, view in shown["votes"]]


@pytest.mark.parametrize("online", [True, False])
def test_who_signs_in_after_the_opening_counts_with_a_ballot_and_everywhere_alike(database, online):
    world = build_meeting(database, online=online)
    names = list(world.members)
    meeting_id = begun(database, world, present=6)
    poll_id = opened(database, world, closes_in=None)
    for name in names[6:9]:
        scans(database, meeting_id, world.members[name])
    assert on_the_meeting(database, meeting_id) == (9, [(6, 3)])
    for name in (names[0], names[6]):
        cast(database, poll_id, world.members[name], "yes")
    assert on_the_meeting(database, meeting_id) == (9, [(7, 2)])
    assert (now(database, poll_id)["present"], now(database, poll_id)["late"]) == (7, 2)
    assert closed(database, world, poll_id).result["counts"]["heads"]["present"] == 7
    assert on_the_meeting(database, meeting_id) == (9, []), "the door again, for the next vote"


def test_a_vote_that_opens_below_the_quorum_says_so_and_is_void_or_filled_by_its_ballots(database):
    world = build_meeting(database, online=True)
    names = list(world.members)
    meeting_id = begun(database, world, present=2)

    def short():
        with database.read() as session:
            return short_now(session, EVENING, meeting_of(database, meeting_id), "anywhere")

    (test,) = short()
    assert test["facts"]["short"] == "4" and not test["is_reached"]
    poll_id = opened(database, world, closes_in=None)
    for name in names[2:6]:
        scans(database, meeting_id, world.members[name])
    assert short() == [], "for the next vote the door is enough"
    assert on_the_meeting(database, meeting_id) == (6, [(2, 4)]), "six in the hall are two present in this vote"
    for name in names[2:5]:
        cast(database, poll_id, world.members[name], "yes")
    with database.read() as session:
        ((_poll, view),) = votes_now(session, meeting_of(database, meeting_id))
    assert (view["present"], view["tests"][0]["is_reached"]) == (5, False)
    result = closed(database, world, poll_id).result
    assert (result["outcome"], result["counts"]["heads"]["present"]) == ("no_quorum", 5)


def test_at_the_door_only_nothing_is_short(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=2)
    with database.read() as session:
        assert short_now(session, EVENING, meeting_of(database, meeting_id), "door") == []


def test_paper_counts_once_two_have_read_it_alike_and_is_said_to_wait_before(database):
    world = build_meeting(database, online=True)
    poll_id = opened(database, world, closes_in=None)
    desk = CountDesk(database, world, poll_id)
    cast(database, poll_id, world.members["李强"], "yes")
    desk.print()
    codes = desk.codes()
    for name in ("代表02", "代表03", "代表04"):
        desk.hand(name)
    seen = now(database, poll_id)
    assert (seen["cast"], seen["waiting"], seen["present"]) == (1, 3, 1)
    desk.read(codes["代表02"], "1", FIRST)
    desk.both(codes["代表03"], "1", "2")
    assert (now(database, poll_id)["cast"], now(database, poll_id)["waiting"]) == (1, 3), "read by one, or differently"
    desk.read(codes["代表02"], "1", SECOND)
    desk.settle(desk.sheet("代表03"), "2")
    desk.back("代表04")
    seen = now(database, poll_id)
    assert (seen["cast"], seen["waiting"], seen["present"]) == (3, 0, 3)
    desk.stock(received=2, left_over=7)
    desk.seal(FIRST)
    desk.seal(SECOND)
    heads = closed(database, world, poll_id).result["counts"]["heads"]
    assert (heads["participating"], heads["present"]) == (seen["cast"], seen["present"])


@pytest.mark.parametrize(("among", "present"), [(6, 7), (3, 4)])
def test_hands_by_number_count_once_two_agree(database, among, present):
    world = build_meeting(database, online=True)
    poll_id = opened(database, world, closes_in=None)
    desk = CountDesk(database, world, poll_id)
    cast(database, poll_id, world.members["李强"], "yes")
    desk.hands(FIRST, among, 2, 1)
    assert now(database, poll_id)["cast"] == 1
    desk.hands(SECOND, among, 2, 1)
    seen = now(database, poll_id)
    assert (seen["cast"], seen["present"]) == (4, present)
    desk.seal(FIRST)
    desk.seal(SECOND)
    heads = closed(database, world, poll_id).result["counts"]["heads"]
    assert (heads["participating"], heads["present"]) == (4, present)


def test_an_owners_paper_brings_the_area_of_all_units(database):
    world = build_estate(database)
    poll_id = opened(database, world, closes_in=None)
    desk = CountDesk(database, world, poll_id)
    desk.print()
    desk.hand("李强")
    assert now(database, poll_id)["cast_area"] == 0
    desk.both(desk.codes()["李强"], "1")
    seen = now(database, poll_id)
    assert (seen["cast"], seen["cast_area"]) == (1, 8950 + 10236 + 8950)
    view = turnout_view(poll_of(database, poll_id).rule, seen)
    assert view["tests"][1]["facts"]["there"] == "281.36"


def test_a_confidential_vote_tells_how_many_came_late_and_not_which_of_them_voted(database):
    world = build_meeting(database)
    names = list(world.members)
    meeting_id = begun(database, world, present=6)
    poll_id = opened_confidential(database, world)
    for name in names[6:8]:
        scans(database, meeting_id, world.members[name])
    cast(database, poll_id, world.members[names[6]], "yes", "form")
    assert on_the_meeting(database, meeting_id) == (8, [(6, 2)])
    with database.read() as session:
        assert len(session.exec(select(PollPresence).where(PollPresence.poll_id == poll_id)).all()) == 8
    tick(database, world, meeting_id, names[:8])
