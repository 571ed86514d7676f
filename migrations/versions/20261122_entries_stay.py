"""Entries of the log are never changed and never removed.

The triggers stand against mistakes, not against the operator, whom the signed checkpoints hold to the log (audit.md
1.2). Openings are left out: they are erased with their person. A later script that rebuilds ``entry`` on SQLite (batch
mode makes a new table) loses its triggers there and makes them again.
"""

from alembic import op

revision = "20261122_entries_stay"
down_revision = "20261122_tasks_are_followed_up"
branch_labels = None
depends_on = None

SENTENCE = "an entry of the log is never changed and never removed"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entry_stays_on_{verb.lower()} BEFORE {verb} ON entry "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION entry_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION entry_stays()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER entry_stays_on_{verb}")
        return
    op.execute("DROP TRIGGER entry_stays ON entry")
    op.execute("DROP FUNCTION entry_stays()")
