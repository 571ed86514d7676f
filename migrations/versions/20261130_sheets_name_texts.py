"""A participants' sheet counts for the text for which it was attached, and for no other.

Until now it counted for an edition, to which a summary could be written afterwards. A sheet that was attached after the
newest edition and after the summary was attached for the text as it stands; any other is for a text that is not kept.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "20261130_sheets_name_texts"
down_revision = "20261130_readings_are_withdrawn"
branch_labels = None
depends_on = None

MINUTES = sa.table(
    "minutes",
    *(sa.column(each) for each in ("document_id", "summary", "sheet_edition", "sheet_id", "sheet_sha256")),
    sa.column("summary_at", sa.DateTime(timezone=True)),
)
EDITION = sa.table("minutes_edition", *(sa.column(each) for each in ("document_id", "number", "body")))
DOCUMENT = sa.table("document", sa.column("id"), sa.column("title"))
EVIDENCE = sa.table("evidence", sa.column("id"), sa.column("added_at", sa.DateTime(timezone=True)))


def upgrade() -> None:
    op.add_column("minutes", sa.Column("sheet_sha256", sa.String(), nullable=False, server_default=""))
    every = EDITION.alias("every")
    newest = sa.select(sa.func.max(every.c.number)).where(every.c.document_id == MINUTES.c.document_id)
    found = (
        sa.select(MINUTES.c.document_id, MINUTES.c.summary, DOCUMENT.c.title, EDITION.c.body)
        .join(DOCUMENT, DOCUMENT.c.id == MINUTES.c.document_id)
        .join(EVIDENCE, EVIDENCE.c.id == MINUTES.c.sheet_id)
        .join(EDITION, EDITION.c.document_id == MINUTES.c.document_id)
        .where(
            EDITION.c.number == MINUTES.c.sheet_edition, EDITION.c.number == newest.correlate(MINUTES).scalar_subquery()
        )
        .where(sa.or_(MINUTES.c.summary_at.is_(None), MINUTES.c.summary_at <= EVIDENCE.c.added_at))
    )
    for id, summary, title, body in op.get_bind().execute(found).all():
        parts = [title, f"通俗摘要：{summary}" if summary else "", body.strip()]
        digest = hashlib.sha256(("\n\n".join(part for part in parts if part) + "\n").encode()).hexdigest()
        op.get_bind().execute(MINUTES.update().where(MINUTES.c.document_id == id).values(sheet_sha256=digest))


def downgrade() -> None:
    op.drop_column("minutes", "sheet_sha256")
