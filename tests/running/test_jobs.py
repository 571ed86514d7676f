"""Jobs are done once, by one runner at a time, however long one takes; the time is passed in. On both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from deliberation.db import Database
from deliberation.jobs import LEASE, Elsewhere, Job, Lease, Runner, plan_job
from tests.people import NOON


class Installation:
    """One database, two processes' runners on it, and a clock that only the test moves."""

    def __init__(self, url: str):
        self.now = NOON
        self.databases = [Database(url, clock=lambda _session: self.now) for _ in range(2)]
        self.begun: list[str] = []
        self.first, self.second = (self.runner(name, each) for name, each in zip("ab", self.databases, strict=True))

    def runner(self, name: str, database: Database) -> Runner:
        made = Runner(database, lambda _session: self.now, beat=0.02)
        made.outsides["slow"] = lambda payload: self.begun.append(name)
        return made

    def plan(self, *keys: str, kind: str = "slow") -> None:
        def verb(session: Session, now: datetime) -> None:
            for key in keys:
                plan_job(session, kind, key, now, said=key)

        self.databases[0].change(verb)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def leases(self) -> dict[str, datetime]:
        with self.databases[0].read() as session:
            return {each.name: each.until for each in session.exec(select(Lease)).all()}

    def done(self) -> list[str]:
        with self.databases[0].read() as session:
            return list(session.exec(select(Job.key).where(col(Job.done_at).is_not(None)).order_by(Job.id)).all())


@pytest.fixture
def installation(database_url: str) -> Iterator[Installation]:
    made = Installation(database_url)
    yield made
    for database in made.databases:
        database.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait for another thread."""
    limit = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.01)


class Slow:
    """Work that goes on until it is let end, in a thread of its own."""

    def __init__(self, runner: Runner):
        self.times, self._begun, self._end = 0, threading.Event(), threading.Event()
        runner.outsides["slow"] = self._work
        self._thread = threading.Thread(target=runner.run_due, daemon=True)
        self._thread.start()
        assert self._begun.wait(20)

    def _work(self, _payload: dict) -> None:
        self.times += 1
        self._begun.set()
        assert self._end.wait(60)

    def end(self) -> None:
        self._end.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


def test_a_slow_job_is_not_begun_again_while_its_runner_still_holds_it(installation: Installation) -> None:
    installation.plan("mail/1", "mail/2")
    slow = Slow(installation.first)
    for _ in range(5):  # Five leases long, with the second runner asking all the time.
        installation.wait(LEASE.total_seconds() * 0.9)
        until(lambda: min(installation.leases().values()) == installation.now + LEASE)
        assert installation.second.run_due() == 10.0
    assert installation.begun == []
    slow.end()
    assert (slow.times, installation.done()) == (2, ["mail/1", "mail/2"])
    assert set(installation.leases()) == {"jobs"}, "no claim outlives its job"


def test_a_job_in_hand_is_left_alone_by_the_runner_that_took_over(installation: Installation) -> None:
    """The first was held up long enough for its lease to lapse, and went on before its claim on the job did."""
    installation.plan("mail/1", "mail/2")
    slow = Slow(installation.first)
    give = Lease(name="jobs", holder=installation.second.holder, until=installation.now + LEASE)
    installation.databases[1].change(lambda session, now: session.merge(give) and None)
    assert installation.second.run_due() == 10.0, "it does not spin while the other is at the job"
    assert (installation.begun, installation.done()) == (["b"], ["mail/2"])
    slow.end()
    assert (slow.times, installation.done()) == (1, ["mail/1", "mail/2"])
    assert installation.begun == ["b"]


def test_a_runner_that_died_is_followed_by_another_when_its_claim_has_lapsed(installation: Installation) -> None:
    installation.plan("mail/1")
    job = 1
    installation.databases[0].change(lambda session, now: installation.first._claim(session, now, job))
    installation.wait(LEASE.total_seconds() - 1)
    installation.second.run_due()
    assert installation.begun == []
    installation.wait(2)
    installation.second.run_due()
    assert (installation.begun, installation.done()) == (["b"], ["mail/1"])
    # The first was not dead after all: what it says now of the job changes nothing.
    with pytest.raises(Elsewhere):
        installation.databases[0].change(lambda session, now: installation.first._put_off(session, now, job, "late"))
    assert installation.done() == ["mail/1"]


def test_work_inside_the_writer_is_left_to_the_runner_that_took_over(installation: Installation) -> None:
    """The first has found two due jobs; before the second of them its lease lapsed and went to another."""
    did: list[str] = []

    def work(session: Session, now: datetime, payload: dict) -> None:
        did.append(payload["said"])

    for runner in (installation.first, installation.second):
        runner.works["quick"] = work

    def slip(_payload: dict) -> None:
        lapsed = Lease(name="jobs", holder=installation.second.holder, until=installation.now + LEASE)
        installation.databases[1].change(lambda session, now: session.merge(lapsed) and None)

    installation.first.outsides["slip"] = slip
    installation.first.beat = 60
    installation.plan("slip/1", kind="slip")
    installation.plan("quick/1", kind="quick")
    assert installation.first.run_due() == 10.0
    assert did == []
    installation.second.run_due()
    assert did == ["quick/1"] and installation.done() == ["slip/1", "quick/1"]


def test_a_runner_told_to_stop_lets_the_next_one_begin_at_once(installation: Installation) -> None:
    installation.first.start()
    until(lambda: "jobs" in installation.leases())
    installation.first.stop()
    assert installation.leases() == {}
    installation.plan("mail/1")
    installation.second.run_due()
    assert installation.done() == ["mail/1"]


def test_a_slow_job_in_hand_at_the_stop_keeps_no_other_job_waiting(installation: Installation, caplog) -> None:
    begun, end = threading.Event(), threading.Event()
    installation.first.outsides["slow"] = lambda _payload: (begun.set(), end.wait(60))
    installation.second.works["quick"] = lambda _session, _now, _payload: None
    installation.plan("mail/1")
    installation.first.start()
    assert begun.wait(20)
    installation.first.stop(0.1)
    installation.plan("poll/1", kind="quick")
    installation.wait(1)
    until(lambda: installation.leases().get("job/1") == installation.now + LEASE)
    assert set(installation.leases()) == {"job/1"}, "the claim is held on, the runner's lease is not taken again"
    installation.second.run_due()
    assert (installation.begun, installation.done()) == ([], ["poll/1"])
    installation.databases[0].writer.close()
    time.sleep(0.1)
    end.set()
    installation.first._thread.join(20)
    assert not installation.first._thread.is_alive()
    assert [record.message for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def test_what_is_daily_is_done_at_the_start_and_does_not_stop_the_jobs(installation: Installation) -> None:
    swept: list[int] = []
    installation.first.daily = [lambda: 1 // 0, lambda: swept.append(1)]
    installation.plan("mail/1")
    installation.first.run_due()
    installation.first.run_due()
    assert swept == [1] and installation.done() == ["mail/1"]
