"""How values look: dates with their weekday, days left, areas, numbers, shares. Pure, one set a language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from deliberation.translation import say_date, say_datetime, say_short, translate
from deliberation.vocabulary import _

#: Where a community has not said otherwise. All of China keeps one time.
ZONE = "Asia/Shanghai"


@lru_cache(64)
def zone(name: str) -> ZoneInfo:
    """The time zone of this name, kept: opening its file costs more than a page. Raises ZoneInfoNotFoundError."""
    return ZoneInfo(name)


def local_day(value: date | datetime, tz: str = ZONE) -> date:
    """The day on the wall of the community, of an instant or of a day that is one already."""
    return value.astimezone(zone(tz)).date() if isinstance(value, datetime) else value


def last_day(value: date | datetime, tz: str = ZONE) -> date:
    """The last day of what ends then: an end at 24:00 is midnight of the next day, which is not the day that people know."""
    return local_day(value - timedelta(microseconds=1) if isinstance(value, datetime) else value, tz)


def area(hundredths: int) -> str:
    """An area kept as whole hundredths of a square metre, so that no share is ever a float: 8950 is 89.50."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02}"


LINES = ((0, 1), (1, 3), (1, 2), (2, 3), (3, 4), (1, 1))
"""Nothing, all, and the shares that laws ask for: what is not one of them must not read as if it were."""


def percent(part: int, whole: int) -> str:
    """A share in percent, rounded to two decimals, or to as many as tell it apart from each of ``LINES``.

    Two thirds read 66.67%, and nothing else does: a little less is 66.665%, a little more 66.668%.
    """
    if not whole:
        return "–"
    places, near = 2, [(n, d) for n, d in LINES if part * d != n * whole]
    while _rounded(part, whole, places) in [_rounded(n, d, places) for n, d in near]:
        places += 1
    units, rest = divmod(_rounded(part, whole, places), 10**places)
    return f"{units}.{rest:0{places}}%"


def _rounded(part: int, whole: int, places: int) -> int:
    """Percent in whole steps of so many decimals, a half rounded up."""
    return (2 * part * 100 * 10**places + whole) // (2 * whole)


def percents(parts: Sequence[int]) -> tuple[int, ...]:
    """Each part's share of their sum in whole percent, that add up to 100 (largest remainder); all 0 where there is nothing.

    Between equal remainders the earlier part gets the point, so that the same figures always read the same.
    """
    whole = sum(parts)
    if not whole:
        return (0,) * len(parts)
    shares = [part * 100 // whole for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda at: (-(parts[at] * 100 % whole), at))
    for at in by_rest[: 100 - sum(shares)]:
        shares[at] += 1
    return tuple(shares)


def number(value: int, locale: str) -> str:
    """Whole numbers; grouped from 1,000 in English and from five digits in Chinese."""
    return f"{value:,}" if locale == "en" or abs(value) >= 10_000 else str(value)


def days_left(day: date | datetime, today: date | datetime, locale: str, tz: str = ZONE) -> str:
    """How far away the last day is, in words: 还剩6天, 今天, 已过4天."""
    n = (last_day(day, tz) - local_day(today, tz)).days
    if n == 0:
        return translate(locale, _("今天"))
    return translate(locale, _("还剩{n}天"), n=n) if n > 0 else translate(locale, _("已过{n}天"), n=-n)


def minutes(until: datetime, now: datetime) -> str:
    """Time left on a running clock, 1:14; a plus in front when it is over, +0:12."""
    return clock(round((until - now).total_seconds()))


def clock(left: int) -> str:
    """Seconds as a clock shows them, 1:14; +0:12 when they are over, +2:05:09 when they are over by hours."""
    if left <= -3600:
        return f"+{-left // 3600}:{-left // 60 % 60:02}:{-left % 60:02}"
    return f"{'+' if left < 0 else ''}{abs(left) // 60}:{abs(left) % 60:02}"


def share_left(until: datetime, now: datetime, total: int) -> int:
    """The part of ``total`` seconds that is left, in ten-thousandths."""
    return max(0, min(10_000, round((until - now).total_seconds()) * 10_000 // total)) if total else 0


def filters(locale: str) -> dict[str, Callable[..., str]]:
    """The filters of the templates, in one language."""

    def in_words(value: date | datetime, tz: str = ZONE, year: bool = False) -> str:
        return say_date(local_day(value, tz), locale, year)

    def until(value: date | datetime, tz: str = ZONE) -> str:
        return say_date(last_day(value, tz), locale)

    def short(value: date | datetime, tz: str = ZONE) -> str:
        return say_short(local_day(value, tz), locale)

    def moment(value: datetime, tz: str = ZONE) -> str:
        return say_datetime(value.astimezone(zone(tz)), locale)

    def clock(value: datetime, tz: str = ZONE) -> str:
        local = value.astimezone(zone(tz))
        return f"{local.hour}:{local.minute:02}"

    def left(day: date | datetime, today: date | datetime, tz: str = ZONE) -> str:
        return days_left(day, today, locale, tz)

    def grouped(value: Any) -> str:
        return number(value, locale)

    return {
        "date": in_words,
        "until": until,
        "short": short,
        "datetime": moment,
        "time": clock,
        "days_left": left,
        "number": grouped,
        "area": area,
        "percent": percent,
    }
