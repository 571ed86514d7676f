"""Layouts of the table of opinions, and which one an export was made with."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_tables_have_layouts"
down_revision = "20261130_reports_are_written"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "table_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_table_layout_community_id_community")
        ),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name=op.f("fk_table_layout_saved_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_layout")),
    )
    op.create_index(op.f("ix_table_layout_community_id"), "table_layout", ["community_id"])
    # Not in a table made anew: on SQLite that would fail on what points to its rows.
    op.execute("ALTER TABLE opinion_export ADD COLUMN layout_name VARCHAR NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE opinion_export ADD COLUMN columns JSON")


def downgrade() -> None:
    op.execute("ALTER TABLE opinion_export DROP COLUMN columns")
    op.execute("ALTER TABLE opinion_export DROP COLUMN layout_name")
    op.drop_table("table_layout")
