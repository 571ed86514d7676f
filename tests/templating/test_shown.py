from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.shown import LINES, area, days_left, filters, minutes, number, percent, percents, share_left

NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(("hundredths", "words"), [(8950, "89.50"), (0, "0.00"), (5, "0.05"), (-205, "-2.05")])
def test_an_area_is_whole_hundredths(hundredths, words):
    assert area(hundredths) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (2, 3, "66.67%"),  # Reached exactly: it does not read as 66.66%, which would be short of it.
        (6666, 10_000, "66.66%"),
        (66_666, 100_000, "66.666%"),
        (66_667, 100_000, "66.6670%"),
        (1, 2, "50.00%"),
        (50_001, 100_001, "50.0005%"),
        (50_000, 100_001, "49.9995%"),
        (3, 4, "75.00%"),
        (749_999, 1_000_000, "74.9999%"),
        (99_999, 100_000, "99.999%"),
        (1, 100_000, "0.001%"),
        (31, 35, "88.57%"),
        (7, 7, "100.00%"),
        (0, 7, "0.00%"),
        (0, 0, "–"),
    ],
)
def test_a_share_reads_as_a_line_of_the_law_only_where_it_is_that_line(part, whole, words):
    assert percent(part, whole) == words


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.sampled_from(LINES))
def test_a_share_stands_on_the_same_side_of_a_line_in_words_and_in_numbers(part, whole, line):
    asked = Fraction(*line)
    said, exact = Fraction(percent(part, whole).rstrip("%")) / 100, Fraction(part, whole)
    if exact != asked:
        assert (said > asked, said < asked) == (exact > asked, exact < asked)
    assert abs(said - exact) <= Fraction(1, 20_000)


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


def test_what_ends_at_midnight_ends_on_the_day_before():
    end = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # 24:00 of 30 November in Shanghai
    assert filters("zh-Hans")["until"](end) == "11月30日 星期一" and days_left(end, NOW, "zh-Hans") == "还剩6天"
    assert filters("zh-Hans")["until"](end + timedelta(minutes=1)) == "12月1日 星期二"
    assert filters("zh-Hans")["until"](date(2026, 11, 30)) == "11月30日 星期一"


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
    assert minutes(NOW - timedelta(minutes=59, seconds=59), NOW) == "+59:59"
    assert minutes(NOW - timedelta(hours=1), NOW) == "+1:00:00"
    assert minutes(NOW - timedelta(hours=1007, minutes=1, seconds=4), NOW) == "+1007:01:04"
    assert share_left(NOW + timedelta(seconds=30), NOW, 120) == 2_500
    assert share_left(NOW - timedelta(seconds=30), NOW, 120) == 0


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_whole_percents_add_up_to_a_hundred_and_are_off_by_less_than_one(parts):
    found = percents(parts)
    assert sum(found) == (100 if sum(parts) else 0)
    assert all(
        abs(share * sum(parts) - part * 100) < sum(parts)
        for share, part in zip(found, parts, strict=True)
        if sum(parts)
    )


def test_a_third_each_reads_the_same_every_time():
    assert percents([1, 1, 1]) == (34, 33, 33)
    assert percents([2, 0, 0]) == (100, 0, 0)
