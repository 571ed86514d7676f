"""The schema of a test database: by the migrations that an installation runs."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import deliberation.schema  # noqa: F401 - registers every table
from deliberation.migration import migrate


def make_schema(url: str) -> None:
    """Put the newest schema into an empty database."""
    migrate(url)


def differences(context: MigrationContext) -> list:
    """What the models have and the database has not, or the other way round."""
    return compare_metadata(context, SQLModel.metadata)
