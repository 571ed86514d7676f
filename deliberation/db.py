"""The database and its two doors: ``read()`` for many, the writer for every change.

The writer is one thread a process. It takes all the errands that wait, opens one transaction, gives each a savepoint,
lets the audit log append their entries, commits once, then rings what was to be heard after the commit and answers
(house.md, "One writer, many readers"). No timer: while one batch commits, the next one gathers; and what an event loop
hands in is waited for until the loop has looked round for more, because it could not hear an answer earlier anyway.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import declared_attr
from sqlmodel import Session, SQLModel

from deliberation.common_clock import INSTANT
from deliberation.errands import Errand, answer, neighbours, settle_all, until_between
from deliberation.refusal import Closed

try:  # The bundled library is newer than most systems' and free of the WAL-reset bug; it has no wheel for ARM Linux.
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # pragma: no cover - depends on the machine
    import sqlite3 as sqlite

log = logging.getLogger("deliberation")

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = MetaData(naming_convention=NAMING).naming_convention

SAFE_SQLITE = (3, 51, 3)  # The first without the WAL-reset corruption between several writing processes.

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA trusted_schema=OFF",
)
WRITER_PRAGMAS = ("PRAGMA cache_size=-131072", "PRAGMA wal_autocheckpoint=16000")
"""For rows that fall anywhere into a large index: KiB of pages kept (instead of 2,000), pages of log before a checkpoint (1,000)."""


class Row(SQLModel):
    """Base of every table: the table is named like the class, in singular snake case."""

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


def sqlite_is_safe() -> bool:
    """Whether the SQLite in use lets a second process write (3.51.3 or later)."""
    return tuple(sqlite.sqlite_version_info) >= SAFE_SQLITE


def is_away(error: Exception) -> bool:
    """Whether this says that the database could not be reached, or was lost under way."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or error.statement is None)


def utc_now(_session: Session | None = None) -> datetime:
    """The system's clock. Only ``web``, the job runner and the command line may ask it; all else is given ``now``."""
    return datetime.now(UTC)


def _sqlite_engine(url: str, begin: str, *, read_only: bool) -> Engine:
    engine = create_engine(
        url, module=sqlite, pool_size=16, max_overflow=32, connect_args={"isolation_level": None, "timeout": 5}
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        for pragma in ("PRAGMA query_only=ON",) if read_only else WRITER_PRAGMAS:
            connection.execute(pragma)

    # The driver's own BEGIN would release a savepoint as a commit of its own (stack.md row 14).
    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class Database:
    """One database behind two engines: the readers' (which cannot write) and the writer's."""

    def __init__(self, url: str, *, clock: Callable[[Session | None], datetime] = utc_now):
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.readers = _sqlite_engine(url, "BEGIN", read_only=True)
            self.writers = _sqlite_engine(url, "BEGIN IMMEDIATE", read_only=False)
        else:
            readonly = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
            self.readers = create_engine(
                url, pool_size=16, max_overflow=32, pool_pre_ping=True, execution_options=readonly
            )
            self.writers = create_engine(url, pool_size=2, max_overflow=4, pool_pre_ping=True)
        self.writer = Writer(self.writers, clock)

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the database and cannot change it."""
        with Session(self.readers, autoflush=False, expire_on_commit=False) as session:
            yield session

    def change(self, verb: Callable[[Session, datetime], Any]) -> Any:
        """Do one change through the writer and wait for it to be durable; returns what the verb returned.

        Raises whatever the verb raised (``Refused``, ``Missing``, ``Invalid``, …); then nothing was written.
        """
        return self.writer.submit(verb).wait()

    def close(self) -> None:
        self.writer.close()
        self.readers.dispose()
        self.writers.dispose()


def after_commit(session: Session, ring: Callable[[], None]) -> None:
    """Have ``ring`` called after the commit, in order; never if this visit or its batch is rolled back."""
    session.info.setdefault("after", []).append(ring)


def pend_entry(session: Session, entry: Any) -> None:
    """Keep an audit entry until the end of the batch, when its log's head is locked and it gets its number."""
    session.info.setdefault("entries", []).append(entry)


def pend_update(session: Session, update: Any) -> None:
    """Keep what followers are to hear until after the commit (``live.announce`` is the door to this)."""
    session.info.setdefault("updates", []).append(update)


_ONE_WRITER = text("SELECT clock_timestamp() FROM pg_advisory_xact_lock(7310156)")


class Writer:
    """The one door for every change of this process."""

    LARGEST_BATCH = 1024
    ROUNDS, ROUNDS_AFTER = 2, 4
    """So often an event loop looks for further requests before it rings: from the first on, and after it was answered."""

    def __init__(self, engine: Engine, clock: Callable[[Session | None], datetime]):
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.clock = clock
        self.before_commit: Callable[[Session, list, datetime], None] = lambda session, entries, now: None
        self.publish: Callable[[list], None] = lambda updates: None
        self._waiting: list[Errand] = []
        self._bell = threading.Condition()
        self._closing = False
        self._gathering: Any = None
        self._thread: threading.Thread | None = None

    def submit(
        self, verb: Callable | None, *, bulk: Callable | None = None, payload: Any = None, loop_future: Any = None
    ) -> Errand:
        errand = Errand(verb, bulk, payload, loop_future)
        self._take_in(errand)
        return errand

    def between(self, work: Callable[[Any], None]) -> None:
        """Do ``work`` between two batches with the driver's connection, in no transaction (VACUUM), and wait for it."""
        errand = Errand(None)
        errand.between = work
        self._take_in(errand)
        errand.wait()

    def _take_in(self, errand: Errand) -> None:
        with self._bell:
            if self._closing:
                raise Closed("the writer is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            self._waiting.append(errand)
            if errand.loop_future is None:
                self._ring()
            elif self._gathering is not (loop := errand.loop_future.get_loop()):
                self._gathering = loop
                loop.call_soon(self._gather, loop, self.ROUNDS)

    def _gather(self, loop: Any, rounds: int) -> None:
        """One more round of an event loop; after the last the writer is rung, unless somebody else rang meanwhile."""
        if rounds > 1:
            loop.call_soon(self._gather, loop, rounds - 1)
            return
        with self._bell:
            if self._gathering is loop:
                self._ring()

    def _ring(self) -> None:
        self._gathering = None
        self._bell.notify()

    def close(self) -> None:
        """Do what waits, then stop."""
        with self._bell:
            self._closing = True
            self._bell.notify()
        if self._thread is not None:
            self._thread.join(30)

    def _run(self) -> None:
        while True:
            with self._bell:
                while (not self._waiting or self._gathering) and not self._closing:
                    self._bell.wait()
                if not self._waiting:
                    return
                size = until_between(self._waiting[: self.LARGEST_BATCH])
                batch, self._waiting = self._waiting[:size], self._waiting[size:]
            self._serve(batch)
            self._linger(batch)

    def _linger(self, batch: list[Errand]) -> None:
        """Let the loop of whoever was answered look round before the next batch, unless a thread waits at the door."""
        loop = next((errand.loop_future.get_loop() for errand in batch if errand.loop_future is not None), None)
        with self._bell:
            if loop is None or any(errand.loop_future is None for errand in self._waiting):
                return
            self._gathering = loop
        try:
            loop.call_soon_threadsafe(self._gather, loop, self.ROUNDS_AFTER)
        except RuntimeError:  # The loop is gone.
            with self._bell:
                self._gathering = None

    def _serve(self, batch: list[Errand]) -> None:
        try:
            self._do(batch)
        except Exception as error:
            if len(batch) == 1:
                batch[0].error, batch[0].result = error, None
            else:
                for errand in batch:  # A row or the commit failed: each alone, so that the guilty one is refused.
                    self._serve([errand])
                return
        settle_all(batch)

    def _do(self, batch: list[Errand]) -> None:
        for errand in batch:
            errand.result = errand.error = None
        if batch[0].between is not None:
            self._do_between(batch[0].between)
            return
        with Session(self.engine, expire_on_commit=False) as session:
            session.begin()
            if not self.is_sqlite:
                # What a verb checks must hold when it writes, also beside another process; later batches are later.
                session.info[INSTANT] = session.execute(_ONE_WRITER).scalar_one()
            now = self.clock(session)
            for group in neighbours(batch):
                if len(group) == len(batch) and group[0].bulk is not None:
                    # The whole batch: it needs no savepoint, because with it all would be done again one by one.
                    answer(group, group[0].bulk(session, [errand.payload for errand in group], now))
                elif group[0].bulk is not None:
                    self._do_bulk(session, group, now)
                else:
                    self._do_plain(session, group[0], now)
            entries = session.info.get("entries")
            if entries:
                self.before_commit(session, entries, now)
            session.commit()
        self._tell(session)

    def _do_between(self, work: Callable[[Any], None]) -> None:
        raw = self.engine.raw_connection()  # Through the engine every statement would stand in a transaction.
        driver = raw.driver_connection
        try:
            if not self.is_sqlite:
                driver.autocommit = True
            work(driver)
        finally:
            if not self.is_sqlite:
                driver.autocommit = False
            raw.close()

    def _tell(self, session: Session) -> None:
        """Ring what was to be heard. The batch is durable: whatever fails here, it must never be done again."""
        calls = list(session.info.get("after", ()))
        if updates := session.info.get("updates"):
            calls.append(lambda: self.publish(updates))
        for call in calls:
            try:
                call()
            except Exception:
                log.exception("after a commit: somebody could not be told")

    def _do_plain(self, session: Session, errand: Errand, now: datetime) -> None:
        marks = _marks(session)
        try:
            with session.begin_nested():
                errand.result = errand.verb(session, now)
        except Exception as error:
            _forget(session, marks)
            errand.error = error

    def _do_bulk(self, session: Session, group: list[Errand], now: datetime) -> None:
        marks = _marks(session)
        try:
            with session.begin_nested():
                answers = group[0].bulk(session, [errand.payload for errand in group], now)
        except Exception as error:
            _forget(session, marks)
            if len(group) > 1:
                for errand in group:
                    self._do_bulk(session, [errand], now)
                return
            answers = [error]
        answer(group, answers)


PENDING = ("entries", "updates", "after")


def _marks(session: Session) -> tuple[int, ...]:
    return tuple(len(session.info.setdefault(name, [])) for name in PENDING)


def _forget(session: Session, marks: tuple[int, ...]) -> None:
    """Drop what a rolled-back visit had left to be written or told."""
    for name, mark in zip(PENDING, marks, strict=True):
        del session.info[name][mark:]


def sqlite_pragmas(database: Database) -> dict[str, str]:
    """What SQLite really runs with, for the checks at start and the status page."""
    with database.writers.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "busy_timeout")
        return {name: str(connection.execute(text(f"PRAGMA {name}")).scalar()) for name in names}
