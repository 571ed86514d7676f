"""Statements are answered, have files, and are withdrawn by who made them."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_statements_are_answered"
down_revision = "20261129_chains_say_what_won"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statement", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("statement", sa.Column("withdrawn_reason", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "reply",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_reply_statement_id_statement")),
        sa.ForeignKeyConstraint(["to_id"], ["statement.id"], name=op.f("fk_reply_to_id_statement")),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_to_id"), "reply", ["to_id"], unique=False)
    op.create_table(
        "statement_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_statement_file_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_file_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_file")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_statement_file_attachment_id")),
    )
    op.create_index(op.f("ix_statement_file_statement_id"), "statement_file", ["statement_id"], unique=False)


def downgrade() -> None:
    op.drop_table("statement_file")
    op.drop_table("reply")
    op.drop_column("statement", "withdrawn_reason")
    op.drop_column("statement", "withdrawn_at")
