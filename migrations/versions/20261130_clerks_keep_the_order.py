"""The clerk may keep the order of speaking on the chair's behalf. What was done before was done by the chair."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_clerks_keep_the_order"
down_revision = "20261130_points_take_on"
branch_labels = None
depends_on = None

BY = ("given_by_id", "ended_by_id")


def upgrade() -> None:
    op.add_column("room", sa.Column("clerk_keeps", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("intervention", sa.Column("for_chair", sa.Boolean(), nullable=False, server_default=sa.false()))
    for column in BY:
        # SQLite cannot add a constraint later, and a table made anew there would lose what points to it.
        op.execute(
            f"ALTER TABLE speaking_turn ADD COLUMN {column} INTEGER"
            f" CONSTRAINT fk_speaking_turn_{column}_person REFERENCES person (id)"
        )


def downgrade() -> None:
    for column in BY:
        op.execute(f"UPDATE speaking_turn SET {column} = NULL")
        if op.get_bind().dialect.name == "sqlite":
            with op.batch_alter_table("speaking_turn") as table:
                table.drop_column(column)
        else:
            op.drop_column("speaking_turn", column)
    op.drop_column("intervention", "for_chair")
    op.drop_column("room", "clerk_keeps")
