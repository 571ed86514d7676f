"""Who calls a demanded meeting when: both sides of every edge, and who may when the convenor does not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.matters import convening_rules as rules
from deliberation.matters.convening_rules import Standing
from deliberation.matters.demands import SHARES, share, weigh

OWNERS, VILLAGE = share("owners_meeting"), share("village_representatives")
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 10)


def test_heads_and_area_must_both_reach_a_fifth():
    roster = [f"o{n}" for n in range(10)]
    areas = dict.fromkeys(roster, 8_000) | {"o0": 40_000}
    small = weigh(OWNERS, ["o1", "o2"], roster, areas)
    assert (small.counted, small.needed, small.area, small.area_base, small.area_needed) == (2, 2, 16000, 112000, 22400)
    assert not small.is_reached, "two of ten people with a seventh of the area"
    assert not weigh(OWNERS, ["o0"], roster, areas).is_reached, "a third of the area in one hand"
    assert weigh(OWNERS, ["o0", "o1"], roster, areas).is_reached
    assert weigh(OWNERS, ["o1", "o2"], roster).is_reached, "where only people are counted"


def test_the_edge_of_the_area_is_one_hundredth():
    roster = ["a", "b", "c", "d", "e"]
    enough = {"a": 2000, "b": 2000, "c": 2000, "d": 2000, "e": 2000}
    assert weigh(OWNERS, ["a"], roster, enough).is_reached
    assert not weigh(OWNERS, ["a"], roster, enough | {"a": 1999}).is_reached


@given(st.lists(st.integers(0, 9), unique=True), st.lists(st.integers(1, 10**6), min_size=10, max_size=10), st.data())
def test_one_more_name_never_takes_a_demand_below_its_share(signed, areas, data):
    roster = [str(n) for n in range(10)]
    known = dict(zip(roster, areas, strict=True))
    before = weigh(OWNERS, map(str, signed), roster, known)
    after = weigh(OWNERS, [*map(str, signed), str(data.draw(st.integers(0, 9)))], roster, known)
    assert after.is_reached or not before.is_reached


@pytest.mark.parametrize(
    ("standing", "open_ways"),
    [
        (Standing(False), ()),
        (Standing(True), ("convene", "called", "refuse")),
        (Standing(True, is_answered=True), ("called",)),
        (Standing(True, is_refused=True), ("convene", "called")),
        (Standing(True, is_overdue=True), ("convene", "called", "refuse")),
        (Standing(True, is_called=True), ()),
        (Standing(True, is_claimed=True), ()),
        (Standing(True, is_claimed=True, is_overdue=True), ()),
    ],
)
def test_who_refused_may_think_better_of_it_and_who_promised_may_not_go_back(standing, open_ways):
    assert rules.ways_open(standing) == open_ways


@pytest.mark.parametrize("line", SHARES, ids=lambda one: one.id)
def test_no_authority_orders_before_the_convenor_has_failed(line):
    assert rules.may_order(line, Standing(False)) == rules.NOT_REACHED
    assert rules.may_order(line, Standing(True)).source == rules.DUTY[line.body]
    assert rules.may_order(line, Standing(True, is_answered=True)) is not None
    assert rules.may_order(line, Standing(True, is_refused=True)) is None
    assert rules.may_order(line, Standing(True, is_answered=True, is_overdue=True)) is None
    assert rules.may_order(line, Standing(True, is_refused=True, is_called=True)) == rules.IS_CALLED
    assert rules.may_order(line, Standing(True, is_claimed=True)) is None, "who says so binds nobody"
    assert rules.may_order(line, Standing(True, is_refused=True, order_due_on=LAST)).late


def test_the_residents_committee_calls_only_owners_and_only_after_the_day_of_the_order():
    ordered = Standing(True, is_refused=True, order_due_on=LAST)
    assert rules.may_take_over(OWNERS, ordered, LAST) is not None, "the whole last day is the convenor's"
    assert rules.may_take_over(OWNERS, ordered, date(2026, 12, 11)) is None
    assert rules.may_take_over(OWNERS, Standing(True, is_refused=True), LAST).remedy
    said = Standing(True, is_claimed=True, order_due_on=LAST)
    assert rules.may_take_over(OWNERS, said, date(2026, 12, 11)) is None
    assert rules.may_take_over(VILLAGE, ordered, date(2026, 12, 11)).source == rules.DUTY[VILLAGE.body]
    assert rules.may_take_over(OWNERS, Standing(True, is_taken_over=True, order_due_on=FIRST), LAST).late
    assert rules.may_take_over(OWNERS, Standing(True, is_called=True, order_due_on=FIRST), LAST) == rules.IS_CALLED


def test_the_convenor_is_the_body_that_the_law_obliges():
    assert rules.convenor(OWNERS, False) == "owners_committee"
    assert rules.convenor(OWNERS, True) == "committee"
    assert rules.convenor(VILLAGE, True) == "committee"
    assert {line.body for line in SHARES} == set(rules.DUTY) == set(rules.ONWARD)


def test_an_order_ends_on_a_day_to_come():
    assert rules.due_refusal(FIRST, FIRST) is not None
    assert rules.due_refusal(LAST, FIRST) is None
