"""On SQLite what is known of opinions' likeness stands once, under its key, and the index of words is merged more seldom."""

from alembic import op

revision = "20261130_marks_are_kept_once"
down_revision = "20261130_gauges_say_asked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keep(with_rowid=False)


def downgrade() -> None:
    _keep(with_rowid=True)


def _keep(*, with_rowid: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("opinion_mark", "opinion_form"):
            with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_with_rowid": with_rowid}):
                pass
        # https://sqlite.org/fts5.html, 6.1: segments of a level from which on they are merged; its own number is 4.
        op.execute(f"INSERT INTO opinion_words (opinion_words, rank) VALUES ('automerge', {4 if with_rowid else 8})")
