"""Ballots without names carry one code, however often some were printed: it tells none of them apart."""

from alembic import op

revision = "20261129_ballots_share_a_code"
down_revision = "20261129_claims_have_a_day"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paper_batch") as table:
        table.drop_constraint("uq_paper_batch_code", type_="unique")
    op.create_index(op.f("ix_paper_batch_code"), "paper_batch", ["code"])


def downgrade() -> None:
    """A code that was printed twice cannot be told apart again; without such a one the schema goes back."""
    op.drop_index(op.f("ix_paper_batch_code"), table_name="paper_batch")
    with op.batch_alter_table("paper_batch") as table:
        table.create_unique_constraint("uq_paper_batch_code", ["code"])
