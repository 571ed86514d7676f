"""What a body tells its points of what they handed up, and what a point was told."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_answers_come_down"
down_revision = "20261130_marks_stop_counting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_feedback_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "solicitation_id", "origin", "asked", "number", name=op.f("uq_feedback_solicitation_id_origin_asked_number")
        ),
    )
    op.create_index(op.f("ix_feedback_solicitation_id"), "feedback", ["solicitation_id"])
    op.create_table(
        "feedback_text",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_text_feedback_id_feedback")),
        sa.PrimaryKeyConstraint("feedback_id", name=op.f("pk_feedback_text")),
    )
    op.create_table(
        "feedback_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_feedback_receipt_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_receipt_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_feedback_receipt_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_receipt")),
        sa.UniqueConstraint("solicitation_id", "number", name=op.f("uq_feedback_receipt_solicitation_id_number")),
    )
    op.create_index(op.f("ix_feedback_receipt_solicitation_id"), "feedback_receipt", ["solicitation_id"])


def downgrade() -> None:
    op.drop_table("feedback_receipt")
    op.drop_table("feedback_text")
    op.drop_table("feedback")
