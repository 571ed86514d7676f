"""A meeting said to be called elsewhere has a day and a place where its notice is seen; the clock runs on to that day."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_claims_have_a_day"
down_revision = "20261129_meetings_say_who_came"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("demand", sa.Column("claim", sa.String(), nullable=False, server_default=""))
    op.add_column("demand", sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("demand", sa.Column("meeting_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for name in ("meeting_on", "claimed_at", "claim"):
        op.drop_column("demand", name)
