"""Drafts of law come in, in versions, and are read."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_drafts_come_in"
down_revision = "20261130_matters_say_what_about"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_law",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brought_by_id"], ["person.id"], name=op.f("fk_draft_law_brought_by_id_person")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_draft_law_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_law")),
    )
    op.create_index(op.f("ix_draft_law_community_id"), "draft_law", ["community_id"], unique=False)
    op.create_table(
        "draft_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("source_url", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_draft_version_added_by_id_person")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_draft_version_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft_law.id"], name=op.f("fk_draft_version_draft_id_draft_law")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_version")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_draft_version_draft_id_number")),
    )
    op.create_index(op.f("ix_draft_version_draft_id"), "draft_version", ["draft_id"], unique=False)
    op.create_table(
        "draft_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("lines_digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_reading_person_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], name=op.f("fk_draft_reading_version_id_draft_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_reading")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_draft_reading_version_id_number")),
    )
    op.create_index(op.f("ix_draft_reading_version_id"), "draft_reading", ["version_id"], unique=False)
    op.create_table(
        "draft_article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(24), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id", "reading"],
            ["draft_reading.version_id", "draft_reading.number"],
            name="fk_draft_article_version_id_draft_reading",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_article")),
        sa.UniqueConstraint("version_id", "reading", "key", name=op.f("uq_draft_article_version_id_reading_key")),
        sa.UniqueConstraint(
            "version_id", "reading", "position", name=op.f("uq_draft_article_version_id_reading_position")
        ),
    )
    op.create_index("ix_draft_article_place", "draft_article", ["version_id", "reading", "section"], unique=False)
    op.create_table(
        "draft_text",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("frame", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["draft_reading.id"], name=op.f("fk_draft_text_reading_id_draft_reading")
        ),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_draft_text")),
    )


def downgrade() -> None:
    op.drop_table("draft_text")
    op.drop_table("draft_article")
    op.drop_table("draft_reading")
    op.drop_table("draft_version")
    op.drop_table("draft_law")
