"""Opinions are looked for along their kind or their way too, where fewest pass that."""

from alembic import op

revision = "20261130_choices_lead"
down_revision = "20261130_points_get_more_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_opinion_kind", "opinion", ["solicitation_id", "kind", "id"])
    op.create_index("ix_opinion_channel", "opinion", ["solicitation_id", "channel", "id"])


def downgrade() -> None:
    op.drop_index("ix_opinion_channel", "opinion")
    op.drop_index("ix_opinion_kind", "opinion")
