"""The floor asks: questions, and who wants each answered."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_the_floor_asks"
down_revision = "20261129_gauges_are_released"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "floor_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False, server_default=""),
        sa.Column("answered_by", sa.String(), nullable=False, server_default=""),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hiding_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hiding_id"], ["intervention.id"], name=op.f("fk_floor_question_hiding_id_intervention")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_floor_question_person_id_person")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_floor_question_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor_question")),
    )
    for column in ("hiding_id", "person_id", "room_id"):
        op.create_index(op.f(f"ix_floor_question_{column}"), "floor_question", [column], unique=False)
    op.create_table(
        "question_mark",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_question_mark_person_id_person")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["floor_question.id"], name=op.f("fk_question_mark_question_id_floor_question")
        ),
        sa.PrimaryKeyConstraint("question_id", "person_id", name=op.f("pk_question_mark")),
    )
    op.create_index(op.f("ix_question_mark_person_id"), "question_mark", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("question_mark")
    op.drop_table("floor_question")
