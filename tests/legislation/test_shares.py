"""Shares of answers: what is late is a share of those opinions for which a day was set, and of no others."""

from __future__ import annotations

from datetime import date

from deliberation.legislation.adoption_rules import rates
from deliberation.legislation.answers_view import said_rates, together

DAY, TODAY = date(2026, 12, 20), date(2026, 12, 25)


def test_late_is_a_share_of_what_has_a_day() -> None:
    dated = rates(4, {"adopted": 2}, {"adopted": 2}, {"2026-12-19": 2}, (DAY, TODAY))
    undated = rates(96, {}, {}, {}, (None, TODAY))
    assert (dated.late, dated.due, undated.late, undated.due) == (2, 4, None, 0)
    assert said_rates(together([dated, undated]))["late_share"] == "50.0%"
    assert said_rates(together([undated]))["late"] is None
