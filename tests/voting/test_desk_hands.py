"""A show of hands, and who is there while it is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import select

from deliberation.refusal import Invalid
from deliberation.voting.count_join import counted_people
from deliberation.voting.count_models import PaperSheet
from deliberation.voting.counting import tally_document
from deliberation.voting.desk import desk_of
from deliberation.voting.desk_roll import voted_on_devices
from deliberation.voting.models import Poll, PollPresence, polls_voted_in, voters_of
from deliberation.voting.paper_rules import (
    HANDS_LATE,
    HAS_CAST,
    HOLDS_PAPER,
    NEITHER_COUNTED,
    SHUT,
)
from deliberation.voting.presence_guard import COUNTING, SEALED_DOOR
from tests.voting.desk_cases import at_desk, close, confidential_desk, counted_desk, database, faults, refused
from tests.voting.desks import CLERK, FIRST, SECOND, CountDesk
from tests.voting.polls import EVENING, build_estate, cast, opened, poll_of

__all__ = ["database"]


# --- hands ------------------------------------------------------------------------------------------------------------


def test_hands_are_counted_again_until_two_agree(database):
    desk = at_desk(database)
    cast(database, desk.poll_id, desk.meeting.members["代表02"], "yes")
    desk.hands(FIRST, 6, 5, 1)
    assert refused(desk.hands, FIRST, 6, 5, 1)
    desk.hands(SECOND, 6, 4, 2)
    assert refused(desk.seal)
    desk.hands(SECOND, 6, 5, 1)
    desk.hands(FIRST, 6, 5, 1)
    desk.seal(FIRST)
    desk.seal(SECOND)
    heads = close(desk).result["counts"]["heads"]
    assert (heads["yes"], heads["no"], heads["present"]) == (6, 1, 7)
    assert faults(database) == []


def test_hands_that_differ_are_settled_by_a_third(database):
    desk = at_desk(database)
    desk.hands(FIRST, 6, 5, 1)
    assert refused(desk.settle_hands, 6, 5, 1)
    desk.hands(SECOND, 7, 5, 1)
    assert refused(desk.settle_hands, 7, 5, 1, who=FIRST)
    with pytest.raises(Invalid) as third:
        desk.settle_hands(7, 5, 2)
    assert third.value.errors["among"] is NEITHER_COUNTED, "hands leave nothing that could be looked at again"
    desk.settle_hands(7, 5, 1)
    desk.seal(SECOND)
    desk.seal(FIRST)
    assert close(desk).result["counts"]["heads"]["no"] == 1
    assert faults(database) == []


def test_more_hands_than_people_are_not_sealed(database):
    desk = at_desk(database)
    cast(database, desk.poll_id, desk.meeting.members["代表02"], "yes")
    with pytest.raises(Invalid):
        desk.hands(FIRST, 3, 2, 2)
    desk.hands(FIRST, 9, 9)
    desk.hands(SECOND, 9, 9)
    assert refused(desk.seal)


def test_whoever_was_counted_among_hands_votes_on_no_device_and_takes_no_paper(database):
    desk = at_desk(database)
    desk.print()
    cast(database, desk.poll_id, desk.meeting.members["代表09"], "yes")
    desk.hands(FIRST, 4, 4)
    desk.hands(SECOND, 4, 4)
    for name in ("代表02", "代表09"):
        assert refused(cast, database, desk.poll_id, desk.meeting.members[name], "no") is SHUT["hands"]
    assert refused(desk.hand, "代表02") is SHUT["hands"]
    assert refused(desk.hand_of, "代表03", "1", CLERK) is SHUT["hands"]
    desk.stock(0, 9)
    desk.seal(FIRST)
    desk.seal(SECOND)
    heads = close(desk).result["counts"]["heads"]
    assert (heads["present"], heads["yes"]) == (5, 5)
    assert faults(database) == []


def test_after_the_first_seal_no_device_counts(database):
    desk = counted_desk(database)
    desk.seal(FIRST)
    member = desk.meeting.members["李强"]
    assert refused(cast, database, desk.poll_id, member, "yes") is SHUT["seals"]
    desk.unseal()
    cast(database, desk.poll_id, member, "yes")
    desk.seal(FIRST)
    desk.seal(SECOND)
    assert close(desk).result["counts"]["heads"]["present"] == 8


def test_hands_by_name_are_read_by_two_and_count_as_ballots(database):
    desk = at_desk(database)
    desk.hand_of("代表02", "1", CLERK)
    desk.hand_of("代表03", "2", CLERK)
    assert refused(cast, database, desk.poll_id, desk.meeting.members["代表02"], "no") is HOLDS_PAPER
    cast(database, desk.poll_id, desk.meeting.members["代表04"], "yes")
    assert refused(desk.hand_of, "代表04", "2", CLERK) is HAS_CAST
    desk.hand_of("代表02", "1", FIRST)
    desk.hand_of("代表03", "2", FIRST)
    desk.seal(FIRST)
    desk.seal(SECOND)
    poll = close(desk)
    with database.read() as session:
        channels = {ballot["member"]: ballot["channel"] for ballot in tally_document(session, poll)["ballots"]}
    assert sorted(channels.values()) == ["hands", "hands", "online"]
    assert poll.result["counts"]["heads"]["yes"] == 2
    assert faults(database) == []


def test_an_area_is_not_counted_by_hands(database):
    meeting = build_estate(database)
    desk = CountDesk(database, meeting, opened(database, meeting, closes_in=None))
    assert refused(desk.hands, FIRST, 2, 2)


# --- who is there, while it is counted --------------------------------------------------------------------------------


def eight_there_seven_sheets(database):
    desk = at_desk(database, online=False)
    names = [f"代表{number:02}" for number in range(2, 9)]
    desk.arrive(*names, "代表09")
    desk.print()
    codes = desk.codes()
    for name in names:
        desk.hand(name)
    for name, choice in zip(names, "1111222", strict=True):
        desk.both(codes[name], choice)
    desk.stock(7, 2)
    return desk, names


def test_nobody_leaves_or_joins_the_present_while_it_is_counted_or_sealed(database):
    desk, names = eight_there_seven_sheets(database)
    assert refused(desk.arrive, *names) is COUNTING
    assert refused(desk.arrive, *names, "代表09", "李强") is COUNTING
    desk.seal(FIRST)
    assert refused(desk.arrive, *names) is SEALED_DOOR
    desk.seal(SECOND)
    assert refused(desk.arrive, *names) is SEALED_DOOR
    poll = close(desk)
    assert (poll.result["counts"]["heads"]["present"], poll.outcome) == (8, "failed")
    assert faults(database) == []


def test_who_holds_paper_cannot_be_taken_off_the_list_at_the_door(database):
    desk = at_desk(database, online=False)
    desk.arrive("代表02", "代表03")
    desk.print()
    desk.hand("代表02")
    assert "已经投票" in refused(desk.arrive, "代表03").reason
    desk.back("代表02")
    desk.arrive("代表03")


def test_presence_changed_behind_the_seals_is_found(database):
    desk, _names = eight_there_seven_sheets(database)
    desk.seal(FIRST)
    desk.seal(SECOND)
    close(desk)
    table = PollPresence.__table__
    with database.writers.begin() as connection:
        connection.execute(delete(table).where(table.c.person_id == desk.meeting.members["代表09"]))
    assert faults(database)


def test_what_cannot_be_counted_is_refused_in_words_and_the_poll_stays_open(database):
    desk, _names = eight_there_seven_sheets(database)
    desk.seal(FIRST)
    desk.seal(SECOND)
    table = PollPresence.__table__
    with database.writers.begin() as connection:
        connection.execute(delete(table).where(table.c.person_id == desk.meeting.members["代表02"]))
    refusal = refused(close, desk)
    assert "合不起来" in refusal.reason and refusal.remedy
    assert poll_of(database, desk.poll_id).closed_at is None


def test_a_hand_at_a_wrong_name_is_set_aside_and_its_person_votes(database):
    desk = at_desk(database)
    desk.hand_of("代表02", "1", CLERK)
    with database.read() as session:
        sheet = session.exec(select(PaperSheet.id)).one()
    desk.settle(sheet, "aside")
    cast(database, desk.poll_id, desk.meeting.members["代表02"], "no")
    desk.seal(FIRST)
    desk.seal(SECOND)
    heads = close(desk).result["counts"]["heads"]
    assert (heads["yes"], heads["no"]) == (0, 1)
    assert faults(database) == []


def test_after_the_announced_hour_no_hand_is_called_and_the_second_number_is_entered(database):
    desk = at_desk(database, closes_in=3600)
    desk.hand_of("代表02", "1", CLERK)
    desk.hands(FIRST, 4, 4)
    database.writer.clock = lambda _session: EVENING + timedelta(hours=2)
    assert refused(desk.hand_of, "代表03", "1", CLERK) is HANDS_LATE
    desk.hand_of("代表02", "1", FIRST)
    desk.hands(SECOND, 4, 3)
    assert refused(desk.hands, FIRST, 4, 4) is HANDS_LATE
    desk.settle_hands(4, 4)


def test_a_spoiled_sheet_and_then_a_hand_are_sealed_with_the_true_numbers(database):
    desk = at_desk(database)
    desk.print()
    desk.hand("代表02")
    desk.back("代表02", is_spoiled=True)
    desk.hand_of("代表02", "1", CLERK)
    desk.hand_of("代表02", "1", FIRST)
    desk.stock(0, 8)
    desk.seal(FIRST)
    desk.seal(SECOND)
    assert close(desk).result["counts"]["heads"]["yes"] == 1


def test_the_desk_of_an_open_confidential_poll_tells_neither_how_many_nor_who_cast_on_a_device(database):
    desk = confidential_desk(database)
    desk.print(9)
    for name in ("代表02", "代表03"):
        cast(database, desk.poll_id, desk.meeting.members[name], "yes", name)
    with database.read() as session:
        poll = session.get(Poll, desk.poll_id)
        assert desk_of(session, poll).measures == {} and voted_on_devices(session, poll) == set()
    assert refused(desk.hand, "代表02") is HAS_CAST


def test_whoever_votes_on_paper_or_by_hand_has_voted_and_a_pocketed_sheet_makes_no_voter_of_the_count(database):
    desk = at_desk(database)
    desk.print()
    members, codes = desk.meeting.members, desk.codes()
    for name in ("代表02", "代表03"):
        desk.hand(name)
    desk.both(codes["代表02"], "1")
    desk.hand_of("代表04", "1", CLERK)
    desk.hand_of("代表04", "1", FIRST)
    cast(database, desk.poll_id, members["代表05"], "no")
    with database.read() as session:
        poll = session.get(Poll, desk.poll_id)
        assert voters_of(session, poll) == {members[f"代表0{number}"] for number in (2, 3, 4, 5)}
        assert voters_of(session, poll, [members["代表04"]]) == {members["代表04"]}
        assert counted_people(session, poll) == {members[f"代表0{number}"] for number in (2, 4, 5)}
        for name in ("代表02", "代表04", "代表05"):
            assert polls_voted_in(session, members[name], [poll.id]) == {poll.id}
        assert polls_voted_in(session, members["代表06"], [poll.id]) == set()
