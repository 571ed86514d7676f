"""Alembic's way in: the program's own tables and engine; batch mode, so that one script serves both databases."""

from alembic import context
from sqlalchemy import text
from sqlmodel import SQLModel

import deliberation.schema  # noqa: F401 - registers every table
from deliberation.db import Database
from deliberation.holding import migrating_alone
from deliberation.migration import is_modelled, plain_type
from deliberation.settings import Settings

LOCK = 7_310_156
"""Held by who migrates, until the connection ends."""


def run() -> None:
    url = context.config.attributes.get("url") or Settings().url
    database = Database(url)
    try:
        with migrating_alone(url), database.writers.connect() as connection:
            if not database.is_sqlite:
                # Two machines may start at once.
                connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
                connection.commit()
            context.configure(
                connection=connection,
                target_metadata=SQLModel.metadata,
                render_as_batch=True,
                render_item=plain_type,
                compare_type=True,
                include_name=is_modelled,
                # Alembic holds SQLite's DDL for untransactional; with the engine's own BEGIN it is not, so a process
                # killed between two statements leaves the schema as it was.
                transactional_ddl=True,
                transaction_per_migration=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        database.close()


run()
