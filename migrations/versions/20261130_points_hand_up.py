"""Points hand up what they gathered: submissions, which opinions went with each, and a consent of its own for names."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_points_hand_up"
down_revision = "20261130_opinions_go_out"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE opinion_author ADD COLUMN forwards BOOLEAN NOT NULL DEFAULT FALSE")
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submission_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_submission_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("solicitation_id", "number", name=op.f("uq_submission_solicitation_id_number")),
    )
    op.create_index(op.f("ix_submission_solicitation_id"), "submission", ["solicitation_id"], unique=False)
    op.create_table(
        "submission_text",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_text_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_text")),
    )
    op.create_table(
        "submitted_opinion",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_public", sa.Boolean(), nullable=False),
        sa.Column("was_named", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_submitted_opinion_opinion_id_opinion")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submitted_opinion_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("submission_id", "opinion_id", "change", name=op.f("pk_submitted_opinion")),
    )
    op.create_index("ix_submitted_opinion_opinion", "submitted_opinion", ["opinion_id", "submission_id"], unique=False)


def downgrade() -> None:
    op.drop_table("submitted_opinion")
    op.drop_table("submission_text")
    op.drop_table("submission")
    op.execute("ALTER TABLE opinion_author DROP COLUMN forwards")
