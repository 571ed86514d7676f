"""When what was called begins or is due, for the demo's clock: it stops at each of those hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, select

from deliberation.matters.models import Matter
from deliberation.rooms.convening_models import Convening
from deliberation.rooms.form_rules import MEETING, VISITS, WRITTEN
from deliberation.sections import Deadline
from deliberation.vocabulary import _

SAID: dict[str, str] = {
    MEETING: _("《{title}》开会协商的时间到"),
    WRITTEN: _("《{title}》书面答复截止"),
    VISITS: _("《{title}》计划谈完的时间到"),
}


def _to_come(now: datetime) -> ColumnElement[bool]:
    """Called, neither over nor cancelled, its hour still ahead."""
    is_live = and_(col(Convening.is_cancelled).is_(False), col(Convening.closed_at).is_(None))
    return and_(is_live, col(Convening.starts_at) > now)


def next_convening(session: Session, now: datetime) -> datetime | None:
    """The soonest hour for which something was called."""
    return session.exec(select(func.min(Convening.starts_at)).where(_to_come(now))).one()


def convening_deadlines(session: Session, now: datetime) -> Iterator[Deadline]:
    """Those hours in matters that everybody sees."""
    called = select(Convening, Matter.title).join(Matter, col(Matter.id) == Convening.matter_id)
    for one, title in session.exec(called.where(_to_come(now), col(Matter.is_public))):
        yield Deadline(one.starts_at, title, SAID[one.rules.manner])
