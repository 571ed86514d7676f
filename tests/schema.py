"""The schema of a test database: by the migrations that an installation runs."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import deliberation.schema  # noqa: F401 - registers every table
from deliberation.db import Database
from deliberation.migration import migrate


def make_schema(url: str) -> None:
    """Put the newest schema into an empty database."""
    migrate(url)
    keep_up_with_models(url)


def keep_up_with_models(url: str) -> None:
    """Where the models have gone on and the scripts are not drafted anew yet, make the tables of the models."""
    database = Database(url)
    with database.writers.begin() as connection:
        if differences(MigrationContext.configure(connection, opts={"compare_type": True})):
            SQLModel.metadata.drop_all(connection)
            SQLModel.metadata.create_all(connection)
    database.close()


def differences(context: MigrationContext) -> list:
    """What the models have and the database has not, or the other way round."""
    return compare_metadata(context, SQLModel.metadata)
