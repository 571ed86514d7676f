"""The pure rules of a meeting and of proxies: both sides of every edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deliberation.voting.meeting_rules import (
    ADJOURNED,
    CONVENED,
    ENDED,
    OPEN,
    TICKET,
    WINDOW,
    Counts,
    Standing,
    amounts,
    door_code,
    enough_counted,
    may_adjourn,
    may_count,
    may_end,
    may_give_up,
    may_open,
    may_plan,
    may_resume,
    may_scan,
    may_sign_in,
    may_use_ticket,
    may_vote_now,
    quorum_of,
    ticket,
    window_of,
)
from deliberation.voting.presets import PRESETS
from deliberation.voting.proxy_rules import Terms, may_give
from deliberation.voting.tally_terms import Measure

SECRET, OTHER = "aa" * 32, "bb" * 32
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""The first second of a window."""


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


# --- the code ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "is_good"),
    [(-0.001, False), (0, True), (29.999, True), (30, True), (59.999, True), (60, False), (3600, False)],
)
def test_a_code_counts_in_its_own_window_and_in_the_next_one(seconds, is_good):
    code = door_code(SECRET, 3, window_of(START))
    assert (may_scan(SECRET, 3, code, at(seconds)) is None) is is_good


def test_a_code_is_that_of_one_meeting_and_one_window():
    codes = {door_code(SECRET, 3, window) for window in range(1000)}
    assert len(codes) == 1000
    code = door_code(SECRET, 3, window_of(START))
    assert may_scan(SECRET, 4, code, START) and may_scan(OTHER, 3, code, START)
    for forged in ("", "0", code[:-1], code.upper() + "x", "٣" * 20):
        assert may_scan(SECRET, 3, forged, START), forged


@pytest.mark.parametrize(
    ("seconds", "is_good"), [(0, True), (WINDOW * TICKET - 0.001, True), (WINDOW * TICKET, False), (-0.001, False)]
)
def test_a_ticket_leaves_time_to_press_the_button(seconds, is_good):
    shown = ticket(SECRET, 3, 7, window_of(START))
    assert (may_use_ticket(SECRET, 3, 7, shown, at(seconds)) is None) is is_good


def test_a_ticket_is_of_no_use_to_anybody_else():
    shown = ticket(SECRET, 3, 7, window_of(START))
    assert may_use_ticket(SECRET, 3, 8, shown, START)
    assert may_use_ticket(SECRET, 4, 7, shown, START)
    assert may_use_ticket(OTHER, 3, 7, shown, START)
    later = f"{window_of(START) + 1}.{shown.partition('.')[2]}"
    assert may_use_ticket(SECRET, 3, 7, later, at(40)), "a ticket is not made younger by writing another number on it"
    for forged in ("", ".", "x.y", "-1.a", "9" * 40 + ".a", "٣.a"):
        assert may_use_ticket(SECRET, 3, 7, forged, START), forged


# --- the quorum -------------------------------------------------------------------------------------------------------


def reached(preset: str, present: int, of: int) -> bool:
    lines = [Counts(number, f"户{number}", 100) for number in range(of)]
    rule = PRESETS[preset].rule
    return quorum_of(rule, amounts(lines, set(range(present))), amounts(lines)).holds


@pytest.mark.parametrize(
    ("preset", "of", "enough"),
    [
        ("village_representatives", 9, 6),
        ("village_representatives", 10, 7),
        ("village_assembly_adults", 10, 6),
        ("village_assembly_adults", 11, 6),
        ("village_assembly_households", 9, 6),
        ("village_assembly_households", 10, 7),
        ("urban_assembly_households", 10, 6),
        ("party_members", 9, 6),
    ],
)
def test_the_quorum_is_reached_at_its_number_and_not_below(preset, of, enough):
    assert reached(preset, enough, of)
    assert not reached(preset, enough - 1, of)


def test_without_anybody_on_the_roster_nothing_is_reached():
    assert not reached("village_representatives", 0, 0)


def test_amounts_count_a_person_and_a_household_once_and_every_flat():
    lines = [Counts(1, "甲", 100), Counts(1, "甲", 50), Counts(2, "甲", 30), Counts(3, "", None)]
    assert amounts(lines) == {Measure.HEADS: 3, Measure.AREA: 180, Measure.HOUSEHOLDS: 1}
    assert amounts(lines, {1, 9}) == {Measure.HEADS: 1, Measure.AREA: 150, Measure.HOUSEHOLDS: 1}


def quorum(present: int, of: int = 9, preset: str = "village_representatives"):
    lines = [Counts(number) for number in range(of)]
    return quorum_of(PRESETS[preset].rule, amounts(lines, set(range(present))), amounts(lines))


def test_heads_in_the_hall_are_counted_where_the_law_asks_who_is_there():
    rule = PRESETS["village_representatives"].rule
    assert may_count(quorum(9)) is None
    assert enough_counted(quorum(9), rule, 6) and not enough_counted(quorum(9), rule, 5)
    assert may_count(quorum(9, preset="owners_special")), "area cannot be counted by looking into the hall"


# --- the acts ---------------------------------------------------------------------------------------------------------


def test_a_meeting_opens_at_its_hour_and_once():
    for seconds, is_good in ((-1, False), (0, True), (1, True)):
        assert (may_open(Standing(CONVENED, START), at(seconds), UTC) is None) is is_good
    for state in (OPEN, ADJOURNED, ENDED):
        assert may_open(Standing(state, START), at(1), UTC)


def test_a_meeting_is_called_for_a_time_to_come():
    assert may_plan(at(-1), START) and may_plan(at(86400 * 367), START)
    assert may_plan(START, START) is None and may_plan(at(60), START) is None


def test_the_door_opens_on_the_day_and_is_shut_while_the_meeting_is_interrupted():
    assert may_sign_in(Standing(CONVENED, at(3600)), START, UTC) is None
    assert may_sign_in(Standing(CONVENED, at(86400)), START, UTC)
    assert may_sign_in(Standing(OPEN, START), at(5), UTC) is None
    assert may_sign_in(Standing(ADJOURNED, START), at(5), UTC) and may_sign_in(Standing(ENDED, START), at(5), UTC)


def test_nothing_stops_over_an_open_vote():
    assert may_adjourn(Standing(OPEN, START, open_polls=1)) and may_end(Standing(OPEN, START, open_polls=1))
    assert may_adjourn(Standing(OPEN, START)) is None and may_end(Standing(OPEN, START)) is None
    assert may_end(Standing(ADJOURNED, START)) is None
    assert may_adjourn(Standing(CONVENED, START)) and may_adjourn(Standing(ENDED, START))
    assert may_end(Standing(CONVENED, START)) is None, "it is called off"
    assert may_end(Standing(ENDED, START))


def test_a_meeting_goes_on_at_the_announced_hour():
    one = Standing(ADJOURNED, START, until=at(100))
    assert may_resume(one, at(99), UTC) and may_resume(one, at(100), UTC) is None
    assert may_resume(Standing(OPEN, START), at(100), UTC)


def test_only_a_meeting_without_its_quorum_is_void():
    one = Standing(OPEN, START)
    assert may_give_up(one, quorum(5), has_voted=False) is None
    assert may_give_up(one, quorum(6), has_voted=False)
    assert may_give_up(one, quorum(5), has_voted=True)
    assert may_give_up(Standing(OPEN, START, is_short=True), quorum(6), has_voted=False) is None
    assert may_give_up(Standing(CONVENED, START), quorum(0), has_voted=False)
    assert may_give_up(one, quorum(0, preset="owners_special"), has_voted=False)


def test_no_vote_is_opened_below_the_quorum():
    one = Standing(OPEN, START)
    assert may_vote_now(one, quorum(6), True) is None and may_vote_now(one, quorum(5), True)
    assert may_vote_now(one, quorum(5), False) is None, "who casts from elsewhere is there by it"
    assert may_vote_now(Standing(OPEN, START, is_short=True), quorum(9), True)
    for state in (CONVENED, ADJOURNED, ENDED):
        assert may_vote_now(Standing(state, START), quorum(9), True)


# --- proxies ----------------------------------------------------------------------------------------------------------


def given(terms: Terms, giver=1, holder=2, holding=0, same=True, entitled=frozenset({1, 2, 3})):
    return may_give(terms, giver, holder, entitled=entitled, holding=holding, same_household=same)


def test_a_holder_has_three_and_no_fourth():
    terms = Terms(True, limit=3, limit_source="本地设置")
    assert given(terms, holding=2) is None
    no = given(terms, holding=3)
    assert no.facts == {"n": 3, "most": 3} and no.source == "本地设置"
    assert given(Terms(True), holding=50) is None


def test_who_may_give_to_whom():
    assert given(Terms(False)) and given(Terms(True)) is None
    assert given(Terms(True), giver=9) and given(Terms(True), holder=1)
    assert given(Terms(True), holder=9) is None, "an owner may send somebody who is no owner"
    assert given(Terms(True, within_household=True), same=False)
    assert given(Terms(True, within_household=True)) is None
