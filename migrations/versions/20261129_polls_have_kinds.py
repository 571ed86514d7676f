"""Polls have kinds: an item of 民法典 278, a clause of the text, a circulation, a further vote of another poll."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_polls_have_kinds"
down_revision = "20261122_entries_stay"
branch_labels = None
depends_on = None

WORDS = (("rule_source", ""), ("way", "meeting"), ("way_source", ""), ("clause", ""))


def upgrade() -> None:
    op.add_column("matter", sa.Column("item", sa.Integer(), nullable=True))
    op.add_column("poll", sa.Column("item", sa.Integer(), nullable=True))
    for name, value in WORDS:
        kind = sa.Text() if name == "clause" else sa.String()
        op.add_column("poll", sa.Column(name, kind, nullable=False, server_default=value))
    # SQLite cannot add a constraint later, and a table made anew there would lose what points to it.
    op.execute("ALTER TABLE poll ADD COLUMN follows_id INTEGER CONSTRAINT fk_poll_follows_id_poll REFERENCES poll (id)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("poll") as table:
            table.drop_column("follows_id")
    else:
        op.drop_column("poll", "follows_id")
    for name, _value in reversed(WORDS):
        op.drop_column("poll", name)
    op.drop_column("poll", "item")
    op.drop_column("matter", "item")
