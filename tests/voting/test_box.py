"""Confidential ballots on a real database: what is written and what is not, what is refused, what closing binds."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from deliberation.audit.models import Entry
from deliberation.communities.models import Community
from deliberation.forms import FormKey
from deliberation.jobs import Job
from deliberation.matters.models import matter
from deliberation.refusal import Invalid, Missing, Refused
from deliberation.voting.actions import Question, open_poll
from deliberation.voting.box_closing import TIDY, leaves_of, tidy_box
from deliberation.voting.box_models import BoxBallot, Participation, choices_in_box, participations_of
from deliberation.voting.counting import tally_document
from deliberation.voting.models import Ballot, voters_of
from deliberation.voting.receipts import grouped, leaf, participation_root, read_code
from deliberation.voting.tally import tally_json
from deliberation.voting.turnout import turnout
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.polls import EVENING, build_estate, build_meeting, cast, poll_of
from tests.voting.test_polls import closed, data_of, entries, later, signed_in, tampered, together


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def opened(database, meeting, *, closes_in=None, by="王秀英", secrecy="confidential"):
    def verb(session, now):
        end = now + timedelta(seconds=closes_in) if closes_in is not None else None
        found = matter(session, meeting.matter_id)
        community = session.get(Community, found.community_id)
        question = Question("您是否同意修这条路？", end, is_changeable=True, secrecy=secrecy)
        standing = meeting.standing(session, by)
        return open_poll(session, now, matter=found, community=community, question=question, standing=standing).id

    return database.change(verb)


def everybody_votes(database, meeting, poll_id, choices="yynna"):
    words = {"y": "yes", "n": "no", "a": "abstain"}
    for at, (_name, person) in enumerate(meeting.members.items()):
        cast(database, poll_id, person, words[choices[at % len(choices)]], f"form-{person}")


def test_a_ballot_is_two_rows_that_know_nothing_of_each_other_and_no_entry(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    before = len(entries(database, "ballot.cast"))
    cast(database, poll_id, meeting.members["代表02"], "yes", "form-1")
    with database.read() as session:
        (took,) = participations_of(session, poll_id)
        assert (took.person_id, took.form) == (meeting.members["代表02"], "form-1")
        assert choices_in_box(session, poll_id) == ["yes"]
        assert {column.name for column in Participation.__table__.c} == {"poll_id", "person_id", "receipt", "form"}
        assert {column.name for column in BoxBallot.__table__.c} == {"poll_id", "key", "choice"}
        assert session.exec(select(Ballot)).all() == []
        assert session.exec(select(FormKey)).all() == []
    assert len(entries(database, "ballot.cast")) == before


def test_the_opening_entry_says_how_it_is_kept_and_nobody_may_change_a_ballot(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    assert data_of(entries(database, "poll.opened")[-1])["secrecy"] == "confidential"
    assert poll_of(database, poll_id).is_changeable is False


def test_the_same_form_again_is_answered_like_the_first_time_and_another_is_refused(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    voter = meeting.members["代表02"]
    cast(database, poll_id, voter, "yes", "form-1")
    cast(database, poll_id, voter, "no", "form-1")
    for key in ("form-2", ""):
        with pytest.raises(Refused) as no:
            cast(database, poll_id, voter, "no", key)
        assert no.value.refusal.late and "不能改投" in no.value.refusal.reason
    with database.read() as session:
        assert choices_in_box(session, poll_id) == ["yes"]


def test_of_twenty_double_votes_at_once_one_counts(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    taken, refused = [], []

    def vote(number):
        try:
            cast(database, poll_id, meeting.members["李强"], ("yes", "no")[number % 2], f"form-{number}")
            taken.append(number)
        except Refused as no:
            refused.append(no.refusal.reason)

    together(vote, 20)
    assert (len(taken), len(refused), len(set(refused))) == (1, 19, 1)
    with database.read() as session:
        assert choices_in_box(session, poll_id) == [("yes", "no")[taken[0] % 2]]


def test_two_writers_of_one_database_take_one_ballot_of_each(database, database_url):
    meeting = build_meeting(database, seats=20, online=True)
    poll_id = opened(database, meeting)
    other = open_database(database_url, now=EVENING)
    taken = []

    def vote(number):
        for voter in meeting.members.values():
            try:
                cast((database, other)[number % 2], poll_id, voter, "yes", f"{number}-{voter}")
                taken.append(voter)
            except Refused:
                pass

    together(vote, 4)
    other.close()
    assert sorted(taken) == sorted(meeting.members.values())
    with database.read() as session:
        assert len(choices_in_box(session, poll_id)) == 20


def test_strangers_forged_choices_and_closed_polls_are_refused_as_ever(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting, closes_in=60)
    with pytest.raises(Refused):
        cast(database, poll_id, meeting.place["赵敏"], "yes")
    for forged in ("maybe", "", "invalid"):
        with pytest.raises(Invalid):
            cast(database, poll_id, meeting.members["李强"], forged)
    with pytest.raises(Missing):
        cast(database, 999, meeting.members["李强"], "yes")
    later(database, seconds=60)
    with pytest.raises(Refused) as no:
        cast(database, poll_id, meeting.members["李强"], "yes")
    assert no.value.refusal.late
    with database.read() as session:
        assert (choices_in_box(session, poll_id), participations_of(session, poll_id)) == ([], [])


def test_at_the_door_a_ballot_takes_somebody_signed_in_who_then_stays_on_the_list(database):
    meeting = build_meeting(database)
    poll_id = opened(database, meeting)
    with pytest.raises(Refused):
        cast(database, poll_id, meeting.members["李强"], "yes")
    signed_in(database, meeting, poll_id, ["李强", "代表02"])
    cast(database, poll_id, meeting.members["李强"], "yes")
    with pytest.raises(Refused):
        signed_in(database, meeting, poll_id, ["代表02"])


def test_the_owners_do_not_vote_by_area_behind_a_curtain(database):
    estate = build_estate(database)
    with pytest.raises(Refused) as no:
        opened(database, estate)
    assert "面积" in no.value.refusal.reason and "二百七十八" in no.value.refusal.source
    assert entries(database, "roster.frozen") == []


# --- turnout ----------------------------------------------------------------------------------------------------------


def test_turnout_moves_in_steps_of_five_and_at_most_once_a_minute(database):
    meeting = build_meeting(database, seats=14, online=True)
    poll_id = opened(database, meeting)
    shown = []
    for at, person in enumerate(meeting.members.values()):
        later(database, seconds=20 * at)
        cast(database, poll_id, person, "yes", f"form-{person}")
        with database.read() as session:
            shown.append(turnout(session, poll_of(database, poll_id))["cast"])
    assert shown == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10]
    later(database, seconds=1)
    with database.read() as session:
        assert len(voters_of(session, poll_of(database, poll_id))) == 14


def test_many_ballots_in_one_minute_move_it_once(database):
    meeting = build_meeting(database, seats=12, online=True)
    poll_id = opened(database, meeting)
    everybody_votes(database, meeting, poll_id)
    assert poll_of(database, poll_id).shown_cast == 0, "the poll is younger than a minute"


# --- closing ----------------------------------------------------------------------------------------------------------


def test_closing_binds_roll_participation_box_and_a_salted_commitment_to_the_tally(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    everybody_votes(database, meeting, poll_id)
    poll = closed(database, meeting, poll_id)
    (entry,) = entries(database, "poll.closed")
    data = data_of(entry)
    with database.read() as session:
        document = tally_document(session, poll)
        leaves = leaves_of(session, poll)
        took = participations_of(session, poll_id)
    assert data["box"] == {"yes": 4, "no": 4, "abstain": 1}
    assert data["participation"] == participation_root(leaves) and leaves == sorted(leaves)
    assert data["roll"] == data_of(entries(database, "poll.opened")[-1])["root"]
    assert "tally" not in data and poll.tally_sha256.encode() not in entry.body
    assert data["commit"].keys() >= {"tally"}
    assert document["secrecy"] == "confidential" and all(ballot.keys() == {"choice"} for ballot in document["ballots"])
    assert [ballot["choice"] for ballot in document["ballots"]] == sorted(b["choice"] for b in document["ballots"])
    assert tally_json(document) == poll.result and poll.published is None
    for each in took:  # Whoever holds a receipt finds the line among the commitments, typed from paper.
        number = int(
            next(line for line in document["participated"] if leaf(poll_id, int(line), each.receipt) in leaves)
        )
        assert leaf(poll_id, number, read_code(f" {grouped(each.receipt).lower()} ")) in leaves
    assert not {each.receipt for each in took} & set(json.dumps(document).split('"'))
    with database.read() as session:
        assert list(check_polls(session)) == [None]


@pytest.mark.parametrize("what", ["choice", "stuffed", "dropped", "participation", "swapped"])
def test_verification_finds_what_was_changed_in_the_box(database, what):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    everybody_votes(database, meeting, poll_id)
    closed(database, meeting, poll_id)
    box, took = BoxBallot.__table__, Participation.__table__
    one = select(box.c.key).where(box.c.choice == "yes").limit(1).scalar_subquery()
    someone = meeting.members["代表02"]
    changes = {
        "choice": update(box).where(box.c.key == one).values(choice="no"),
        "stuffed": insert(box).values(poll_id=poll_id, key="f" * 32, choice="yes"),
        "dropped": delete(box).where(box.c.key == one),
        "participation": delete(took).where(took.c.person_id == someone),
        "swapped": update(took).where(took.c.person_id == someone).values(receipt="0" * 20),
    }
    frozen = pytest.raises(DBAPIError, match="the box of a closed poll is never changed")
    with frozen, database.writers.begin() as connection:
        connection.execute(changes[what])

    def behind_the_triggers(connection):
        if database.is_sqlite:
            for table in ("participation", "box_ballot"):
                for verb in ("insert", "update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_frozen_on_{verb}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(changes[what])

    (fault,) = tampered(database, behind_the_triggers)
    assert (fault.kind, fault.subject) == ("tally", f"poll/{poll_id}")


def test_more_ballots_than_people_is_no_result(database):
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    cast(database, poll_id, meeting.members["李强"], "yes")
    with database.writers.begin() as connection:
        connection.execute(insert(BoxBallot.__table__).values(poll_id=poll_id, key="f" * 32, choice="yes"))
    with pytest.raises(Refused) as no:
        closed(database, meeting, poll_id)
    assert "比领票的人多" in no.value.refusal.reason
    assert poll_of(database, poll_id).closed_at is None


def test_nothing_of_the_choices_is_anywhere_before_the_closing(database):
    """Every entry since the opening is the same whether they vote one way or the other."""
    meeting = build_meeting(database, online=True)
    poll_id = opened(database, meeting)
    with database.read() as session:
        before = session.execute(select(Entry.community_id, Entry.index)).all()
    everybody_votes(database, meeting, poll_id)
    with database.read() as session:
        assert session.execute(select(Entry.community_id, Entry.index)).all() == before
        planned = session.execute(select(Job.kind).where(Job.key.like(f"%{poll_id}"))).all()
    assert planned == []


# --- the link game ----------------------------------------------------------------------------------------------------


def hidden_order(database, table):
    """The rows in the order in which they lie, with the transaction that wrote them: what a database hides."""
    with database.read() as session:
        return session.execute(text(f"SELECT ctid, xmin, * FROM {table} ORDER BY ctid")).all()


def test_after_closing_the_order_in_which_rows_lie_says_nothing(database):
    meeting = build_meeting(database, seats=40, online=True)
    poll_id = opened(database, meeting)
    people = list(meeting.members.values())[::-1]
    for at, person in enumerate(people):
        cast(database, poll_id, person, "yes" if at < 20 else "no", f"form-{person}")
    if not database.is_sqlite:
        assert [row.person_id for row in hidden_order(database, "participation")] == people, (
            "until then they are joined"
        )
        assert [row.choice for row in hidden_order(database, "box_ballot")] == ["yes"] * 20 + ["no"] * 20
    closed(database, meeting, poll_id)
    with database.read() as session:
        assert session.execute(select(Job.key).where(Job.kind == TIDY)).all() == [(f"{TIDY}/{poll_id}",)]
    tidy_box(database)
    if database.is_sqlite:
        with database.read() as session:
            plans = session.execute(text("SELECT sql FROM sqlite_master WHERE name IN ('participation','box_ballot')"))
            assert all("WITHOUT ROWID" in sql for (sql,) in plans)
        return
    for table, key in (("participation", "person_id"), ("box_ballot", "key")):
        rows = hidden_order(database, table)
        assert [getattr(row, key) for row in rows] == sorted(getattr(row, key) for row in rows)
        assert len({row.xmin for row in rows}) == 1
        assert rows[0].ctid == "(0,1)", "the pages themselves are new: deleted rows lie there no more"
