"""The schema of a test database: by the migrations that an installation runs, once there are any."""

import importlib
import pkgutil
import warnings

from sqlalchemy import Table, create_engine
from sqlmodel import SQLModel

import deliberation
from deliberation import db


def every_table() -> None:
    """Import every module that has tables, so that SQLModel.metadata knows them all."""
    for module in pkgutil.walk_packages(deliberation.__path__, "deliberation."):
        if module.name.endswith(".models") or module.name in {"deliberation.jobs", "deliberation.files"}:
            try:
                importlib.import_module(module.name)
            except Exception as error:
                warnings.warn(f"no tables from {module.name}: {error!r}", stacklevel=1)


def _resolvable(tables: list[Table]) -> list[Table]:
    """The tables all of whose foreign keys lead to a table that exists, directly and further on."""
    while True:
        names = {table.name for table in tables}
        kept = [t for t in tables if all(key.target_fullname.split(".")[0] in names for key in t.foreign_keys)]
        if len(kept) == len(tables):
            return kept
        tables = kept


def make_schema(url: str) -> None:
    every_table()
    engine = create_engine(url, module=db.sqlite) if url.startswith("sqlite") else create_engine(url)
    known = set(_resolvable(list(SQLModel.metadata.tables.values())))
    for table in set(SQLModel.metadata.tables.values()) - known:
        SQLModel.metadata.remove(table)
    SQLModel.metadata.create_all(engine)
    engine.dispose()
