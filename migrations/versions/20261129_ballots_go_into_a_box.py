"""Confidential ballots go into a box, and who took one stands on a list beside it.

The triggers stand against mistakes, as on the log's entries: once a poll is closed nothing of its box is changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_ballots_go_into_a_box"
down_revision = "20261129_bodies_meet"
branch_labels = None
depends_on = None

TABLES = ("participation", "box_ballot")
SENTENCE = "the box of a closed poll is never changed"


def upgrade() -> None:
    op.add_column("poll", sa.Column("secrecy", sa.String(), nullable=False, server_default="named"))
    op.add_column("poll", sa.Column("published", sa.JSON(), nullable=True))
    op.add_column("poll", sa.Column("shown_cast", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("poll", sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "participation",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participation_person_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_participation_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "box_ballot",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_box_ballot_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "key", name=op.f("pk_box_ballot")),
        sqlite_with_rowid=False,
    )
    _freeze_sqlite() if op.get_bind().dialect.name == "sqlite" else _freeze_postgres()


def _freeze_sqlite() -> None:
    for table in TABLES:
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER {table}_frozen_on_{verb.lower()} BEFORE {verb} ON {table} "
                f"WHEN (SELECT closed_at FROM poll WHERE id = {row}.poll_id) IS NOT NULL "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )


def _freeze_postgres() -> None:
    raised = f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'"
    op.execute(
        "CREATE FUNCTION box_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'TRUNCATE' THEN {raised}; END IF; "
        "IF TG_OP <> 'INSERT' AND (SELECT closed_at FROM poll WHERE id = OLD.poll_id) IS NOT NULL "
        f"THEN {raised}; END IF; "
        "IF TG_OP <> 'DELETE' AND (SELECT closed_at FROM poll WHERE id = NEW.poll_id) IS NOT NULL "
        f"THEN {raised}; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION box_frozen()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION box_frozen()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION box_frozen()")
    for column in ("shown_at", "shown_cast", "published", "secrecy"):
        op.drop_column("poll", column)
