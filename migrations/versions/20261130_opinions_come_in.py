"""Solicitations ask for opinions, and opinions come in."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_opinions_come_in"
down_revision = "20261130_drafts_come_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collection_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_collection_point_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_point")),
    )
    op.create_index(op.f("ix_collection_point_community_id"), "collection_point", ["community_id"], unique=False)
    op.create_table(
        "solicitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("letter_from", sa.String(), nullable=False),
        sa.Column("letter_no", sa.String(), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("asks_contacts", sa.Boolean(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("namings", sa.JSON(), nullable=False),
        sa.Column("without_account", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_solicitation_community_id_community")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft_law.id"], name=op.f("fk_solicitation_draft_id_draft_law")),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["person.id"], name=op.f("fk_solicitation_drafted_by_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], name=op.f("fk_solicitation_version_id_draft_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solicitation")),
    )
    op.create_index(op.f("ix_solicitation_community_id"), "solicitation", ["community_id"], unique=False)
    op.create_index(op.f("ix_solicitation_draft_id"), "solicitation", ["draft_id"], unique=False)
    op.create_index(op.f("ix_solicitation_version_id"), "solicitation", ["version_id"], unique=False)
    op.create_table(
        "collecting",
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_collecting_person_id_person")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["collection_point.id"], name=op.f("fk_collecting_point_id_collection_point")
        ),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_collecting_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("solicitation_id", "point_id", "person_id", name=op.f("pk_collecting")),
    )
    op.create_index(op.f("ix_collecting_person_id"), "collecting", ["person_id"], unique=False)
    op.create_index(op.f("ix_collecting_point_id"), "collecting", ["point_id"], unique=False)
    op.create_table(
        "opinion_count",
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(16), nullable=False),
        sa.Column("word", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_count_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("solicitation_id", "dimension", "word", "kind", name=op.f("pk_opinion_count")),
    )
    op.create_table(
        "opinion_intake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opinion_intake_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_intake_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_intake")),
    )
    op.create_index(op.f("ix_opinion_intake_solicitation_id"), "opinion_intake", ["solicitation_id"], unique=False)
    op.create_table(
        "solicitation_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("before_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_solicitation_extension_person_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"],
            ["solicitation.id"],
            name=op.f("fk_solicitation_extension_solicitation_id_solicitation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solicitation_extension")),
    )
    op.create_index(
        op.f("ix_solicitation_extension_solicitation_id"), "solicitation_extension", ["solicitation_id"], unique=False
    )
    op.create_table(
        "opinion",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("place_label", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("naming", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("publishes", sa.Boolean(), nullable=False),
        sa.Column("names", sa.Boolean(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("province", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=True),
        sa.Column("collector", sa.String(), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("as_said", sa.Text(), nullable=False),
        sa.Column("cosigners", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["collector_id"], ["person.id"], name=op.f("fk_opinion_collector_id_person")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_opinion_community_id_community")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft_law.id"], name=op.f("fk_opinion_draft_id_draft_law")),
        sa.ForeignKeyConstraint(["intake_id"], ["opinion_intake.id"], name=op.f("fk_opinion_intake_id_opinion_intake")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opinion_person_id_person")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["collection_point.id"], name=op.f("fk_opinion_point_id_collection_point")
        ),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_solicitation_id_solicitation")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["draft_version.id"], name=op.f("fk_opinion_version_id_draft_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_opinion_code_hash")),
        sa.UniqueConstraint("solicitation_id", "number", name=op.f("uq_opinion_solicitation_id_number")),
    )
    op.create_index("ix_opinion_article", "opinion", ["version_id", "article", "id"], unique=False)
    op.create_index(op.f("ix_opinion_collector_id"), "opinion", ["collector_id"], unique=False)
    op.create_index(op.f("ix_opinion_draft_id"), "opinion", ["draft_id"], unique=False)
    op.create_index(op.f("ix_opinion_person_id"), "opinion", ["person_id"], unique=False)
    op.create_index("ix_opinion_state", "opinion", ["solicitation_id", "state", "id"], unique=False)
    op.create_table(
        "opinion_author",
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("is_child", sa.Boolean(), nullable=False),
        sa.Column("guardian", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_author_opinion_id_opinion")),
        sa.PrimaryKeyConstraint("opinion_id", name=op.f("pk_opinion_author")),
    )
    op.create_table(
        "opinion_cosigner",
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_cosigner_opinion_id_opinion")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opinion_cosigner_person_id_person")),
        sa.PrimaryKeyConstraint("opinion_id", "person_id", name=op.f("pk_opinion_cosigner")),
    )
    op.create_index(op.f("ix_opinion_cosigner_person_id"), "opinion_cosigner", ["person_id"], unique=False)
    op.create_table(
        "opinion_earlier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_earlier_opinion_id_opinion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_earlier")),
    )
    op.create_index(op.f("ix_opinion_earlier_opinion_id"), "opinion_earlier", ["opinion_id"], unique=False)
    op.create_table(
        "opinion_file",
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_opinion_file_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_file_opinion_id_opinion")),
        sa.PrimaryKeyConstraint("opinion_id", "attachment_id", name=op.f("pk_opinion_file")),
    )
    op.create_index(op.f("ix_opinion_file_attachment_id"), "opinion_file", ["attachment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("opinion_file")
    op.drop_table("opinion_earlier")
    op.drop_table("opinion_cosigner")
    op.drop_table("opinion_author")
    op.drop_table("opinion")
    op.drop_table("solicitation_extension")
    op.drop_table("opinion_intake")
    op.drop_table("opinion_count")
    op.drop_table("collecting")
    op.drop_table("solicitation")
    op.drop_table("collection_point")
