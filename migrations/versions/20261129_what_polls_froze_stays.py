"""What a poll froze stays: rule, text, roster, question and way of an opened poll are never changed.

A trigger stands against mistakes; against the operator the entry of the opening holds, which ``audit verify`` compares.
A later script that rebuilds ``poll`` or ``roster_line`` on SQLite loses its triggers there and makes them again.
"""

from alembic import op

revision = "20261129_what_polls_froze_stays"
down_revision = "20261129_clauses_are_put_apart"
branch_labels = None
depends_on = None

FROZEN = (
    "community_id", "matter_id", "step", "preset", "question", "text", "text_sha256", "plan_number", "rule", "source",
    "rule_source", "way", "way_source", "item", "clause", "follows_id", "online", "online_source", "is_changeable",
    "secrecy", "opened_by_id", "opened_at", "closes_at",
)  # fmt: skip
POLL = "what an opened poll froze is never changed"
ROSTER = "a frozen roster is never changed"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FROZEN)
        named = "(OLD.roster_id IS NOT NULL AND OLD.roster_id IS NOT NEW.roster_id)"
        op.execute(
            f"CREATE TRIGGER poll_stays BEFORE UPDATE OF {', '.join((*FROZEN, 'roster_id'))} ON poll "
            f"WHEN {changed} OR {named} BEGIN SELECT RAISE(ABORT, '{POLL}'); END"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER roster_line_stays_on_{verb.lower()} BEFORE {verb} ON roster_line "
                f"BEGIN SELECT RAISE(ABORT, '{ROSTER}'); END"
            )
        return
    # The type json has no equality of its own; its text is what was written.
    changed = " OR ".join(f"OLD.{name}::text IS DISTINCT FROM NEW.{name}::text" for name in FROZEN)
    named = "(OLD.roster_id IS NOT NULL AND OLD.roster_id IS DISTINCT FROM NEW.roster_id)"
    op.execute(
        "CREATE FUNCTION poll_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {changed} OR {named} THEN RAISE EXCEPTION '{POLL}' USING ERRCODE = 'restrict_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER poll_stays BEFORE UPDATE ON poll FOR EACH ROW EXECUTE FUNCTION poll_stays()")
    op.execute(
        "CREATE FUNCTION roster_line_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{ROSTER}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER roster_line_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON roster_line "
        "FOR EACH STATEMENT EXECUTE FUNCTION roster_line_stays()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER poll_stays")
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER roster_line_stays_on_{verb}")
        return
    op.execute("DROP TRIGGER poll_stays ON poll")
    op.execute("DROP FUNCTION poll_stays()")
    op.execute("DROP TRIGGER roster_line_stays ON roster_line")
    op.execute("DROP FUNCTION roster_line_stays()")
