"""What is shown beside an answer owed is kept a saying a row, under where each was said.

Until now the sayings stood joined in one text. They are parted where the person's statements from the first one on make
up that text again, and hidden ones are shown as hidden; what cannot be parted stays one row under its first source.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_answers_keep_sayings"
down_revision = "20261130_minutes_are_contested"
branch_labels = None
depends_on = None

MOST_SAID = 200
OWED = sa.table("reply_owed", *(sa.column(each) for each in ("id", "matter_id", "person_id", "source", "said")))
SAYING = sa.table("reply_saying", *(sa.column(each) for each in ("id", "owed_id", "source", "words")))
ROOM = sa.table("room", sa.column("id"), sa.column("matter_id"))
STATEMENT = sa.table(
    "statement",
    *(sa.column(each) for each in ("id", "room_id", "person_id", "body", "is_hidden", "withdrawn_at")),
)
HIDDEN = "（主持人隐藏了这条发言，理由见会议纪要的会场秩序）"
WITHDRAWN = "（发言人撤回了这条发言，理由见会议纪要的会场秩序）"


def upgrade() -> None:
    op.create_table(
        "reply_saying",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owed_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owed_id"], ["reply_owed.id"], name=op.f("fk_reply_saying_owed_id_reply_owed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_saying")),
    )
    op.create_index(op.f("ix_reply_saying_owed_id"), "reply_saying", ["owed_id"], unique=False)
    op.create_index(op.f("ix_reply_saying_source"), "reply_saying", ["source"], unique=False)
    for row in op.get_bind().execute(sa.select(OWED).order_by(OWED.c.id)).all():
        for source, words in _parted(row):
            op.get_bind().execute(SAYING.insert().values(owed_id=row.id, source=source, words=words))
    op.drop_column("reply_owed", "said")


def _parted(row: sa.Row) -> list[tuple[str, str]]:
    """The statements that make up the text, each as it is shown now, or the text as one."""
    kind, _slash, first = row.source.partition("/")
    found, rest = [], row.said
    for one in _statements(row, int(first)) if kind == "statement" and first.isdigit() else ():
        words = one.body[:MOST_SAID]
        shown = HIDDEN if one.is_hidden else WITHDRAWN if one.withdrawn_at else words
        stood = next((each for each in (words, shown) if rest == each or rest.startswith(f"{each}\n")), None)
        if stood is None:
            break
        found.append((f"statement/{one.id}", shown))
        if rest == stood:
            return found
        rest = rest[len(stood) + 1 :]
    return [(row.source, row.said)]


def _statements(row: sa.Row, first: int) -> list[sa.Row]:
    own = sa.select(STATEMENT).join(ROOM, ROOM.c.id == STATEMENT.c.room_id).order_by(STATEMENT.c.id)
    own = own.where(ROOM.c.matter_id == row.matter_id, STATEMENT.c.person_id == row.person_id, STATEMENT.c.id >= first)
    return op.get_bind().execute(own).all()


def downgrade() -> None:
    op.add_column("reply_owed", sa.Column("said", sa.String(), nullable=False, server_default=""))
    said: dict[int, list[str]] = {}
    for row in op.get_bind().execute(sa.select(SAYING).order_by(SAYING.c.id)):
        said.setdefault(row.owed_id, []).append(row.words)
    for id, words in said.items():
        op.get_bind().execute(OWED.update().where(OWED.c.id == id).values(said="\n".join(words)[:2000]))
    op.drop_table("reply_saying")
