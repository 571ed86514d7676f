"""Opinions are found by their words, and with those like them."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_opinions_are_found"
down_revision = "20261130_corrections_name_places"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_form",
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_form_opinion_id_opinion")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_form_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("opinion_id", name=op.f("pk_opinion_form")),
    )
    op.create_index("ix_opinion_form_head", "opinion_form", ["solicitation_id", "head", "opinion_id"])
    op.create_index("ix_opinion_form_digest", "opinion_form", ["solicitation_id", "digest", "opinion_id"])
    op.create_table(
        "opinion_mark",
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("opinion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_mark_opinion_id_opinion")),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinion_mark_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("solicitation_id", "mark", "opinion_id", name=op.f("pk_opinion_mark")),
    )
    op.create_table(
        "opinions_followed",
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("upto", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["solicitation_id"], ["solicitation.id"], name=op.f("fk_opinions_followed_solicitation_id_solicitation")
        ),
        sa.PrimaryKeyConstraint("solicitation_id", name=op.f("pk_opinions_followed")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Letters, digits and their marks make the words, as word_rules.sign_form leaves them; nothing is kept but the index.
        op.execute(
            "CREATE VIRTUAL TABLE opinion_words USING fts5(scope, signs, letters, content='', contentless_delete=1,"
            " tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")"
        )
    else:
        op.execute(
            "CREATE TABLE opinion_words (opinion_id BIGINT PRIMARY KEY REFERENCES opinion (id), words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_opinion_words ON opinion_words USING gin (words)")


def downgrade() -> None:
    op.execute("DROP TABLE opinion_words")
    op.drop_table("opinions_followed")
    op.drop_table("opinion_mark")
    op.drop_index("ix_opinion_form_digest", table_name="opinion_form")
    op.drop_index("ix_opinion_form_head", table_name="opinion_form")
    op.drop_table("opinion_form")
