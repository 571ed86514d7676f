"""Opinions are mapped: many short statements and a mark of each person on each."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_opinions_are_mapped"
down_revision = "20261129_proxies_take_ballots"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_map",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn", sa.JSON(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"]),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"]),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_opinion_map_community_id", "opinion_map", ["community_id"])
    op.create_index("ix_opinion_map_matter_id", "opinion_map", ["matter_id"])
    op.create_table(
        "map_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by_id", sa.Integer(), nullable=True),
        sa.Column("hidden_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["hidden_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["map_id"], ["opinion_map.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_map_statement_map_id", "map_statement", ["map_id"])
    op.create_index("ix_map_statement_person_id", "map_statement", ["person_id"])
    op.create_table(
        "map_mark",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["map_id"], ["opinion_map.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["statement_id"], ["map_statement.id"]),
        sa.PrimaryKeyConstraint("statement_id", "person_id"),
    )
    op.create_index("ix_map_mark_map_id", "map_mark", ["map_id"])
    op.create_index("ix_map_mark_person_id", "map_mark", ["person_id"])


def downgrade() -> None:
    op.drop_table("map_mark")
    op.drop_table("map_statement")
    op.drop_table("opinion_map")
