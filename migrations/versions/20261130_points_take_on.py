"""Points take on what is asked above them: a solicitation knows the one above it, by when points hand up, and its call."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_points_take_on"
down_revision = "20261130_joinings_are_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a table made anew: on SQLite that would fail on what points to its rows.
    op.execute("ALTER TABLE solicitation ADD COLUMN submit_by DATE")
    op.execute("ALTER TABLE solicitation ADD COLUMN upper_id INTEGER")
    op.execute("ALTER TABLE solicitation ADD COLUMN upper JSON NOT NULL DEFAULT '{}'")
    op.create_index(op.f("ix_solicitation_upper_id"), "solicitation", ["upper_id"], unique=False)
    op.create_table(
        "solicitation_call",
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_solicitation_call_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("solicitation_id", name=op.f("pk_solicitation_call")),
    )


def downgrade() -> None:
    op.drop_table("solicitation_call")
    op.drop_index(op.f("ix_solicitation_upper_id"), table_name="solicitation")
    for column in ("upper", "upper_id", "submit_by"):
        op.execute(f"ALTER TABLE solicitation DROP COLUMN {column}")
