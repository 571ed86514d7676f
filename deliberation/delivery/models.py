"""Who was told what, by what means, and the proof of it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.vocabulary import _

CHANNELS: dict[str, str] = {
    "inbox": _("站内"),
    "email": _("电子邮件"),
    "visit": _("上门"),
    "post": _("邮寄"),
    "board": _("张贴"),
}


class Delivery(Row, table=True):
    """One person to be told of one document (``subject`` is ``document/12``); ``told_at`` once it is proven."""

    __table_args__ = (UniqueConstraint("subject", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    subject: str = Field(index=True)
    topic: str = Field(index=True, description="matter/7")
    title: str
    person_id: int = Field(foreign_key="person.id", index=True)
    due_at: datetime = Field(description="since when the person is to be told")
    channel: str = ""
    told_at: datetime | None = None
    read_at: datetime | None = None
    proof: str = Field(default="", description="who told them and how, where it was not the site itself")
    told_by_id: int | None = Field(default=None, foreign_key="person.id")


def deliveries_of(session: Session, subject: str) -> list[Delivery]:
    return list(session.exec(select(Delivery).where(Delivery.subject == subject).order_by(col(Delivery.id))))


def delivery_count(session: Session, subject: str) -> tuple[int, int]:
    """(on the list, told)."""
    row = session.exec(select(func.count(col(Delivery.id)), func.count(col(Delivery.told_at))).where(Delivery.subject == subject)).one()
    return row[0], row[1]


def inbox_of(session: Session, person_id: int, *, unread: bool = False, limit: int = 50) -> list[Delivery]:
    found = select(Delivery).where(Delivery.person_id == person_id)
    if unread:
        found = found.where(col(Delivery.read_at).is_(None))
    return list(session.exec(found.order_by(col(Delivery.id).desc()).limit(limit)))
