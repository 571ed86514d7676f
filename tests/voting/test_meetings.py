"""A meeting on a real database: its door, its quorum, its votes, and what comes after one that failed."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry, Opening
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, matter
from deliberation.matters.reasons import notice_given
from deliberation.refusal import Invalid, Refused
from deliberation.voting import meetings as verbs
from deliberation.voting.counting import tally_document
from deliberation.voting.door import quorum_now
from deliberation.voting.meeting_models import MeetingPresence, meetings_of, present_at
from deliberation.voting.meeting_rules import ticket, window_of
from deliberation.voting.models import PollPresence
from deliberation.voting.presence_guard import SEALED_DOOR, SEATED
from deliberation.voting.signing_in import sign_in_people
from deliberation.voting.turnout import turnout
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.desks import FIRST, SECOND, CountDesk
from tests.voting.meetings import begun, called, does, hand_in, meeting_of, scans, tick
from tests.voting.polls import EVENING, build_estate, build_meeting, cast, opened, poll_of
from tests.voting.test_polls import closed, data_of, end_seat, entries, later


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def here(database, meeting_id):
    with database.read() as session:
        return present_at(session, meeting_of(database, meeting_id))


def refusal_of(call, *args, **values):
    with pytest.raises(Refused) as no:
        call(*args, **values)
    return no.value.refusal


# --- calling and opening ----------------------------------------------------------------------------------------------


def test_a_meeting_is_called_once_and_opened_at_its_hour(database):
    world = build_meeting(database)
    meeting_id = called(database, world, starts_in=3600, by="林涛")
    assert data_of(entries(database, "meeting.convened")[0])["starts"] == "2026-11-23T13:00:00Z"
    assert "已经召集" in refusal_of(called, database, world).reason
    assert "不能提前" in refusal_of(does, database, world, meeting_id, verbs.open_meeting).reason
    later(database, hours=1)
    assert refusal_of(does, database, world, meeting_id, verbs.open_meeting, "林涛"), "the chair opens"
    does(database, world, meeting_id, verbs.open_meeting)
    assert meeting_of(database, meeting_id).state == "open"


@pytest.mark.parametrize("who", ["李强", "赵敏", "周明", "吴桂兰"])
def test_only_chair_and_clerk_call_a_meeting(database, who):
    world = build_meeting(database)
    assert refusal_of(called, database, world, by=who)


def test_a_meeting_is_not_called_for_yesterday(database):
    world = build_meeting(database)
    with pytest.raises(Invalid):
        called(database, world, starts_in=-60)


def test_no_vote_opens_beside_a_meeting_that_has_not_begun(database):
    world = build_meeting(database)
    meeting_id = called(database, world)
    assert refusal_of(opened, database, world, closes_in=None).reason == "会议还没有开始"
    does(database, world, meeting_id, verbs.end_meeting)
    assert meeting_of(database, meeting_id).ended_as == "cancelled"
    opened(database, world, closes_in=None)


# --- the door ---------------------------------------------------------------------------------------------------------


def test_the_clerks_list_enters_people_each_as_a_commitment_of_their_own(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=3)
    entry = entries(database, "presence.marked")[-1]
    assert data_of(entry) | {"commit": 0} == {"come": 3, "withdrawn": 0, "present": 3, "way": "list", "commit": 0}
    assert entry.object == f"meeting/{meeting_id}"
    with database.read() as session:
        said = session.exec(select(Opening).where(Opening.index == entry.index, Opening.field != "actor")).all()
    mine = [one for one in said if one.community_id == entry.community_id]
    assert {one.value for one in mine} == {f"person/{world.members[name]}" for name in list(world.members)[:3]}
    assert all(one.value == f"person/{one.person_id}" for one in mine)


def test_who_scans_is_there_and_twice_is_once(database):
    world = build_meeting(database)
    meeting_id = begun(database, world)
    scans(database, meeting_id, world.members["李强"])
    scans(database, meeting_id, world.members["李强"])
    tick(database, world, meeting_id, ["李强"], listed=["李强"])
    assert here(database, meeting_id) == {world.members["李强"]}
    assert len(entries(database, "presence.marked")) == 1


def test_a_ticket_of_another_meeting_another_person_or_another_hour_opens_no_door(database):
    world = build_meeting(database)
    meeting_id = begun(database, world)
    meeting, who = meeting_of(database, meeting_id), world.members["李强"]
    window = window_of(EVENING)
    for shown in (
        ticket(meeting.secret, meeting_id + 1, who, window),
        ticket(meeting.secret, meeting_id, world.members["代表02"], window),
        ticket("00" * 32, meeting_id, who, window),
        ticket(meeting.secret, meeting_id, who, window - 5),
        "",
    ):
        assert "签到码" in refusal_of(hand_in, database, meeting_id, who, shown).reason
    hand_in(database, meeting_id, who, ticket(meeting.secret, meeting_id, who, window - 4))
    assert here(database, meeting_id) == {who}


def test_who_is_not_of_the_body_is_a_guest(database):
    world = build_meeting(database)
    meeting_id = begun(database, world)
    assert "旁听" in refusal_of(scans, database, meeting_id, world.place["赵敏"]).reason
    assert here(database, meeting_id) == set()


def test_two_devices_at_once_are_one_person_and_a_hall_that_scans_at_once_is_complete(database):
    world = build_meeting(database, seats=24)
    meeting_id = begun(database, world)
    people = [*world.members.values(), *world.members.values()]
    threads = [threading.Thread(target=scans, args=(database, meeting_id, each)) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert here(database, meeting_id) == set(world.members.values())
    marked = entries(database, "presence.marked")
    assert sum(data_of(entry)["come"] for entry in marked) == 24
    assert data_of(marked[-1])["present"] == 24


def test_the_records_of_the_day_count_until_a_roster_is_frozen(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=7)

    def quorum():
        with database.read() as session:
            return quorum_now(session, EVENING, meeting_of(database, meeting_id)).tests[0]

    assert (quorum().numerator, quorum().denominator, quorum().needed) == (7, 9, 6)
    end_seat(database, world, "代表07")
    assert (quorum().numerator, quorum().denominator, quorum().needed) == (6, 8, 6)
    opened(database, world, closes_in=None)
    end_seat(database, world, "代表06")
    assert (quorum().numerator, quorum().denominator) == (6, 8), "whom the roster names counts, come what may"


# --- votes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seats", "enough"), [(9, 6), (10, 7)])
def test_a_vote_opens_with_two_thirds_and_not_with_one_fewer(database, seats, enough):
    world = build_meeting(database, seats=seats)
    meeting_id = begun(database, world, present=enough - 1)
    assert "没有达到法定人数" in refusal_of(opened, database, world, closes_in=None).reason
    assert entries(database, "roster.frozen") == []
    tick(database, world, meeting_id, list(world.members)[:enough])
    poll = poll_of(database, opened(database, world, closes_in=None))
    assert (poll.meeting_id, poll.present_at_opening) == (meeting_id, enough)
    assert data_of(entries(database, "poll.opened")[0])["present"] == enough


def test_present_are_those_there_at_the_opening_and_late_ones_who_vote(database):
    world = build_meeting(database)
    names = list(world.members)
    meeting_id = begun(database, world, present=6)
    poll_id = opened(database, world, closes_in=None)
    for name in names[6:8]:
        scans(database, meeting_id, world.members[name])
    for name in [*names[:4], names[6]]:
        cast(database, poll_id, world.members[name], "yes")
    assert "签到" in refusal_of(cast, database, poll_id, world.members[names[8]], "yes").reason
    with database.read() as session:
        assert turnout(session, poll_of(database, poll_id))["present"] == 7
        assert len(tally_document(session, poll_of(database, poll_id))["present"]) == 7
    poll = closed(database, world, poll_id)
    heads = poll.result["counts"]["heads"]
    assert (heads["present"], heads["participating"], heads["not_voting"]) == (7, 5, 2)
    assert poll.present_at_opening == 6
    with database.read() as session:
        assert list(check_polls(session)) == [None]


def test_nobody_who_was_seated_or_has_voted_leaves_the_number(database):
    world = build_meeting(database)
    everybody = list(world.members)
    meeting_id = begun(database, world, present=8)
    tick(database, world, meeting_id, everybody[:7])  # A slip of the clerk, before the vote.
    poll_id = opened(database, world, closes_in=None)
    cast(database, poll_id, world.members["李强"], "yes")
    assert "已经投票" in refusal_of(tick, database, world, meeting_id, everybody[1:7]).reason
    assert refusal_of(tick, database, world, meeting_id, everybody[:6]) is SEATED
    tick(database, world, meeting_id, everybody[:8])
    tick(database, world, meeting_id, everybody[:7])  # Came late and did not vote: was never counted.
    with database.read() as session:
        rows = session.exec(select(PollPresence.is_late).where(PollPresence.poll_id == poll_id)).all()
        assert rows == [False] * 7
        assert len(session.exec(select(MeetingPresence.person_id)).all()) == 7


def test_nobody_comes_in_while_a_vote_of_the_meeting_is_sealed(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=7)
    desk = CountDesk(database, world, opened(database, world, closes_in=None))
    desk.hands(FIRST, 7, 5, 2)
    desk.hands(SECOND, 7, 5, 2)
    desk.seal(FIRST)
    everybody = list(world.members)
    assert refusal_of(tick, database, world, meeting_id, everybody[:8]) is SEALED_DOOR
    assert refusal_of(scans, database, meeting_id, world.members[everybody[8]]) is SEALED_DOOR
    desk.seal(SECOND)
    assert closed(database, world, desk.poll_id).result["counts"]["heads"]["present"] == 7
    tick(database, world, meeting_id, everybody[:8])


def test_the_old_list_of_a_poll_gives_way_to_the_door_of_its_meeting(database):
    world = build_meeting(database)
    begun(database, world, present=7)
    poll_id = opened(database, world, closes_in=None)

    def verb(session, now):
        everybody = set(world.members.values())
        poll, standing = poll_of(database, poll_id), world.standing(session, "林涛")
        sign_in_people(session, now, poll=poll, was=set(), here=everybody, standing=standing)

    assert "会议的签到处" in refusal_of(database.change, verb).reason


def test_nothing_stops_over_an_open_vote(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=7)
    opened(database, world, closes_in=None)
    until = EVENING + timedelta(days=1)
    values = {"reason": "天晚了", "until": until}
    assert "表决没有结束" in refusal_of(does, database, world, meeting_id, verbs.adjourn_meeting, **values).reason
    assert "表决没有结束" in refusal_of(does, database, world, meeting_id, verbs.end_meeting).reason


def test_where_ballots_from_elsewhere_count_the_door_alone_does_not_decide(database):
    world = build_meeting(database, online=True)
    begun(database, world, present=1)
    poll = poll_of(database, opened(database, world, closes_in=None))
    assert (poll.online, poll.present_at_opening) == ("anywhere", 1)


def test_owners_meet_without_a_quorum_of_the_hall(database):
    world = build_estate(database)
    meeting_id = begun(database, world, present=1)
    assert "不能代替" in refusal_of(does, database, world, meeting_id, verbs.count_again, "林涛", counted=1).reason
    assert "参加表决" in refusal_of(does, database, world, meeting_id, verbs.declare_void).reason
    assert poll_of(database, opened(database, world, closes_in=None)).present_at_opening == 1


# --- adjourned, lost, void, repeated ----------------------------------------------------------------------------------


def test_a_quorum_that_was_lost_keeps_new_votes_shut_until_a_count_is_enough(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=9)
    with pytest.raises(Invalid):
        does(database, world, meeting_id, verbs.count_again, "林涛", counted=10)
    assert does(database, world, meeting_id, verbs.count_again, "林涛", counted=5) is False
    assert "清点" in refusal_of(opened, database, world, closes_in=None).reason
    assert does(database, world, meeting_id, verbs.count_again, "林涛", counted=6) is True
    opened(database, world, closes_in=None)
    counted = [data_of(entry) for entry in entries(database, "meeting.counted")]
    assert [(one["counted"], one["enough"]) for one in counted] == [(5, 0), (6, 1)]


def test_an_adjourned_meeting_goes_on_with_a_new_door(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=9)
    until = EVENING + timedelta(days=1)
    with pytest.raises(Invalid):
        does(database, world, meeting_id, verbs.adjourn_meeting, reason="停电", until=EVENING)
    does(database, world, meeting_id, verbs.adjourn_meeting, reason="停电", until=until)
    assert "休会" in refusal_of(opened, database, world, closes_in=None).reason
    assert "休会" in refusal_of(scans, database, meeting_id, world.members["李强"]).reason
    assert "不能提前" in refusal_of(does, database, world, meeting_id, verbs.resume_meeting).reason
    later(database, days=1)
    does(database, world, meeting_id, verbs.resume_meeting)
    assert here(database, meeting_id) == set(), "who comes back signs in anew"
    assert refusal_of(opened, database, world, closes_in=None)
    tick(database, world, meeting_id, list(world.members)[:6])
    opened(database, world, closes_in=None)
    assert "停电" not in entries(database, "meeting.adjourned")[0].body.decode()


def test_a_meeting_without_quorum_is_void_and_the_next_needs_a_notice_of_its_own(database):
    world = build_meeting(database)
    first = begun(database, world, present=5)
    does(database, world, first, verbs.declare_void)
    later(database, seconds=1)
    with database.read() as session:
        found = matter(session, world.matter_id)
        facts = facts_of(session, found, EVENING + timedelta(seconds=1))
        assert facts.stage == "resolution", "the procedure leads back to the same step"
        paper = facts.course.stays[-1]
        assert paper.outcome == "no_quorum"
        assert [no.reason for no in notice_given(facts.step, facts)] == ["还没有发出通知"]
        void = session.exec(select(Document).where(Document.outcome == "no_quorum")).one()
        assert "应到9人，须有6人，实到5人" in void.body and void.facts["meeting"] == first
    second = called(database, world)
    assert meeting_of(database, second).follows_id == first
    assert "通知" in refusal_of(does, database, world, second, verbs.open_meeting).reason
    assert "通知" in refusal_of(opened, database, world, closes_in=None).reason
    with database.read() as session:
        assert [one.ended_as for one in meetings_of(session, world.matter_id)] == ["no_quorum", ""]


def test_a_meeting_that_has_ended_lets_no_vote_open_beside_it(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=6)
    does(database, world, meeting_id, verbs.count_again, by="林涛", counted=4)
    does(database, world, meeting_id, verbs.end_meeting)
    assert "重新召集" in refusal_of(opened, database, world, closes_in=None).remedy
    later(database, seconds=1)
    second = called(database, world, starts_in=60)
    does(database, world, second, verbs.end_meeting)  # Called off before it began.
    assert "重新召集" in refusal_of(opened, database, world, closes_in=None).remedy


def test_a_meeting_with_its_quorum_or_with_a_vote_is_not_void(database):
    world = build_meeting(database)
    meeting_id = begun(database, world, present=6)
    assert "已经达到" in refusal_of(does, database, world, meeting_id, verbs.declare_void).reason
    poll_id = opened(database, world, closes_in=None)
    closed(database, world, poll_id)
    does(database, world, meeting_id, verbs.count_again, "林涛", counted=2)
    assert "表决过" in refusal_of(does, database, world, meeting_id, verbs.declare_void).reason
    does(database, world, meeting_id, verbs.end_meeting)
    assert "已经结束" in refusal_of(does, database, world, meeting_id, verbs.open_meeting).reason
    (entry,) = entries(database, "meeting.ended")
    assert json.loads(entry.body)["data"]["ended_as"] == "held"


def test_acts_of_a_meeting_are_chapters_of_the_dossier_and_arrivals_are_not(database):
    world = build_meeting(database)
    begun(database, world, present=2)
    with database.read() as session:
        topics = dict(session.exec(select(Entry.act, Entry.topic)).all())
    assert topics["meeting.opened"] == f"matter/{world.matter_id}"
    assert topics["presence.marked"].startswith("meeting/")
