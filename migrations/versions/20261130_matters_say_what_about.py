"""A matter may be about one article of a draft law, named by a word."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_matters_say_what_about"
down_revision = "20261130_sheets_name_texts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matter", sa.Column("about", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("matter", "about")
