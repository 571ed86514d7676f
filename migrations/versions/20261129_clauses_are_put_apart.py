"""A clause may be put to a vote of its own, which does not end the step."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_clauses_are_put_apart"
down_revision = "20261129_strays_are_counted"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proceeding", sa.Column("is_part", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("proceeding", "is_part")
