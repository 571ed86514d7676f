"""Work that waits: a row written in the transaction of its act, claimed by one runner, done once.

One runner an installation holds the lease row; the others wait for it. It sleeps until the next ``due_at``. Work inside
the writer is done once because its end is written in its own transaction. Slow work outside it (mail) is claimed first
by a lease of its own, renewed for as long as it takes: by the runner's alone it would be begun a second time by
whoever takes over when that lapses.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, delete, func
from sqlmodel import Field, Session, col, select

from deliberation.db import Database, Row, after_commit
from deliberation.refusal import Closed

log = logging.getLogger("deliberation.jobs")

LEASE = timedelta(seconds=30)
RUNNER = "jobs"
PAUSE = 10.0
"""Seconds after which a runner looks again at the latest, so that its lease stays fresh."""
DAY = 24 * 3600.0
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
    """Who runs the jobs just now (``jobs``), and who is at a slow one (``job/7``)."""

    name: str = Field(primary_key=True)
    holder: str
    until: datetime


Work = Callable[..., None]
"""``work(session, now, payload)``, and for a kind that is prepared what was laid ready as the fourth."""
Outside = Callable[[dict[str, Any]], None]
Prepare = Callable[[Session, dict[str, Any]], Any]


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


def drop_jobs(session: Session, keys: Iterable[str]) -> None:
    """Forget what is no longer to be done, so that nobody waits for an hour at which nothing happens."""
    session.exec(delete(Job).where(col(Job.key).in_(list(keys)), *_OPEN))


wake = threading.Event()
"""Rung when a job was planned or the clock moved, so that the runner looks again."""


class Elsewhere(Exception):
    """Another runner holds the lease; nothing is done here."""


class Runner:
    """The thread that does due jobs.

    ``works``: kind → action inside the writer; ``outsides``: kind → slow work before it; ``prepares``: kind → what is
    only read and laid ready before it, which may be done twice without harm and so needs no claim; ``daily``: what the
    runner does at its start and then once a day; ``endings``: what is done when it stops. ``beat``: seconds between two
    renewals of the leases during slow work.
    """

    def __init__(
        self, database: Database, clock: Callable[[Session | None], datetime], beat: float = LEASE.total_seconds() / 3
    ):
        self.database, self.clock, self.beat = database, clock, beat
        self.works: dict[str, Work] = {}
        self.outsides: dict[str, Outside] = {}
        self.prepares: dict[str, Prepare] = {}
        self.daily: list[Callable[[], Any]] = []
        self.endings: list[Callable[[], None]] = []
        self.holder = secrets.token_hex(8)
        self._next_day = 0.0
        self._closing = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def stop(self, patience: float = 10.0) -> None:
        """End after the job in hand and let another runner begin at once; a job that takes longer keeps its claim."""
        self._closing = True
        wake.set()
        if self._thread is not None:
            self._thread.join(patience)
            self._let_go()
        for end in self.endings:
            end()

    def _run(self) -> None:
        while not self._closing:
            wake.clear()
            try:
                pause = self.run_due()
            except Closed:
                return
            except Exception:
                log.exception("jobs: the runner stumbled, trying again")
                pause = 5.0
            wake.wait(pause)

    def run_due(self) -> float:
        """Do everything that is due; returns the seconds until the next job (at most 10, so that leases stay fresh)."""
        try:
            self.database.change(self._hold_lease)
            self._do_daily()
            return self._pause(self._do_all())
        except Elsewhere:
            return PAUSE

    def _do_all(self) -> list[int]:
        """Do what is due; the ids of jobs at which another runner still is."""
        taken: list[int] = []
        while not self._closing:
            with self.database.read() as session:
                due = session.exec(
                    select(Job)
                    .where(*_OPEN, col(Job.due_at) <= self.clock(session), col(Job.id).not_in(taken))
                    .order_by(col(Job.due_at), col(Job.id))
                    .limit(50)
                ).all()
            if not due:
                break
            for job in due:
                if not self._closing and not self._do(job):
                    taken.append(job.id)
        return taken

    def _pause(self, taken: list[int]) -> float:
        with self.database.read() as session:
            soonest = session.exec(select(func.min(Job.due_at)).where(*_OPEN, col(Job.id).not_in(taken))).first()
            now = self.clock(session)
        return PAUSE if soonest is None else min(PAUSE, max(0.05, (soonest - now).total_seconds()))

    def _do_daily(self) -> None:
        if time.monotonic() < self._next_day:
            return
        self._next_day = time.monotonic() + DAY
        for chore in self.daily:
            try:
                chore()
            except Exception:
                log.exception("jobs: a daily chore failed")

    def _do(self, job: Job) -> bool:
        """Do one job; whether it was this runner's to do. Raises Elsewhere."""
        try:
            if (slow := self.outsides.get(job.kind)) is not None:
                payload = self.database.change(lambda session, now: self._claim(session, now, job.id))
                if payload is None:
                    return False
                with self._renewing(_claim_on(job.id)):
                    slow(payload)
            prepared = self._prepared(job)
            self.database.change(lambda session, now: self._finish(session, now, job.id, prepared))
        except (Elsewhere, Closed):
            raise
        except Exception as error:
            log.warning("job %s failed: %s", job.key, error)
            fault = f"{type(error).__name__}: {error}"
            self.database.change(lambda session, now: self._put_off(session, now, job.id, fault))
        return True

    def _prepared(self, job: Job) -> tuple[Any, ...]:
        """What the job's work is given beside its payload."""
        prepare = self.prepares.get(job.kind)
        if prepare is None:
            return ()
        with self.database.read() as session:
            return (prepare(session, job.payload),)

    def _claim(self, session: Session, now: datetime, id: int) -> dict[str, Any] | None:
        """Begin slow work: its payload, if it is still to be done and nobody else is at it. Raises Elsewhere."""
        self._hold_lease(session, now)
        job = _waiting(session, now, id)
        return job.payload if job is not None and self._hold(session, now, _claim_on(id)) else None

    @contextlib.contextmanager
    def _renewing(self, claim: str) -> Iterator[None]:
        """Hold the claim for as long as slow work goes on, and the runner's lease until the runner is told to stop."""
        done = threading.Event()

        def hold_on(session: Session, now: datetime) -> None:
            # Held further, the lease would keep all other jobs waiting for this one.
            for name in (claim,) if self._closing else (RUNNER, claim):
                self._hold(session, now, name)

        def renew() -> None:
            while not done.wait(self.beat):
                try:
                    self.database.change(hold_on)
                except Closed:
                    return
                except Exception:
                    log.exception("jobs: the lease could not be renewed, trying again")

        keeper = threading.Thread(target=renew, name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    def _finish(self, session: Session, now: datetime, id: int, prepared: tuple[Any, ...]) -> None:
        job = self._ours(session, now, id)
        if job is None:
            return
        if job.kind in self.works:
            self.works[job.kind](session, now, job.payload, *prepared)
        job.done_at = now
        session.add(job)

    def _put_off(self, session: Session, now: datetime, id: int, fault: str) -> None:
        job = self._ours(session, now, id)
        if job is None:
            return
        job.tries, job.fault = job.tries + 1, fault[:500]
        if job.tries > len(BACK_OFF):
            job.failed_at = now
        else:
            job.due_at = now + timedelta(seconds=BACK_OFF[job.tries - 1])
        session.add(job)

    def _ours(self, session: Session, now: datetime, id: int) -> Job | None:
        """The job, if its end is this runner's to write down; a claim of ours on it ends here. Raises Elsewhere."""
        claim, job = session.get(Lease, _claim_on(id)), _waiting(session, now, id)
        if claim is None:
            self._hold_lease(session, now)
            return job
        if claim.holder != self.holder:
            return None
        # Whoever did the slow work writes its end, also when another has become the runner meanwhile.
        session.delete(claim)
        return job

    def _hold_lease(self, session: Session, now: datetime) -> None:
        """Be the one runner. Raises Elsewhere, also once told to stop: the lease is given back and not taken again."""
        if self._closing or not self._hold(session, now, RUNNER):
            raise Elsewhere

    def _hold(self, session: Session, now: datetime, name: str) -> bool:
        """Take or renew a lease; whether it is ours now."""
        lease = session.exec(select(Lease).where(Lease.name == name).with_for_update()).first()
        if lease is None:
            session.add(Lease(name=name, holder=self.holder, until=now + LEASE))
            session.flush()
            return True
        if lease.holder != self.holder and lease.until > now and lease.until - now <= LEASE:
            return False
        lease.holder, lease.until = self.holder, now + LEASE
        session.add(lease)
        session.flush()
        return True

    def _let_go(self) -> None:
        """Give back the leases, so that the next runner need not wait for them to lapse; claims only if no work goes on."""
        mine = delete(Lease).where(col(Lease.holder) == self.holder)
        if self._thread is not None and self._thread.is_alive():
            mine = mine.where(col(Lease.name) == RUNNER)
        with contextlib.suppress(Exception):  # The database is away or the writer closed: then they lapse.
            self.database.change(lambda session, now: session.exec(mine))


def _claim_on(id: int) -> str:
    return f"job/{id}"


def _waiting(session: Session, now: datetime, id: int) -> Job | None:
    """A job that is still to be done and due."""
    job = session.get(Job, id)
    is_waiting = job is not None and job.done_at is None and job.failed_at is None and job.due_at <= now
    return job if is_waiting else None


_OPEN = (col(Job.done_at).is_(None), col(Job.failed_at).is_(None))


def next_job(session: Session, now: datetime) -> datetime | None:
    """When the soonest job falls due that was not put off by a failure; None if none waits."""
    return session.exec(select(func.min(Job.due_at)).where(*_OPEN, Job.due_at > now, Job.tries == 0)).first()


def failed_jobs(session: Session) -> list[Job]:
    """Work that a clerk has to look at."""
    return list(
        session.exec(select(Job).where(col(Job.failed_at).is_not(None)).order_by(col(Job.id).desc()).limit(100))
    )
