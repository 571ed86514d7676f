"""Openings are found by person only where the person voted: an index of all of them costs more than what it finds."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_openings_find_voters"
down_revision = "20261201_marks_are_pairs"
branch_labels = None
depends_on = None

VOTERS = sa.text("field = 'voter'")


def upgrade() -> None:
    op.drop_index("ix_opening_person_id", "opening")
    op.create_index("ix_opening_voter", "opening", ["person_id"], sqlite_where=VOTERS, postgresql_where=VOTERS)


def downgrade() -> None:
    op.drop_index("ix_opening_voter", "opening")
    op.create_index("ix_opening_person_id", "opening", ["person_id"])
