"""Meetings say who came: how many were to come and how many did, with the proceeding that the dossier shows."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_meetings_say_who_came"
down_revision = "20261129_proceedings_say_whence"
branch_labels = None
depends_on = None

COUNTS = ("expected", "present")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column("proceeding", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in reversed(COUNTS):
        op.drop_column("proceeding", name)
