"""A wrong number of a ballot: questioned, taken back, found not to be in the box; the true numbers can be sealed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.communities.models import community
from deliberation.refusal import Invalid
from deliberation.sheets import Text
from deliberation.voting.count_models import Reading, SheetWithdrawal
from deliberation.voting.count_rules import OK, checklist
from deliberation.voting.counting import tally_document
from deliberation.voting.desk import desk_of
from deliberation.voting.paper_facts import Site, facts_of_poll
from deliberation.voting.paper_rules import ASIDE, NOT_READ, OWN_READING, SEALED, SETTLED
from deliberation.voting.result_papers import certificate
from deliberation.voting.sheet_rules import (
    HAND_STAYS,
    HANDED_BACK,
    NOBODY_READ,
    NOT_COMPARED,
    NOT_HANDED,
    SPOILED,
    against_sheet,
)
from tests.voting.desk_cases import (
    at_desk,
    batch_code,
    close,
    confidential_desk,
    counted_desk,
    database,
    entries,
    faults,
    refused,
)
from tests.voting.desks import CHAIR, CLERK, FIRST, SECOND, SUPERVISOR
from tests.voting.polls import poll_of

__all__ = ["database"]


def questioned(desk, code, who=FIRST):
    with pytest.raises(Invalid) as no:
        desk.read(code, "1", who, in_hand=False)
    return no.value.errors["in_hand"]


def wrong(desk):
    """The sentences of the checklist that are against a seal."""
    with desk.database.read() as session:
        return [line.sentence for line in checklist(desk_of(session, poll_of(desk.database, desk.poll_id)))
                if line.state != OK]  # fmt: skip


# --- the question -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "given", "returned", "spoiled", "is_out", "is_later", "said"),
    [
        (1, 1, 0, 0, True, True, None),
        (1, 0, 0, 0, False, False, NOT_HANDED),
        (1, 0, 0, 0, False, True, NOT_HANDED),  # A hand was called by name.
        (1, 1, 1, 0, False, True, HANDED_BACK),
        (1, 2, 2, 0, False, False, HANDED_BACK),
        (1, 1, 0, 1, False, True, SPOILED),
        (1, 2, 0, 1, True, True, SPOILED),
        (2, 1, 0, 1, False, False, NOT_HANDED),
        (2, 2, 0, 1, True, True, None),
        (2, 3, 1, 2, True, True, SPOILED),
        (2, 2, 1, 1, False, False, NOT_HANDED),  # The first was given twice.
        (2, 3, 1, 1, False, True, HANDED_BACK),
        (3, 2, 0, 2, False, False, NOT_HANDED),
    ],
)
def test_why_a_sheet_is_not_out(place, given, returned, spoiled, is_out, is_later, said):
    facts = {"given": given, "returned": returned, "spoiled": spoiled, "is_out": is_out, "is_later": is_later}
    assert against_sheet(place=place, **facts) is said


def test_a_sheet_that_is_not_out_is_questioned_and_read_where_it_lies_in_the_hand(database):
    desk = at_desk(database)
    desk.print()
    codes = desk.codes()
    assert questioned(desk, codes["代表05"]) is NOT_HANDED
    desk.hand("代表06", "代表07", "代表08")
    desk.back("代表06")
    desk.back("代表07", is_spoiled=True)
    assert questioned(desk, codes["代表06"]) is HANDED_BACK
    assert questioned(desk, codes["代表07"]) is SPOILED
    desk.print()
    again = desk.codes()["代表07"]
    assert again != codes["代表07"] and questioned(desk, again) is NOT_HANDED
    desk.hand("代表07")
    assert questioned(desk, codes["代表07"]) is SPOILED
    assert entries(database, "sheet.read") == []
    desk.read(again, "1", in_hand=False)
    desk.read(codes["代表08"], "1", in_hand=False)
    desk.read(codes["代表05"], "1")
    assert [json.loads(each.body)["data"].get("not_out") for each in entries(database, "sheet.read")] == [None, None, 1]
    assert questioned(desk, codes["代表05"], SECOND) is NOT_HANDED, "each of the two looks"


# --- taken back by who slipped ----------------------------------------------------------------------------------------


def test_a_wrong_number_is_taken_back_and_the_true_count_is_sealed(database):
    desk = counted_desk(database)
    codes = desk.codes()
    desk.read(codes["代表03"], "1", FIRST)  # For 代表09's; 代表03 has voted on a device, their sheet lies at the desk.
    desk.read(codes["代表09"], "1", SECOND)
    desk.stock(received=5, left_over=4)
    assert wrong(desk)
    sheet = desk.sheet("代表03")
    assert refused(desk.withdraw, sheet, SECOND) is NOT_READ
    assert refused(desk.withdraw, desk.sheet("代表02")) is NOT_READ
    desk.withdraw(sheet)
    assert refused(desk.withdraw, sheet) is NOT_READ
    desk.read(codes["代表09"], "1", FIRST)
    assert wrong(desk) == []
    with database.read() as session:
        (kept,) = session.exec(select(SheetWithdrawal))
        assert (kept.was, kept.choice, kept.by_id, kept.reason) == ("reading", "yes", kept.withdrawn_by_id, "")
    (entry,) = entries(database, "sheet.withdrawn")
    assert set(json.loads(entry.body)["data"]["commit"]) == {"sheet", "choice", "reader", "actor"}
    desk.seal(FIRST)
    desk.seal(SECOND)
    result = close(desk).result
    assert result["received"] == result["counted"] == 8 and result["counts"]["heads"]["yes"] == 5
    assert faults(database) == []


def test_a_reading_taken_back_is_made_anew_and_each_withdrawal_is_kept(database):
    desk = at_desk(database)
    desk.print()
    desk.hand("代表05", "代表06")
    codes, sheet = desk.codes(), desk.sheet("代表05")
    desk.read(codes["代表06"], "1", SECOND)
    for choice in ("1", "2", "3"):
        desk.read(codes["代表05"], choice)
        desk.withdraw(sheet)
    desk.read(codes["代表05"], "2", SECOND)
    desk.read(codes["代表05"], "2", FIRST)
    desk.withdraw(sheet, SECOND)
    desk.read(codes["代表05"], "2", SECOND)
    with database.read() as session:
        places = sorted(row.place for row in session.exec(select(Reading).where(Reading.sheet_id == sheet)))
        assert places == [1, 2] and len(session.exec(select(SheetWithdrawal)).all()) == 4
    desk.read(codes["代表06"], "1", FIRST)
    desk.stock(2, 7)
    desk.seal(FIRST)
    assert refused(desk.withdraw, sheet) is SEALED
    desk.seal(SECOND)
    close(desk)
    assert faults(database) == []


def test_what_was_compared_settled_or_raised_is_not_taken_back(database):
    desk = counted_desk(database)
    assert refused(desk.withdraw, desk.sheet("代表05")) is NOT_COMPARED
    desk.settle(desk.sheet("代表05"), "0", reason="两项都勾了", otherwise=True)
    assert refused(desk.withdraw, desk.sheet("代表05")) is SETTLED
    for who in (CHAIR, CLERK, SUPERVISOR):
        assert refused(desk.withdraw, desk.sheet("代表05"), who)
    other = at_desk(database)
    hand = _sheet_of(database, other.hand_of("代表05", "1"))
    assert refused(other.withdraw, hand) is HAND_STAYS and refused(other.absent, hand) is HAND_STAYS


def _sheet_of(database, reading_id):
    with database.read() as session:
        return session.get(Reading, reading_id).sheet_id


def test_whoever_took_a_reading_back_is_no_third_person(database):
    from deliberation.assemblies.models import Standing
    from deliberation.voting.readings import has_read

    desk = counted_desk(database)
    desk.read(desk.codes()["代表09"], "1", FIRST)
    with database.read() as session:
        reader = desk.meeting.standing(session, FIRST)
        assert isinstance(reader, Standing)
    desk.withdraw(desk.sheet("代表09"))
    with database.read() as session:
        assert has_read(session, desk.poll_id, reader.person_id)
        assert not has_read(session, desk.poll_id, desk.meeting.place[SUPERVISOR])
    assert OWN_READING.reason


# --- not in the box ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_set_aside", [False, True])
def test_a_number_that_both_misread_is_found_not_to_be_in_the_box(database, is_set_aside):
    """The first way out that people find is to set it aside, which says that it lies in the box: that can be mended too."""
    desk = counted_desk(database)
    desk.both(desk.codes()["代表03"], "1")
    sheet = desk.sheet("代表03")
    if is_set_aside:
        desk.settle(sheet, ASIDE, reason="没有发出")
    assert wrong(desk)
    assert refused(desk.absent, sheet, FIRST) and refused(desk.absent, sheet, CLERK)
    desk.absent(sheet)
    assert refused(desk.absent, sheet) is NOBODY_READ
    assert wrong(desk) == []
    with database.read() as session:
        stood = desk_of(session, poll_of(database, desk.poll_id))
        document = tally_document(session, poll_of(database, desk.poll_id))
        kept = sorted(each.was for each in session.exec(select(SheetWithdrawal)))
    assert stood.not_there == 1 and len(stood.in_box) == 4 and len(document["ballots"]) == 7
    assert kept == ["reading", "reading"] + ["settlement"] * is_set_aside
    (entry,) = entries(database, "sheet.absent")
    data = json.loads(entry.body)["data"]
    assert (data["readings"], data["settled"]) == (2, int(is_set_aside)) and "翻遍" not in entry.body.decode()
    desk.seal(FIRST)
    desk.seal(SECOND)
    assert close(desk).result["received"] == 7
    assert faults(database) == []
    with database.read() as session:
        poll = poll_of(database, desk.poll_id)
        place, site = community(session, poll.community_id), Site("https://testserver", Path("nowhere"))
        paper = certificate(facts_of_poll(session, poll, place, site, is_public=False), "zh-Hans")
    said = [each.words for each in paper.blocks if isinstance(each, Text)]
    assert sum("第三人认定票箱里没有的票1张" in words for words in said) == 1


def test_a_sheet_that_turns_up_after_all_is_read_anew_and_nobody_loses_a_ballot(database):
    desk = counted_desk(database)
    desk.absent(desk.sheet("代表05"))
    assert wrong(desk), "four lie in the box and three were read"
    assert refused(desk.seal)
    desk.both(desk.codes()["代表05"], "1")
    assert wrong(desk) == []
    with database.read() as session:
        assert desk_of(session, poll_of(database, desk.poll_id)).not_there == 0
    desk.seal(FIRST)
    desk.seal(SECOND)
    assert close(desk).result["received"] == 7 and faults(database) == []


def test_numbers_of_sheets_without_names_are_taken_back_as_well(database):
    desk = confidential_desk(database)
    desk.print(20)
    desk.hand("代表05", "代表06")
    code = batch_code(desk)
    desk.both(code, "1", number=1)
    desk.read(code, "2", FIRST, 2)
    desk.read(code, "2", FIRST, 4)
    desk.read(code, "2", SECOND, 2)
    desk.withdraw(_numbered(database, 4))
    desk.both(code, "1", number=3)
    desk.stock(2, 18)
    assert wrong(desk)
    desk.absent(_numbered(database, 3))
    assert wrong(desk) == []
    desk.seal(FIRST)
    desk.seal(SECOND)
    close(desk)
    assert faults(database) == []


def _numbered(database, number):
    from deliberation.voting.count_models import PaperSheet

    with database.read() as session:
        return session.exec(select(PaperSheet.id).where(PaperSheet.number == number)).one()


# --- held against the log ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["choice", "gone", "again"])
def test_what_was_taken_back_is_held_against_its_entry(database, change):
    desk = counted_desk(database)
    desk.both(desk.codes()["代表03"], "1")
    desk.absent(desk.sheet("代表03"))
    desk.seal(FIRST)
    desk.seal(SECOND)
    close(desk)
    assert faults(database) == []

    def behind_the_log(session, _now):
        row = session.exec(select(SheetWithdrawal)).first()
        if change == "choice":
            row.choice = "no"
            session.add(row)
        elif change == "gone":
            session.delete(row)
        else:
            session.add(SheetWithdrawal(**row.model_dump(exclude={"id"})))

    database.change(behind_the_log)
    assert faults(database)
