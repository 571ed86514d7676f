"""Counting days as the Civil Code does (民法典 201 to 204), applied by analogy to the committee laws (domain.md 0).

Instants are aware datetimes, the zone and the calendar of working days are passed in. Two kinds of period must not be
mixed: a *minimum* that protects people (notice, posting) is neither shortened nor lengthened by holidays; a *deadline*
for a person that ends on a day of rest ends on the next working day (203).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from deliberation.vocabulary import _

#: Says whether a day is a working day (工作日) in the community's calendar.
WorkingDays = Callable[[date], bool]

COUNTING = _("《民法典》第二百零一条、第二百零二条、第二百零三条")
# No run of days of rest in any calendar is as long; a calendar without working days is a mistake, not a long wait.
_LONGEST_REST = 60


def day_of(instant: datetime, zone: tzinfo) -> date:
    """The calendar day of an instant in the community's time zone. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no calendar day")
    return instant.astimezone(zone).date()


def midnight(day: date, zone: tzinfo) -> datetime:
    """00:00 of a day in the zone, which is also 24:00 of the day before."""
    return datetime.combine(day, time.min, tzinfo=zone)


def last_day(begun_on: date, days: int) -> date:
    """The last day of a period of ``days`` days: the day on which it begins is not counted (201)."""
    if days < 0:
        raise ValueError("a period has no negative length")
    return begun_on + timedelta(days=days)


def first_day_after(begun_on: date, days: int) -> date:
    """The first day on which a minimum period has run: begun on 1 March, 15 days, gives 17 March."""
    return last_day(begun_on, days) + timedelta(days=1)


def posting_ends(begun_at: datetime, days: int, zone: tzinfo) -> datetime:
    """The instant from which a posting of at least ``days`` full days may be closed (24:00 of its last day, 203)."""
    return midnight(first_day_after(day_of(begun_at, zone), days), zone)


def meeting_from(notified_at: datetime, days: int, zone: tzinfo, *, whole_days_between: bool = True) -> datetime:
    """The earliest instant of a meeting that needs notice ``days`` days before.

    Notice on 1 March, 10 days: from 12 March (ten whole days between). ``whole_days_between=False`` is the other
    reading, the 11th, which a community may choose as a local setting (domain.md 0).
    """
    notified_on = day_of(notified_at, zone)
    day = first_day_after(notified_on, days) if whole_days_between else last_day(notified_on, days)
    return midnight(day, zone)


def deadline(begun_at: datetime, days: int, zone: tzinfo, is_working_day: WorkingDays) -> datetime:
    """When a person's time of ``days`` calendar days is over: 24:00 of the last day, rolled on (203)."""
    day = next_working_day(last_day(day_of(begun_at, zone), days), is_working_day)
    return midnight(day + timedelta(days=1), zone)


def working_deadline(begun_at: datetime, days: int, zone: tzinfo, is_working_day: WorkingDays) -> datetime:
    """The end of a time counted in working days (工作日): 24:00 of the ``days``-th working day after the first day."""
    day = last_day(day_of(begun_at, zone), 0)
    for _nth in range(days):
        day = next_working_day(day + timedelta(days=1), is_working_day)
    return midnight(day + timedelta(days=1), zone)


def next_working_day(day: date, is_working_day: WorkingDays) -> date:
    """The day itself if it is a working day, else the first one after it. Raises ValueError if none comes."""
    for ahead in range(_LONGEST_REST):
        if is_working_day(candidate := day + timedelta(days=ahead)):
            return candidate
    raise ValueError(f"the calendar has no working day within {_LONGEST_REST} days from {day.isoformat()}")


def hours_after(begun_at: datetime, hours: int) -> datetime:
    """Hours run from the moment itself (201, second paragraph), in real hours even where clocks are put back."""
    if begun_at.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be counted from")
    return (begun_at.astimezone(UTC) + timedelta(hours=hours)).astimezone(begun_at.tzinfo)


def add_months(begun_on: date, months: int) -> date:
    """The last day of a period of months: the corresponding day, or the end of the month where there is none (202)."""
    year, month = divmod(begun_on.year * 12 + begun_on.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    longest = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(begun_on.day, longest))


def days_left(now: datetime, until: datetime, zone: tzinfo) -> int:
    """Midnights still to come before ``until``; 0 on its last day and afterwards. For "还剩 N 天"."""
    # An end at 24:00 belongs to the day before: "until the 16th" has 0 days left on the 16th.
    last = day_of(until - timedelta(microseconds=1), zone)
    return max(0, (last - day_of(now, zone)).days)
