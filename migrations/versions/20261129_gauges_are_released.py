"""Gauges are of several kinds, hands raised in the hall are counted, and a result is seen once it is released."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_gauges_are_released"
down_revision = "20261129_statements_are_answered"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gauge", sa.Column("kind", sa.String(), nullable=False, server_default="options"))
    op.add_column("gauge", sa.Column("low", sa.String(), nullable=False, server_default=""))
    op.add_column("gauge", sa.Column("high", sa.String(), nullable=False, server_default=""))
    op.add_column("gauge", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    # SQLite cannot add a constraint later, and a table made anew there would lose what points to it.
    op.execute(
        "ALTER TABLE gauge ADD COLUMN statement_id INTEGER"
        " CONSTRAINT fk_gauge_statement_id_statement REFERENCES statement (id)"
    )
    # What was closed before was seen by everybody.
    op.execute("UPDATE gauge SET released_at = closed_at")
    op.create_table(
        "gauge_hands",
        sa.Column("gauge_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_gauge_hands_by_id_person")),
        sa.ForeignKeyConstraint(["gauge_id"], ["gauge.id"], name=op.f("fk_gauge_hands_gauge_id_gauge")),
        sa.PrimaryKeyConstraint("gauge_id", "option", name=op.f("pk_gauge_hands")),
    )


def downgrade() -> None:
    op.drop_table("gauge_hands")
    op.execute("UPDATE gauge SET statement_id = NULL")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("gauge") as table:
            table.drop_column("statement_id")
    else:
        op.drop_column("gauge", "statement_id")
    for name in ("released_at", "high", "low", "kind"):
        op.drop_column("gauge", name)
