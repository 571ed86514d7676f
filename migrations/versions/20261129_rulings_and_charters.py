"""Resolutions are ruled on, charters have editions, and a poll says on which text it opened."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_rulings_and_charters"
down_revision = "20261129_paper_is_counted"
branch_labels = None
depends_on = None

KNOWN = """
UPDATE proceeding SET
    plan = COALESCE((SELECT poll.plan_number FROM poll WHERE 'poll/' || poll.id = proceeding.subject), 0),
    text = COALESCE((SELECT poll.text_sha256 FROM poll WHERE 'poll/' || poll.id = proceeding.subject), '')
WHERE kind = 'poll'
"""


def upgrade() -> None:
    op.create_table(
        "charter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_charter_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter")),
    )
    with op.batch_alter_table("charter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_community_id"), ["community_id"], unique=False)

    op.create_table(
        "charter_aim",
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("charter_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["charter_id"], ["charter.id"], name=op.f("fk_charter_aim_charter_id_charter")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_charter_aim_matter_id_matter")),
        sa.PrimaryKeyConstraint("matter_id", name=op.f("pk_charter_aim")),
    )
    op.create_table(
        "charter_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filed_with", sa.String(), nullable=False),
        sa.Column("filing_number", sa.String(), nullable=False),
        sa.Column("filing_note", sa.String(), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("begun_by_id", sa.Integer(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["begun_by_id"], ["person.id"], name=op.f("fk_charter_edition_begun_by_id_person")),
        sa.ForeignKeyConstraint(["charter_id"], ["charter.id"], name=op.f("fk_charter_edition_charter_id_charter")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_charter_edition_document_id_document")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["person.id"], name=op.f("fk_charter_edition_filed_by_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_charter_edition_matter_id_matter")),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["charter_edition.id"], name=op.f("fk_charter_edition_replaced_by_id_charter_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_edition")),
        sa.UniqueConstraint("charter_id", "number", name=op.f("uq_charter_edition_charter_id_number")),
    )
    with op.batch_alter_table("charter_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_edition_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("ruled_on", sa.Date(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_document_id", sa.Integer(), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_role", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_ruling_attachment_id_attachment")),
        sa.ForeignKeyConstraint(["by_document_id"], ["document.id"], name=op.f("fk_ruling_by_document_id_document")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_ruling_community_id_community")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_ruling_document_id_document")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_ruling_entered_by_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_ruling_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
    )
    with op.batch_alter_table("ruling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ruling_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ruling_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ruling_matter_id"), ["matter_id"], unique=False)

    with op.batch_alter_table("proceeding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plan", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("text", sa.String(), nullable=False, server_default=""))
    op.execute(KNOWN)
    with op.batch_alter_table("proceeding", schema=None) as batch_op:
        batch_op.alter_column("plan", server_default=None)
        batch_op.alter_column("text", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("proceeding", schema=None) as batch_op:
        batch_op.drop_column("text")
        batch_op.drop_column("plan")

    with op.batch_alter_table("ruling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ruling_matter_id"))
        batch_op.drop_index(batch_op.f("ix_ruling_document_id"))
        batch_op.drop_index(batch_op.f("ix_ruling_community_id"))

    op.drop_table("ruling")
    with op.batch_alter_table("charter_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_edition_matter_id"))

    op.drop_table("charter_edition")
    op.drop_table("charter_aim")
    with op.batch_alter_table("charter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_community_id"))

    op.drop_table("charter")
