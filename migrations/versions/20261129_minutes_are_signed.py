"""Minutes have editions and corrections, and are sealed by two signatures.

Minutes that were issued before have their text as the first edition and no time for corrections left.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_minutes_are_signed"
down_revision = "20261129_the_floor_asks"
branch_labels = None
depends_on = None

OLDER = """
INSERT INTO minutes (document_id, community_id, matter_id, room_id, convening_id, days, days_source, until, participants_sign, sheet_edition)
SELECT document.id, matter.community_id, matter.id, {room}, {convening}, 0, '本地设置', document.issued_at, '', 0
FROM {what} JOIN document ON document.id = {what}.minutes_id JOIN matter ON matter.id = document.matter_id
WHERE document.id NOT IN (SELECT document_id FROM minutes)
"""


def upgrade() -> None:
    op.create_table(
        "minutes",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("convening_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("days_source", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("participants_sign", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False, server_default=""),
        sa.Column("summary_by_id", sa.Integer(), nullable=True),
        sa.Column("summary_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sheet_edition", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"]),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"]),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"]),
        sa.ForeignKeyConstraint(["convening_id"], ["convening.id"]),
        sa.ForeignKeyConstraint(["summary_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["sheet_id"], ["evidence.id"]),
        sa.PrimaryKeyConstraint("document_id"),
        sa.UniqueConstraint("room_id"),
    )
    op.create_index("ix_minutes_community_id", "minutes", ["community_id"])
    op.create_index("ix_minutes_matter_id", "minutes", ["matter_id"])
    op.create_table(
        "minutes_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["minutes.document_id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "number"),
    )
    op.create_index("ix_minutes_edition_document_id", "minutes_edition", ["document_id"])
    op.create_table(
        "minutes_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.Column("answer", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["document_id"], ["minutes.document_id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["typed_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_minutes_correction_document_id", "minutes_correction", ["document_id"])
    op.create_index("ix_minutes_correction_person_id", "minutes_correction", ["person_id"])
    op.create_table(
        "minutes_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["minutes.document_id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "role", "sha256"),
    )
    op.create_index("ix_minutes_signature_document_id", "minutes_signature", ["document_id"])
    op.execute(OLDER.format(what="room", room="room.id", convening="CAST(NULL AS INTEGER)"))
    op.execute(OLDER.format(what="convening", room="convening.room_id", convening="convening.id"))
    op.execute(
        "UPDATE minutes SET convening_id = (SELECT id FROM convening WHERE convening.room_id = minutes.room_id)"
        " WHERE convening_id IS NULL"
    )
    op.execute(
        "INSERT INTO minutes_edition (document_id, number, body, at, by_id)"
        " SELECT document.id, 1, document.body, document.issued_at, document.issuer_id"
        " FROM minutes JOIN document ON document.id = minutes.document_id"
    )


def downgrade() -> None:
    for name in ("minutes_signature", "minutes_correction", "minutes_edition", "minutes"):
        op.drop_table(name)
