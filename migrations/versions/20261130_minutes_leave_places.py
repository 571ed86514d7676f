"""An accepted correction is carried through the rest of the minutes, or a place is left with a sentence.

The card of minutes in the dossier says from now on what stands, and until which day corrections may be asked for.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "20261130_minutes_leave_places"
down_revision = "20261130_submissions_come_in"
branch_labels = None
depends_on = None


MINUTES = sa.table(
    "minutes",
    *(sa.column(each) for each in ("document_id", "community_id")),
    *(sa.column(each, sa.DateTime(timezone=True)) for each in ("until", "sealed_at")),
)
EDITION = sa.table("minutes_edition", *(sa.column(each) for each in ("document_id", "number", "body")))
DOCUMENT = sa.table("document", sa.column("id"), sa.column("facts", sa.JSON))
COMMUNITY = sa.table("community", sa.column("id"), sa.column("timezone"))
NEW = ("edition", "stands", "correct_by", "sealed")
SHOWN = 161
"""Characters of a text that a card looks at."""


def _stand(connection) -> None:
    newest = sa.select(EDITION.c.document_id, sa.func.max(EDITION.c.number).label("number"))
    newest = newest.group_by(EDITION.c.document_id).subquery()
    rows = sa.select(MINUTES, EDITION.c.number, EDITION.c.body, DOCUMENT.c.facts, COMMUNITY.c.timezone).join_from(
        MINUTES, newest, newest.c.document_id == MINUTES.c.document_id
    )
    rows = rows.join(
        EDITION, sa.and_(EDITION.c.document_id == newest.c.document_id, EDITION.c.number == newest.c.number)
    )
    rows = rows.join(DOCUMENT, DOCUMENT.c.id == MINUTES.c.document_id)
    rows = rows.join(COMMUNITY, COMMUNITY.c.id == MINUTES.c.community_id)
    for row in connection.execute(rows).all():
        until = row.until if row.until.tzinfo else row.until.replace(tzinfo=ZoneInfo("UTC"))
        last = until.astimezone(ZoneInfo(row.timezone)) - timedelta(microseconds=1)
        facts = {
            **row.facts,
            "edition": row.number,
            "stands": row.body[:SHOWN],
            "correct_by": last.date().isoformat(),
            "sealed": row.sealed_at is not None,
        }
        connection.execute(DOCUMENT.update().where(DOCUMENT.c.id == row.document_id).values(facts=facts))


def _unstand(connection) -> None:
    found = sa.select(DOCUMENT).join(MINUTES, MINUTES.c.document_id == DOCUMENT.c.id)
    for row in connection.execute(found).all():
        facts = {name: value for name, value in row.facts.items() if name not in NEW}
        connection.execute(DOCUMENT.update().where(DOCUMENT.c.id == row.id).values(facts=facts))


def upgrade() -> None:
    _stand(op.get_bind())
    # SQLite cannot add a constraint later, and a table made anew there would lose what points to it.
    op.execute(
        "ALTER TABLE minutes_correction ADD COLUMN follows_id INTEGER"
        " CONSTRAINT fk_minutes_correction_follows_id_minutes_correction REFERENCES minutes_correction (id)"
    )
    op.create_table(
        "minutes_left",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["minutes.document_id"]),
        sa.ForeignKeyConstraint(["correction_id"], ["minutes_correction.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "key"),
    )
    op.create_index(op.f("ix_minutes_left_document_id"), "minutes_left", ["document_id"])


def downgrade() -> None:
    _unstand(op.get_bind())
    op.drop_table("minutes_left")
    op.execute("UPDATE minutes_correction SET follows_id = NULL")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("minutes_correction") as table:
            table.drop_column("follows_id")
    else:
        op.drop_column("minutes_correction", "follows_id")
