"""The report on what was said has versions."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_reports_are_written"
down_revision = "20261130_choices_lead"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opinion_report_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_report_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_report")),
        sa.UniqueConstraint("solicitation_id", "number", name=op.f("uq_opinion_report_solicitation_id_number")),
    )
    op.create_index(op.f("ix_opinion_report_solicitation_id"), "opinion_report", ["solicitation_id"])


def downgrade() -> None:
    op.drop_table("opinion_report")
