"""Who serves: one server a SQLite database, and a port that is free, asked before anything is made or printed.

Two servers on one SQLite file would not hear of each other (the bus in memory crosses no process). Commands need no lock:
they write through the same door as the server and may run beside it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from deliberation.settings import Settings


class NotServed(Exception):
    """This process must not serve; says why, in Chinese and English."""


@contextlib.contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Be the one that serves this database, until the block or the process ends. Raises NotServed."""
    _ask_for_the_port(settings)
    place = make_url(settings.url)
    if not place.drivername.startswith("sqlite") or not place.database:
        yield
        return
    database = Path(place.database)
    lock = os.open(database.with_name(f".{database.name}.serving"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotServed(
                f"{database}: 已有一个服务正在使用这个数据库，没有再开第二个\n"
                f"{database}: another server is using this database, so no second one is started"
            ) from None
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def migrating_alone(url: str) -> Iterator[None]:
    """Wait until no other program changes the schema of this SQLite file; PostgreSQL has a lock of its own for it.

    Each script is a transaction, and what is still to be done is read once before the first: a second program that
    began in between would do a script again.
    """
    place = make_url(url)
    if not place.drivername.startswith("sqlite") or not place.database:
        yield
        return
    database = Path(place.database)
    lock = os.open(database.with_name(f".{database.name}.migrating"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _ask_for_the_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            raise NotServed(
                f"端口{settings.port}用不了（{error.strerror}）；换一个端口：DELIBERATION_PORT={settings.port + 1}\n"
                f"port {settings.port} cannot be used ({error.strerror}); "
                f"take another one: DELIBERATION_PORT={settings.port + 1}"
            ) from None
