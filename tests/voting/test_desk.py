"""The count desk on a real database: ticks, two readers, a third, seals, the closing, and what the log can show of it."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import select

from deliberation.audit.models import Entry, Opening, openings_of
from deliberation.forms import FormKey
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter, Proceeding, matter
from deliberation.matters.proceedings import begin_proceeding
from deliberation.matters.rules import may
from deliberation.refusal import Invalid, Refused
from deliberation.voting.actions import close_due_poll, close_poll
from deliberation.voting.bundling import OPENED, gather_poll
from deliberation.voting.count_join import counted_people
from deliberation.voting.count_models import Handed, PaperBatch, PaperSheet, PaperStock, Reading
from deliberation.voting.counting import tally_document
from deliberation.voting.desk import desk_of
from deliberation.voting.desk_roll import voted_on_devices
from deliberation.voting.models import Poll, PollPresence, ballots_of, polls_voted_in, voters_of
from deliberation.voting.paper_facts import settled_of
from deliberation.voting.paper_rules import (
    COMPARED,
    HANDS_LATE,
    HAS_CAST,
    HAS_PAPER,
    HOLDS_PAPER,
    NEITHER_COUNTED,
    NO_BATCH,
    NO_SHEET,
    NONE_LEFT,
    NOT_HERE,
    OTHER_POLL,
    OTHERWISE,
    OWN_READING,
    READ_TWICE,
    SEALED,
    SHEET_LENGTH,
    SHUT,
    TWO_READERS,
    UNKNOWN_CODE,
    new_code,
)
from deliberation.voting.presence_guard import COUNTING, SEALED_DOOR
from deliberation.voting.sealing import TOO_EARLY
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.desks import CHAIR, CLERK, FIRST, SECOND, SUPERVISOR, CountDesk
from tests.voting.polls import EVENING, build_estate, build_meeting, cast, opened, poll_of


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def at_desk(database, *, online=True, closes_in=None, seats=9):
    meeting = build_meeting(database, online=online, seats=seats)
    return CountDesk(database, meeting, opened(database, meeting, closes_in=closes_in))


def refused(act, *given, **named):
    with pytest.raises(Refused) as no:
        act(*given, **named)
    return no.value.refusal


def close(desk, who=CHAIR):
    def verb(session, now):
        close_poll(session, now, poll_id=desk.poll_id, standing=desk.meeting.standing(session, who))

    desk.database.change(verb)
    return poll_of(desk.database, desk.poll_id)


def entries(database, *acts):
    with database.read() as session:
        return list(session.exec(select(Entry).where(Entry.act.in_(acts)).order_by(Entry.index)))


def faults(database):
    with database.read() as session:
        return [fault for fault in check_polls(session) if fault is not None]


def counted_desk(database, *, online=True, closes_in=None):
    """Nine members: three on devices, five sheets handed, four in the box, read by two."""
    desk = at_desk(database, online=online, closes_in=closes_in)
    for name, choice in (("代表02", "yes"), ("代表03", "no"), ("代表04", "yes")):
        cast(database, desk.poll_id, desk.meeting.members[name], choice)
    desk.print()
    codes = desk.codes()
    for name in ("代表05", "代表06", "代表07", "代表08", "代表09"):
        desk.hand(name)
    for name, choice in (("代表05", "1"), ("代表06", "1"), ("代表07", "2"), ("代表08", "0")):
        desk.both(codes[name], choice)
    desk.stock(received=4, left_over=4)
    return desk


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


# --- seals ------------------------------------------------------------------------------------------------------------


def test_a_sealed_count_takes_nothing_more_until_a_third_person_breaks_the_seal(database):
    desk = counted_desk(database)
    desk.seal(FIRST)
    assert refused(desk.seal, FIRST)
    code = desk.codes()["代表09"]
    for act in (lambda: desk.read(code, "1"), lambda: desk.hand("李强"), lambda: desk.stock(4, 4),
                lambda: desk.hands(FIRST, 1, 1), lambda: desk.settle(desk.sheet("代表05"), "0")):  # fmt: skip
        assert refused(act) is SEALED
    assert refused(desk.unseal, FIRST)
    desk.unseal()
    desk.both(code, "1")
    desk.stock(5, 4)
    desk.seal(FIRST)
    desk.seal(SECOND)
    assert refused(desk.seal, SECOND)
    assert close(desk).result["counts"]["heads"]["yes"] == 5
    assert len(entries(database, "count.sealed")) == 3 and len(entries(database, "seal.broken")) == 1
    assert refused(desk.unseal)


@pytest.mark.parametrize("received", [2, 3, 5, 6])
def test_one_and_two_sheets_off_are_not_sealed(database, received):
    desk = counted_desk(database)
    desk.stock(received, 4)
    assert refused(desk.seal)


@pytest.mark.parametrize("left_over", [2, 3, 5, 6])
def test_one_and_two_sheets_left_over_off_are_not_sealed(database, left_over):
    desk = counted_desk(database)
    desk.stock(4, left_over)
    assert refused(desk.seal)


def test_a_poll_without_paper_needs_no_seal(database):
    desk = at_desk(database)
    cast(database, desk.poll_id, desk.meeting.members["代表02"], "yes")
    assert refused(desk.seal)
    assert close(desk).closed_at is not None


def test_ticks_of_one_person_are_one_row(database):
    desk = at_desk(database)
    desk.print()
    desk.hand("代表05")
    desk.back("代表05")
    desk.hand("代表05")
    with database.read() as session:
        (tick,) = session.exec(select(Handed)).all()
    assert (tick.given, tick.returned, tick.spoiled, tick.is_out) == (2, 1, 0, True)


# --- ballots that name nobody -----------------------------------------------------------------------------------------


def confidential_desk(database):
    from tests.voting.test_box import opened as opened_box

    meeting = build_meeting(database, online=True)
    return CountDesk(database, meeting, opened_box(database, meeting))


def batch_code(desk):
    with desk.database.read() as session:
        return session.exec(select(PaperBatch.code).where(PaperBatch.poll_id == desk.poll_id)).one()


def test_a_confidential_ballot_is_handed_out_against_a_tick_and_read_by_number(database):
    desk = confidential_desk(database)
    for name, choice in (("代表02", "yes"), ("代表03", "no")):
        cast(database, desk.poll_id, desk.meeting.members[name], choice)
    desk.print(9)
    assert refused(desk.hand, "代表02") is HAS_CAST
    for name in ("代表04", "代表05", "代表06", "代表07"):
        desk.hand(name)
    assert refused(cast, database, desk.poll_id, desk.meeting.members["代表04"], "yes") is HOLDS_PAPER
    desk.back("代表07")
    cast(database, desk.poll_id, desk.meeting.members["代表07"], "yes")
    code = batch_code(desk)
    for number, choice in enumerate(("1", "1", "2"), 1):
        desk.both(code, choice, number=number)
    with pytest.raises(Invalid):
        desk.read(code, "1", number=10)
    assert refused(desk.hand_of, "代表08", "1")
    assert refused(desk.hands, FIRST, 3, 3)
    desk.stock(received=3, left_over=6)
    desk.seal(FIRST)
    desk.seal(SECOND)
    poll = close(desk)
    heads = poll.result["counts"]["heads"]
    assert (heads["yes"], heads["no"], heads["present"]) == (4, 2, 6)
    with database.read() as session:
        sheets = session.exec(select(PaperSheet)).all()
        assert {sheet.person_id for sheet in sheets} == {None} and {sheet.code for sheet in sheets} == {None}
        document = tally_document(session, poll)
    assert all("member" not in ballot for ballot in document["ballots"]) and len(document["participated"]) == 6
    assert faults(database) == []


def test_no_reading_of_a_confidential_sheet_names_a_voter(database):
    desk = confidential_desk(database)
    desk.print(9)
    desk.hand("代表04")
    desk.both(batch_code(desk), "1", number=1)
    voters = set(desk.meeting.members.values()) - {desk.meeting.place[FIRST]}
    with database.read() as session:
        read = [entry.index for entry in session.exec(select(Entry).where(Entry.act == "sheet.read"))]
        openings = session.exec(select(Opening).where(Opening.index.in_(read))).all()
    assert not {each.person_id for each in openings} & voters
    assert all(f"person/{voter}" != each.value for each in openings for voter in voters)


def test_spoiled_and_returned_paper_joins_nobody_to_a_sheet(database):
    """Whoever took, spoiled, returned and took again leaves ticks with numbers, and no row or entry that knows a sheet."""
    desk = confidential_desk(database)
    desk.print(9)
    for name in ("代表04", "代表05", "代表06"):
        desk.hand(name)
    desk.back("代表04", is_spoiled=True)
    desk.hand("代表04")
    desk.back("代表05")
    cast(database, desk.poll_id, desk.meeting.members["代表05"], "no", "form-5")
    desk.back("代表06", is_spoiled=True)
    desk.hand("代表06")
    code = batch_code(desk)
    for number, choice in ((1, "2"), (2, "1")):
        desk.both(code, choice, number=number)
    desk.stock(received=2, left_over=5)
    desk.seal(FIRST)
    desk.seal(SECOND)
    poll = close(desk)
    assert poll.result["counts"]["heads"]["participating"] == 3 and faults(database) == []
    voters = {desk.meeting.members[name] for name in ("代表04", "代表05", "代表06")}
    with database.read() as session:
        sheets = list(session.exec(select(PaperSheet).order_by(PaperSheet.id)))
        assert [(one.number, one.person_id, one.code) for one in sheets] == [(1, None, None), (2, None, None)], (
            "no gap and no row for the spoiled ones"
        )
        assert {column.name for column in Handed.__table__.c} == {
            "poll_id", "person_id", "channel", "is_out", "given", "returned", "spoiled", "at",
        }  # fmt: skip
        for entry in session.exec(select(Entry).where(Entry.object == f"poll/{desk.poll_id}")):
            said = {each.field: each for each in openings_of(session, entry.community_id, entry.index)}
            of_voter = [each for each in said.values() if each.person_id in voters and each.field != "actor"]
            assert not (of_voter and {"sheet", "choice"} & said.keys()), entry.act
            if entry.act in ("paper.handed", "paper.returned"):
                assert said.keys() <= {"person", "actor"}
                assert json.loads(entry.body)["data"].keys() <= {"sheets", "spoiled", "by_proxy", "commit"}
        keys = session.exec(select(FormKey)).all()
        assert not [key for key in keys if key.who in {f"person/{voter}" for voter in voters}]
        full = gather_poll(session, desk.poll_id, "full")
        acts = {e.index: e.act for e in session.exec(select(Entry).where(Entry.community_id == poll.community_id))}
        opened_acts = {acts[index] for index in full.indices if index not in full.unopened}
        assert opened_acts <= OPENED, "nor does the full bundle open who took paper"


def test_more_ballots_in_the_box_than_ticks_are_not_sealed(database):
    desk = confidential_desk(database)
    desk.print(9)
    desk.hand("代表04")
    code = batch_code(desk)
    desk.both(code, "1", number=1)
    desk.both(code, "2", number=2)
    desk.stock(received=2, left_over=7)
    assert refused(desk.seal)


def test_the_last_sheet_of_a_batch(database):
    desk = confidential_desk(database)
    assert refused(desk.hand, "代表04") is NO_BATCH
    desk.print(9)
    *most, last = desk.meeting.members
    desk.hand(*most)
    desk.back(most[0], is_spoiled=True)
    desk.hand(last)
    assert refused(desk.hand, most[0]) is NONE_LEFT


def test_paper_without_names_never_starts_with_a_single_sheet(database):
    desk = confidential_desk(database)
    for count in (1, 8):
        no = refused(desk.print, count)
        assert (no.facts, no.source) == ({"least": 9}, "本地设置") and "备用" in no.remedy
    desk.print(14)
    desk.print(1)


def test_a_sheet_of_a_later_printing_cannot_be_told_from_the_others(database):
    """Nine are handed out; two are spoiled, and who took them gets the only sheets of a second and third printing."""
    desk = confidential_desk(database)
    *names, last = desk.meeting.members
    desk.print(9)
    desk.hand(*names[:8])
    desk.back(names[0], is_spoiled=True)
    desk.back(names[1], is_spoiled=True)
    desk.print(1)
    desk.hand(names[0], last)
    assert refused(desk.hand, names[1]) is NONE_LEFT
    desk.print(1)
    desk.hand(names[1])
    with database.read() as session:
        printed = session.exec(select(PaperBatch).where(PaperBatch.poll_id == desk.poll_id)).all()
        assert [one.size for one in printed] == [9, 1, 1] and len({one.code for one in printed}) == 1
        code = printed[0].code
    with pytest.raises(Invalid):
        desk.read(code, "1", number=12)
    for number in range(1, 10):
        desk.both(code, "2" if number == 9 else "1", number=number)
    desk.stock(received=9, left_over=0)
    desk.seal(FIRST)
    desk.seal(SECOND)
    heads = close(desk).result["counts"]["heads"]
    assert (heads["yes"], heads["no"], heads["present"]) == (8, 1, 9) and faults(database) == []
    with database.read() as session:
        sheets = session.exec(select(PaperSheet)).all()
        assert {sheet.batch_id for sheet in sheets} == {printed[0].id}, (
            "each under the one code, whenever it was printed"
        )
        entries = session.exec(select(Entry).where(Entry.act == "paper.printed")).all()
        assert len({openings_of(session, one.community_id, one.index)[0].value for one in entries}) == 1


def test_an_election_from_the_booth_is_counted_from_paper_alone(database):
    desk = at_desk(database)
    rule = {
        "method": "options", "options": ["甲", "乙", "丙"], "select": 2, "seats": 2, "choices": ["abstain"],
        "quorum": [{"measure": "heads", "of": "entitled", "op": ">", "fraction": "1/2", "who": "participating"}],
        "approval": [{"measure": "heads", "of": "participating", "op": ">", "fraction": "1/2"}],
    }  # fmt: skip

    def booth(session, now):
        """What an election opens as; the poll at hand is frozen, so it is another one."""
        frozen = session.get(Poll, desk.poll_id).model_dump(exclude={"id"})
        poll = Poll(**frozen | {"secrecy": "booth", "rule": rule, "online": "no"})
        session.add(poll)
        session.flush()
        found = matter(session, poll.matter_id)
        begin_proceeding(session, now, matter=found, kind="poll", subject=f"poll/{poll.id}", title=poll.question)
        return poll.id

    desk.poll_id = database.change(booth)
    desk.print(9)
    for name in ("代表02", "代表03", "代表04", "代表05", "代表06"):
        desk.hand(name)
    code = batch_code(desk)
    for number, marks in enumerate(("1,2", "2 1", "1", "3", "0"), 1):
        desk.both(code, marks, "1、2" if number == 2 else None, number=number)
    with pytest.raises(Invalid):
        desk.read(code, "1,2,3", number=6)
    desk.stock(received=5, left_over=4)
    desk.seal(FIRST)
    desk.seal(SECOND)
    result = close(desk).result
    assert result["counts"]["heads"]["options"] == {"甲": 3, "乙": 2, "丙": 1}
    assert result["counts"]["heads"]["invalid"] == 1 and result["winners"] == ["甲"]


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
