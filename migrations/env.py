"""Alembic's way in: the same tables and the same engine as the program; batch mode always, so that one script serves both databases."""

from alembic import context
from sqlmodel import SQLModel

import deliberation.schema  # noqa: F401 - registers every table
from deliberation.db import Database
from deliberation.settings import Settings


def run() -> None:
    url = context.config.attributes.get("url") or Settings().url
    database = Database(url)
    try:
        with database.writers.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=SQLModel.metadata,
                render_as_batch=True,
                compare_type=True,
                transaction_per_migration=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        database.close()


run()
