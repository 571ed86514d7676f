"""What is convened has a form; people are invited, drawn by lot, asked in writing or visited."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_consulting_has_forms"
down_revision = "20261129_proxies_have_terms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendance", sa.Column("counts", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "convening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("form_text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("papers_days", sa.Integer(), nullable=True),
        sa.Column("convened_by_id", sa.Integer(), nullable=False),
        sa.Column("convened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("why_cancelled", sa.Text(), server_default="", nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_convening_community_id_community")),
        sa.ForeignKeyConstraint(["convened_by_id"], ["person.id"], name=op.f("fk_convening_convened_by_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_convening_matter_id_matter")),
        sa.ForeignKeyConstraint(["minutes_id"], ["document.id"], name=op.f("fk_convening_minutes_id_document")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_convening_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convening")),
        sa.UniqueConstraint("room_id", name=op.f("uq_convening_room_id")),
    )
    op.create_index(op.f("ix_convening_community_id"), "convening", ["community_id"], unique=False)
    op.create_index(op.f("ix_convening_matter_id"), "convening", ["matter_id"], unique=False)
    op.create_table(
        "laid_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convening_id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_laid_paper_by_id_person")),
        sa.ForeignKeyConstraint(["convening_id"], ["convening.id"], name=op.f("fk_laid_paper_convening_id_convening")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_laid_paper")),
    )
    op.create_index(op.f("ix_laid_paper_convening_id"), "laid_paper", ["convening_id"], unique=False)
    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convening_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("strata", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("substitutes", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("announced", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("names_root", sa.String(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_by_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("abandoned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why_abandoned", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["committed_by_id"], ["person.id"], name=op.f("fk_lot_committed_by_id_person")),
        sa.ForeignKeyConstraint(["convening_id"], ["convening.id"], name=op.f("fk_lot_convening_id_convening")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("convening_id", "number", name=op.f("uq_lot_convening_id_number")),
    )
    op.create_index(op.f("ix_lot_convening_id"), "lot", ["convening_id"], unique=False)
    op.create_table(
        "talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convening_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("where", sa.String(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_talk_by_id_person")),
        sa.ForeignKeyConstraint(["convening_id"], ["convening.id"], name=op.f("fk_talk_convening_id_convening")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_talk_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    op.create_index(op.f("ix_talk_convening_id"), "talk", ["convening_id"], unique=False)
    op.create_index(op.f("ix_talk_person_id"), "talk", ["person_id"], unique=False)
    op.create_table(
        "written_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convening_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["convening_id"], ["convening.id"], name=op.f("fk_written_answer_convening_id_convening")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_written_answer_person_id_person")),
        sa.ForeignKeyConstraint(["typed_by_id"], ["person.id"], name=op.f("fk_written_answer_typed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_answer")),
    )
    op.create_index(op.f("ix_written_answer_convening_id"), "written_answer", ["convening_id"], unique=False)
    op.create_index(op.f("ix_written_answer_person_id"), "written_answer", ["person_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convening_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("asks", sa.Text(), server_default="", nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_invitation_by_id_person")),
        sa.ForeignKeyConstraint(["convening_id"], ["convening.id"], name=op.f("fk_invitation_convening_id_convening")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_invitation_lot_id_lot")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.ForeignKeyConstraint(["replied_by_id"], ["person.id"], name=op.f("fk_invitation_replied_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("convening_id", "person_id", name=op.f("uq_invitation_convening_id_person_id")),
    )
    op.create_index(op.f("ix_invitation_convening_id"), "invitation", ["convening_id"], unique=False)
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_table(
        "lot_ticket",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_ticket_lot_id_lot")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lot_ticket_person_id_person")),
        sa.PrimaryKeyConstraint("lot_id", "number", name=op.f("pk_lot_ticket")),
    )
    op.create_index(op.f("ix_lot_ticket_person_id"), "lot_ticket", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("lot_ticket")
    op.drop_table("invitation")
    op.drop_table("written_answer")
    op.drop_table("talk")
    op.drop_table("lot")
    op.drop_table("laid_paper")
    op.drop_table("convening")
    op.drop_column("attendance", "counts")
