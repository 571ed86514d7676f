"""Beside a proxy of an election stands when its holder took the giver's paper ballot."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_proxies_take_ballots"
down_revision = "20261129_speaking_has_an_order"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proxy", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("proxy", "taken_at")
