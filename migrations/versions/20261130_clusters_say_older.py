"""Clusters from before it was kept who joined them: of these the log can be held only against what is known."""

from alembic import op

revision = "20261130_clusters_say_older"
down_revision = "20261130_reports_are_written"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a table made anew: on SQLite that would fail on what points to its rows.
    op.execute("ALTER TABLE cluster ADD COLUMN is_older BOOLEAN NOT NULL DEFAULT false")
    # Which of them were made before joinings were kept cannot be told apart any more: all that are there.
    op.execute("UPDATE cluster SET is_older = true")


def downgrade() -> None:
    op.execute("ALTER TABLE cluster DROP COLUMN is_older")
