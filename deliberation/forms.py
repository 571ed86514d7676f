"""Keys of forms already answered: a repeat by the same person gets the first answer again and does nothing."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Field, Session, col

from deliberation.db import Row

KEPT = timedelta(days=30)


class FormKey(Row, table=True):
    """``who`` is the sign-in's person (``person/7``) or the visitor's cookie hash; ``location`` the first answer."""

    who: str = Field(primary_key=True, max_length=80)
    key: str = Field(primary_key=True, max_length=64)
    path: str
    location: str
    at: datetime


def first_answer(session: Session, who: str, key: str) -> FormKey | None:
    return session.get(FormKey, (who, key))


def remember_answer(session: Session, answered: FormKey) -> None:
    session.add(answered)


def forget_old_answers(session: Session, now: datetime) -> None:
    session.exec(delete(FormKey).where(col(FormKey.at) < now - KEPT))
