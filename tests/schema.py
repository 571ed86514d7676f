"""The schema of a test database: by the migrations that an installation runs, once there are any."""

import importlib
import os
import pkgutil
import warnings
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Table, create_engine
from sqlmodel import SQLModel

import deliberation
from deliberation import db

ROOT = Path(__file__).resolve().parent.parent
FOUNDATIONS_WITH_TABLES = {"deliberation.files", "deliberation.forms", "deliberation.jobs", "deliberation.outbox"}


def make_schema(url: str) -> None:
    """Put the newest schema into an empty database."""
    if any((ROOT / "migrations" / "versions").glob("*.py")):
        migrate(url)
    else:
        create_what_is_there(url)


@contextmanager
def _named_in_the_environment(url: str):
    before = os.environ.get("DELIBERATION_DATABASE_URL")
    os.environ["DELIBERATION_DATABASE_URL"] = url
    try:
        yield
    finally:
        if before is None:
            del os.environ["DELIBERATION_DATABASE_URL"]
        else:
            os.environ["DELIBERATION_DATABASE_URL"] = before


def migrate(url: str, revision: str = "head") -> None:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    with _named_in_the_environment(url):
        command.upgrade(config, revision)


def create_what_is_there(url: str) -> None:
    """Create the tables that can be, while slices are still growing; only for a tree without migrations."""
    for module in pkgutil.walk_packages(deliberation.__path__, "deliberation."):
        if module.name.endswith(".models") or module.name in FOUNDATIONS_WITH_TABLES:
            try:
                importlib.import_module(module.name)
            except Exception as error:
                warnings.warn(f"no tables from {module.name}: {error!r}", stacklevel=1)
    engine = create_engine(url, module=db.sqlite) if url.startswith("sqlite") else create_engine(url)
    SQLModel.metadata.create_all(engine, tables=_resolvable(list(SQLModel.metadata.tables.values())))
    engine.dispose()


def _resolvable(tables: list[Table]) -> list[Table]:
    """The tables all of whose foreign keys lead to a table that exists, directly and further on."""
    while True:
        names = {table.name for table in tables}
        kept = [t for t in tables if all(key.target_fullname.split(".")[0] in names for key in t.foreign_keys)]
        if len(kept) == len(tables):
            return kept
        tables = kept
