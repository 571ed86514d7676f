"""Draft the first migrations anew from the models: ``python -m tests.migrations.draft``.

Only until the first release: afterwards these scripts are history, and a change of the models is a new script
(``alembic revision --autogenerate -m "…"``). Each slice has a script of its own, in the order of the floors; the last
one guards the log and is written by hand. What is drafted is to be read before it is committed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import Table, create_engine
from sqlmodel import SQLModel

import deliberation.schema  # noqa: F401 - registers every table
from deliberation.migration import plain_type

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
DAY = "20261122"
SCRIPTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("communities_keep_logs", "Communities form a tree, and each keeps a log.", ("communities.models", "audit.models")),
    ("people_sign_in", "People are known, hold roles and sign in.", ("identity.models",)),
    (
        "the_house_stands",
        "What every slice stands on: jobs, keys of forms, the outbox, files.",
        ("jobs", "forms", "outbox", "files"),
    ),
    (
        "bodies_have_members",
        "Bodies have members, households residents, units owners; rosters are frozen.",
        ("assemblies.models",),
    ),
    ("people_are_told", "People are told, and that they were is kept.", ("delivery.models",)),
    ("matters_have_dossiers", "A matter has a dossier of documents.", ("matters.models",)),
    ("people_speak_in_rooms", "People speak in rooms.", ("rooms.models",)),
    ("polls_decide", "Polls decide.", ("voting.models",)),
    ("tasks_are_followed_up", "Tasks are followed up.", ("followup.models",)),
)
LAST = "entries_stay"
"""The script after the drafted ones; it names the last of them as the one before it."""

HEAD = '''"""{title}"""

import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
{up}


def downgrade() -> None:
{down}
'''


def tables_of(modules: tuple[str, ...]) -> list[Table]:
    """A script's tables, those that others point to first."""
    wanted = {f"deliberation.{name}" for name in modules}
    mappers = SQLModel._sa_registry.mappers
    names = {mapper.local_table.name for mapper in mappers if mapper.class_.__module__ in wanted}
    return [table for table in SQLModel.metadata.sorted_tables if table.name in names]


def draft(title: str, revision: str, before: str | None, tables: list[Table]) -> str:
    """The text of one script."""
    options = {"render_item": plain_type, "target_metadata": SQLModel.metadata}
    context = MigrationContext.configure(create_engine("sqlite://").connect(), opts=options)

    def code(steps: list[ops.MigrateOperation]) -> str:
        return render_python_code(ops.UpgradeOps(steps), render_item=plain_type, migration_context=context)

    up: list[ops.MigrateOperation] = []
    for table in tables:
        up += [ops.CreateTableOp.from_table(table), *(ops.CreateIndexOp.from_index(index) for index in _indexes(table))]
    # Indexes go with their tables.
    down = [ops.DropTableOp(table.name) for table in reversed(tables)]
    return HEAD.format(
        title=title, revision=revision, before=before, up=_indented(code(up)), down=_indented(code(down))
    )


def _indexes(table: Table) -> list:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _indented(code: str) -> str:
    lines = [line for line in code.splitlines() if not line.lstrip().startswith("# ###")]
    return "\n".join(line if not line or line.startswith("    ") else f"    {line}" for line in lines).rstrip()


def main() -> None:
    known = {table.name for _, _, modules in SCRIPTS for table in tables_of(modules)}
    if missing := {table.name for table in SQLModel.metadata.sorted_tables} - known:
        sys.exit(f"no script makes these tables: {', '.join(sorted(missing))}")
    before, paths = None, []
    for slug, title, modules in SCRIPTS:
        revision = f"{DAY}_{slug}"
        paths.append(VERSIONS / f"{revision}.py")
        paths[-1].write_text(draft(title, revision, before, tables_of(modules)), "utf-8")
        before = revision
    ruff = Path(sys.executable).with_name("ruff")
    for words in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([ruff, *words, *paths], check=True)


if __name__ == "__main__":
    main()
