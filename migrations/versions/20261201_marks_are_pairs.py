"""What is known of opinions' likeness is another thing now: the index is forgotten, and follows anew from the first opinion."""

from alembic import op

revision = "20261201_marks_are_pairs"
down_revision = "20261201_imports_leave_rows_out"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _forget()


def downgrade() -> None:
    _forget()


def _forget() -> None:
    for name in ("opinion_words", "opinion_mark", "opinion_form"):
        op.execute(f"DELETE FROM {name}")
    op.execute("UPDATE opinions_followed SET upto = 0, done = 0, is_waiting = FALSE")
