"""The schema of a test database: by the migrations that an installation runs, once there are any."""

import importlib
import pkgutil
import warnings

from sqlalchemy import Table, create_engine
from sqlmodel import SQLModel

import deliberation
from deliberation import db
from deliberation.migration import migrate
from deliberation.places import folder

FOUNDATIONS_WITH_TABLES = {"deliberation.files", "deliberation.forms", "deliberation.jobs", "deliberation.outbox"}


def make_schema(url: str) -> None:
    """Put the newest schema into an empty database."""
    if any((folder("migrations") / "versions").glob("*.py")):
        migrate(url)
    else:
        create_what_is_there(url)


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
