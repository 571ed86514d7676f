"""Paper and hands are counted by two."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_paper_is_counted"
down_revision = "20261129_ballots_go_into_a_box"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "count_seal",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["counter_id"], ["person.id"], name=op.f("fk_count_seal_counter_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_count_seal_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "counter_id", name=op.f("pk_count_seal")),
        sa.UniqueConstraint("poll_id", "place", name=op.f("uq_count_seal_poll_id_place")),
    )
    op.create_table(
        "handed",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("is_out", sa.Boolean(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handed_person_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_handed_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_handed")),
    )
    op.create_index(op.f("ix_handed_person_id"), "handed", ["person_id"], unique=False)
    op.create_table(
        "hands_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("among", sa.Integer(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["counter_id"], ["person.id"], name=op.f("fk_hands_count_counter_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_hands_count_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hands_count")),
        sa.UniqueConstraint("poll_id", "round", "counter_id", name=op.f("uq_hands_count_poll_id_round_counter_id")),
        sa.UniqueConstraint("poll_id", "round", "place", name=op.f("uq_hands_count_poll_id_round_place")),
    )
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_paper_batch_poll_id_poll")),
        sa.ForeignKeyConstraint(["printed_by_id"], ["person.id"], name=op.f("fk_paper_batch_printed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_batch_code")),
        sa.UniqueConstraint("poll_id", "number", name=op.f("uq_paper_batch_poll_id_number")),
    )
    op.create_table(
        "paper_stock",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("left_over", sa.Integer(), nullable=False),
        sa.Column("counted_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["counted_by_id"], ["person.id"], name=op.f("fk_paper_stock_counted_by_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_paper_stock_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_paper_stock")),
    )
    op.create_table(
        "paper_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_sheet_batch_id_paper_batch")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_paper_sheet_person_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_paper_sheet_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheet")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_paper_sheet_batch_id_number")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_sheet_code")),
    )
    op.create_index(op.f("ix_paper_sheet_person_id"), "paper_sheet", ["person_id"], unique=False)
    op.create_index(op.f("ix_paper_sheet_poll_id"), "paper_sheet", ["poll_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_reading_poll_id_poll")),
        sa.ForeignKeyConstraint(["reader_id"], ["person.id"], name=op.f("fk_reading_reader_id_person")),
        sa.ForeignKeyConstraint(["sheet_id"], ["paper_sheet.id"], name=op.f("fk_reading_sheet_id_paper_sheet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("sheet_id", "place", name=op.f("uq_reading_sheet_id_place")),
        sa.UniqueConstraint("sheet_id", "reader_id", name=op.f("uq_reading_sheet_id_reader_id")),
    )
    op.create_index(op.f("ix_reading_poll_id"), "reading", ["poll_id"], unique=False)
    op.create_index(op.f("ix_reading_reader_id"), "reading", ["reader_id"], unique=False)
    op.create_table(
        "settlement",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_settlement_poll_id_poll")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_settlement_settled_by_id_person")),
        sa.ForeignKeyConstraint(["sheet_id"], ["paper_sheet.id"], name=op.f("fk_settlement_sheet_id_paper_sheet")),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_settlement")),
    )
    op.create_index(op.f("ix_settlement_poll_id"), "settlement", ["poll_id"], unique=False)


def downgrade() -> None:
    op.drop_table("settlement")
    op.drop_table("reading")
    op.drop_table("paper_sheet")
    op.drop_table("paper_stock")
    op.drop_table("paper_batch")
    op.drop_table("hands_count")
    op.drop_table("handed")
    op.drop_table("count_seal")
