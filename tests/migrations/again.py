"""Scripts of the schema taken back and applied again, on a database that has data in it."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from deliberation.db import Database
from deliberation.migration import configuration

SCRIPTS = list(reversed(list(ScriptDirectory.from_config(configuration("")).walk_revisions())))
"""Every script, the oldest first."""


def anew(database: Database, *revisions: str) -> None:
    """Take these scripts back, given the oldest first, and apply them again."""
    scripts = [next(one for one in SCRIPTS if one.revision == revision) for revision in revisions]
    with database.writers.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with Operations.context(operations.migration_context):
            for script in reversed(scripts):
                script.module.downgrade()
            for script in scripts:
                script.module.upgrade()
