"""Opinions are carried to the next version, adopted or not, and their authors are told."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_opinions_have_fates"
down_revision = "20261130_opinions_name_entries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_answering_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_answering_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answering")),
    )
    op.create_index(op.f("ix_answering_solicitation_id"), "answering", ["solicitation_id"], unique=False)
    op.create_table(
        "carrying",
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["begun_by_id"], ["person.id"], name=op.f("fk_carrying_begun_by_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_carrying_solicitation_id_solicitation")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], name=op.f("fk_carrying_version_id_draft_version")
        ),
        sa.PrimaryKeyConstraint("solicitation_id", "version_id", name=op.f("pk_carrying")),
    )
    op.create_table(
        "adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.BigInteger(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_adoption_opinion_id_opinion")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_adoption_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_adoption_solicitation_id_solicitation")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], name=op.f("fk_adoption_version_id_draft_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
    )
    op.create_index(op.f("ix_adoption_opinion_id"), "adoption", ["opinion_id"], unique=False)
    op.create_index("ix_adoption_solicitation", "adoption", ["solicitation_id", "id"], unique=False)
    op.create_table(
        "carried_opinion",
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_carried_opinion_opinion_id_opinion")),
        sa.ForeignKeyConstraint(["placed_by_id"], ["person.id"], name=op.f("fk_carried_opinion_placed_by_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_carried_opinion_solicitation_id_solicitation")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], name=op.f("fk_carried_opinion_version_id_draft_version")
        ),
        sa.PrimaryKeyConstraint("opinion_id", "version_id", name=op.f("pk_carried_opinion")),
    )
    op.create_index(
        "ix_carried_opinion_article", "carried_opinion", ["version_id", "article", "opinion_id"], unique=False
    )
    op.create_index(
        "ix_carried_opinion_unsure",
        "carried_opinion",
        ["solicitation_id", "version_id", "unsure", "opinion_id"],
        unique=False,
    )
    op.create_table(
        "opinion_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.BigInteger(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["adoption_id"], ["adoption.id"], name=op.f("fk_opinion_answer_adoption_id_adoption")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_answer_opinion_id_opinion")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_answer_solicitation_id_solicitation")
        ),
        sa.ForeignKeyConstraint(["told_by_id"], ["person.id"], name=op.f("fk_opinion_answer_told_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_answer")),
        sa.UniqueConstraint("opinion_id", "adoption_id", name=op.f("uq_opinion_answer_opinion_id_adoption_id")),
    )
    op.create_index("ix_opinion_answer_told", "opinion_answer", ["solicitation_id", "told_at", "id"], unique=False)
    op.add_column("opinion", sa.Column("adoption_id", sa.Integer(), nullable=True))
    op.add_column("opinion", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("solicitation", sa.Column("answers_due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("solicitation", "answers_due_on")
    op.drop_column("opinion", "answered_at")
    op.drop_column("opinion", "adoption_id")
    op.drop_table("opinion_answer")
    op.drop_table("carried_opinion")
    op.drop_table("adoption")
    op.drop_table("carrying")
    op.drop_table("answering")
