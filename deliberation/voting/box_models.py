"""The two tables of a confidential vote: who took a ballot, and the ballots. Nothing in them leads from one to the other.

No hour, no order, no sign-in, no number that counts up. On SQLite they have no rowid; on PostgreSQL every row has hidden
columns (the transaction that wrote it, its place) which do join them until the closing writes both anew, in the order of
their keys (``box_closing``). After it triggers refuse every further change.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func
from sqlmodel import Field, Session, col, select

from deliberation.db import Row


class Participation(Row, table=True):
    """领票: a person has taken a ballot. ``form`` is the random key of the form they sent, by which a repeat is known."""

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once

    poll_id: int = Field(primary_key=True, foreign_key="poll.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    receipt: str = Field(description="random; on the receipt, and the salt of the person's commitment at the closing")
    form: str = Field(default="", max_length=64)


class BoxBallot(Row, table=True):
    """票箱里的票: a choice under a random key. Whose it is stands nowhere."""

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once

    poll_id: int = Field(primary_key=True, foreign_key="poll.id")
    key: str = Field(primary_key=True, max_length=32, description="random")
    choice: str


def participations_of(session: Session, poll_id: int) -> list[Participation]:
    """Who took a ballot, in the order of the persons' numbers."""
    found = select(Participation).where(Participation.poll_id == poll_id)
    return list(session.exec(found.order_by(col(Participation.person_id))))


def participation_of(session: Session, poll_id: int, person_id: int) -> Participation | None:
    return session.get(Participation, (poll_id, person_id))


def participants(session: Session, poll_id: int, people: Collection[int] | None = None) -> set[int]:
    """The persons (of these) who took a ballot."""
    found = select(Participation.person_id).where(Participation.poll_id == poll_id)
    if people is not None:
        found = found.where(col(Participation.person_id).in_(people))
    return set(session.exec(found).all())


def taken(session: Session, poll_id: int) -> int:
    """How many have taken a ballot: for the closing and for what is shown of it in steps, never to be shown as it is."""
    return session.execute(select(func.count()).where(Participation.poll_id == poll_id)).scalar_one()


def choices_in_box(session: Session, poll_id: int) -> list[str]:
    """The choices of the ballots, sorted: the order of the keys would mean nothing, and this one says so."""
    return sorted(session.exec(select(BoxBallot.choice).where(BoxBallot.poll_id == poll_id)).all())
