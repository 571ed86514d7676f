"""The rules of the count desk: codes, keys, rights, comparison, what must add up. Pure."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.vocabulary import Role
from deliberation.voting.count_rules import (
    AGREED,
    DIFFERS,
    OFF,
    OK,
    SETTLED,
    SINGLE,
    TODO,
    UNREAD,
    Desk,
    Hands,
    Sheet,
    checklist,
    may_close_count,
    may_seal,
)
from deliberation.voting.paper_rules import (
    ALPHABET,
    APART,
    BAD_MARKS,
    BOTH_WAYS,
    RIGHTS,
    SEALED,
    SHEET_LENGTH,
    against_key,
    choice_of,
    least_of,
    may_at_desk,
    may_hand_out,
    may_print,
    new_code,
    numbers_in,
    proposed_of,
    read_code,
    rights_table,
    shown_code,
)

BODY = st.text(ALPHABET, min_size=SHEET_LENGTH - 1, max_size=SHEET_LENGTH - 1)


def test_the_rights_are_those_of_the_table():
    assert rights_table() == Path(__file__).with_name("desk_permissions.txt").read_text("utf-8")


def test_a_code_is_read_however_it_is_typed():
    code = new_code(SHEET_LENGTH, secrets.choice)
    shown = shown_code(code)
    for typed in (code, shown, shown.lower(), f" {code[:3]} {code[3:]} ", f"https://x.test/polls/4/count?code={shown}"):
        assert read_code(typed) == code
    assert read_code("") == read_code(code[:-1]) == read_code(code + "2") == ""


@given(BODY, st.integers(0, SHEET_LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_misread_sign_is_found(body, at, sign):
    code = new_code(SHEET_LENGTH, lambda _signs, left=list(body): left.pop(0))
    wrong = code[:at] + sign + code[at + 1 :]
    assert read_code(wrong) == (code if wrong == code else "")


@given(BODY, st.integers(0, SHEET_LENGTH - 2))
def test_every_two_signs_swapped_are_found(body, at):
    code = new_code(SHEET_LENGTH, lambda _signs, left=list(body): left.pop(0))
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert read_code(swapped) == (code if swapped == code else "")


YES_NO = {"choices": ["yes", "no", "abstain"]}
OPTIONS = {"choices": ["abstain"], "options": ["甲", "乙", "丙"], "select": 2}


@pytest.mark.parametrize(
    ("typed", "rule", "choice"),
    [
        ("1", YES_NO, "yes"), ("2", YES_NO, "no"), ("3", YES_NO, "abstain"), ("0", YES_NO, "invalid"),
        ("yes", YES_NO, "yes"), ("4", YES_NO, None), ("", YES_NO, None), ("11", YES_NO, None), ("aside", YES_NO, None),
        ("3", {"choices": ["yes", "no"]}, None),
        ("1", OPTIONS, '["甲"]'), ("3,1", OPTIONS, '["丙","甲"]'), ("1 1", OPTIONS, None), ("1 2 3", OPTIONS, None),
        ("4", OPTIONS, None), ("-", OPTIONS, "abstain"), ("0", OPTIONS, "invalid"), ('["乙"]', OPTIONS, '["乙"]'),
        ('["丁"]', OPTIONS, None), ("[", OPTIONS, None), ("yes", OPTIONS, None), ("", OPTIONS, None),
    ],
)  # fmt: skip
def test_keys_are_choices_of_the_rule(typed, rule, choice):
    assert choice_of(typed, rule) == choice


@pytest.mark.parametrize(
    ("typed", "options", "numbers"),
    [
        ("13", 4, [1, 3]), ("13", 9, [1, 3]), ("13", 13, [13]), ("1 13", 13, [1, 13]), ("1，3", 13, [1, 3]),
        ("12", 9, [1, 2]), ("12", 12, [12]), ("12,", 12, [12]), ("1 2", 12, [1, 2]), ("1.2", 12, []), ("1+2", 12, []),
        ("1,3", 4, [1, 3]), ("1、3.", 4, [1, 3]), ("甲", 4, []), ("", 4, []), ("1-3", 13, []),
    ],
)  # fmt: skip
def test_numbers_may_run_together_where_none_has_two_digits(typed, options, numbers):
    assert numbers_in(typed, options) == numbers


TWELVE = {"choices": ["abstain"], "options": [f"第{n}" for n in range(1, 13)], "select": 2}


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("12", None), ("１２", None), (" 12 ", None), ("12,", '["第12"]'), ("12，", '["第12"]'), ("1,2", '["第1","第2"]'),
        ("1 2", '["第1","第2"]'), ("12 1", '["第1","第12"]'), ("10", '["第10"]'), ("11", '["第11"]'), ("21", None), ("9", '["第9"]'),
    ],
)  # fmt: skip
def test_what_could_be_one_option_or_two_is_asked_for(typed, choice):
    assert choice_of(typed, TWELVE) == choice


def test_the_question_says_how_either_is_typed():
    no = against_key("１２", TWELVE)
    assert no.reason is BOTH_WAYS and no.facts == {"n": "12", "several": "1,2"}
    assert against_key("21", TWELVE) is BAD_MARKS
    assert choice_of("12", TWELVE | {"select": 1}) == '["第12"]', "only one may be marked, and the button says which"
    ten = TWELVE | {"options": TWELVE["options"][:10]}
    assert against_key("12", ten) is BAD_MARKS and choice_of("12", ten) is None


@pytest.mark.parametrize(
    ("kind", "voters", "least"), [("batch", 1, 1), ("batch", 9, 9), ("batch", 19, 19), ("batch", 20, 20), ("batch", 300, 20),
     ("named", 300, 1)],
)  # fmt: skip
def test_a_batch_without_names_is_large_enough_to_hide_in(kind, voters, least):
    assert least_of(kind, voters) == least and may_print(least, least) is None
    assert may_print(least - 1, least) is not None
    assert may_print(proposed_of(voters), least) is None and proposed_of(voters) > voters


def test_the_same_marks_in_another_order_are_the_same_choice():
    assert choice_of("3,1", OPTIONS) == choice_of("1、3", OPTIONS)


def test_who_chairs_does_not_count_and_nobody_reads_after_the_first_seal():
    assert may_at_desk("read_sheet", {Role.COUNTER}) is None
    assert may_at_desk("read_sheet", {Role.COUNTER, Role.CHAIR}) is APART
    assert may_at_desk("read_sheet", {Role.COUNTER}, seals=1) is SEALED
    assert may_at_desk("seal_count", {Role.COUNTER}, seals=1) is None
    for right in RIGHTS:
        assert may_at_desk(right.act, {Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR}) is not None


@pytest.mark.parametrize(
    ("readings", "settled", "state", "choice"),
    [
        ({}, None, UNREAD, None), ({1: "yes"}, None, SINGLE, None), ({1: "yes", 2: "yes"}, None, AGREED, "yes"),
        ({1: "yes", 2: "no"}, None, DIFFERS, None), ({1: "yes", 2: "no"}, "invalid", SETTLED, "invalid"),
    ],
)  # fmt: skip
def test_two_readings_are_compared(readings, settled, state, choice):
    sheet = Sheet(1, "x", None, readings, settled)
    assert (sheet.state, sheet.choice) == (state, choice)


def test_hands_agree_in_every_number_or_not_at_all():
    numbers = {"among": 12, "yes": 7, "no": 4, "abstain": 1}
    assert Hands(1, ((1, numbers),)).figures is None and not Hands(1, ((1, numbers),)).differs
    assert Hands(1, ((1, numbers), (2, dict(numbers)))).figures == numbers
    off = Hands(1, ((1, numbers), (2, numbers | {"among": 13})))
    assert off.differs and off.figures is None
    assert Hands(1, off.counts, numbers).figures == numbers


def paper(read: int = 8, **numbers) -> Desk:
    sheets = [Sheet(n, str(n), n, {1: "yes", 2: "yes"}) for n in range(read)]
    return Desk(
        **({"printed": 12, "given": 9, "spoiled": 1, "received": 8, "left_over": 3, "sheets": sheets} | numbers)
    )


def states(desk: Desk) -> set[str]:
    return {line.state for line in checklist(desk)}


def test_a_desk_on_which_everything_adds_up():
    assert states(paper()) == {OK} and paper().unsettled == 0
    assert may_seal(checklist(paper()), has_paper=True, by_me=False, seals=0) is None


@pytest.mark.parametrize(
    ("numbers", "unsettled"),
    [
        ({"left_over": 2}, 0), ({"left_over": 4}, 0),  # a printed sheet missing, one too many
        ({"left_over": 1}, 0), ({"left_over": 5}, 0),  # and two
        ({"received": 9}, 1), ({"received": 10}, 2),  # one, two more in the box than were handed out
        ({"received": 7}, 0), ({"received": 6}, 0),  # more read than counted out of the box
        ({"read": 7}, 1), ({"read": 6}, 2), ({"not_ticked": 1}, 0), ({"absent": 1}, 0), ({"refused": "…"}, 0),
    ],
)  # fmt: skip
def test_one_and_two_sheets_off_are_said_and_not_sealed(numbers, unsettled):
    desk = paper(**numbers)
    assert OFF in states(desk) and desk.unsettled == unsettled
    refusal = may_seal(checklist(desk), has_paper=True, by_me=False, seals=0)
    assert refusal is not None and refusal.reason


def test_a_sheet_that_was_taken_and_not_put_in_is_said_and_hinders_nothing():
    desk = paper(read=7, received=7)
    assert states(desk) == {OK} and desk.unsettled == 0


def test_what_is_open_is_counted_as_unsettled():
    sheets = [Sheet(1, "a", 1, {1: "yes", 2: "no"}), Sheet(2, "b", 2, {1: "yes"}), Sheet(3, "c", 3)]
    desk = Desk(printed=3, given=3, received=3, left_over=0, sheets=sheets, hands=Hands(1))
    assert desk.unsettled == 4  # differing, read once, not read at all, hands
    assert {OFF, TODO} <= states(desk)


def test_nothing_counted_yet_is_to_be_done():
    assert states(Desk(printed=5, given=0)) == {TODO}


@pytest.mark.parametrize(("seals", "closes"), [(0, False), (1, False), (2, True)])
def test_a_poll_with_paper_closes_after_two_seals(seals, closes):
    assert (may_close_count(has_paper=True, seals=seals) is None) is closes
    assert may_close_count(has_paper=False, seals=0) is None


def test_seals_of_one_person_are_one():
    assert may_seal([], has_paper=True, by_me=True, seals=1) is not None
    assert may_seal([], has_paper=True, by_me=False, seals=2) is not None
    assert may_seal([], has_paper=False, by_me=False, seals=0) is not None


def test_who_gets_no_paper():
    assert may_hand_out(has_cast=False, is_out=False, is_here=True) is None
    for one in ({"has_cast": True}, {"is_out": True}, {"is_here": False}):
        assert may_hand_out(**({"has_cast": False, "is_out": False, "is_here": True} | one)) is not None


def test_a_choice_nested_without_end_is_none_and_breaks_nothing():
    rule = {"options": ["甲", "乙"], "choices": [], "select": 1, "seats": 1}
    assert choice_of("[" * 200_000, rule) is None
