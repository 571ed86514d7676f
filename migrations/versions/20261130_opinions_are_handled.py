"""Opinions are merged with those like them, handled, sorted and put into other words."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_opinions_are_handled"
down_revision = "20261130_opinions_are_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("dissolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["opinion.id"], name=op.f("fk_cluster_lead_id_opinion")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_cluster_made_by_id_person")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_cluster_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
    )
    op.create_index(op.f("ix_cluster_lead_id"), "cluster", ["lead_id"])
    op.create_index(op.f("ix_cluster_solicitation_id"), "cluster", ["solicitation_id"])
    op.create_table(
        "opinion_handling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_handling_opinion_id_opinion")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opinion_handling_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_handling")),
    )
    op.create_index(op.f("ix_opinion_handling_opinion_id"), "opinion_handling", ["opinion_id"])
    op.create_table(
        "opinion_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_wording_opinion_id_opinion")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opinion_wording_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_wording")),
    )
    op.create_index(op.f("ix_opinion_wording_opinion_id"), "opinion_wording", ["opinion_id"])
    op.create_table(
        "opinion_tag",
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("word", sa.String(length=20), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_tag_opinion_id_opinion")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_tag_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("opinion_id", "word", name=op.f("pk_opinion_tag")),
    )
    op.create_index("ix_opinion_tag_word", "opinion_tag", ["solicitation_id", "word", "opinion_id"])
    op.create_table(
        "opinion_group",
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("head", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["head"], ["opinion.id"], name=op.f("fk_opinion_group_head_opinion")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_group_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("solicitation_id", "head", name=op.f("pk_opinion_group")),
    )
    op.create_index("ix_opinion_group_size", "opinion_group", ["solicitation_id", "size", "head"])
    with op.batch_alter_table("opinion") as table:
        table.add_column(sa.Column("handling", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("cluster_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("assigned_to_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_opinion_assigned_to_id_person"), "person", ["assigned_to_id"], ["id"])
        table.create_index("ix_opinion_handling", ["solicitation_id", "handling", "id"])
        table.create_index("ix_opinion_cluster", ["cluster_id", "id"])
        table.create_index("ix_opinion_assigned", ["assigned_to_id", "solicitation_id", "id"])
    with op.batch_alter_table("opinion") as table:
        table.alter_column("handling", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("opinion") as table:
        table.drop_index("ix_opinion_assigned")
        table.drop_index("ix_opinion_cluster")
        table.drop_index("ix_opinion_handling")
        table.drop_constraint(op.f("fk_opinion_assigned_to_id_person"), type_="foreignkey")
        table.drop_column("assigned_to_id")
        table.drop_column("cluster_id")
        table.drop_column("handling")
    op.drop_table("opinion_group")
    op.drop_table("opinion_tag")
    op.drop_table("opinion_wording")
    op.drop_table("opinion_handling")
    op.drop_table("cluster")
