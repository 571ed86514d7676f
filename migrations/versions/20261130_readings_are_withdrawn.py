"""What was read on a sheet can be taken back; it is kept, and counts no more."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_readings_are_withdrawn"
down_revision = "20261130_answers_keep_sayings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["paper_sheet.id"]),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("sheet_id", "poll_id"):
        op.create_index(op.f(f"ix_sheet_withdrawal_{column}"), "sheet_withdrawal", [column])


def downgrade() -> None:
    op.drop_table("sheet_withdrawal")
