"""Demands are followed to the meeting: counted by area too, refused, ordered, taken over, called."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_demands_are_followed"
down_revision = "20261129_concerns_are_answered"
branch_labels = None
depends_on = None

WORDS = ("refusal", "order_words", "takeover", "called")
HOURS = ("refused_at", "ordered_at", "taken_over_at", "called_at")
AREAS = ("area_base", "area_needed")


def upgrade() -> None:
    for name in AREAS:
        op.add_column("demand", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in WORDS:
        op.add_column("demand", sa.Column(name, sa.String(), nullable=False, server_default=""))
    for name in HOURS:
        op.add_column("demand", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("demand", sa.Column("order_due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for name in ("order_due_on", *reversed(HOURS), *reversed(WORDS), *reversed(AREAS)):
        op.drop_column("demand", name)
