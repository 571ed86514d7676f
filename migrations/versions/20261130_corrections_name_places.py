"""A correction of minutes says which place of its passage it means, and can be taken back. Until now there was one place."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_corrections_name_places"
down_revision = "20261130_opinions_come_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("minutes_correction", sa.Column("place", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("minutes_correction", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("minutes_correction", "withdrawn_at")
    op.drop_column("minutes_correction", "place")
