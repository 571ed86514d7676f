"""Communities form a tree, and each keeps a log."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_communities_keep_logs"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lineage", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["community.id"], name=op.f("fk_community_parent_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
    )
    op.create_index(op.f("ix_community_lineage"), "community", ["lineage"], unique=False)
    op.create_index(op.f("ix_community_parent_id"), "community", ["parent_id"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("clock_offset", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sa.UniqueConstraint("log_name", name=op.f("uq_installation_log_name")),
    )
    op.create_table(
        "opening",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "index", "field", name=op.f("pk_opening")),
    )
    op.create_index("ix_opening_person_id", "opening", ["person_id"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_calendar_day_community_id_community")
        ),
        sa.PrimaryKeyConstraint("community_id", "on", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "local_setting",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_local_setting_community_id_community")
        ),
        sa.PrimaryKeyConstraint("community_id", "name", name=op.f("pk_local_setting")),
    )
    op.create_table(
        "log_head",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_log_head_community_id_community")),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_log_head")),
        sa.UniqueConstraint("origin", name=op.f("uq_log_head_origin")),
    )
    op.create_table(
        "entry",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["log_head.community_id"], name=op.f("fk_entry_community_id_log_head")
        ),
        sa.PrimaryKeyConstraint("community_id", "index", name=op.f("pk_entry")),
    )
    op.create_index("ix_entry_object", "entry", ["object"], unique=False)
    op.create_index("ix_entry_topic", "entry", ["topic", "community_id", "index"], unique=False)


def downgrade() -> None:
    op.drop_table("entry")
    op.drop_table("log_head")
    op.drop_table("local_setting")
    op.drop_table("calendar_day")
    op.drop_table("opening")
    op.drop_table("installation")
    op.drop_table("community")
