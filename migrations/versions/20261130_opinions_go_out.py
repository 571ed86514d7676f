"""Exports of opinions are made in the background and kept some days."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_opinions_go_out"
down_revision = "20261130_clerks_keep_the_order"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stored", sa.String(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_opinion_export_asked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_export_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_export")),
    )
    op.create_index("ix_opinion_export_solicitation", "opinion_export", ["solicitation_id", "id"])


def downgrade() -> None:
    op.drop_table("opinion_export")
