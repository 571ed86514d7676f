"""Speaking has an order: kinds of turns, what each was allotted, what the chair did and why, appeals, who presided."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_speaking_has_an_order"
down_revision = "20261129_demands_are_followed"
branch_labels = None
depends_on = None

WAITING = sa.text("given_at IS NULL AND withdrawn_at IS NULL")
SPEAKING = sa.text("given_at IS NOT NULL AND ended_at IS NULL")
SPEAKS = sa.text("given_at IS NOT NULL AND ended_at IS NULL AND kind <> 'point'")
POINTS = sa.text("given_at IS NOT NULL AND ended_at IS NULL AND kind = 'point'")


def upgrade() -> None:
    op.add_column("room", sa.Column("again_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("room", sa.Column("person_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("room", sa.Column("decider", sa.String(), nullable=False, server_default="hall"))
    op.add_column("statement", sa.Column("is_hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("speaking_turn", sa.Column("kind", sa.String(), nullable=False, server_default="speech"))
    op.add_column("speaking_turn", sa.Column("allotted_seconds", sa.Integer(), nullable=False, server_default="0"))
    # SQLite cannot add a constraint later, and a table made anew there would lose what points to it.
    op.execute(
        "ALTER TABLE speaking_turn ADD COLUMN about_id INTEGER"
        " CONSTRAINT fk_speaking_turn_about_id_speaking_turn REFERENCES speaking_turn (id)"
    )
    op.execute(
        "UPDATE speaking_turn SET allotted_seconds ="
        " (SELECT turn_seconds FROM room WHERE room.id = speaking_turn.room_id) WHERE given_at IS NOT NULL"
    )
    op.drop_index("ux_speaking_turn_waiting", "speaking_turn")
    op.drop_index("ux_speaking_turn_speaking", "speaking_turn")
    _index("ux_speaking_turn_waiting", ["room_id", "person_id", "kind"], WAITING)
    _index("ux_speaking_turn_speaking", ["room_id"], SPEAKS)
    _index("ux_speaking_turn_point", ["room_id"], POINTS)
    _intervention()
    _appeal()
    _handover()


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "speaking_turn", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _intervention() -> None:
    op.create_table(
        "intervention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=True),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_intervention_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_intervention_person_id_person")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_intervention_room_id_room")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_intervention_statement_id_statement")
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["speaking_turn.id"], name=op.f("fk_intervention_turn_id_speaking_turn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.create_index(op.f("ix_intervention_person_id"), "intervention", ["person_id"], unique=False)
    op.create_index(op.f("ix_intervention_room_id"), "intervention", ["room_id"], unique=False)
    op.create_index(op.f("ix_intervention_statement_id"), "intervention", ["statement_id"], unique=False)


def _appeal() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("intervention_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("sustain", sa.Integer(), nullable=False),
        sa.Column("overturn", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_appeal_decided_by_id_person")),
        sa.ForeignKeyConstraint(
            ["intervention_id"], ["intervention.id"], name=op.f("fk_appeal_intervention_id_intervention")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appeal_person_id_person")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_appeal_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("intervention_id", name=op.f("uq_appeal_intervention_id")),
    )
    op.create_index(op.f("ix_appeal_person_id"), "appeal", ["person_id"], unique=False)
    op.create_index(op.f("ix_appeal_room_id"), "appeal", ["room_id"], unique=False)
    op.create_table(
        "appeal_mark",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("overturns", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_mark_appeal_id_appeal")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appeal_mark_person_id_person")),
        sa.PrimaryKeyConstraint("appeal_id", "person_id", name=op.f("pk_appeal_mark")),
    )


def _handover() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_handover_from_id_person")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_handover_room_id_room")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_room_id"), "handover", ["room_id"], unique=False)


def downgrade() -> None:
    for table in ("handover", "appeal_mark", "appeal", "intervention"):
        op.drop_table(table)
    for name in ("point", "speaking", "waiting"):
        op.drop_index(f"ux_speaking_turn_{name}", "speaking_turn")
    # What the tables of before cannot say: two at once, and a turn of another kind.
    op.execute(
        "UPDATE statement SET turn_id = NULL WHERE turn_id IN (SELECT id FROM speaking_turn WHERE kind <> 'speech')"
    )
    op.execute("UPDATE speaking_turn SET about_id = NULL")
    op.execute("DELETE FROM speaking_turn WHERE kind <> 'speech'")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("speaking_turn") as table:
            table.drop_column("about_id")
    else:
        op.drop_column("speaking_turn", "about_id")
    op.drop_column("speaking_turn", "allotted_seconds")
    op.drop_column("speaking_turn", "kind")
    op.drop_column("statement", "is_hidden")
    for name in ("decider", "person_seconds", "again_seconds"):
        op.drop_column("room", name)
    _index("ux_speaking_turn_waiting", ["room_id", "person_id"], WAITING)
    _index("ux_speaking_turn_speaking", ["room_id"], SPEAKING)
