"""Which deadlines the demo's clock moves to: named before the button is pressed, and after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from deliberation.db import after_commit
from deliberation.sections import Deadline
from deliberation.web import Visit

SAID_FOR = timedelta(minutes=1)
"""How long after a move the banner still says what passed."""


@dataclass(frozen=True)
class Passed:
    """A move of the clock: to when, and what fell due by it."""

    at: datetime
    deadlines: tuple[Deadline, ...]


def soonest(house: Any, session: Session, now: datetime) -> datetime | None:
    """The soonest of what the slices wait for."""
    found = (ask(session, now) for ask in house.next_instants)
    return min((instant for instant in found if instant is not None and instant > now), default=None)


def between(house: Any, session: Session, now: datetime, to: datetime) -> tuple[Deadline, ...]:
    """What falls due after now and by that instant, in its order, each once."""
    every: Iterable[Deadline] = (one for ask in house.deadlines for one in ask(session, now) if now < one.at <= to)
    return tuple(sorted(dict.fromkeys(every), key=lambda one: (one.at, one.title)))


def remember(house: Any, session: Session, passed: Passed) -> None:
    """Say it on every page once the move is committed. Only this process knows: a demo has one."""

    def keep() -> None:
        house.moved = passed

    after_commit(session, keep)


def banner(visit: Visit) -> dict[str, Any]:
    """What the demo's banner says of the clock: what passed just now, what comes next."""
    house, now = visit.house, visit.now
    moved: Passed | None = house.moved
    until = soonest(house, visit.session, now)
    return {
        "moved": moved if moved is not None and now - moved.at < SAID_FOR else None,
        "until": until,
        "coming": between(house, visit.session, now, until) if until else (),
    }
