"""The rail of the dossier as it is shown: six stations and, under the present one, its steps with a note each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.matters.engine import possible_acts
from deliberation.matters.facts import Facts
from deliberation.matters.ring import InnerStep, Station, ring_view
from deliberation.refusal import Refusal
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Stop:
    """A station or a step: its name, state (``done``, ``now``, ``next``), first and last instant, a note in words."""

    title: str
    state: str
    since: datetime | None = None
    until: datetime | None = None
    note: Refusal | None = None


@dataclass(frozen=True)
class Rail:
    """``at`` is the present station, from 1; ``waits_until`` the last moment in which time alone still has to pass;
    ``begins_at`` where that is a notice's days: when the meeting or the vote may begin at the earliest."""

    stations: tuple[Stop, ...]
    steps: tuple[Stop, ...]
    at: int
    waits_until: datetime | None
    begins_at: datetime | None = None


BEGINS = ("open_room", "open_poll")
# How a step that is over is marked on the rail; the note says what is particular about it.
_OVER = {"merged": "done", "skipped": "done", "passed_by": "done"}


def rail_of(facts: Facts) -> Rail:
    """The rail of a matter at an instant."""
    view = ring_view(facts.procedure, facts)
    # A matter that has ended stands where it came to its end: one that was refused never left the first station.
    behind = max((place for place, station in enumerate(view, 1) if station.state == "done"), default=1)
    at = next((place for place, station in enumerate(view, 1) if station.state == "now"), behind)
    until = view[at - 1].waits_until
    begins_at = until if until is not None and until in _beginnings(facts) else None
    waits_until = None if begins_at else _last_moment(until)
    steps = tuple(_step(one, waits_until) for one in view[at - 1].steps)
    return Rail(tuple(map(_station, view)), steps, at, waits_until, begins_at)


def _beginnings(facts: Facts) -> list[datetime]:
    """The instants from which a meeting or a vote may begin that cannot begin yet."""
    waits = (no.facts.get("from_when") for one in possible_acts(facts) if one.act in BEGINS for no in one.refusals)
    return [instant for instant in waits if instant is not None]


def _last_moment(until: datetime | None) -> datetime | None:
    """What ends at 24:00 belongs to the day before (民法典 203), and so it is shown."""
    return until - timedelta(microseconds=1) if until else None


def _station(one: Station) -> Stop:
    return Stop(one.title, one.state, one.began_at, one.ended_at)


def _step(one: InnerStep, waits_until: datetime | None) -> Stop:
    if one.state == "next":  # What a matter that went back has still before it was there once, and will be anew.
        return Stop(one.step.title, one.state, note=_note(one))
    until = waits_until if one.state == "now" else one.ended_at
    return Stop(one.step.title, _OVER.get(one.state, one.state), one.began_at, until, _note(one))


def _note(one: InnerStep) -> Refusal | None:
    if one.state == "merged":
        return Refusal(_("已合并办理"))
    if one.state == "skipped":
        return Refusal(_("不经此环节"))
    if one.state == "passed_by":
        return Refusal(_("这次不需要"))
    if one.rounds > 1:
        return Refusal(_("第{n}次"), {"n": one.rounds})
    if one.state == "next":
        return _ahead(one)
    return None


def _ahead(one: InnerStep) -> Refusal | None:
    days = one.step.days
    if "posting" in days:
        return Refusal(_("公示{n}日"), {"n": days["posting"].count})
    if "notice" in days:
        return Refusal(_("提前{n}日通知"), {"n": days["notice"].count})
    return Refusal(_("可以不经此环节")) if one.step.optional else None
