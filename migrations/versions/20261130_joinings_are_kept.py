"""Which opinions were merged into a cluster, and when, is kept."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_joinings_are_kept"
down_revision = "20261130_opinions_have_fates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_joining",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_opinion_joining_cluster_id_cluster")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_joining_opinion_id_opinion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_joining")),
    )
    op.create_index(op.f("ix_opinion_joining_cluster_id"), "opinion_joining", ["cluster_id"])
    op.create_index(op.f("ix_opinion_joining_opinion_id"), "opinion_joining", ["opinion_id"])


def downgrade() -> None:
    op.drop_table("opinion_joining")
