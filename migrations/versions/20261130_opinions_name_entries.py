"""An opinion says where in its community's log it stands."""

from alembic import op

revision = "20261130_opinions_name_entries"
down_revision = "20261130_withdrawals_say_who"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a table made anew: on SQLite that would fail on what points to its rows.
    op.execute("ALTER TABLE opinion ADD COLUMN entry BIGINT NOT NULL DEFAULT 0")
    # The first of its entries; what was changed or withdrawn later has more.
    op.execute(
        'UPDATE opinion SET entry = COALESCE((SELECT min(entry."index") FROM entry'
        " WHERE entry.object = 'opinion/' || opinion.id AND entry.community_id = opinion.community_id), 0)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE opinion DROP COLUMN entry")
