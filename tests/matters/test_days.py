"""Counting days by 民法典 201 to 203: the examples of the domain text, and properties that hold on every date."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.matters import days

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
# The National Day holiday of a year whose calendar is known, one day of it worked in exchange.
HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}
WORKED = {date(2026, 10, 10)}

some_day = st.dates(date(2020, 1, 1), date(2040, 12, 31))
some_instant = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
some_days = st.integers(0, 400)


def is_working_day(day):
    return day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_a_posting_of_fifteen_days_begun_on_1_march_may_be_closed_from_17_march():
    for begun in ("2026-03-01T00:00", "2026-03-01T09:30", "2026-03-01T23:59"):
        assert days.posting_ends(at(begun), 15, SHANGHAI) == at("2026-03-17T00:00")
    assert days.last_day(date(2026, 3, 1), 15) == date(2026, 3, 16)


def test_notice_ten_days_before_given_on_1_march_allows_a_meeting_from_12_march():
    assert days.meeting_from(at("2026-03-01T20:00"), 10, SHANGHAI) == at("2026-03-12T00:00")
    assert days.meeting_from(at("2026-03-01T20:00"), 10, SHANGHAI, whole_days_between=False) == at("2026-03-11T00:00")


def test_the_day_is_that_of_the_community_and_not_of_the_server():
    late = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)
    assert days.day_of(late, SHANGHAI) == date(2026, 3, 1)
    assert days.posting_ends(late, 15, SHANGHAI) == at("2026-03-17T00:00")


@pytest.mark.parametrize(
    ("begun", "count", "ends"),
    [
        ("2026-03-02T10:00", 3, "2026-03-06T00:00"),  # Monday and three days: to the end of Thursday
        ("2026-03-04T10:00", 3, "2026-03-10T00:00"),  # would end on a Saturday: Monday is the last day
        ("2026-09-28T10:00", 3, "2026-10-09T00:00"),  # would end on 1 October: Thursday the 8th
        ("2026-10-07T10:00", 3, "2026-10-11T00:00"),  # a Saturday that is worked is no day of rest
    ],
)
def test_a_deadline_that_ends_on_a_day_of_rest_ends_on_the_next_working_day(begun, count, ends):
    assert days.deadline(at(begun), count, SHANGHAI, is_working_day) == at(ends)


def test_working_days_are_counted_without_days_of_rest():
    assert days.working_deadline(at("2026-03-05T10:00"), 3, SHANGHAI, is_working_day) == at("2026-03-11T00:00")
    assert days.working_deadline(at("2026-09-30T10:00"), 1, SHANGHAI, is_working_day) == at("2026-10-09T00:00")


def test_a_minimum_period_is_not_moved_by_holidays():
    assert days.posting_ends(at("2026-09-16T10:00"), 15, SHANGHAI) == at("2026-10-02T00:00")


def test_hours_run_from_the_moment_and_are_real_hours():
    assert days.hours_after(at("2026-03-01T10:07"), 24) == at("2026-03-02T10:07")
    put_back = days.hours_after(at("2026-10-25T01:30", BERLIN), 3)
    assert put_back.astimezone(UTC) == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    assert put_back.strftime("%H:%M") == "03:30"


@pytest.mark.parametrize(
    ("begun", "months", "ends"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-03-15", 1, "2026-04-15"),
     ("2026-12-31", 2, "2027-02-28"), ("2026-05-31", 12, "2027-05-31"), ("2026-11-30", 1, "2026-12-30")],
)  # fmt: skip
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(begun, months, ends):
    assert days.add_months(date.fromisoformat(begun), months) == date.fromisoformat(ends)


def test_days_left_counts_midnights():
    ends = days.posting_ends(at("2026-03-01T09:00"), 15, SHANGHAI)
    assert days.days_left(at("2026-03-01T09:00"), ends, SHANGHAI) == 15
    assert days.days_left(at("2026-03-16T23:59"), ends, SHANGHAI) == 0
    assert days.days_left(at("2026-03-20T00:00"), ends, SHANGHAI) == 0


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        days.day_of(datetime(2026, 3, 1), SHANGHAI)
    with pytest.raises(ValueError, match="time zone"):
        days.hours_after(datetime(2026, 3, 1), 1)
    with pytest.raises(ValueError, match="negative"):
        days.last_day(date(2026, 3, 1), -1)
    with pytest.raises(ValueError, match="no working day"):
        days.next_working_day(date(2026, 3, 1), lambda day: False)


@given(some_instant, some_days)
def test_a_posting_has_its_full_days_and_not_one_more(begun, count):
    ends = days.posting_ends(begun, count, SHANGHAI)
    midnight_after_the_start = days.midnight(days.day_of(begun, SHANGHAI) + timedelta(days=1), SHANGHAI)
    assert ends - midnight_after_the_start == timedelta(days=count)
    assert days.day_of(ends, SHANGHAI) == days.first_day_after(days.day_of(begun, SHANGHAI), count)


@given(some_instant, some_days)
def test_the_strict_reading_of_notice_is_one_day_later_than_the_other(begun, count):
    strict = days.meeting_from(begun, count, SHANGHAI)
    loose = days.meeting_from(begun, count, SHANGHAI, whole_days_between=False)
    assert strict - loose == timedelta(days=1)


@given(some_instant, some_days)
def test_a_deadline_never_ends_early_and_always_after_a_working_day(begun, count):
    ends = days.deadline(begun, count, SHANGHAI, is_working_day)
    assert ends >= days.posting_ends(begun, count, SHANGHAI)
    assert is_working_day(days.day_of(ends, SHANGHAI) - timedelta(days=1))


@given(some_instant, st.integers(1, 40))
def test_a_time_in_working_days_holds_exactly_so_many(begun, count):
    ends = days.day_of(days.working_deadline(begun, count, SHANGHAI, is_working_day), SHANGHAI)
    between = (days.day_of(begun, SHANGHAI) + timedelta(days=n) for n in range(1, 400))
    assert sum(is_working_day(day) for day in between if day < ends) == count


@given(some_day, st.integers(0, 60))
def test_months_never_pass_the_month_in_which_they_end(begun, months):
    ended = days.add_months(begun, months)
    assert (ended.year * 12 + ended.month) - (begun.year * 12 + begun.month) == months
    assert ended.day <= begun.day
