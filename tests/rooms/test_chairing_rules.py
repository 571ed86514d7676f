"""What the chair may do to a debate, and how it is appealed against, as rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.rooms import chairing_rules as rules
from deliberation.rooms.limits_rules import LOCAL, SOURCE
from deliberation.rooms.lines import DEEDS
from deliberation.rooms.order_rules import POINT
from tests.rooms.test_speaking_order import START, Turn, at, spoken, waiting


@dataclass(frozen=True)
class Done:
    id: int
    kind: str
    turn_id: int | None = None
    statement_id: int | None = None
    person_id: int = 2
    by_id: int = 1


@dataclass(frozen=True)
class Objection:
    intervention_id: int
    at: object = START
    outcome: str = ""


def test_every_intervention_has_a_name_and_a_line_in_the_minutes():
    assert DEEDS.keys() == rules.INTERVENTIONS.keys()
    assert all("{reason}" in line and "{name}" in line for line in DEEDS.values())


def test_only_who_has_the_word_is_called_to_order_and_only_who_waits_is_refused():
    speaking, waits = Turn(1, 1, at(0), at(1)), waiting(2, 2, 0)
    assert rules.may_call(speaking) is None and rules.may_call(waits).late
    assert rules.may_refuse(waits) is None and rules.may_refuse(speaking).late


def test_a_point_of_order_that_was_heard_is_ruled_upon_once():
    point = Turn(1, 1, at(0), at(1), kind=POINT)
    assert rules.may_rule(point, []) is None
    assert rules.may_rule(replace(point, given_at=None), []) and rules.may_rule(spoken(2, 1, 0), [])
    for ruling in rules.RULINGS:
        assert rules.may_rule(point, [Done(1, ruling, 1)]).late
    assert rules.unruled([point, replace(point, id=2, given_at=at(9))], [Done(1, "reject", 1)]).id == 2
    assert rules.unruled([waiting(3, 1, 0, kind=POINT)], []) is None


def test_who_presides_has_come_and_has_said_nothing_on_the_matter():
    assert rules.may_take_chair(5, [spoken(1, 6, 0)], 1, [5, 6]) is None
    assert rules.may_take_chair(1, [], 1, [1]).late
    assert "签到" in rules.may_take_chair(5, [], 1, [6]).reason
    for turn in (spoken(1, 5, 0), waiting(1, 5, 0)):
        assert rules.may_take_chair(5, [turn], 1, [5]).source == SOURCE
    assert rules.may_take_chair(5, [replace(waiting(1, 5, 0), withdrawn_at=at(1))], 1, [5]) is None


def test_everybody_but_its_author_may_appeal_once_against_an_intervention():
    done = Done(7, rules.CUT, by_id=1)
    assert rules.may_appeal(done, [Objection(8)], 2) is None
    assert rules.may_appeal(done, [Objection(7)], 2).late
    assert rules.may_appeal(done, [], 1)


@pytest.mark.parametrize("decider", rules.DECIDERS)
def test_an_appeal_is_decided_by_those_whom_the_room_names_and_once(decider):
    for wanted in rules.DECIDERS:
        no = rules.may_decide(Objection(1), decider, wanted)
        assert (no is None) == (wanted == decider)
        assert no is None or no.source == LOCAL
    assert rules.may_decide(Objection(1, outcome="sustained"), decider, decider).late


def test_nobody_judges_what_they_raised_what_was_done_to_them_or_what_they_did():
    done = Done(7, rules.HIDE, person_id=5, by_id=1)
    assert [rules.may_judge(done, 3, who) is None for who in (1, 3, 4, 5)] == [False, False, True, False]


def test_those_raise_a_hand_who_came_and_whose_opinion_is_asked():
    assert "签到" in rules.may_raise_hand(None).reason
    assert rules.may_raise_hand(SimpleNamespace(counts=True)) is None
    assert "列席" in rules.may_raise_hand(SimpleNamespace(counts=False)).reason


def test_hands_are_counted_when_all_are_up_or_after_a_while():
    appeal = Objection(1)
    early, late = START + timedelta(seconds=59), START + timedelta(seconds=60)
    assert rules.may_settle(appeal, early, 3, 3, UTC) is None
    assert rules.may_settle(appeal, late, 0, 3, UTC) is None
    no = rules.may_settle(appeal, early, 2, 3, UTC)
    assert no.source == LOCAL and no.facts["at"] == f"{late.hour}:{late:%M:%S}"
    fraction = SimpleNamespace(at=START + timedelta(microseconds=1))
    assert rules.hands_until(fraction) == late + timedelta(seconds=1) and rules.hands_until(appeal) == late


@given(st.integers(0, 9), st.integers(0, 9))
def test_a_tie_leaves_the_chairs_decision_standing(sustain, overturn):
    assert (rules.outcome(sustain, overturn) == rules.OVERTURNED) == (overturn > sustain)


def test_no_more_hands_than_people_without_a_phone():
    assert rules.check_hands(2, 1, 3) is None and rules.check_hands(2, 2, 3)


def test_no_chair_escapes_the_hall_by_closing():
    assert rules.may_close([Objection(1)], "hall").remedy
    assert rules.may_close([Objection(1, outcome="sustained")], "hall") is None
    assert rules.may_close([Objection(1)], "supervisor") is None
