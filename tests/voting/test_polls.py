"""Polls on a real database: what opening freezes, what a ballot writes and refuses, what closing decides."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from deliberation.assemblies.models import Roster, RosterLine, roster_lines
from deliberation.audit.commitment import opens
from deliberation.audit.models import Entry, Opening, openings_of
from deliberation.communities.models import Community
from deliberation.jobs import Job
from deliberation.matters.models import matter
from deliberation.refusal import Invalid, Missing, Refused
from deliberation.voting.actions import close_due_poll, close_poll, issue_resolution
from deliberation.voting.counting import tally_document
from deliberation.voting.models import Ballot, Poll, ballots_of, present_people
from deliberation.voting.signing_in import sign_in_people
from deliberation.voting.tally import tally_json
from deliberation.voting.turnout import turnout
from deliberation.voting.verification import check_polls
from tests.audit.damage import DAMAGE, unlock
from tests.people import open_database
from tests.voting.polls import EVENING, build_estate, build_meeting, cast, end_seat, opened, poll_of


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def entries(database, act):
    with database.read() as session:
        return list(session.exec(select(Entry).where(Entry.act == act).order_by(Entry.index)))


def data_of(entry):
    return json.loads(entry.body)["data"]


def later(database, **passed):
    database.writer.clock = lambda _session: EVENING + timedelta(**passed)


def closed(database, meeting, poll_id, by="王秀英"):
    return database.change(
        lambda session, now: close_poll(session, now, poll_id=poll_id, standing=meeting.standing(session, by))
    )


def signed_in(database, meeting, poll_id, names, by="王秀英"):
    people = {meeting.members[name] for name in names}

    def verb(session, now):
        poll, was = poll_of(database, poll_id), present_people(session, poll_id)
        sign_in_people(session, now, poll=poll, was=was, here=people, standing=meeting.standing(session, by))

    database.change(verb)


# --- opening ----------------------------------------------------------------------------------------------------------


def test_opening_freezes_the_roster_the_text_and_the_rule(database):
    meeting = build_meeting(database, online=True)
    poll = poll_of(database, opened(database, meeting))
    with database.read() as session:
        roster = session.get(Roster, poll.roster_id)
        lines = roster_lines(session, roster.id)
    assert {line.person_id for line in lines} == set(meeting.members.values())
    assert [line.number for line in lines] == list(range(1, 10))
    frozen, begun = entries(database, "roster.frozen")[-1], entries(database, "poll.opened")[-1]
    assert data_of(frozen)["root"] == data_of(begun)["root"] == roster.root
    assert data_of(begun)["rule"] == poll.rule
    assert data_of(begun)["text"] == poll.text_sha256
    assert "水泥路" in poll.text
    assert "strict_presence" not in poll.rule, "the local setting lets ballots from elsewhere count"
    assert poll.online_source == "青溪村村民自治章程第十二条"
    with database.read() as session:
        planned = session.exec(select(Job).where(Job.key == f"close_poll/{poll.id}")).one()
        assert planned.due_at == poll.closes_at
        assert matter(session, meeting.matter_id).stage == "resolution"


def test_who_was_removed_after_the_freezing_still_counts(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    end_seat(database, meeting, "代表03")
    cast(database, poll_id, meeting.members["代表03"], "no")
    with database.read() as session:
        assert [ballot.choice for ballot in ballots_of(session, poll_id)] == ["no"]
        assert turnout(session, poll_of(database, poll_id))["entitled"] == 9


def test_a_member_may_not_open_a_poll_and_a_second_one_is_not_opened_beside_the_first(database):
    meeting = build_meeting(database)
    with pytest.raises(Refused):
        opened(database, meeting, by="李强")
    opened(database, meeting)
    with pytest.raises(Refused):
        opened(database, meeting)
    assert len(entries(database, "poll.opened")) == 1


def test_a_poll_does_not_open_to_close_in_the_past(database):
    meeting = build_meeting(database)
    with pytest.raises(Invalid) as no:
        opened(database, meeting, closes_in=-60)
    assert "closes_at" in no.value.errors
    assert entries(database, "roster.frozen") == []


# --- casting ----------------------------------------------------------------------------------------------------------


def test_a_ballot_is_a_row_and_an_entry_that_names_nobody(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    voter = meeting.members["代表02"]
    cast(database, poll_id, voter, "yes", "key-1")
    entry = entries(database, "ballot.cast")[-1]
    assert data_of(entry).keys() == {"poll", "commit"}
    assert data_of(entry)["commit"].keys() == {"voter", "choice"}
    assert b"yes" not in entry.body and f"person/{voter}".encode() not in entry.body
    with database.read() as session:
        said = session.exec(
            select(Opening).where(Opening.index == entry.index, Opening.community_id == entry.community_id)
        )
        assert {one.field: (one.value, one.person_id) for one in said} == {
            "voter": (f"person/{voter}", voter),
            "choice": ("yes", voter),
        }


def test_a_form_sent_again_does_nothing_even_after_a_change(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    voter = meeting.members["代表02"]
    cast(database, poll_id, voter, "yes", "first")
    cast(database, poll_id, voter, "no", "second")
    cast(database, poll_id, voter, "yes", "first")
    with database.read() as session:
        assert [ballot.choice for ballot in ballots_of(session, poll_id)] == ["no"]
    assert len(entries(database, "ballot.cast")) == 1
    assert len(entries(database, "ballot.changed")) == 1


def test_the_same_choice_again_is_no_act(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    for key in ("a", "b"):
        cast(database, poll_id, meeting.members["代表02"], "yes", key)
    assert len(entries(database, "ballot.cast")) + len(entries(database, "ballot.changed")) == 1


def test_one_owner_casts_once_for_all_units(database):
    estate = build_estate(database)
    poll_id = opened(database, estate)
    cast(database, poll_id, estate.members["李强"], "yes")
    with database.read() as session:
        assert len(ballots_of(session, poll_id)) == 3
        counted = turnout(session, poll_of(database, poll_id))
    assert (counted["cast"], counted["entitled"]) == (1, 4)
    assert (counted["cast_area"], counted["entitled_area"]) == (28136, 57558)
    assert len(entries(database, "ballot.cast")) == 1


@pytest.mark.parametrize("name", ["赵敏", "何敏"])
def test_who_is_not_on_the_roster_is_told_so(database, name):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    with pytest.raises(Refused) as no:
        cast(database, poll_id, meeting.place[name], "yes")
    assert "名册" in no.value.refusal.reason
    assert entries(database, "ballot.cast") == []


def test_a_forged_choice_and_a_poll_that_never_was(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    for forged in ("maybe", "", "invalid", "yes,no"):
        with pytest.raises(Invalid):
            cast(database, poll_id, meeting.members["李强"], forged)
    with pytest.raises(Missing):
        cast(database, 999, meeting.members["李强"], "yes")
    with database.read() as session:
        assert ballots_of(session, poll_id) == []


def test_without_the_setting_a_device_counts_only_signed_in_at_the_door(database):
    meeting = build_meeting(database)
    poll_id = opened(database, meeting)
    assert poll_of(database, poll_id).rule["strict_presence"] is True
    with pytest.raises(Refused) as no:
        cast(database, poll_id, meeting.members["李强"], "yes")
    assert "签到" in no.value.refusal.reason
    signed_in(database, meeting, poll_id, ["李强"])
    cast(database, poll_id, meeting.members["李强"], "yes")
    assert data_of(entries(database, "presence.marked")[-1])["present"] == 1


def test_the_owners_vote_on_no_device_where_nothing_allows_it(database):
    estate = build_estate(database, online=False)
    poll_id = opened(database, estate)
    with pytest.raises(Refused) as no:
        cast(database, poll_id, estate.members["李强"], "yes")
    assert "不接受" in no.value.refusal.reason


def test_who_has_voted_cannot_be_taken_off_the_list_at_the_door(database):
    meeting = build_meeting(database)
    poll_id = opened(database, meeting)
    signed_in(database, meeting, poll_id, ["李强", "代表02"])
    cast(database, poll_id, meeting.members["李强"], "yes")
    with pytest.raises(Refused):
        signed_in(database, meeting, poll_id, ["代表02"])
    signed_in(database, meeting, poll_id, ["李强"])
    assert data_of(entries(database, "presence.marked")[-1])["withdrawn"] == 1
    with pytest.raises(Refused):
        signed_in(database, meeting, poll_id, [], by="周明")


def test_at_the_announced_instant_it_is_too_late(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=60)
    later(database, seconds=59)
    cast(database, poll_id, meeting.members["李强"], "yes")
    later(database, seconds=60)
    with pytest.raises(Refused) as no:
        cast(database, poll_id, meeting.members["代表02"], "yes")
    assert no.value.refusal.late


def test_of_twenty_double_votes_at_once_one_is_taken_and_nineteen_are_refused_with_a_reason(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, is_changeable=False)
    taken, refused = [], []
    start = threading.Barrier(20)

    def vote(number):
        start.wait()
        try:
            cast(database, poll_id, meeting.members["李强"], ("yes", "no")[number % 2], f"key-{number}")
            taken.append(number)
        except Refused as no:
            refused.append(no.refusal.reason)

    together(vote, 20)
    assert len(taken) == 1
    assert len(refused) == 19 and set(refused) == {"您已经投过票，按这次表决的规则不能改投"}
    assert len(entries(database, "ballot.cast")) == 1
    assert entries(database, "ballot.changed") == []


def test_two_writers_of_one_database_take_one_ballot_of_each_voter(database, database_url):
    meeting = build_meeting(database, seats=30, online=True)
    poll_id = opened(database, meeting, is_changeable=False)
    other = open_database(database_url, now=EVENING)
    voters, taken, wrong = list(meeting.members.values()), [], []

    def vote(number):
        through = (database, other)[number % 2]
        order = voters if number < 4 else voters[::-1]
        for voter in order:
            try:
                cast(through, poll_id, voter, "yes", f"{number}-{voter}")
                taken.append(voter)
            except Refused as no:
                assert no.refusal.reason == "您已经投过票，按这次表决的规则不能改投"
            except Exception as error:
                wrong.append(error)

    together(vote, 8)
    other.close()
    assert wrong == []
    assert sorted(taken) == sorted(voters)
    assert len(entries(database, "ballot.cast")) == 30


def test_fifty_ballots_from_sixteen_threads_are_there_in_order_and_without_gaps(database):
    meeting = build_meeting(database, seats=50, online=True)
    poll_id = opened(database, meeting)
    voters = list(meeting.members.values())
    failed = []

    def vote(number):
        for voter in voters[number::16]:
            try:
                cast(database, poll_id, voter, "yes", f"key-{voter}")
            except Exception as error:
                failed.append(error)

    together(vote, 16)
    assert failed == []
    with database.read() as session:
        ballots = ballots_of(session, poll_id)
        order = list(session.exec(select(Opening.person_id).where(Opening.field == "voter").order_by(Opening.index)))
        indexes = list(
            session.exec(select(Entry.index).where(Entry.community_id == meeting.place.id).order_by(Entry.index))
        )
    assert sorted(ballot.person_id for ballot in ballots) == sorted(voters)
    assert [ballot.person_id for ballot in ballots] == order
    assert indexes == list(range(len(indexes)))


def together(work, number):
    threads = [threading.Thread(target=work, args=(each,)) for each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


# --- closing ----------------------------------------------------------------------------------------------------------


def voted(database, meeting, poll_id, yes=6, no=1, abstain=1):
    names = list(meeting.members)
    for name, choice in zip(names, ["yes"] * yes + ["no"] * no + ["abstain"] * abstain, strict=False):
        cast(database, poll_id, meeting.members[name], choice)


def test_an_announced_hour_binds_the_chair(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    with pytest.raises(Refused) as no:
        closed(database, meeting, poll_id)
    assert "不能提前结束" in no.value.refusal.reason


def test_the_hour_itself_closes_and_counts(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    voted(database, meeting, poll_id)
    database.change(lambda session, now: close_due_poll(session, now, {"poll": poll_id}))
    assert poll_of(database, poll_id).closed_at is None, "a job that comes too early does nothing"
    later(database, hours=1)
    for _again in range(2):
        database.change(lambda session, now: close_due_poll(session, now, {"poll": poll_id}))
    poll = poll_of(database, poll_id)
    assert poll.outcome == "passed"
    (entry,) = entries(database, "poll.closed")
    assert data_of(entry)["counts"]["heads"]["yes"] == 6
    assert "tally" not in data_of(entry), "of a small body the digest itself could be found by trying"
    with database.read() as session:
        opening = next(one for one in openings_of(session, entry.community_id, entry.index) if one.field == "tally")
    assert (opening.value, opening.person_id) == (poll.tally_sha256, None)
    assert opens(data_of(entry)["commit"]["tally"], "tally", opening.salt, poll.tally_sha256)
    assert json.loads(entry.body)["actor"] == "system"
    with database.read() as session:
        assert tally_json(tally_document(session, poll)) == poll.result
        assert list(check_polls(session)) == [None]


def test_the_sum_of_a_meeting_counts_those_who_came_and_did_not_vote(database):
    meeting = build_meeting(database)
    poll_id = opened(database, meeting, closes_in=None)
    signed_in(database, meeting, poll_id, list(meeting.members)[:8])
    voted(database, meeting, poll_id, yes=4, no=1, abstain=0)
    poll = closed(database, meeting, poll_id)
    heads = poll.result["counts"]["heads"]
    assert (heads["entitled"], heads["present"], heads["participating"], heads["not_voting"]) == (9, 8, 5, 3)
    assert poll.outcome == "failed", "four of eight present are not more than half"


@pytest.mark.parametrize(
    ("yes", "no", "outcome", "stage"),
    [(6, 1, "passed", "disclosure"), (3, 4, "failed", "consultation"), (3, 0, "no_quorum", "resolution")],
)
def test_the_resolution_sends_the_matter_where_the_procedure_says(database, yes, no, outcome, stage):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    voted(database, meeting, poll_id, yes, no, 0)
    assert closed(database, meeting, poll_id).outcome == outcome

    def resolve(session, now):
        poll = poll_of(database, poll_id)
        return issue_resolution(
            session, now, poll=poll, title="决议", body="……", standing=meeting.standing(session, "王秀英")
        ).id

    document = database.change(resolve)
    assert poll_of(database, poll_id).resolution_id == document
    with database.read() as session:
        assert matter(session, meeting.matter_id).stage == stage
    with pytest.raises(Refused):
        database.change(resolve)


def test_nobody_makes_the_resolution_before_the_count(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)

    def resolve(session, now):
        issue_resolution(
            session,
            now,
            poll=poll_of(database, poll_id),
            title="决议",
            body="……",
            standing=meeting.standing(session, "王秀英"),
        )

    with pytest.raises(Refused):
        database.change(resolve)


def test_ballots_and_closing_at_once_are_either_counted_or_refused(database):
    meeting = build_meeting(database, seats=40, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    voters = list(meeting.members.values())
    taken, refused = [], []

    def act(number):
        if number == 20:
            closed(database, meeting, poll_id)
            return
        try:
            cast(database, poll_id, voters[number], "yes", f"key-{number}")
            taken.append(number)
        except Refused as no:
            refused.append(no.refusal)

    together(act, 40)
    poll = poll_of(database, poll_id)
    assert poll.result["received"] == len(taken)
    assert all(no.late for no in refused)
    assert len(taken) + len(refused) == 39


def test_special_decision_of_owners_by_heads_and_area(database):
    estate = build_estate(database)
    poll_id = opened(database, estate, closes_in=None)
    for name, choice in (("李强", "yes"), ("赵春生", "yes"), ("钱玉珍", "yes"), ("孙立群", "no")):
        cast(database, poll_id, estate.members[name], choice)
    poll = closed(database, estate, poll_id)
    assert poll.result["counts"]["heads"]["yes"] == 3
    assert poll.result["counts"]["area"]["yes"] == "473.22"
    assert [test["holds"] for test in poll.result["tests"]] == [True] * 4
    assert poll.outcome == "passed"


# --- verification -----------------------------------------------------------------------------------------------------


def tampered(database, change):
    """Change rows behind the program's back, as somebody with the database could."""
    with database.writers.begin() as connection:
        unlock(connection)
        change(connection)
    with database.read() as session:
        return list(check_polls(session))


@pytest.mark.parametrize("what", ["ballot", "result", "roster", "text", "rule"])
def test_verification_finds_what_was_changed_behind_the_log(database, what):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    voted(database, meeting, poll_id)
    poll = closed(database, meeting, poll_id)
    with database.read() as session:
        assert list(check_polls(session)) == [None]
    changes = {
        "ballot": update(Ballot).where(Ballot.person_id == meeting.members["李强"]).values(choice="no"),
        "result": update(Poll).values(result=poll.result | {"outcome": "failed"}),
        "roster": update(RosterLine).where(RosterLine.number == 9).values(person_id=meeting.place["赵敏"]),
        "text": update(Poll).values(text="另一条路"),
        "rule": update(Poll).values(rule=poll.rule | {"quorum": []}),
    }
    (fault,) = tampered(database, lambda connection: connection.execute(changes[what]))
    assert fault.kind == "tally"
    assert fault.subject == f"poll/{poll_id}"


def test_the_setting_of_one_village_is_not_that_of_another(database):
    meeting = build_meeting(database, online=True)
    with database.read() as session:
        assert session.get(Community, meeting.place.id).name == "青溪村"
    assert poll_of(database, opened(database, meeting)).online == "anywhere"


@pytest.mark.parametrize("act", ["poll.opened", "poll.closed"])
def test_damaged_entries_of_a_poll_are_left_to_the_check_of_the_log(database, act):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=None)
    voted(database, meeting, poll_id)
    closed(database, meeting, poll_id)
    whole = bytes(entries(database, act)[0].body)
    with database.writers.begin() as connection:
        unlock(connection)
    for what, damage in DAMAGE.items():
        put = update(Entry).where(Entry.act == act).values(body=damage(whole))
        assert tampered(database, lambda connection, put=put: connection.execute(put)) == [None], what
