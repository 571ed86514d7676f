"""What was opened for a matter says where its form stands."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_proceedings_say_whence"
down_revision = "20261129_opinions_are_mapped"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proceeding", sa.Column("source", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("proceeding", "source")
