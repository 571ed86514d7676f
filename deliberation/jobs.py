"""Work that waits: a row written in the transaction of its act, claimed by one runner, done once.

One runner an installation holds the lease row; the others wait for it. It sleeps until the next ``due_at``.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, func
from sqlmodel import Field, Session, col, select

from deliberation.db import Database, Row, after_commit

log = logging.getLogger("deliberation.jobs")

LEASE = timedelta(seconds=30)
BACK_OFF = (1, 5, 30, 300, 3600)
"""Seconds until a job that failed is tried again; after the last it waits for the clerk."""


class Job(Row, table=True):
    """One piece of work. ``key`` is unique, so that planning it twice plans it once."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str = Field(unique=True)
    due_at: datetime = Field(index=True)
    payload: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    tries: int = 0
    done_at: datetime | None = None
    failed_at: datetime | None = None
    fault: str = ""


class Lease(Row, table=True):
    """Who runs the jobs just now."""

    name: str = Field(primary_key=True)
    holder: str
    until: datetime


Work = Callable[[Session, datetime, dict[str, Any]], None]
Outside = Callable[[dict[str, Any]], None]


def plan_job(session: Session, kind: str, key: str, due_at: datetime, **payload: Any) -> None:
    """Have ``kind`` done at ``due_at``, once for this key; planning it again moves the time of one not yet done."""
    known = session.exec(select(Job).where(Job.key == key)).first()
    if known is None:
        session.add(Job(kind=kind, key=key, due_at=due_at, payload=payload))
        session.flush()
    elif known.done_at is None:
        known.due_at, known.payload = due_at, payload
        session.add(known)
    after_commit(session, wake.set)


wake = threading.Event()
"""Rung when a job was planned or the clock moved, so that the runner looks again."""


class Runner:
    """The thread that does due jobs. ``works``: kind → action inside the writer; ``outsides``: kind → slow work before it."""

    def __init__(self, database: Database, clock: Callable[[Session | None], datetime]):
        self.database, self.clock = database, clock
        self.works: dict[str, Work] = {}
        self.outsides: dict[str, Outside] = {}
        self.holder = secrets.token_hex(8)
        self._closing = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._closing = True
        wake.set()
        if self._thread is not None:
            self._thread.join(10)

    def _run(self) -> None:
        while not self._closing:
            wake.clear()
            try:
                pause = self.run_due()
            except Exception:
                log.exception("jobs: the runner stumbled, trying again")
                pause = 5.0
            wake.wait(pause)

    def run_due(self) -> float:
        """Do everything that is due; returns the seconds until the next job (at most 10, so that leases stay fresh)."""
        if not self.database.change(self._hold_lease):
            return 10.0
        while not self._closing:
            with self.database.read() as session:
                now = self.clock(session)
                due = session.exec(
                    _open_jobs().where(col(Job.due_at) <= now).order_by(col(Job.due_at), col(Job.id)).limit(50)
                ).all()
            if not due:
                break
            for job in due:
                self._do(job)
        with self.database.read() as session:
            soonest = session.exec(select(func.min(Job.due_at)).where(*_OPEN)).first()
            now = self.clock(session)
        if soonest is None:
            return 10.0
        return min(10.0, max(0.05, (soonest - now).total_seconds()))

    def _do(self, job: Job) -> None:
        try:
            if job.kind in self.outsides:
                self.outsides[job.kind](job.payload)
            self.database.change(lambda session, now: self._finish(session, now, job.id))
        except Exception as error:
            log.warning("job %s failed: %s", job.key, error)
            fault = f"{type(error).__name__}: {error}"
            self.database.change(lambda session, now: self._put_off(session, now, job.id, fault))

    def _finish(self, session: Session, now: datetime, id: int) -> None:
        job = session.get(Job, id)
        if job is None or job.done_at is not None or job.due_at > now:
            return
        if job.kind in self.works:
            self.works[job.kind](session, now, job.payload)
        job.done_at = now
        session.add(job)

    def _put_off(self, session: Session, now: datetime, id: int, fault: str) -> None:
        job = session.get(Job, id)
        if job is None:
            return
        job.tries, job.fault = job.tries + 1, fault[:500]
        if job.tries > len(BACK_OFF):
            job.failed_at = now
        else:
            job.due_at = now + timedelta(seconds=BACK_OFF[job.tries - 1])
        session.add(job)

    def _hold_lease(self, session: Session, now: datetime) -> bool:
        lease = session.exec(select(Lease).where(Lease.name == "jobs").with_for_update()).first()
        if lease is None:
            session.add(Lease(name="jobs", holder=self.holder, until=now + LEASE))
            return True
        if lease.holder != self.holder and lease.until > now and lease.until - now <= LEASE:
            return False
        lease.holder, lease.until = self.holder, now + LEASE
        session.add(lease)
        return True


_OPEN = (col(Job.done_at).is_(None), col(Job.failed_at).is_(None))


def _open_jobs() -> Any:
    return select(Job).where(*_OPEN)


def next_job(session: Session, now: datetime) -> datetime | None:
    """When the soonest job falls due that was not put off by a failure; None if none waits."""
    return session.exec(select(func.min(Job.due_at)).where(*_OPEN, Job.due_at > now, Job.tries == 0)).first()


def failed_jobs(session: Session) -> list[Job]:
    """Work that a clerk has to look at."""
    return list(
        session.exec(select(Job).where(col(Job.failed_at).is_not(None)).order_by(col(Job.id).desc()).limit(100))
    )
