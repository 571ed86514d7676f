"""Submissions of points come in: receipts, the copies of their opinions with their origin, and keys that were confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_submissions_come_in"
down_revision = "20261130_points_hand_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submission_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_submission_receipt_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submission_receipt_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_submission_receipt_solicitation_id_solicitation")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_receipt_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_receipt")),
        sa.UniqueConstraint(
            "solicitation_id", "origin", "asked", "number", name=op.f("uq_submission_receipt_solicitation_id_origin_asked_number")
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_submission_receipt_solicitation_id"), "submission_receipt", ["solicitation_id"])
    op.create_table(
        "received_opinion",
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("handled", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_received_opinion_opinion_id_opinion")),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["submission_receipt.id"], name=op.f("fk_received_opinion_receipt_id_submission_receipt")
        ),
        sa.PrimaryKeyConstraint("opinion_id", name=op.f("pk_received_opinion")),
    )
    op.create_index("ix_received_opinion_origin", "received_opinion", ["origin", "entry"])
    op.create_index("ix_received_opinion_receipt", "received_opinion", ["receipt_id", "opinion_id"])
    op.create_index(op.f("ix_received_opinion_source_id"), "received_opinion", ["source_id"])
    op.create_table(
        "confirmed_key",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("vkey", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_confirmed_key_community_id_community")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_confirmed_key_person_id_person")),
        sa.PrimaryKeyConstraint("community_id", "origin", name=op.f("pk_confirmed_key")),
    )


def downgrade() -> None:
    for table in ("confirmed_key", "received_opinion", "submission_receipt"):
        op.drop_table(table)
