"""A file of opinions may come in without the rows that are wrong, which are given back in a file."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_imports_leave_rows_out"
down_revision = "20261130_places_are_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("opinion_intake", sa.Column("skipped", sa.Integer(), nullable=False, server_default="0"))
    # SQLite cannot add a constraint later, and a table made anew there would lose what points to it.
    op.execute(
        "ALTER TABLE opinion_intake ADD COLUMN left_out_id INTEGER"
        " CONSTRAINT fk_opinion_intake_left_out_id_attachment REFERENCES attachment (id)"
    )


def downgrade() -> None:
    op.execute("UPDATE opinion_intake SET left_out_id = NULL")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("opinion_intake") as table:
            table.drop_column("left_out_id")
    else:
        op.drop_column("opinion_intake", "left_out_id")
    op.drop_column("opinion_intake", "skipped")
