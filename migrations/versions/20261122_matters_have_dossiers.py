"""A matter has a dossier of documents."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_matters_have_dossiers"
down_revision = "20261122_people_are_told"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "procedure_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_procedure_text_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_text")),
        sa.UniqueConstraint(
            "code", "fingerprint", "community_id", name=op.f("uq_procedure_text_code_fingerprint_community_id")
        ),
    )
    op.create_index(op.f("ix_procedure_text_code"), "procedure_text", ["code"], unique=False)
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("building", sa.String(), nullable=False),
        sa.Column("entrance", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("ring", sa.String(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_matter_community_id_community")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure_text.id"], name=op.f("fk_matter_procedure_id_procedure_text")
        ),
        sa.ForeignKeyConstraint(["proposer_id"], ["person.id"], name=op.f("fk_matter_proposer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("community_id", "year", "number", name=op.f("uq_matter_community_id_year_number")),
    )
    op.create_index(op.f("ix_matter_community_id"), "matter", ["community_id"], unique=False)
    op.create_index("ix_matter_community_stage", "matter", ["community_id", "stage"], unique=False)
    op.create_index(op.f("ix_matter_proposer_id"), "matter", ["proposer_id"], unique=False)
    op.create_index(op.f("ix_matter_stage"), "matter", ["stage"], unique=False)
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_clock_community_id_community")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_clock_matter_id_matter")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_clock_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.UniqueConstraint("subject", name=op.f("uq_clock_subject")),
    )
    op.create_index(op.f("ix_clock_community_id"), "clock", ["community_id"], unique=False)
    op.create_index(op.f("ix_clock_due_at"), "clock", ["due_at"], unique=False)
    op.create_index(op.f("ix_clock_matter_id"), "clock", ["matter_id"], unique=False)
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_demand_community_id_community")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_demand_matter_id_matter")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_demand_raised_by_id_person")),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_demand_roster_id_roster")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
    )
    op.create_index(op.f("ix_demand_community_id"), "demand", ["community_id"], unique=False)
    op.create_index(op.f("ix_demand_matter_id"), "demand", ["matter_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=True),
        sa.Column("issuer_role", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["corrects_id"], ["document.id"], name=op.f("fk_document_corrects_id_document")),
        sa.ForeignKeyConstraint(["issuer_id"], ["person.id"], name=op.f("fk_document_issuer_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_document_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_matter_id"), "document", ["matter_id"], unique=False)
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_plan_version_author_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_plan_version_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("matter_id", "number", name=op.f("uq_plan_version_matter_id_number")),
    )
    op.create_index(op.f("ix_plan_version_matter_id"), "plan_version", ["matter_id"], unique=False)
    op.create_table(
        "proceeding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("is_minuted", sa.Boolean(), nullable=False),
        sa.Column("unsettled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_proceeding_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proceeding")),
        sa.UniqueConstraint("subject", name=op.f("uq_proceeding_subject")),
    )
    op.create_index(op.f("ix_proceeding_matter_id"), "proceeding", ["matter_id"], unique=False)
    op.create_table(
        "reply_owed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("owed_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_reply_owed_answered_by_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_reply_owed_matter_id_matter")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reply_owed_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_owed")),
        sa.UniqueConstraint("matter_id", "person_id", "source", name=op.f("uq_reply_owed_matter_id_person_id_source")),
    )
    op.create_index(op.f("ix_reply_owed_matter_id"), "reply_owed", ["matter_id"], unique=False)
    op.create_index(op.f("ix_reply_owed_person_id"), "reply_owed", ["person_id"], unique=False)
    op.create_table(
        "demand_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("roster_line_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_demand_signature_demand_id_demand")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_demand_signature_person_id_person")),
        sa.ForeignKeyConstraint(
            ["roster_line_id"], ["roster_line.id"], name=op.f("fk_demand_signature_roster_line_id_roster_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_signature")),
        sa.UniqueConstraint("demand_id", "roster_line_id", name=op.f("uq_demand_signature_demand_id_roster_line_id")),
    )
    op.create_index(op.f("ix_demand_signature_demand_id"), "demand_signature", ["demand_id"], unique=False)
    op.create_table(
        "disclosure",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closable_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_disclosure_document_id_document")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_disclosure_matter_id_matter")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_disclosure")),
    )
    op.create_index(op.f("ix_disclosure_matter_id"), "disclosure", ["matter_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_evidence_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_evidence_document_id_document")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_evidence_matter_id_matter")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_document_id"), "evidence", ["document_id"], unique=False)
    op.create_index(op.f("ix_evidence_matter_id"), "evidence", ["matter_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("is_upheld", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_objection_answered_by_id_person")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_objection_document_id_document")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_objection_matter_id_matter")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_objection_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_document_id"), "objection", ["document_id"], unique=False)
    op.create_index(op.f("ix_objection_matter_id"), "objection", ["matter_id"], unique=False)
    op.create_index(op.f("ix_objection_person_id"), "objection", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("objection")
    op.drop_table("evidence")
    op.drop_table("disclosure")
    op.drop_table("demand_signature")
    op.drop_table("reply_owed")
    op.drop_table("proceeding")
    op.drop_table("plan_version")
    op.drop_table("document")
    op.drop_table("demand")
    op.drop_table("clock")
    op.drop_table("matter")
    op.drop_table("procedure_text")
