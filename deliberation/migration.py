"""Bringing a database to the newest schema: Alembic's scripts, run from the command line, at start and in tests."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from deliberation.db import Database
from deliberation.places import folder


def configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Run every migration that is still to come. An older database is brought up, a newer one is refused by Alembic."""
    command.upgrade(configuration(url), revision)


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(configuration("")).get_current_head()


def current_revision(database: Database) -> str | None:
    """The revision a database stands at; None for one without tables."""
    with database.writers.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
