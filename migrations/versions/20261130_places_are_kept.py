"""Where the program had put an opinion stays beside where a person put it, and a carrying keeps what its places come to."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_places_are_kept"
down_revision = "20261130_marks_are_kept_once"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("carried_opinion", sa.Column("found", sa.Text(), nullable=False, server_default=""))
    op.add_column("carrying", sa.Column("chain", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("carrying", "chain")
    op.drop_column("carried_opinion", "found")
