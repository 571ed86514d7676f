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
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

NOT_MODELLED = ("opinion_words",)

NEWER = Refusal(_("数据库是较新版本的程序写的，本程序不能使用"), remedy=_("请安装较新的版本，或者恢复升级前的备份"))


def configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Run every migration that is still to come.

    :raises Refused: if the database stands at a revision that this program does not know; nothing is changed.
    """
    try:
        command.upgrade(configuration(url), revision)
    except CommandError as error:
        if isinstance(error.__cause__, ResolutionError):
            raise Refused(NEWER) from None
        raise


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(configuration("")).get_current_head()


def current_revision(database: Database) -> str | None:
    """The revision a database stands at; None for one without tables."""
    with database.writers.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_modelled(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether models describe this table: an index of words is the database's own (``legislation.index_models``)."""
    return kind != "table" or not (name or "").startswith(NOT_MODELLED)


def plain_type(kind: str, value: Any, _context: Any) -> str | bool:
    """How a column's type is written in a script: as SQLAlchemy's own, so that old scripts outlive our helpers."""
    if kind != "type" or not isinstance(value, TypeDecorator):
        return False
    if isinstance(value.impl_instance, DateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(value.impl_instance, String):
        return f"sa.String({value.length})" if value.length else "sa.String()"
    return False
