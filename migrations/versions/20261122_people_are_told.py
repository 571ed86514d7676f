"""People are told, and that they were is kept."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_people_are_told"
down_revision = "20261122_bodies_have_members"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_fault", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_delivery_community_id_community")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id_person")),
        sa.ForeignKeyConstraint(["told_by_id"], ["person.id"], name=op.f("fk_delivery_told_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("subject", "person_id", name=op.f("uq_delivery_subject_person_id")),
    )
    op.create_index(op.f("ix_delivery_community_id"), "delivery", ["community_id"], unique=False)
    op.create_index(op.f("ix_delivery_person_id"), "delivery", ["person_id"], unique=False)
    op.create_index(op.f("ix_delivery_subject"), "delivery", ["subject"], unique=False)
    op.create_index(op.f("ix_delivery_topic"), "delivery", ["topic"], unique=False)


def downgrade() -> None:
    op.drop_table("delivery")
