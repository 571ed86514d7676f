"""Polls decide."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_polls_decide"
down_revision = "20261122_people_speak_in_rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("plan_number", sa.Integer(), nullable=True),
        sa.Column("roster_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("online", sa.String(), nullable=False),
        sa.Column("online_source", sa.String(), nullable=False),
        sa.Column("is_changeable", sa.Boolean(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("tally_sha256", sa.String(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_poll_community_id_community")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_poll_matter_id_matter")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_poll_opened_by_id_person")),
        sa.ForeignKeyConstraint(["resolution_id"], ["document.id"], name=op.f("fk_poll_resolution_id_document")),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_poll_roster_id_roster")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
    )
    op.create_index(op.f("ix_poll_community_id"), "poll", ["community_id"], unique=False)
    op.create_index(op.f("ix_poll_matter_id"), "poll", ["matter_id"], unique=False)
    op.create_table(
        "ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["roster_line.id"], name=op.f("fk_ballot_line_id_roster_line")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ballot_person_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_ballot_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("poll_id", "line_id", name=op.f("uq_ballot_poll_id_line_id")),
    )
    op.create_index("ix_ballot_poll_id_person_id", "ballot", ["poll_id", "person_id"], unique=False)
    op.create_table(
        "poll_presence",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["marked_by_id"], ["person.id"], name=op.f("fk_poll_presence_marked_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_poll_presence_person_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_presence_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_poll_presence")),
    )


def downgrade() -> None:
    op.drop_table("poll_presence")
    op.drop_table("ballot")
    op.drop_table("poll")
