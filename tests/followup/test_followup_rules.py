"""Dates, orders and rates, on both sides of every edge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.followup import rules
from deliberation.followup.rules import Duty, Rate

DUE = datetime(2026, 11, 30, 16, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("stopped_at", "now", "state"),
    [
        (None, DUE - INSTANT, "running"),
        (None, DUE, "overdue"),
        (DUE - INSTANT, DUE + timedelta(days=9), "kept"),
        (DUE, DUE + timedelta(days=9), "late"),
    ],
)
def test_the_last_instant_is_too_late(stopped_at, now, state):
    assert rules.state_of(DUE, stopped_at, now) == state


@pytest.mark.parametrize(
    ("state", "today", "stopped_on", "days"),
    [
        ("running", 28, None, 2),
        ("running", 30, None, 0),
        ("overdue", 33, None, 3),
        ("kept", 40, 25, 5),
        ("kept", 40, 30, 0),
        ("late", 40, 32, 2),
    ],
)
def test_days_are_counted_from_what_is_last(state, today, stopped_on, days):
    def day(n):
        return date(2026, 11, 1) + timedelta(days=n - 1) if n else None

    assert rules.distance(state, day(30), day(today), day(stopped_on)) == days


def duty(state: str, days: int, title: str = "事") -> Duty:
    due_at = DUE + timedelta(days=days)
    return Duty("task", title, "/tasks/1", "青溪村", "成员", "李强", due_at, due_at.date(), state, "")


def test_what_hurts_comes_first_and_what_is_done_last():
    mixed = [
        duty("kept", -9), duty("running", 5), duty("overdue", -3), duty("late", -5), duty("running", 2),
        duty("overdue", -8), duty("kept", -2),
    ]  # fmt: skip
    shown = [(one.state, (one.due_at - DUE).days) for one in rules.in_order(mixed, "state")]
    assert shown == [
        ("overdue", -8), ("overdue", -3), ("running", 2), ("running", 5), ("late", -5), ("kept", -2), ("kept", -9),
    ]  # fmt: skip


DUTIES = st.lists(st.builds(duty, st.sampled_from(list(rules.STATES)), st.integers(-50, 50), st.sampled_from("甲乙丙")))


@given(DUTIES, st.sampled_from([*rules.ORDERS, "nonsense"]))
def test_ordering_loses_nothing(duties, order):
    key = str
    assert sorted(map(key, rules.in_order(duties, order))) == sorted(map(key, duties))
    assert sum(rules.counts(duties).values()) == len(duties)


@given(DUTIES)
def test_the_two_orders_by_date_are_mirrors(duties):
    assert rules.in_order(duties, "latest") == rules.in_order(duties, "due")[::-1]


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 0, 0), (0, 5, 0), (2, 3, 6667), (1, 3, 3333), (1, 20_000, 1), (5, 5, 10_000)]
)
def test_a_rate_is_rounded_half_up_and_needs_no_base(part, whole, share):
    assert Rate("率", part, whole, "", "").share == share


def test_every_state_has_a_mark_with_and_without_days():
    for state in rules.STATES:
        assert rules.mark_of(state, 3)[0] != rules.mark_of(state, 0)[0]
    assert rules.mark_of("running", 0, is_ripe=True)[0] == "期满，可以结束"


@pytest.mark.parametrize(
    ("roles", "office"),
    [
        ({"resident", "visitor"}, "居民"),
        ({"visitor"}, "居民"),
        ({"resident", "member", "officer"}, "承办人"),
        ({"member", "supervisor"}, "成员"),
    ],
)
def test_a_task_is_taken_on_in_the_nearest_office(roles, office):
    assert rules.office_of(roles) == office


def test_a_date_that_has_passed_obliges_nobody():
    today = date(2026, 11, 23)
    assert rules.may_be_due(today, today) is None
    assert rules.may_be_due(today - timedelta(days=1), today)


@pytest.mark.parametrize(
    ("person", "roles", "may"),
    [(4, {"resident"}, True), (5, {"resident"}, False), (5, {"officer"}, True), (5, {"chair"}, False)],
)
def test_the_owner_or_the_officer_reports(person, roles, may):
    assert (rules.may_report(person, roles, 4) is None) is may


def test_nobody_inspects_their_own_work():
    assert rules.may_inspect_work(4, {3, 4})
    assert rules.may_inspect_work(4, {3}) is None
    assert rules.may_inspect_work(4, set()) is None
