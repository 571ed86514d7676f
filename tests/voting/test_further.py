"""The further vote: among whom, for how many seats, by what share; equal votes at the cut on both sides."""

import pytest

from deliberation.voting.further_rules import A_THIRD, SEATS, TIE, further_vote, outcome_of_step, runners_up

PEOPLE = ["甲", "乙", "丙", "丁", "戊"]


def rule(seats=3, select=3):
    return {"options": PEOPLE, "select": select, "seats": seats, "choices": []}


def result(outcome="passed", winners=(), tied=(), **votes):
    counts = {"heads": {"options": dict.fromkeys(PEOPLE, 0) | votes}}
    return {"outcome": outcome, "winners": list(winners), "tied": list(tied), "counts": counts}


def test_seats_left_over_go_to_one_more_than_there_are_seats():
    found = further_vote(rule(), result(winners=["甲"], 甲=60, 乙=40, 丙=35, 丁=30, 戊=5), True, False)
    assert (found.why, found.options, found.seats, found.select) == (SEATS, ("乙", "丙", "丁"), 2, 2)
    assert found.approval == (A_THIRD,)


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ({"乙": 40, "丙": 35, "丁": 30, "戊": 29}, ["乙", "丙", "丁"]),
        ({"乙": 40, "丙": 35, "丁": 30, "戊": 30}, ["乙", "丙", "丁", "戊"]),
        ({"乙": 30, "丙": 30, "丁": 30, "戊": 30}, ["乙", "丙", "丁", "戊"]),
        ({"乙": 40, "丙": 30, "丁": 0, "戊": 0}, ["乙", "丙", "丁", "戊"]),
    ],
)
def test_whoever_has_as_many_votes_as_the_last_comes_too(votes, expected):
    assert runners_up(votes, PEOPLE[1:], 2) == expected


def test_equal_votes_across_the_last_seat_stand_again_and_no_others():
    found = further_vote(
        rule(), result("tie", ["甲", "乙"], ["丙", "丁"], 甲=60, 乙=55, 丙=51, 丁=51, 戊=50), False, False
    )
    assert (found.why, found.options, found.seats, found.select) == (TIE, ("丙", "丁"), 1, 1)
    assert found.approval is None


@pytest.mark.parametrize(
    ("found", "is_election", "is_further"),
    [
        (result("no_quorum"), True, False),
        (result(winners=["甲", "乙", "丙"]), True, False),
        (result(winners=["甲"]), False, False),  # A choice among options ends with what passed.
        (result(winners=["甲"]), True, True),  # The law knows one further vote for seats left over.
    ],
)
def test_otherwise_there_is_none(found, is_election, is_further):
    assert further_vote(rule(), found, is_election, is_further) is None


def test_yes_and_no_lead_to_no_further_vote():
    assert further_vote({"choices": ["yes", "no"]}, {"outcome": "failed"}, False, False) is None


def test_what_the_matter_is_told():
    some = further_vote(rule(), result(winners=["甲"], 甲=60, 乙=40), True, False)
    assert outcome_of_step("passed", some) == "part"
    assert outcome_of_step("failed", some) == "further"
    assert outcome_of_step("tie", some) == "tie"
    assert [outcome_of_step(word, None) for word in ("passed", "failed")] == ["passed", "failed"]
