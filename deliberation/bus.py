"""The bus between processes: carries "this changed" to every process of an installation.

Lossy fan-out only, never a record: a message names what changed, each process renders it anew from the database.
``memory`` serves one process, ``postgres`` several beside one database, ``nats`` many machines.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

Receive = Callable[[list[dict[str, Any]]], None]
CHANNEL = "deliberation_updates"
KEPT = "5 minutes"


class MemoryBus:
    """One process: what is published is received at once."""

    def __init__(self) -> None:
        self._receive: Receive = lambda messages: None

    def start(self, receive: Receive) -> None:
        self._receive = receive

    def publish(self, messages: list[dict[str, Any]]) -> None:
        self._receive(messages)

    def close(self) -> None:
        self._receive = lambda messages: None


class PostgresBus:
    """An outbox table, LISTEN/NOTIFY as a wake-up only, from connections of its own after the writer's commit.

    NOTIFY inside the write transaction would serialise all commits (stack.md section 6). Rows are inserted under an
    advisory lock, so that their numbers become visible in order and every process hears one order.
    """

    LOCK = 7_310_155

    def __init__(self, url: str):
        self.url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._waiting: list[dict[str, Any]] = []
        self._bell = threading.Condition()
        self._closing = False
        self._threads: list[threading.Thread] = []

    def start(self, receive: Receive) -> None:
        self._receive = receive
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            self._seen = connection.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0]
        for work in (self._send, self._listen):
            thread = threading.Thread(target=self._forever, args=(work,), name=work.__name__, daemon=True)
            thread.start()
            self._threads.append(thread)

    def publish(self, messages: list[dict[str, Any]]) -> None:
        with self._bell:
            self._waiting.extend(messages)
            self._bell.notify()

    def close(self) -> None:
        with self._bell:
            self._closing = True
            self._bell.notify_all()
        for thread in self._threads:
            thread.join(5)

    def _forever(self, work: Callable[[Any], None]) -> None:
        import psycopg

        while not self._closing:
            try:
                with psycopg.connect(self.url, autocommit=True) as connection:
                    work(connection)
            except psycopg.Error:
                log.warning("bus: the database is away, trying again in a second")
                threading.Event().wait(1)

    def _send(self, connection: Any) -> None:
        while True:
            with self._bell:
                while not self._waiting and not self._closing:
                    self._bell.wait()
                if not self._waiting:
                    break
                messages = list(self._waiting)
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (self.LOCK,))
                with connection.cursor() as cursor:
                    rows = [(json.dumps(message),) for message in messages]
                    cursor.executemany("INSERT INTO outbox (at, message) VALUES (now(), %s)", rows)
                connection.execute("DELETE FROM outbox WHERE at < now() - %s::interval", (KEPT,))
                connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
            with self._bell:
                del self._waiting[: len(messages)]
        # Our own listener sleeps until it is notified.
        connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))

    def _listen(self, connection: Any) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        while not self._closing:
            rows = connection.execute(
                "SELECT id, message FROM outbox WHERE id > %s ORDER BY id", (self._seen,)
            ).fetchall()
            if rows:
                self._seen = rows[-1][0]
                self._receive([json.loads(message) for _, message in rows])
            for _ in connection.notifies(timeout=1.0, stop_after=1):
                pass


class NatsBus:
    """Core NATS: fire and forget; the client reconnects by itself, what it missed the pages fetch anew.

    Without the connection this process tells its own followers at once, and the others see by the log what was done.
    """

    def __init__(self, url: str, log_name: Callable[[], str]):
        self.url = url
        self.log_name = log_name  # Asked at the start: a new installation has no name before.
        self.subject = ""
        self._loop = asyncio.new_event_loop()
        self._connection: Any = None
        self._receive: Receive = lambda messages: None
        self.when_back: Callable[[], None] = lambda: None
        """Called when the connection was lost and is there again: what was said at its edges nobody may have heard."""

    def start(self, receive: Receive) -> None:
        import nats

        self._receive = receive

        async def heard(message: Any) -> None:
            with contextlib.suppress(ValueError):
                receive(json.loads(message.data))

        async def back() -> None:
            self.when_back()

        async def lost() -> None:
            log.warning("bus: NATS is away, trying again every second")

        async def connect() -> None:
            self.subject = f"{CHANNEL}.{self.log_name()}"
            self._connection = await nats.connect(
                self.url,
                max_reconnect_attempts=-1,
                reconnect_time_wait=1,
                reconnected_cb=back,
                disconnected_cb=lost,
            )
            await self._connection.subscribe(self.subject, cb=heard)

        threading.Thread(target=self._loop.run_forever, name="nats", daemon=True).start()
        asyncio.run_coroutine_threadsafe(connect(), self._loop).result(10)

    def publish(self, messages: list[dict[str, Any]]) -> None:
        if self._connection is None:  # A command's process listens to nobody; the servers watch the log's heads.
            return
        if not self._connection.is_connected:
            self._receive(messages)
            return
        payload = json.dumps(messages).encode()
        asyncio.run_coroutine_threadsafe(self._connection.publish(self.subject, payload), self._loop)

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):
                asyncio.run_coroutine_threadsafe(self._connection.drain(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
