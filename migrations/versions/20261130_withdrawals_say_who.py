"""A correction of minutes that whoever typed it took back says who that was and why. Until now nobody was asked."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_withdrawals_say_who"
down_revision = "20261130_opinions_are_handled"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("minutes_correction", sa.Column("withdrawn_reason", sa.Text(), nullable=False, server_default=""))
    # SQLite cannot add a constraint later, and a table made anew there would lose what points to it.
    op.execute(
        "ALTER TABLE minutes_correction ADD COLUMN withdrawn_by_id INTEGER"
        " CONSTRAINT fk_minutes_correction_withdrawn_by_id_person REFERENCES person (id)"
    )


def downgrade() -> None:
    op.execute("UPDATE minutes_correction SET withdrawn_by_id = NULL")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("minutes_correction") as table:
            table.drop_column("withdrawn_by_id")
    else:
        op.drop_column("minutes_correction", "withdrawn_by_id")
    op.drop_column("minutes_correction", "withdrawn_reason")
