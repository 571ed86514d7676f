"""Clocks 时限 as rows: started, stopped, and breached by a job at their end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.jobs import drop_jobs, plan_job
from deliberation.matters.models import Clock, Matter
from deliberation.matters.moving import tell
from deliberation.vocabulary import Act


def start_clock(session: Session, now: datetime, *, matter: Matter | None, community_id: int, **values: Any) -> Clock:
    """Start a clock on ``subject``: kind, title, owner, due_at, source. Its breach falls due by itself."""
    made = Clock(community_id=community_id, matter_id=matter.id if matter else None, started_at=now, **values)
    session.add(made)
    session.flush()
    plan_job(session, "breach_clock", f"clock/{made.id}", made.due_at, clock=made.id)
    return made


def resume_clock(session: Session, *, subject: str) -> None:
    """What had been done is owed again, by the same day; where there is no clock nothing happens."""
    stopped = session.exec(select(Clock).where(Clock.subject == subject)).first()
    if stopped is not None:
        stopped.stopped_at = None
        session.add(stopped)
        session.flush()
        plan_job(session, "breach_clock", f"clock/{stopped.id}", stopped.due_at, clock=stopped.id)


def stop_clock(session: Session, now: datetime, *, subject: str) -> None:
    """What was owed has been done; where there is no clock nothing happens."""
    running = session.exec(select(Clock).where(Clock.subject == subject, col(Clock.stopped_at).is_(None))).first()
    if running is not None:
        running.stopped_at = now
        session.add(running)
        session.flush()
        drop_jobs(session, (f"clock/{running.id}", f"clock/{running.id}/resumed"))


def breach_clock(session: Session, now: datetime, payload: dict[str, Any]) -> None:
    """The job at a clock's end: if it still runs, its breach becomes an entry like any other act."""
    clock = session.get(Clock, payload["clock"])
    if clock is None or clock.stopped_at is not None or clock.breached_at is not None or clock.due_at > now:
        return
    clock.breached_at = now
    session.add(clock)
    session.flush()
    topic = f"matter/{clock.matter_id}" if clock.matter_id else clock.subject
    data = {"kind": clock.kind, "due": clock.due_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    record(session, Act.CLOCK_BREACHED, clock.community_id, clock.subject, actor=Actor(), data=data, topic=topic)
    if clock.matter_id:
        tell(session, session.get(Matter, clock.matter_id))
