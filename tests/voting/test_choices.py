"""What stands on a ballot, and what a form may hand in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.voting.choice_rules import (
    against_numbers,
    against_options,
    decode,
    encode,
    marked,
    read_choice,
    read_options,
)

YES_NO = {"choices": ["yes", "no", "abstain"]}
ROADS = {"method": "options", "options": ["东线", "西线", "不修"], "select": 2, "seats": 1, "choices": ["abstain"]}
OPTIONS = st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=30, unique=True)


@given(OPTIONS)
def test_marks_are_written_in_one_order_and_read_again(options):
    assert sorted(options) == decode(encode(options)) == decode(encode(reversed(options))) == marked(encode(options))


@pytest.mark.parametrize("word", ["yes", "no", "abstain", "invalid"])
def test_a_word_stays_a_word(word):
    assert encode(word) == word == decode(word)
    assert marked(word) == []


@pytest.mark.parametrize("choice", ["yes", "no", "abstain"])
def test_one_word_of_the_rule_is_taken(choice):
    assert read_choice([choice], YES_NO) == (choice, None)


@pytest.mark.parametrize("handed", [[], [""], ["maybe"], ["yes", "no"], ["invalid"], ['["yes"]']])
def test_anything_else_is_refused(handed):
    assert read_choice(handed, YES_NO)[1] is not None


@pytest.mark.parametrize("handed", [["东线"], ["西线", "东线"]])
def test_up_to_as_many_options_as_the_rule_allows_are_taken(handed):
    assert read_choice(handed, ROADS) == (encode(handed), None)


@pytest.mark.parametrize(
    "handed",
    [[], ["北线"], ["东线", "东线"], ["东线", "西线", "不修"], ["abstain", "东线"], ["yes"], ["invalid"], ['["东线"]']],
)
def test_a_forged_mark_is_refused(handed):
    choice, no = read_choice(handed, ROADS)
    assert choice == "" and no is not None


def test_an_abstention_is_taken_where_the_rule_has_one():
    assert read_choice(["abstain"], ROADS) == ("abstain", None)
    assert read_choice(["abstain"], ROADS | {"choices": []})[1] is not None


def test_options_are_read_a_line_each():
    assert read_options(" 东线 \n\n西线\r\n") == (("东线", "西线"), None)


@pytest.mark.parametrize(
    ("options", "is_taken"),
    [
        (["东线"], False),
        (["东线", "西线"], True),
        ([str(n) for n in range(30)], True),
        ([str(n) for n in range(31)], False),
        (["甲" * 80, "乙"], True),
        (["甲" * 81, "乙"], False),
        (["东线", "东线"], False),
        (["yes", "东线"], False),
        (["[东线]", "西线"], False),
        (["\u202e线东", "西线"], False),
        (["东线", "东线\u200e"], False),
    ],
)
def test_which_options_can_be_put_to_the_vote(options, is_taken):
    assert (against_options(options) is None) is is_taken


@pytest.mark.parametrize(
    ("select", "seats", "wrong"),
    [(1, 1, set()), (2, 2, set()), (3, 1, {"select"}), (1, 3, {"seats"}), (0, 0, {"select", "seats"})],
)
def test_fewer_are_marked_and_win_than_stand(select, seats, wrong):
    assert set(against_numbers(3, select, seats)) == wrong
