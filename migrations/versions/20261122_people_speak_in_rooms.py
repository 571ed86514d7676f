"""People speak in rooms."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_people_speak_in_rooms"
down_revision = "20261122_matters_have_dossiers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("turn_seconds", sa.Integer(), nullable=False),
        sa.Column("turns_each", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["chair_id"], ["person.id"], name=op.f("fk_room_chair_id_person")),
        sa.ForeignKeyConstraint(["clerk_id"], ["person.id"], name=op.f("fk_room_clerk_id_person")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_room_community_id_community")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_room_matter_id_matter")),
        sa.ForeignKeyConstraint(["minutes_id"], ["document.id"], name=op.f("fk_room_minutes_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("matter_id", "number", name=op.f("uq_room_matter_id_number")),
    )
    op.create_index(op.f("ix_room_community_id"), "room", ["community_id"], unique=False)
    op.create_index(op.f("ix_room_matter_id"), "room", ["matter_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_attendance_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_attendance_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("room_id", "person_id", name=op.f("uq_attendance_room_id_person_id")),
    )
    op.create_index(op.f("ix_attendance_person_id"), "attendance", ["person_id"], unique=False)
    op.create_index(op.f("ix_attendance_room_id"), "attendance", ["room_id"], unique=False)
    op.create_table(
        "gauge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_gauge_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gauge")),
    )
    op.create_index(op.f("ix_gauge_room_id"), "gauge", ["room_id"], unique=False)
    op.create_table(
        "speaking_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_speaking_turn_asked_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_speaking_turn_person_id_person")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_speaking_turn_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaking_turn")),
    )
    op.create_index(op.f("ix_speaking_turn_person_id"), "speaking_turn", ["person_id"], unique=False)
    op.create_index(op.f("ix_speaking_turn_room_id"), "speaking_turn", ["room_id"], unique=False)
    op.create_index(
        "ux_speaking_turn_speaking",
        "speaking_turn",
        ["room_id"],
        unique=True,
        sqlite_where=sa.text("given_at IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("given_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index(
        "ux_speaking_turn_waiting",
        "speaking_turn",
        ["room_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("given_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("given_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "gauge_mark",
        sa.Column("gauge_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gauge_id"], ["gauge.id"], name=op.f("fk_gauge_mark_gauge_id_gauge")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_gauge_mark_person_id_person")),
        sa.PrimaryKeyConstraint("gauge_id", "person_id", name=op.f("pk_gauge_mark")),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_statement_person_id_person")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_statement_room_id_room")),
        sa.ForeignKeyConstraint(["turn_id"], ["speaking_turn.id"], name=op.f("fk_statement_turn_id_speaking_turn")),
        sa.ForeignKeyConstraint(["typed_by_id"], ["person.id"], name=op.f("fk_statement_typed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index(op.f("ix_statement_person_id"), "statement", ["person_id"], unique=False)
    op.create_index(op.f("ix_statement_room_id"), "statement", ["room_id"], unique=False)


def downgrade() -> None:
    op.drop_table("statement")
    op.drop_table("gauge_mark")
    op.drop_table("speaking_turn")
    op.drop_table("gauge")
    op.drop_table("attendance")
    op.drop_table("room")
