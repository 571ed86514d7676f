"""How many a gauge asked is kept when it is closed."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_gauges_say_asked"
down_revision = "20261130_answers_come_down"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gauge", sa.Column("asked", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("gauge", "asked")
