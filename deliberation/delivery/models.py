"""Who was told what, by what means, and the proof of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint, bindparam, func, update
from sqlmodel import Field, Session, col, select

from deliberation.bulk import select_many
from deliberation.db import Row
from deliberation.identity.models import Person
from deliberation.refusal import Missing
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
    mailed_at: datetime | None = Field(default=None, description="when an e-mail pointed to it; that proves nothing")
    mail_fault: str = Field(default="", description="why no e-mail could be sent, as the mail server said it")


def deliveries_of(session: Session, subject: str) -> list[Delivery]:
    return list(session.exec(select(Delivery).where(Delivery.subject == subject).order_by(col(Delivery.id))))


_COUNT = select(func.count(col(Delivery.id)), func.count(col(Delivery.told_at))).where(
    Delivery.subject == bindparam("subject")
)
_COUNTS = (
    select(Delivery.subject, func.count(col(Delivery.id)), func.count(col(Delivery.told_at)))
    .where(Delivery.topic == bindparam("topic"))
    .group_by(Delivery.subject)
)


def delivery_count(session: Session, subject: str) -> tuple[int, int]:
    """(on the list, told)."""
    [(listed, told)] = select_many(session, _COUNT, subject=subject)
    return listed, told


def counts_on(session: Session, topic: str) -> dict[str, tuple[int, int]]:
    """(on the list, told) of every document of a topic (``matter/7``), by subject."""
    return {subject: (listed, told) for subject, listed, told in select_many(session, _COUNTS, topic=topic)}


def inbox_of(
    session: Session, person_id: int, *, unread: bool = False, start: int = 0, limit: int = 50
) -> list[Delivery]:
    """What was sent to a person: unread first, then the newest. ``unread``: only what they do not know of by any means."""
    found = select(Delivery).where(Delivery.person_id == person_id)
    if unread:
        found = found.where(col(Delivery.read_at).is_(None), col(Delivery.told_at).is_(None))
    return list(
        session.exec(
            found.order_by(col(Delivery.read_at).is_not(None), col(Delivery.id).desc()).offset(start).limit(limit)
        )
    )


def inbox_count(session: Session, person_id: int) -> tuple[int, int]:
    """(all, unread)."""
    row = session.exec(
        select(func.count(col(Delivery.id)), func.count(col(Delivery.read_at))).where(Delivery.person_id == person_id)
    ).one()
    return row[0], row[0] - row[1]


def unread_of(session: Session, person_id: int, subject: str) -> int:
    """The id of the delivery of a document to a person who knows of it by no means yet, 0 if there is none."""
    found = select(Delivery.id).where(
        Delivery.subject == subject,
        Delivery.person_id == person_id,
        col(Delivery.read_at).is_(None),
        col(Delivery.told_at).is_(None),
    )
    return session.exec(found).first() or 0


def own_delivery(session: Session, id: int, person_id: int) -> Delivery:
    """Somebody else's does not exist. Raises Missing."""
    found = session.get(Delivery, id)
    if found is None or found.person_id != person_id:
        raise Missing
    return found


@dataclass(frozen=True)
class Addressee:
    """Who is to get an e-mail about one delivery; ``locale`` is the language they chose, if any."""

    delivery_id: int
    community_id: int
    title: str
    name: str
    email: str
    locale: str | None


def addressees(session: Session, subject: str, limit: int) -> list[Addressee]:
    """People on the list of a document who have an address, do not know of it yet and were not written to."""
    found = (
        select(Delivery.id, Delivery.community_id, Delivery.title, Person.name, Person.email, Person.locale)
        .join(Person, col(Person.id) == Delivery.person_id)
        .where(
            Delivery.subject == subject,
            Person.email != "",
            col(Person.disabled_at).is_(None),
            col(Delivery.told_at).is_(None),
            col(Delivery.read_at).is_(None),
            col(Delivery.mailed_at).is_(None),
            Delivery.mail_fault == "",
        )
        .order_by(col(Delivery.id))
        .limit(limit)
    )
    return [Addressee(*row) for row in session.execute(found)]


def claim_mailing(session: Session, id: int, now: datetime) -> bool:
    """Take a delivery for the one e-mail that it may cause; False if somebody was quicker."""
    taken = update(Delivery).where(col(Delivery.id) == id, col(Delivery.mailed_at).is_(None)).values(mailed_at=now)
    return session.execute(taken).rowcount == 1


def settle_mailing(session: Session, id: int, fault: str = "") -> None:
    """No e-mail went out: for good, if a fault is given, else it may be tried again."""
    session.execute(update(Delivery).where(col(Delivery.id) == id).values(mailed_at=None, mail_fault=fault[:300]))
