"""Bringing a database to the newest schema: Alembic's scripts, run from the command line, at start and in tests."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import DateTime, String, TypeDecorator

from deliberation.db import Database
from deliberation.places import folder


class NewerDatabase(Exception):
    """The database was brought further by a newer program; the message is one sentence."""


def configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Run every migration that is still to come.

    :raises NewerDatabase: if the database stands at a revision that this program does not know; nothing is changed.
    """
    try:
        command.upgrade(configuration(url), revision)
    except CommandError as error:
        if isinstance(error.__cause__, ResolutionError):
            raise NewerDatabase(
                "the database was written by a newer version of this program: install that version, or restore a backup"
            ) from None
        raise


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(configuration("")).get_current_head()


def current_revision(database: Database) -> str | None:
    """The revision a database stands at; None for one without tables."""
    with database.writers.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def plain_type(kind: str, value: Any, _context: Any) -> str | bool:
    """How a column's type is written in a script: as SQLAlchemy's own, so that old scripts outlive our helpers."""
    if kind != "type" or not isinstance(value, TypeDecorator):
        return False
    if isinstance(value.impl_instance, DateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(value.impl_instance, String):
        return f"sa.String({value.length})" if value.length else "sa.String()"
    return False
