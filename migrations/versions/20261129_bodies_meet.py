"""Bodies meet, people come through the door, and some vote for others by a written proxy."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_bodies_meet"
down_revision = "20261129_polls_have_kinds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("convened_by_id", sa.Integer(), nullable=True),
        sa.Column("convened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sitting", sa.Integer(), nullable=False),
        sa.Column("is_short", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("adjourned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adjourned_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_meeting_community_id_community")),
        sa.ForeignKeyConstraint(["convened_by_id"], ["person.id"], name=op.f("fk_meeting_convened_by_id_person")),
        sa.ForeignKeyConstraint(["follows_id"], ["meeting.id"], name=op.f("fk_meeting_follows_id_meeting")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_meeting_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_community_id"), "meeting", ["community_id"], unique=False)
    op.create_index(op.f("ix_meeting_matter_id"), "meeting", ["matter_id"], unique=False)

    op.create_table(
        "head_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("signed_in", sa.Integer(), nullable=False),
        sa.Column("is_enough", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_head_count_by_id_person")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_head_count_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_count")),
    )
    op.create_index(op.f("ix_head_count_meeting_id"), "head_count", ["meeting_id"], unique=False)

    op.create_table(
        "meeting_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_meeting_pause_by_id_person")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_pause_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_pause")),
    )
    op.create_index(op.f("ix_meeting_pause_meeting_id"), "meeting_pause", ["meeting_id"], unique=False)

    op.create_table(
        "meeting_presence",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("sitting", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_meeting_presence_by_id_person")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_presence_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_presence_person_id_person")),
        sa.PrimaryKeyConstraint("meeting_id", "sitting", "person_id", name=op.f("pk_meeting_presence")),
    )
    op.create_table(
        "proxy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_proxy_community_id_community")),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_proxy_giver_id_person")),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name=op.f("fk_proxy_holder_id_person")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_proxy_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_proxy_poll_id_poll")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["person.id"], name=op.f("fk_proxy_registered_by_id_person")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["person.id"], name=op.f("fk_proxy_revoked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_community_id"), "proxy", ["community_id"], unique=False)
    op.create_index(op.f("ix_proxy_giver_id"), "proxy", ["giver_id"], unique=False)
    op.create_index(op.f("ix_proxy_holder_id"), "proxy", ["holder_id"], unique=False)
    op.create_index(
        "ux_proxy_meeting",
        "proxy",
        ["meeting_id", "giver_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(
        "ux_proxy_poll",
        "proxy",
        ["poll_id", "giver_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    # In place: SQLite would else make the table anew, and drop the one to which ballots point.
    person = sa.ForeignKey("person.id", name=op.f("fk_ballot_cast_by_id_person"))
    op.add_column("ballot", sa.Column("cast_by_id", sa.Integer(), person, nullable=True), inline_references=True)
    meeting = sa.ForeignKey("meeting.id", name=op.f("fk_poll_meeting_id_meeting"))
    op.add_column("poll", sa.Column("meeting_id", sa.Integer(), meeting, nullable=True), inline_references=True)
    op.create_index(op.f("ix_poll_meeting_id"), "poll", ["meeting_id"], unique=False)
    op.add_column("poll", sa.Column("present_at_opening", sa.Integer(), nullable=True))
    op.add_column("poll_presence", sa.Column("is_late", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("poll_presence", "is_late")
    op.drop_column("poll", "present_at_opening")
    op.drop_index(op.f("ix_poll_meeting_id"), table_name="poll")
    op.drop_column("poll", "meeting_id")
    op.drop_column("ballot", "cast_by_id")
    op.drop_table("proxy")
    op.drop_table("meeting_presence")
    op.drop_table("meeting_pause")
    op.drop_table("head_count")
    op.drop_table("meeting")
