"""A mark of a gauge counts no more once its person had lost their seat when the gauge was closed."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_marks_stop_counting"
down_revision = "20261130_tables_have_layouts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gauge_mark", sa.Column("counts", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("gauge_mark", "counts")
