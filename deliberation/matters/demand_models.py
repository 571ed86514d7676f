"""What is said and contested of a demanded meeting that was held outside: the record with its paper, the contests."""

from datetime import date, datetime

from sqlalchemy import Column, String, Text, UniqueConstraint, cast, literal
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.matters.models import Demand


class MeetingRecord(Row, table=True):
    """会议记录: the convenor enters that the demanded meeting was held, when and where, with its minutes.

    ``upheld`` is what the authority found after a contest; ``None`` while nobody had to find anything.
    """

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    demand_id: int = Field(foreign_key="demand.id", index=True)
    held_on: date
    place: str
    words: str = Field(sa_column=Column(Text, nullable=False), description="who came, what was decided")
    attachment_id: int = Field(foreign_key="attachment.id")
    entered_by_id: int | None = Field(default=None, foreign_key="person.id")
    entered_at: datetime
    upheld: bool | None = None
    finding: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    judged_by_id: int | None = Field(default=None, foreign_key="person.id")
    judged_at: datetime | None = None


class Contest(Row, table=True):
    """A signer contests what the convenor says: that it is no demand to follow, that notice was given, that it was held."""

    __table_args__ = (UniqueConstraint("demand_id", "person_id", "about"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    demand_id: int = Field(foreign_key="demand.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    about: str = Field(description="refused, claimed, or record/3")
    words: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime


def records_of(session: Session, demand_id: int) -> list[MeetingRecord]:
    found = select(MeetingRecord).where(MeetingRecord.demand_id == demand_id)
    return list(session.exec(found.order_by(col(MeetingRecord.id))))


def contests_of(session: Session, demand_id: int) -> list[Contest]:
    return list(session.exec(select(Contest).where(Contest.demand_id == demand_id).order_by(col(Contest.id))))


def noticed_at(session: Session, demand: Demand) -> datetime | None:
    """When the demanded meeting was called by a notice or a vote here; None where a record of one elsewhere stands for it."""
    recorded = any(each.entered_at == demand.called_at for each in records_of(session, demand.id))
    return None if recorded else demand.called_at


def contested(session: Session, communities: list[int]) -> list[Demand]:
    """Demands whose record of a meeting is contested and not judged yet."""
    about = literal("record/") + cast(MeetingRecord.id, String)
    found = (
        select(Demand)
        .join(MeetingRecord, col(MeetingRecord.demand_id) == Demand.id)
        .join(Contest, (col(Contest.demand_id) == Demand.id) & (col(Contest.about) == about))
        .where(col(Demand.community_id).in_(communities), col(MeetingRecord.upheld).is_(None))
    )
    return list(session.exec(found.distinct().order_by(col(Demand.id))))
