"""A body gives the points below more days to hand up."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_points_get_more_days"
down_revision = "20261130_minutes_leave_places"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submit_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("before_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submit_extension_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_submit_extension_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submit_extension")),
    )
    op.create_index(op.f("ix_submit_extension_solicitation_id"), "submit_extension", ["solicitation_id"])


def downgrade() -> None:
    op.drop_table("submit_extension")
