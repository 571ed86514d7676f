"""Sheets in the box that carry no code of the poll are counted too."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_strays_are_counted"
down_revision = "20261129_inspections_say_of_what"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("paper_stock", sa.Column("strays", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("paper_stock", sa.Column("note", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("paper_stock", "note")
    op.drop_column("paper_stock", "strays")
