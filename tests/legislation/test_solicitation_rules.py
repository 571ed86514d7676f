"""Solicitations: rights as a checked-in table, days counted by the calendar, what must be there before one opens."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deliberation.legislation.solicitation_rules import (
    PERMITS,
    ROLES,
    STAGES,
    Terms,
    closes,
    lines,
    may,
    may_extend,
    may_open,
    mistakes,
    permissions_table,
)

CHINA = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TERMS = Terms("某法", "市人大常委会法工委", questions=("您怎么看？",), days=5)


def test_rights_are_those_of_the_table():
    """Walks act × role × stage; a change of rights is a changed line of solicitation_permissions.txt."""
    kept = (Path(__file__).parent / "solicitation_permissions.txt").read_text("utf-8")
    assert permissions_table() == kept
    for permit in PERMITS:
        for stage in ("before", *STAGES):
            for role in ROLES:
                allowed = role in permit.roles.split() and stage in permit.where
                assert (may(permit.act, {role}, stage) is None) == allowed, (permit.act, role, stage)


def weekday(day: date) -> bool:
    return day.weekday() < 5 and day != date(2026, 11, 26)


def test_working_days_go_by_the_calendar_and_a_day_of_the_letter_is_whole():
    assert closes(NOON, TERMS, CHINA, weekday) == datetime(2026, 12, 2, tzinfo=CHINA), "not the 26th, not the weekend"
    by_letter = Terms("某法", "法工委", until_on=date(2026, 11, 29))
    assert closes(NOON, by_letter, CHINA, weekday) == datetime(2026, 11, 30, tzinfo=CHINA), (
        "a Sunday, as the letter says"
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"days": None}, "until_on"),
        ({"until_on": TODAY}, "until_on"),
        ({"days": 0}, "days"),
        ({"days": None, "until_on": date(2026, 11, 22)}, "until_on"),
        ({"letter_on": date(2026, 11, 24)}, "letter_on"),
        ({"namings": ()}, "namings"),
        ({"namings": ("secret",)}, "namings"),
        ({"questions": tuple(map(str, range(13)))}, "questions"),
        ({"groups": tuple(map(str, range(31)))}, "groups"),
    ],
    ids=str,
)
def test_terms_that_cannot_be_taken(changed, field):
    fields = {name: getattr(TERMS, name) for name in Terms.__dataclass_fields__}
    assert mistakes(TERMS, TODAY) == {}
    assert list(mistakes(Terms(**fields | changed), TODAY)) == [field]


def test_one_opens_with_a_text_a_question_and_time():
    later = datetime(2026, 11, 30, tzinfo=CHINA)
    assert may_open(["您怎么看？"], 12, NOON, later) is None
    assert may_open([" "], 12, NOON, later) and may_open(["您怎么看？"], 0, NOON, later)
    assert may_open(["您怎么看？"], 12, NOON, NOON).late


def test_one_is_extended_to_a_later_day_with_a_reason():
    ends = datetime(2026, 11, 30, tzinfo=CHINA)
    assert may_extend(ends, datetime(2026, 12, 5, tzinfo=CHINA), "两个村还没有走访") is None
    assert may_extend(ends, ends, "还没有走访") and may_extend(ends, datetime(2026, 12, 5, tzinfo=CHINA), " ")


def test_lines_are_things_once():
    assert lines(" 老年人 \r\n\n个体  工商户\n老年人\n") == ("老年人", "个体 工商户")
