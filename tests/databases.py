"""Fresh, migrated databases: ``database_url`` gives each test one of SQLite and, in its other half, one of PostgreSQL.

The schema is made once a process and kind, then copied: a file for SQLite, a TEMPLATE for PostgreSQL.
PostgreSQL is the one at ``DELIBERATION_TEST_DATABASE_URL`` (an account that may create databases), else a server of the
run's own. The fixtures give addresses only, so that a test opens them as the program does.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from deliberation.db import sqlite
from tests.postgres_server import PostgresServer
from tests.schema import make_schema


class PostgresDatabases:
    """Databases on one server; ``fresh()`` makes a migrated one, ``drop(url)`` removes it."""

    def __init__(self, url_of: Callable[[str], str]) -> None:
        self.url_of = url_of
        self.names = (f"deliberation_test_{os.getpid()}_{number}" for number in itertools.count())
        self.template = ""

    def _do(self, statement: str) -> None:
        address = make_url(self.url_of("postgres")).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)

    def empty(self) -> str:
        """The address of a new database with nothing in it."""
        name = next(self.names)
        self._do(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
        return self.url_of(name)

    def fresh(self) -> str:
        """The address of a new database with the whole schema in it."""
        if not self.template:
            url = self.empty()
            make_schema(url)
            self.template = url
        name = next(self.names)
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{make_url(self.template).database}" STRATEGY FILE_COPY')
        return self.url_of(name)

    def drop(self, url: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresDatabases]:
    """The run's PostgreSQL. Ask for `database_url` or `postgres_url` instead, unless a test makes its own databases."""
    if given := os.environ.get("DELIBERATION_TEST_DATABASE_URL"):
        outside = make_url(given).set(drivername="postgresql+psycopg")
        databases = PostgresDatabases(lambda name: outside.set(database=name).render_as_string(hide_password=False))
        yield databases
        if databases.template:
            databases.drop(databases.template)
        return
    server = PostgresServer()
    yield PostgresDatabases(server.url)
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the whole schema and no write-ahead log beside it."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    make_schema(f"sqlite:///{path}")
    connection = sqlite.connect(str(path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database with the schema."""
    path = tmp_path / "deliberation.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresDatabases) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with the schema; dropped afterwards, whoever still holds it."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with the schema; the test runs once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_url")
