"""Elections and recalls on real databases: opened, refused on devices, counted from paper, followed by a further vote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.assemblies.models import Roster
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import matter
from deliberation.matters.rules import may
from deliberation.refusal import Invalid, Refused
from deliberation.voting.actions import issue_resolution
from deliberation.voting.electing import election_notice, winners_of_all
from deliberation.voting.kinds_rules import CIRCULATION, Kind
from deliberation.voting.models import voters_of
from deliberation.voting.secrecy_rules import ELECTION
from deliberation.voting.tally import tally_json
from deliberation.voting.turnout import turnout
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.desks import CountDesk
from tests.voting.elections import CANDIDATES, build_election, closed, count_paper, opened
from tests.voting.polls import EVENING, cast, poll_of

TWO_SEATS = Kind(options=CANDIDATES, seats=2)


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def later(database, **passed):
    database.writer.clock = lambda _session: EVENING + timedelta(**passed)


def faults(database):
    with database.read() as session:
        return [fault for fault in check_polls(session) if fault is not None]


def state_of(database, meeting):
    with database.read() as session:
        return facts_of(session, matter(session, meeting.matter_id), EVENING + timedelta(hours=1))


# --- opening ----------------------------------------------------------------------------------------------------------


def test_an_election_opens_from_the_booth_on_the_registered_voters(database):
    meeting = build_election(database)
    chosen = Kind(options=CANDIDATES, seats=2, select=1, by_most=True, most_source="惯例", may_abstain=False, clause=1)
    poll = poll_of(database, opened(database, meeting, chosen, secrecy="confidential"))
    assert (poll.secrecy, poll.online, poll.is_changeable, poll.clause) == ("booth", "booth", False, "")
    assert poll.rule["options"] == list(CANDIDATES) and (poll.rule["select"], poll.rule["seats"]) == (2, 2)
    assert poll.rule["choices"] == ["abstain"], "whatever the form says"
    assert poll.rule["quorum"] == [
        {"measure": "heads", "of": "entitled", "op": ">", "fraction": "1/2", "who": "participating"}
    ]
    assert poll.rule["approval"] == [{"measure": "heads", "of": "participating", "op": ">", "fraction": "1/2"}]
    assert poll.source == "村民委员会组织法第十八条"
    with database.read() as session:
        assert session.get(Roster, poll.roster_id).title == "登记的选民"
        assert turnout(session, poll)["entitled"] == 9


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Kind(), "options"),
        (Kind(options=CANDIDATES, seats=0), "seats"),
        (Kind(options=CANDIDATES, seats=4), "seats"),  # As many candidates as seats: the law asks for more.
        (Kind(options=CANDIDATES[:1], seats=1), "seats"),
        (Kind(options=("张桂芳", "张桂芳"), seats=1), "options"),
    ],
)
def test_candidates_have_to_be_more_than_seats(database, kind, field):
    meeting = build_election(database)
    with pytest.raises(Invalid) as no:
        opened(database, meeting, kind)
    assert set(no.value.errors) == {field}


def test_three_candidates_for_two_seats_are_enough(database):
    meeting = build_election(database)
    assert poll_of(database, opened(database, meeting, Kind(options=CANDIDATES[:3], seats=2))).rule["seats"] == 2


def test_a_recall_is_yes_or_no_from_the_booth(database):
    meeting = build_election(database, preset="village_recall")
    with pytest.raises(Invalid) as no:
        opened(database, meeting, TWO_SEATS)
    assert set(no.value.errors) == {"options"}
    poll = poll_of(database, opened(database, meeting, Kind(way=CIRCULATION, way_source="惯例")))
    assert (poll.secrecy, poll.way, poll.rule["choices"]) == ("booth", "meeting", ["yes", "no", "abstain"])


def test_no_device_casts_in_an_election_and_the_reason_is_the_law(database):
    meeting = build_election(database)
    poll_id = opened(database, meeting, TWO_SEATS)
    for choice in (("张桂芳",), "abstain"):
        with pytest.raises(Refused) as no:
            cast(database, poll_id, meeting.members["李强"], choice)
        assert no.value.refusal is ELECTION and "第十八条" in no.value.refusal.source
    desk = CountDesk(database, meeting, poll_id)
    desk.print(len(meeting.members))
    desk.hand("李强")
    with pytest.raises(Refused) as no:
        cast(database, poll_id, meeting.members["李强"], ("张桂芳",))
    assert no.value.refusal is ELECTION
    with database.read() as session:
        poll = poll_of(database, poll_id)
        assert turnout(session, poll)["cast"] == 1 and voters_of(session, poll) == {meeting.members["李强"]}


# --- counting ---------------------------------------------------------------------------------------------------------


def test_two_seats_are_filled_at_the_desk_and_the_result_is_published_in_full(database):
    meeting = build_election(database)
    poll_id = opened(database, meeting, TWO_SEATS)
    poll = count_paper(database, meeting, poll_id, ["1,2", "1,2", "1,2", "1,3", "2", "-", "0"])
    heads = poll.result["counts"]["heads"]
    assert heads["options"] == {"张桂芳": 4, "李国庆": 4, "陈建华": 1, "杨丽": 0}
    assert (heads["participating"], heads["abstain"], heads["invalid"]) == (7, 1, 1)
    assert (poll.outcome, poll.result["winners"], poll.published) == ("passed", ["张桂芳", "李国庆"], None)
    facts = state_of(database, meeting)
    assert facts.polls[-1].outcome == "passed" and may("open_poll", {"chair"}, facts) is not None
    with database.read() as session:
        found = matter(session, meeting.matter_id)
        title, body = election_notice(session, poll, found, meeting_place(session, meeting))
    assert title.startswith("选举结果公告") and "当选：张桂芳、李国庆。" in body and "空缺" not in body
    assert "张桂芳4票、李国庆4票、陈建华1票、杨丽0票；弃权1票，无效1票" in body
    assert faults(database) == []


def meeting_place(session, meeting):
    from deliberation.communities.models import Community

    return session.get(Community, meeting.place.id)


@pytest.mark.parametrize(("taking_part", "outcome"), [(6, "no_quorum"), (7, "passed")])
def test_representatives_elect_with_more_than_two_thirds_and_not_with_just_two_thirds(database, taking_part, outcome):
    meeting = build_election(database, preset="urban_election_representatives", body="residents_representatives")
    poll = count_paper(database, meeting, opened(database, meeting, TWO_SEATS), ["1,2"] * taking_part)
    assert poll.outcome == outcome and poll.source == "城市居民委员会组织法第十九条"


@pytest.mark.parametrize(
    ("marks", "outcome"), [(["1"] * 3 + ["2"] * 2 + ["3"], "failed"), (["1"] * 4 + ["2"] * 2, "passed")]
)
def test_a_recall_is_counted_at_the_desk_and_exactly_half_is_not_enough(database, marks, outcome):
    meeting = build_election(database, seats=10, preset="village_recall")
    assert count_paper(database, meeting, opened(database, meeting), marks).outcome == outcome


# --- the further vote -------------------------------------------------------------------------------------------------


def test_a_seat_left_over_goes_to_a_further_vote_that_a_third_of_the_ballots_wins(database):
    meeting = build_election(database)
    first = count_paper(
        database, meeting, opened(database, meeting, TWO_SEATS), ["1,2", "1,2", "1,3", "1,3", "1", "4", "2"]
    )
    assert (first.outcome, first.result["winners"], first.result["unfilled"]) == ("passed", ["张桂芳"], 1)
    assert state_of(database, meeting).polls[-1].outcome == "part"
    later(database, minutes=5)
    second = poll_of(database, opened(database, meeting, Kind()))
    assert (second.follows_id, second.secrecy, second.online) == (first.id, "booth", "booth")
    assert (second.rule["options"], second.rule["seats"], second.rule["select"]) == (["李国庆", "陈建华"], 1, 1)
    assert second.rule["approval"] == [{"measure": "heads", "of": "participating", "op": ">=", "fraction": "1/3"}]
    second = count_paper(database, meeting, second.id, ["1", "1", "1", "2", "2", "-"])
    assert second.result["winners"] == ["李国庆"] and second.outcome == "passed"
    with database.read() as session:
        said = winners_of_all(session, second)
        found = matter(session, meeting.matter_id)
        _title, body = election_notice(session, second, found, meeting_place(session, meeting))
        assert tally_json_of(session, second) == second.result
    assert said[0][1]["names"] == ["张桂芳", "李国庆"] and len(said) == 1
    assert "当选：张桂芳、李国庆。" in body and "另行选举" in body and "三分之一" in body
    later(database, minutes=10)
    with pytest.raises(Refused):
        opened(database, meeting, TWO_SEATS)
    assert faults(database) == []


def tally_json_of(session, poll):
    from deliberation.voting.counting import tally_document

    return tally_json(tally_document(session, poll))


@pytest.mark.parametrize(("votes", "winners"), [(1, []), (2, ["李国庆"])])
def test_a_third_of_the_ballots_is_enough_and_less_is_not(database, votes, winners):
    meeting = build_election(database)
    first = count_paper(database, meeting, opened(database, meeting, TWO_SEATS), ["1"] * 5 + ["2", "3"])
    later(database, minutes=5)
    second = count_paper(database, meeting, opened(database, meeting), ["1"] * votes + ["-"] * (6 - votes))
    assert second.follows_id == first.id and second.result["winners"] == winners
    facts = state_of(database, meeting)
    assert facts.polls[-1].outcome == "passed", "who was elected first stays elected"
    assert may("open_poll", {"chair"}, facts) is not None
    with database.read() as session:
        facts = dict(winners_of_all(session, second))
        found = matter(session, meeting.matter_id)
        _title, body = election_notice(session, second, found, meeting_place(session, meeting))
    assert next(iter(facts.values()))["names"] == ["张桂芳", *winners]
    assert ("空缺1个名额" in body) == (not winners)


def test_nobody_elected_at_all_leads_to_a_further_vote_for_every_seat(database):
    meeting = build_election(database)
    first = count_paper(database, meeting, opened(database, meeting, TWO_SEATS), ["1", "1", "2", "2", "3", "4"])
    assert (first.outcome, state_of(database, meeting).polls[-1].outcome) == ("failed", "further")
    later(database, minutes=5)
    second = poll_of(database, opened(database, meeting))
    assert (second.rule["options"], second.rule["seats"]) == (list(CANDIDATES), 2), "equal votes at the cut come both"


def test_equal_votes_across_the_last_seat_stand_again(database):
    meeting = build_election(database)
    first = count_paper(
        database, meeting, opened(database, meeting, Kind(options=CANDIDATES, seats=1)), ["1"] * 3 + ["2"] * 3
    )
    assert first.outcome == "failed", "neither has more than half"
    later(database, minutes=5)
    second = count_paper(database, meeting, opened(database, meeting), ["1"] * 3 + ["2"] * 3)
    assert (second.outcome, second.result["tied"]) == ("tie", ["张桂芳", "李国庆"])
    later(database, minutes=10)
    third = count_paper(database, meeting, opened(database, meeting), ["1"] * 4 + ["2"] * 2)
    assert third.follows_id == second.id and third.result["winners"] == ["张桂芳"]
    assert faults(database) == []


def test_the_notice_of_the_result_moves_the_matter(database):
    meeting = build_election(database)
    poll = count_paper(database, meeting, opened(database, meeting, TWO_SEATS), ["1,2"] * 5)

    def issue(session, now):
        found = matter(session, meeting.matter_id)
        title, body = election_notice(session, poll, found, meeting_place(session, meeting))
        standing = meeting.standing(session, "王秀英")
        issue_resolution(session, now, poll=poll, title=title, body=body, standing=standing)

    database.change(issue)
    assert state_of(database, meeting).stage != "resolution"


def test_an_election_without_ballots_is_void(database):
    meeting = build_election(database)
    assert closed(database, meeting, opened(database, meeting, TWO_SEATS)).outcome == "no_quorum"
