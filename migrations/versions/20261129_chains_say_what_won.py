"""A dossier knows which clause was voted on apart, and what a vote among options chose."""

import json

import sqlalchemy as sa
from alembic import op

revision = "20261129_chains_say_what_won"
down_revision = "20261129_ballots_share_a_code"
branch_labels = None
depends_on = None

PROCEEDING = sa.table("proceeding", sa.column("subject"), sa.column("clause"), sa.column("won"))
POLL = sa.table(
    "poll",
    sa.column("id", sa.Integer()),
    sa.column("clause", sa.Text()),
    sa.column("result", sa.JSON()),
    sa.column("published", sa.JSON()),
)


def upgrade() -> None:
    op.add_column("proceeding", sa.Column("clause", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("proceeding", sa.Column("won", sa.Text(), nullable=False, server_default=""))
    link = op.get_bind()
    for poll in link.execute(sa.select(POLL)).all():
        told = {"clause": int(poll.clause or 0), "won": _won(poll.published or poll.result)}
        link.execute(sa.update(PROCEEDING).where(PROCEEDING.c.subject == f"poll/{poll.id}").values(**told))


def _won(result) -> str:
    if not result or "winners" not in result:
        return ""
    votes = result["counts"]["heads"].get("options") or {}
    return json.dumps([[option, votes.get(option)] for option in result["winners"]], ensure_ascii=False)


def downgrade() -> None:
    op.drop_column("proceeding", "won")
    op.drop_column("proceeding", "clause")
