"""On SQLite what is known of opinions' likeness stands once, under its key, and no more in a table beside an index."""

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
