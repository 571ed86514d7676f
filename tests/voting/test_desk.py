"""The count desk on a real database: from printing to the result, and who is handed a sheet."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from deliberation.refusal import Refused
from deliberation.voting.actions import close_due_poll
from deliberation.voting.count_models import PaperStock, Reading
from deliberation.voting.counting import tally_document
from deliberation.voting.desk import desk_of
from deliberation.voting.models import ballots_of
from deliberation.voting.paper_rules import (
    HAS_CAST,
    HAS_PAPER,
    HOLDS_PAPER,
    NO_SHEET,
    NOT_HERE,
)
from deliberation.voting.sealing import TOO_EARLY
from tests.voting.desk_cases import at_desk, close, counted_desk, database, faults, refused
from tests.voting.desks import FIRST, SECOND, CountDesk
from tests.voting.polls import EVENING, build_estate, cast, opened, poll_of

__all__ = ["database"]


# --- the whole way ----------------------------------------------------------------------------------------------------


def test_devices_and_paper_are_one_count(database):
    desk = counted_desk(database)
    assert "封票" in refused(close, desk).reason
    desk.seal(FIRST)
    assert "封票" in refused(close, desk).reason
    desk.seal(SECOND)
    poll = close(desk)
    heads = poll.result["counts"]["heads"]
    assert {key: heads[key] for key in ("yes", "no", "invalid", "present")} == {
        "yes": 4,
        "no": 2,
        "invalid": 1,
        "present": 7,
    }
    assert poll.result["received"] == poll.result["counted"] == 7
    with database.read() as session:
        channels = [ballot["channel"] for ballot in tally_document(session, poll)["ballots"]]
        assert channels == ["online"] * 3 + ["paper"] * 4
        assert len(ballots_of(session, poll.id)) == 3
    assert faults(database) == []


def test_a_damaged_reading_is_found(database):
    desk = counted_desk(database)
    desk.seal(FIRST)
    desk.seal(SECOND)
    close(desk)
    with database.writers.begin() as connection:
        connection.execute(update(Reading.__table__).where(Reading.__table__.c.choice == "no").values(choice="yes"))
    assert faults(database)


def test_a_reading_changed_together_with_the_other_is_found_by_its_commitment(database):
    """The result stays the same, only a sheet that was set aside says something else: the log alone knows."""
    desk = counted_desk(database)
    desk.settle(desk.sheet("代表05"), "aside")
    desk.seal(FIRST)
    desk.seal(SECOND)
    close(desk)
    assert faults(database) == []
    table = Reading.__table__
    with database.writers.begin() as connection:
        connection.execute(update(table).where(table.c.sheet_id == desk.sheet("代表05")).values(choice="no"))
    (fault,) = faults(database)
    assert "录入" in fault.reason


def test_numbers_of_sheets_changed_after_the_seals_are_found(database):
    desk = counted_desk(database)
    desk.seal(FIRST)
    desk.unseal()
    desk.seal(SECOND)
    desk.seal(FIRST)
    close(desk)
    assert faults(database) == []
    with database.writers.begin() as connection:
        connection.execute(update(PaperStock.__table__).values(left_over=3))
    assert len(faults(database)) == 1


def test_one_owner_with_several_units_has_one_sheet_and_every_unit_counts(database):
    meeting = build_estate(database)
    desk = CountDesk(database, meeting, opened(database, meeting, closes_in=None))
    desk.print()
    assert len(desk.codes()) == 4
    desk.hand("李强")
    desk.both(desk.codes()["李强"], "1")
    desk.stock(1, 3)
    desk.seal(FIRST)
    desk.seal(SECOND)
    counts = close(desk).result["counts"]
    assert counts["heads"]["yes"] == 1 and counts["area"]["yes"] == "281.36"


# --- handing out ------------------------------------------------------------------------------------------------------


def test_whoever_has_cast_on_a_device_gets_no_paper_and_whoever_holds_paper_casts_on_none(database):
    desk = at_desk(database)
    assert refused(desk.hand, "代表02") is NO_SHEET
    desk.print()
    cast(database, desk.poll_id, desk.meeting.members["代表02"], "yes")
    assert refused(desk.hand, "代表02") is HAS_CAST
    desk.hand("代表03")
    assert refused(desk.hand, "代表03") is HAS_PAPER
    assert refused(cast, database, desk.poll_id, desk.meeting.members["代表03"], "yes") is HOLDS_PAPER
    desk.back("代表03")
    cast(database, desk.poll_id, desk.meeting.members["代表03"], "no")
    assert refused(desk.hand, "代表03") is HAS_CAST


def test_a_spoiled_sheet_is_kept_and_another_is_printed(database):
    desk = at_desk(database)
    desk.print()
    desk.hand("代表05")
    first = desk.codes()["代表05"]
    desk.back("代表05", is_spoiled=True)
    assert refused(desk.hand, "代表05") is NO_SHEET
    desk.print()
    assert desk.codes()["代表05"] != first
    desk.hand("代表05")
    desk.both(desk.codes()["代表05"], "1")
    desk.stock(received=1, left_over=8)
    with database.read() as session:
        desk_now = desk_of(session, poll_of(database, desk.poll_id))
        assert (desk_now.printed, desk_now.given, desk_now.spoiled, desk_now.out) == (10, 2, 1, 1)
    desk.seal(FIRST)


def test_at_the_door_only_who_signed_in_gets_paper(database):
    desk = at_desk(database, online=False)
    desk.print()
    assert refused(desk.hand, "代表05") is NOT_HERE
    desk.arrive("代表05")
    desk.hand("代表05")


def test_a_sheet_of_somebody_absent_keeps_the_count_open_until_it_is_set_aside(database):
    desk = at_desk(database, online=False)
    desk.print()
    desk.arrive("代表06")
    desk.hand("代表06")
    codes = desk.codes()
    desk.both(codes["代表06"], "1")
    desk.both(codes["代表07"], "1")
    desk.stock(2, 8)
    assert refused(desk.seal)
    desk.settle(desk.sheet("代表07"), "aside")
    assert refused(desk.seal), "a sheet was taken that nobody ticked, so eight cannot be left over"
    desk.stock(2, 7)
    desk.seal(FIRST)


def test_handing_out_and_voting_on_the_device_at_once_exactly_one_wins(database):
    desk = at_desk(database, seats=21)
    desk.print()
    names = [f"代表{number:02}" for number in range(2, 22)]
    won: dict[tuple[str, str], bool] = {}

    def attempt(kind, name, act):
        try:
            act()
            won[kind, name] = True
        except Refused:
            won[kind, name] = False

    threads = []
    for name in names:
        member = desk.meeting.members[name]
        acts = {
            "paper": lambda name=name: desk.hand(name),
            "device": lambda m=member: cast(database, desk.poll_id, m, "yes"),
        }
        threads += [threading.Thread(target=attempt, args=(kind, name, act)) for kind, act in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(won["paper", name] != won["device", name] for name in names)


def test_after_the_hour_nobody_is_handed_paper_and_the_counters_close(database):
    desk = at_desk(database, closes_in=3600)
    desk.print()
    desk.hand("代表05")
    desk.both(desk.codes()["代表05"], "1")
    desk.both(desk.codes()["代表06"], "1")
    database.writer.clock = lambda _session: EVENING + timedelta(hours=2)
    assert "截止" in refused(desk.hand, "代表07").reason
    with pytest.raises(Refused):
        cast(database, desk.poll_id, desk.meeting.members["代表08"], "yes")
    database.change(lambda session, now: close_due_poll(session, now, {"poll": desk.poll_id}))
    assert poll_of(database, desk.poll_id).closed_at is None, "the paper is still being counted"
    desk.hand("代表06")  # In the box already, only the tick was forgotten.
    desk.stock(2, 7)
    desk.seal(FIRST)
    assert poll_of(database, desk.poll_id).closed_at is None
    desk.seal(SECOND)
    poll = poll_of(database, desk.poll_id)
    assert poll.closed_at is not None and poll.result["counts"]["heads"]["yes"] == 2
    assert faults(database) == []


def test_no_seal_shortens_the_time_that_everybody_was_told(database):
    desk = counted_desk(database, closes_in=3600)
    assert refused(desk.seal, FIRST).reason == TOO_EARLY
    database.writer.clock = lambda _session: EVENING + timedelta(hours=2)
    database.change(lambda session, now: close_due_poll(session, now, {"poll": desk.poll_id}))
    assert poll_of(database, desk.poll_id).closed_at is None, "paper waits for its seals"
    desk.seal(FIRST)
    desk.seal(SECOND)
    assert poll_of(database, desk.poll_id).closed_at is not None
