"""Sheets read by two, compared, and settled by a third."""

from __future__ import annotations

import json
import threading

import pytest
from sqlmodel import select

from deliberation.audit.models import Opening
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter, Proceeding
from deliberation.matters.rules import may
from deliberation.refusal import Invalid, Refused
from deliberation.voting.count_models import PaperSheet, Reading
from deliberation.voting.counting import tally_document
from deliberation.voting.desk import desk_of
from deliberation.voting.paper_facts import settled_of
from deliberation.voting.paper_rules import (
    COMPARED,
    OTHER_POLL,
    OTHERWISE,
    OWN_READING,
    READ_TWICE,
    SHEET_LENGTH,
    TWO_READERS,
    UNKNOWN_CODE,
    new_code,
)
from tests.voting.desk_cases import at_desk, close, counted_desk, database, entries, faults, refused
from tests.voting.desks import CHAIR, CLERK, FIRST, SECOND, SUPERVISOR
from tests.voting.polls import EVENING, cast, poll_of

__all__ = ["database"]


# --- reading ----------------------------------------------------------------------------------------------------------


def test_codes_that_are_no_code_of_this_poll(database):
    desk = at_desk(database)
    desk.print()
    code = desk.codes()["代表05"]
    with pytest.raises(Invalid) as no:
        desk.read(code[:-1] + ("2" if code[-1] != "2" else "3"), "1")
    assert "code" in no.value.errors
    forged = new_code(SHEET_LENGTH, lambda signs: signs[7])
    assert refused(desk.read, forged, "1") is UNKNOWN_CODE
    with pytest.raises(Invalid) as no:
        desk.read(code, "7")
    assert "choice" in no.value.errors
    assert entries(database, "sheet.read") == []


def test_a_sheet_of_another_poll(database):
    desk = at_desk(database)
    desk.print()
    code = desk.codes()["代表05"]

    def elsewhere(session, _now):
        poll = poll_of(database, desk.poll_id)
        values = poll.model_dump(exclude={"id"})
        other = type(poll)(**values)
        session.add(other)
        session.flush()
        row = session.exec(select(PaperSheet).where(PaperSheet.code == code)).one()
        row.poll_id = other.id
        session.add(row)

    database.change(elsewhere)
    assert refused(desk.read, code, "1") is OTHER_POLL


def test_a_sheet_is_read_once_by_each_of_two(database):
    desk = at_desk(database)
    desk.print()
    code = desk.codes()["代表05"]
    desk.read(code, "1", FIRST)
    assert refused(desk.read, code, "2", FIRST) is READ_TWICE
    desk.read(code, "1", SECOND)
    assert refused(desk.read, code, "1", SECOND) is READ_TWICE
    for who in (CHAIR, CLERK, SUPERVISOR, "李强"):
        assert refused(desk.read, code, "1", who)
    assert len(entries(database, "sheet.read")) == 2


def test_a_third_counter_finds_two_readers(database):
    desk = at_desk(database)
    desk.print()
    code = desk.codes()["代表05"]
    desk.both(code, "1")

    def third(session, now):
        from deliberation.audit.actions import Actor
        from deliberation.communities.models import Community
        from deliberation.identity.actions import appoint
        from deliberation.identity.models import person
        from deliberation.vocabulary import Role

        appoint(session, who=person(session, desk.meeting.place["赵敏"]), role=Role.COUNTER,
                community=session.get(Community, desk.meeting.place.id), actor=Actor(), from_on=now.date().replace(month=1, day=1))  # fmt: skip

    database.change(third)
    assert refused(desk.read, code, "1", "赵敏") is TWO_READERS


def test_two_readers_at_once_and_one_reader_twice(database):
    desk = at_desk(database)
    desk.print()
    codes = list(desk.codes().values())
    said: list[object] = []

    def attempt(code, who):
        try:
            said.append(desk.read(code, "1", who))
        except Refused as no:
            said.append(no.refusal)

    threads = [
        threading.Thread(target=attempt, args=(code, who)) for code in codes for who in (FIRST, FIRST, SECOND, SECOND)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count(READ_TWICE) == 2 * len(codes) == len(said) / 2
    with database.read() as session:
        rows = list(session.exec(select(Reading)))
    assert len(rows) == 2 * len(codes) and {row.place for row in rows} == {1, 2}


def test_the_log_commits_to_readings_and_shows_none(database):
    desk = at_desk(database)
    desk.print()
    desk.hand("代表05")
    desk.read(desk.codes()["代表05"], "2", FIRST)
    (entry,) = entries(database, "sheet.read")
    said = json.loads(entry.body)["data"]
    assert set(said) == {"commit", "poll"} and set(said["commit"]) == {"sheet", "choice", "reader", "actor"}
    for entry in entries(database, "sheet.read", "paper.handed", "paper.printed"):
        body = entry.body.decode()
        assert desk.codes()["代表05"] not in body and '"no"' not in body and "代表05" not in body
    member = desk.meeting.members["代表05"]
    with database.read() as session:
        owned = {
            each.field
            for each in session.exec(select(Opening).where(Opening.person_id == member))
            if each.index >= entries(database, "paper.printed")[0].index
        }
    assert {"person", "sheet", "choice"} <= owned


def test_a_slip_is_corrected_before_the_comparison_and_not_after(database):
    desk = at_desk(database)
    desk.print()
    codes = desk.codes()
    desk.read(codes["代表05"], "1", FIRST)
    desk.read(codes["代表06"], "1", FIRST)
    desk.read(codes["代表05"], "2", SECOND)
    desk.correct(desk.sheet("代表05"), "2", FIRST)
    desk.correct(desk.sheet("代表05"), "2", FIRST)  # The same again is no act.
    assert len(entries(database, "sheet.corrected")) == 1
    desk.read(codes["代表06"], "3", SECOND)
    assert refused(desk.correct, desk.sheet("代表06"), "3", FIRST) is COMPARED


# --- settling ---------------------------------------------------------------------------------------------------------


def test_a_difference_keeps_the_poll_open_until_a_third_person_settles_it(database):
    desk = counted_desk(database)
    code = desk.codes()["代表09"]
    desk.both(code, "1", "3")
    desk.stock(5, 4)
    with database.read() as session:
        matter = session.get(Matter, desk.meeting.matter_id)
        assert session.exec(select(Proceeding.unsettled)).one() == 1
        assert "1" in str(may("close_poll", {"chair"}, facts_of(session, matter, EVENING)).facts["n"])
    assert refused(desk.seal)
    assert refused(desk.settle, desk.sheet("代表09"), "1", FIRST)
    desk.settle(desk.sheet("代表09"), "1")
    assert refused(desk.settle, desk.sheet("代表09"), "2")
    with database.read() as session:
        assert session.exec(select(Proceeding.unsettled)).one() == 0
    (entry,) = entries(database, "sheet.settled")
    assert "勾在" not in entry.body.decode()
    desk.seal(FIRST)
    desk.seal(SECOND)
    assert close(desk).result["counts"]["heads"]["yes"] == 5
    assert faults(database) == []


def test_who_reads_does_not_settle_and_an_agreed_sheet_gets_no_other_choice(database):
    desk = counted_desk(database)
    assert refused(desk.settle, desk.sheet("代表05"), "2")
    desk.settle(desk.sheet("代表05"), "0", reason="两项都勾了", otherwise=True)
    with database.read() as session:
        choices = [ballot["choice"] for ballot in tally_document(session, poll_of(database, desk.poll_id))["ballots"]]
    assert choices.count("invalid") == 2
    assert OWN_READING.reason


def test_what_neither_counter_read_needs_the_word_that_it_is_so(database):
    desk = counted_desk(database)
    desk.both(desk.codes()["代表09"], "1", "3")
    desk.stock(5, 4)
    sheet = desk.sheet("代表09")
    for typed in ("2", "0"):
        with pytest.raises(Invalid) as no:
            desk.settle(sheet, typed, reason="勾在反对栏")
        assert no.value.errors["otherwise"] is OTHERWISE
    assert entries(database, "sheet.settled") == []
    desk.settle(sheet, "2", reason="勾在反对栏，两人都看错了一行", otherwise=True)
    (entry,) = entries(database, "sheet.settled")
    assert json.loads(entry.body)["data"]["otherwise"] == 1 and "看错" not in entry.body.decode()
    desk.seal(FIRST)
    desk.seal(SECOND)
    poll = close(desk)
    assert poll.result["counts"]["heads"]["no"] == 3
    with database.read() as session:
        assert settled_of(session, poll) == (1, 1)
    assert faults(database) == []


@pytest.mark.parametrize(("typed", "otherwise"), [("1", 0), ("3", 0), ("aside", 0), ("0", 1), ("2", 1)])
def test_only_what_nobody_read_is_entered_as_such(database, typed, otherwise):
    """To tick the box beside what one of the two read changes nothing: the entry says what was so."""
    desk = counted_desk(database)
    desk.both(desk.codes()["代表09"], "1", "3")
    desk.settle(desk.sheet("代表09"), typed, otherwise=True)
    (entry,) = entries(database, "sheet.settled")
    assert json.loads(entry.body)["data"]["otherwise"] == otherwise
    with database.read() as session:
        assert settled_of(session, poll_of(database, desk.poll_id)) == (1, otherwise)


def test_both_on_a_device_and_on_paper_is_caught_whichever_came_first(database):
    desk = at_desk(database)
    desk.print()
    codes = desk.codes()
    cast(database, desk.poll_id, desk.meeting.members["代表05"], "yes")
    cast(database, desk.poll_id, desk.meeting.members["代表06"], "yes")
    desk.hand("代表07")
    desk.both(codes["代表07"], "1")
    desk.both(codes["代表05"], "1")  # The same: one counts.
    desk.both(codes["代表06"], "2")  # Another: none does.
    with database.read() as session:
        poll = poll_of(database, desk.poll_id)
        stood = desk_of(session, poll)
        document = tally_document(session, poll)
    assert stood.twice == 2 and stood.not_ticked == 2
    from deliberation.voting.tally import tally_json

    result = tally_json(document)
    assert sorted(each["reason"] for each in result["set_aside"]) == ["conflict", "conflict", "duplicate"]
    assert result["counts"]["heads"]["yes"] == 2
