from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.shown import area, days_left, filters, minutes, number, percent, share_left

NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(("hundredths", "words"), [(8950, "89.50"), (0, "0.00"), (5, "0.05"), (-205, "-2.05")])
def test_an_area_is_whole_hundredths(hundredths, words):
    assert area(hundredths) == words


def test_a_share_is_rounded_down_so_that_no_line_seems_reached():
    assert percent(2, 3) == "66.66%"
    assert percent(31, 35) == "88.57%"
    assert percent(0, 0) == "–"


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_never_claims_more_than_there_is(part, whole):
    hundredths = int(percent(part, whole).rstrip("%").replace(".", ""))
    assert hundredths * whole <= part * 10_000 < (hundredths + 1) * whole


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (date(2026, 11, 30), "还剩6天", "6 days left"),
        (date(2026, 11, 25), "还剩1天", "1 day left"),
        (date(2026, 11, 24), "今天", "today"),
        (date(2026, 11, 20), "已过4天", "4 days ago"),
    ],
)
def test_days_left_are_words(day, zh, en):
    assert days_left(day, NOW, "zh-Hans") == zh
    assert days_left(day, NOW, "en") == en


def test_the_day_is_that_of_the_communitys_wall():
    late = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert filters("zh-Hans")["date"](late) == "11月25日 星期三"
    assert filters("zh-Hans")["date"](late, "UTC") == "11月24日 星期二"
    assert filters("zh-Hans")["datetime"](NOW) == "11月24日 星期二 10:05"
    assert filters("en")["time"](NOW) == "10:05"


def test_numbers_are_grouped_as_each_language_does():
    assert [number(2486, "zh-Hans"), number(2486, "en"), number(34026, "zh-Hans")] == ["2486", "2,486", "34,026"]


def test_running_time_says_what_is_left_and_what_is_over():
    assert minutes(NOW + timedelta(seconds=74), NOW) == "1:14"
    assert minutes(NOW - timedelta(seconds=12), NOW) == "+0:12"
    assert share_left(NOW + timedelta(seconds=30), NOW, 120) == 2_500
    assert share_left(NOW - timedelta(seconds=30), NOW, 120) == 0
