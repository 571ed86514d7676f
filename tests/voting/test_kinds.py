"""Kinds of polls on real databases: items, options, clauses, circulation, a further vote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.assemblies.models import Roster, roster_lines
from deliberation.communities.models import Community
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import matter
from deliberation.matters.moving import permit
from deliberation.matters.planning import revise_plan
from deliberation.refusal import Invalid, Refused
from deliberation.voting.actions import Question, close_poll, issue_resolution, open_poll
from deliberation.voting.choice_rules import encode
from deliberation.voting.counting import tally_document
from deliberation.voting.kinds_rules import CIRCULATION, Kind
from deliberation.voting.models import ballots_of
from deliberation.voting.paper_rules import NOBODY_MEETS
from deliberation.voting.signing_in import sign_in_people
from deliberation.voting.tally import tally_json
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.desks import CLERK, FIRST, CountDesk
from tests.voting.polls import EVENING, build_estate, build_meeting, cast, poll_of

ROADS = ("东线", "西线", "不修")


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def opened(database, meeting, kind, *, by="王秀英", closes_in=None):
    """The poll of that kind, opened by the chair."""

    def verb(session, now):
        end = now + timedelta(seconds=closes_in) if closes_in is not None else None
        found = matter(session, meeting.matter_id)
        community = session.get(Community, found.community_id)
        question = Question("选哪一条线？", end, kind=kind)
        standing = meeting.standing(session, by)
        return open_poll(session, now, matter=found, community=community, question=question, standing=standing).id

    return database.change(verb)


def closed(database, meeting, poll_id, by="王秀英"):
    def verb(session, now):
        close_poll(session, now, poll_id=poll_id, standing=meeting.standing(session, by))

    database.change(verb)
    return poll_of(database, poll_id)


def vote(database, meeting, poll_id, **choices):
    """Choices by name: a word, or the options marked."""
    for name, choice in choices.items():
        cast(database, poll_id, meeting.members[name], choice)


def votes(meeting, *choices):
    return dict(zip(meeting.members, choices, strict=False))


def later(database, **passed):
    database.writer.clock = lambda _session: EVENING + timedelta(**passed)


# --- options ----------------------------------------------------------------------------------------------------------


def test_one_of_several_options_is_chosen_by_the_tests_of_the_step(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, Kind(options=ROADS))
    assert poll_of(database, poll_id).rule["approval"] == [
        {"measure": "heads", "of": "present", "op": ">", "fraction": "1/2"}
    ]
    vote(database, meeting, poll_id, **votes(meeting, *[("东线",)] * 5, *["西线"] * 3, "abstain"))
    poll = closed(database, meeting, poll_id)
    assert (poll.outcome, poll.result["winners"]) == ("passed", ["东线"])
    assert poll.result["counts"]["heads"]["options"] == {"东线": 5, "西线": 3, "不修": 0}
    with database.read() as session:
        assert tally_json(tally_document(session, poll)) == poll.result
        assert list(check_polls(session)) == [None]


def test_exactly_half_of_those_present_chooses_nothing(database):
    meeting = build_meeting(database, seats=10, online=True)
    poll_id = opened(database, meeting, Kind(options=ROADS))
    vote(database, meeting, poll_id, **votes(meeting, *["东线"] * 5, *["西线"] * 5))
    assert closed(database, meeting, poll_id).outcome == "failed"


@pytest.mark.parametrize(
    "choice",
    ["yes", "北线", (), ("东线", "东线"), ("东线", "西线", "不修"), ("abstain", "东线"), '["东线"]', "invalid"],
)
def test_a_forged_mark_counts_nothing(database, choice):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, Kind(options=ROADS, select=2))
    with pytest.raises(Invalid) as no:
        cast(database, poll_id, meeting.members["李强"], choice)
    assert "choice" in no.value.errors
    with database.read() as session:
        assert ballots_of(session, poll_id) == []


def test_marks_in_another_order_are_the_same_ballot(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, Kind(options=ROADS, select=2))
    for marks in (("西线", "东线"), ("东线", "西线")):
        cast(database, poll_id, meeting.members["李强"], marks)
    with database.read() as session:
        [ballot] = ballots_of(session, poll_id)
    assert (ballot.choice, ballot.changed_at) == (encode(("东线", "西线")), None)


def test_most_votes_win_only_where_no_law_gives_a_share(database):
    meeting = build_meeting(database, online=True)
    with pytest.raises(Invalid) as no:
        opened(database, meeting, Kind(options=ROADS, by_most=True, most_source="章程"))
    assert set(no.value.errors) == {"by_most"}


def test_equal_votes_lead_to_a_further_vote_among_them(database):
    meeting = build_meeting(database, seats=8, online=True)
    first = opened(database, meeting, Kind(options=ROADS, select=2))
    vote(database, meeting, first, **votes(meeting, *[("东线", "西线")] * 5, *["不修"] * 3))
    poll = closed(database, meeting, first)
    assert (poll.outcome, poll.result["tied"]) == ("tie", ["东线", "西线"])
    later(database, minutes=5)
    second = poll_of(database, opened(database, meeting, Kind(options=("甲", "乙"))))
    assert second.follows_id == first, "whatever the form says, it is the further vote"
    assert (second.rule["options"], second.rule["seats"], second.rule["select"]) == (["东线", "西线"], 1, 1)
    vote(database, meeting, second.id, **votes(meeting, *["东线"] * 5, *["西线"] * 3))
    assert closed(database, meeting, second.id).result["winners"] == ["东线"]
    with pytest.raises(Refused):
        opened(database, meeting, Kind())


# --- items of 民法典 278 ------------------------------------------------------------------------------------------------


def test_a_poll_of_owners_says_what_item_they_decide(database):
    meeting = build_estate(database)
    poll = poll_of(database, opened(database, meeting, Kind()))
    assert poll.item == 7
    with database.read() as session:
        roster = session.get(Roster, poll.roster_id)
        assert roster.scope == "5号楼" and len(roster_lines(session, roster.id)) == 6


@pytest.mark.parametrize(
    ("item", "is_opened"), [(5, False), (6, True), (7, True), (8, True), (9, False), (None, False)]
)
def test_the_threshold_follows_from_the_item(database, item, is_opened):
    meeting = build_estate(database)

    def forget(session, now):
        matter(session, meeting.matter_id).item = None

    database.change(forget)
    if is_opened:
        assert poll_of(database, opened(database, meeting, Kind(item=item))).item == item
        return
    with pytest.raises(Invalid) as no:
        opened(database, meeting, Kind(item=item))
    assert "item" in no.value.errors


# --- in writing -------------------------------------------------------------------------------------------------------


def test_owners_may_be_asked_in_writing_until_a_last_day_and_nobody_signs_in(database):
    meeting = build_estate(database)
    with pytest.raises(Invalid) as no:
        opened(database, meeting, Kind(way=CIRCULATION))
    assert set(no.value.errors) == {"closes_at", "way_source"}
    poll_id = opened(database, meeting, Kind(way=CIRCULATION, way_source="议事规则第六条"), closes_in=3600)
    poll = poll_of(database, poll_id)
    assert (poll.way, poll.way_source) == (CIRCULATION, "议事规则第六条")

    def sign_in(session, now):
        standing = meeting.standing(session, "王秀英")
        sign_in_people(session, now, poll=poll, was=set(), here=set(), standing=standing)

    with pytest.raises(Refused):
        database.change(sign_in)


def test_who_says_nothing_in_writing_does_not_take_part(database):
    meeting = build_estate(database)
    poll_id = opened(database, meeting, Kind(way=CIRCULATION, way_source="议事规则第六条"), closes_in=3600)
    vote(database, meeting, poll_id, 李强="yes")
    later(database, hours=2)
    poll = closed(database, meeting, poll_id)
    assert poll.outcome == "no_quorum"
    assert poll.result["counts"]["heads"]["participating"] == 1


def test_a_village_is_not_asked_in_writing(database):
    meeting = build_meeting(database, online=True)
    with pytest.raises(Invalid) as no:
        opened(database, meeting, Kind(way=CIRCULATION, way_source="惯例"), closes_in=3600)
    assert set(no.value.errors) == {"way"}


# --- one clause -------------------------------------------------------------------------------------------------------


def revised(database, meeting, body):
    def verb(session, now):
        found = matter(session, meeting.matter_id)
        actor = permit("revise_plan", meeting.standing(session, "王秀英"), facts_of(session, found, now))
        revise_plan(session, now, matter=found, body=body, note="按单独表决修改", actor=actor)

    database.change(verb)


def test_a_clause_that_passes_leaves_the_step_open_for_the_whole(database):
    meeting = build_meeting(database, online=True)
    clause = opened(database, meeting, Kind(clause=2))
    with pytest.raises(Refused):
        opened(database, meeting, Kind())
    with pytest.raises(Refused):
        revised(database, meeting, "另一个方案")
    vote(database, meeting, clause, **votes(meeting, *["yes"] * 7))
    assert closed(database, meeting, clause).outcome == "passed"
    with database.read() as session:
        assert facts_of(session, matter(session, meeting.matter_id), EVENING).stage == "resolution"

    def issue(session, now):
        standing = meeting.standing(session, "王秀英")
        issue_resolution(session, now, poll=poll_of(database, clause), title="题", body="文", standing=standing)

    with pytest.raises(Refused):
        database.change(issue)
    later(database, minutes=5)
    assert poll_of(database, opened(database, meeting, Kind())).clause == ""


def test_a_separate_vote_without_quorum_stands_neither_for_the_clause_nor_against_it(database):
    meeting = build_meeting(database, online=True)
    clause = opened(database, meeting, Kind(clause=2))
    assert poll_of(database, clause).put_to_vote != poll_of(database, clause).text
    vote(database, meeting, clause, **votes(meeting, "no"))
    later(database, minutes=5)
    assert closed(database, meeting, clause).outcome == "no_quorum"
    later(database, minutes=6)
    assert poll_of(database, opened(database, meeting, Kind())).clause == ""


def test_a_clause_that_fails_is_changed_before_the_whole_is_put_to_the_vote(database):
    meeting = build_meeting(database, online=True)
    clause = opened(database, meeting, Kind(clause=2))
    assert poll_of(database, clause).clause == "2"
    vote(database, meeting, clause, **votes(meeting, *["no"] * 7))
    later(database, minutes=5)
    closed(database, meeting, clause)
    with pytest.raises(Refused):
        opened(database, meeting, Kind())
    later(database, minutes=6)
    revised(database, meeting, "修一条三米宽的水泥路，从村口到学校。\n\n费用十二万元，由村集体和镇里各承担一半。")
    later(database, minutes=7)
    whole = poll_of(database, opened(database, meeting, Kind()))
    assert (whole.plan_number, whole.clause) == (2, "")
    with pytest.raises(Refused):
        revised(database, meeting, "再改一次")


@pytest.mark.parametrize("number", [3, 99])
def test_a_clause_that_is_not_there_cannot_be_put_to_the_vote(database, number):
    meeting = build_meeting(database, online=True)
    with pytest.raises(Invalid) as no:
        opened(database, meeting, Kind(clause=number))
    assert "clause" in no.value.errors


def test_nobody_raises_a_hand_where_nobody_meets(database):
    world = build_estate(database)
    poll_id = opened(database, world, Kind(way=CIRCULATION, way_source="议事规则第六条"), closes_in=3600)
    desk = CountDesk(database, world, poll_id)
    for act, given in ((desk.hand_of, ("李强", "1", CLERK)), (desk.hands, (FIRST, 2, 2))):
        with pytest.raises(Refused) as no:
            act(*given)
        assert no.value.refusal is NOBODY_MEETS
