"""The order of speaking and its limits, as rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.rooms import rules
from deliberation.rooms.rules import LOCAL, SOURCE, Limits, Part

START = datetime(2026, 11, 21, 11, 28, tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    id: int
    person_id: int
    asked_at: datetime
    given_at: datetime | None = None
    ended_at: datetime | None = None
    withdrawn_at: datetime | None = None
    extended_seconds: int = 0


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def waiting(id: int, person: int, asked: float) -> Turn:
    return Turn(id, person, at(asked))


def spoken(id: int, person: int, asked: float) -> Turn:
    return Turn(id, person, at(asked), at(asked + 1), at(asked + 61))


def test_who_has_not_spoken_goes_first_then_who_asked_first():
    turns = [spoken(1, 10, 0), waiting(2, 10, 5), waiting(3, 20, 9), waiting(4, 30, 7)]
    assert [turn.person_id for turn in rules.queue(turns)] == [30, 20, 10]


def test_equal_times_keep_the_order_of_arrival():
    assert [turn.id for turn in rules.queue([waiting(2, 20, 5), waiting(1, 10, 5)])] == [1, 2]


@st.composite
def some_turns(draw):
    """Any past of a room: each turn waits, was given, has ended, or was withdrawn."""
    turns = []
    for id in range(1, draw(st.integers(0, 12)) + 1):
        asked = draw(st.integers(0, 500))
        state = draw(st.sampled_from(["waiting", "ended", "withdrawn"]))
        turns.append(
            Turn(
                id,
                draw(st.integers(1, 5)),
                at(asked),
                given_at=at(asked + 1) if state == "ended" else None,
                ended_at=at(asked + 9) if state == "ended" else None,
                withdrawn_at=at(asked + 2) if state == "withdrawn" else None,
            )
        )
    return turns


@given(some_turns())
def test_the_queue_holds_everybody_who_waits_once_and_nobody_is_overtaken(turns):
    queue = rules.queue(turns)
    assert sorted(turn.id for turn in queue) == [turn.id for turn in turns if rules.is_waiting(turn)]
    spoken_before = [rules.times_given(turns, turn.person_id) > 0 for turn in queue]
    assert spoken_before == sorted(spoken_before)
    for one, other in pairwise(queue):
        same = (rules.times_given(turns, one.person_id) > 0) == (rules.times_given(turns, other.person_id) > 0)
        assert not same or one.asked_at <= other.asked_at


@given(some_turns(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_turns_are_read(turns, chance):
    shuffled = list(turns)
    chance.shuffle(shuffled)
    assert rules.queue(shuffled) == rules.queue(turns)


def test_a_turn_ends_after_its_limit_and_its_extension():
    limits = Limits(120, 2)
    assert rules.ends_at(Turn(1, 1, at(0), at(10)), limits) == at(130)
    assert rules.ends_at(Turn(1, 1, at(0), at(10), extended_seconds=60), limits) == at(190)
    with pytest.raises(ValueError):
        rules.ends_at(waiting(1, 1, 0), limits)


def test_seconds_are_counted_of_ended_turns_only():
    assert rules.seconds_spoken(Turn(1, 1, at(0), at(10), at(84.4))) == 74
    assert rules.seconds_spoken(Turn(1, 1, at(0), at(10))) == 0
    assert rules.seconds_spoken(waiting(1, 1, 0)) == 0


def test_two_turns_each_and_no_more():
    two = [spoken(1, 10, 0), spoken(2, 10, 100)]
    assert rules.may_ask(two[:1], Limits(), 10) is None
    no = rules.may_ask(two, Limits(), 10)
    assert no.facts == {"most": 2} and no.source == SOURCE and no.remedy
    assert rules.may_ask(two, Limits(120, 3), 10) is None
    assert rules.may_ask(two, Limits(), 20) is None


def test_nobody_waits_twice_or_asks_while_speaking():
    assert rules.may_ask([waiting(1, 10, 0)], Limits(), 10).late
    assert rules.may_ask([Turn(1, 10, at(0), at(1))], Limits(), 10).late
    assert rules.may_ask([Turn(1, 10, at(0), withdrawn_at=at(1))], Limits(), 10) is None


def test_one_speaks_at_a_time():
    asked = waiting(2, 20, 5)
    assert rules.may_give(asked, [spoken(1, 10, 0), asked]) is None
    assert rules.may_give(asked, [Turn(1, 10, at(0), at(1)), asked])
    assert rules.may_give(Turn(3, 30, at(0), withdrawn_at=at(1)), []).late
    assert rules.may_give(spoken(1, 10, 0), []).late


def test_longer_once():
    assert rules.may_extend(Turn(1, 1, at(0), at(1))) is None
    assert rules.may_extend(Turn(1, 1, at(0), at(1), extended_seconds=60)).source == LOCAL
    assert rules.may_extend(spoken(1, 1, 0)).late


def test_the_common_numbers_name_their_source_and_any_other_is_a_local_setting():
    assert Limits().source == SOURCE
    assert Limits(180, 2).source == LOCAL
    assert Limits(120, 1).source == LOCAL


@pytest.mark.parametrize(
    ("options", "fits"),
    [
        (["行", "不行"], True),
        (["行"], False),
        (["行", "行"], False),
        ([str(n) for n in range(7)], False),
        (["行", "很" * 21], False),
    ],
)
def test_a_gauge_has_two_to_six_different_short_answers(options, fits):
    assert (rules.check_options(options) is None) is fits


def test_the_chair_takes_no_part():
    chair = Part(1, frozenset({"chair", "participant", "visitor"}), presides=True)
    for act in rules.NEUTRAL:
        assert rules.may(act, chair, is_open=True).source == SOURCE
    assert rules.may("give_turn", chair, is_open=True) is None


def test_nothing_is_done_in_a_closed_room():
    everybody = Part(1, frozenset(rules.ROLES))
    for act in rules.PERMITS:
        assert rules.may(act, everybody, is_open=False, owner_id=1).late


def test_ones_own_turn_can_be_withdrawn_and_ended_by_oneself_only():
    me = Part(7, frozenset({"participant", "visitor"}))
    for act in ("withdraw_turn", "end_turn"):
        assert rules.may(act, me, is_open=True, owner_id=7) is None
        assert rules.may(act, me, is_open=True, owner_id=8)
        assert rules.may(act, Part(), is_open=True, owner_id=0)


def test_the_table_of_rights_is_the_one_that_was_reviewed():
    """Walks act × role; a change of rights is a changed line of permissions.txt."""
    assert rules.permissions_table() == (Path(__file__).parent / "permissions.txt").read_text("utf-8")
    for line in rules.permissions_table().splitlines()[1:]:
        act, *marks = line.split()
        for role, mark in zip(rules.ROLES, marks, strict=False):
            allowed = rules.may(act, Part(1, frozenset({role})), is_open=True) is None
            assert allowed == (mark == "x"), (act, role)
