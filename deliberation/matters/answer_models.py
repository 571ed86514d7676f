"""What is shown beside an answer owed: everything that the person said until then, each saying under where it was said."""

from collections.abc import Iterable

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.matters.models import ReplyOwed

MOST_SAID = 200
"""Characters of one saying."""


class ReplySaying(Row, table=True):
    """One of the things that somebody said and is owed an answer to. Hidden or withdrawn there, it has other words here."""

    id: int | None = Field(default=None, primary_key=True)
    owed_id: int = Field(foreign_key="reply_owed.id", index=True)
    source: str = Field(index=True, description="statement/88: what the log calls it")
    words: str = Field(sa_column=Column(Text, nullable=False), description="shortened")


def said_beside(session: Session, owed_ids: Iterable[int]) -> dict[int, str]:
    """By the id of the answer owed: what was said, a line or more each, oldest first."""
    wanted = col(ReplySaying.owed_id).in_(list(owed_ids))
    found: dict[int, list[str]] = {}
    for one in session.exec(select(ReplySaying).where(wanted).order_by(col(ReplySaying.id))):
        found.setdefault(one.owed_id, []).append(one.words)
    return {id: "\n".join(words) for id, words in found.items()}


def sayings_from(session: Session, matter_id: int, source: str) -> list[ReplySaying]:
    """Where the words of one source stand, the answer given or not."""
    owed = select(ReplyOwed.id).where(ReplyOwed.matter_id == matter_id)
    return list(
        session.exec(select(ReplySaying).where(ReplySaying.source == source, col(ReplySaying.owed_id).in_(owed)))
    )
