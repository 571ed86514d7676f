"""Polls and ballots. The roster, the text and the rule are frozen when a poll opens; nothing loosens them later."""

from datetime import datetime

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, Session, col, select

from deliberation.db import Row


class Poll(Row, table=True):
    """表决 on a matter at a step. ``rule`` is the rule of the tally document, ``result`` its answer once closed."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    step: str
    preset: str
    question: str
    text: str = Field(sa_column=Column(Text, nullable=False), description="the frozen text")
    text_sha256: str
    plan_number: int | None = None
    roster_id: int = Field(foreign_key="roster.id")
    rule: dict = Field(sa_column=Column(JSON, nullable=False))
    source: str
    is_changeable: bool = True
    opened_by_id: int | None = Field(default=None, foreign_key="person.id")
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    result: dict | None = Field(default=None, sa_column=Column(JSON))
    resolution_id: int | None = Field(default=None, foreign_key="document.id")


class Ballot(Row, table=True):
    """表决票: one a roster line; the unique key, not a check, keeps it at one."""

    __table_args__ = (UniqueConstraint("poll_id", "line_id"),)

    id: int | None = Field(default=None, primary_key=True)
    poll_id: int = Field(foreign_key="poll.id", index=True)
    line_id: int = Field(foreign_key="roster_line.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    choice: str
    channel: str = "online"
    form_key: str = Field(default="", description="key of the form, so that its repeat gets the same answer")
    cast_at: datetime
    changed_at: datetime | None = None


def ballots_of(session: Session, poll_id: int) -> list[Ballot]:
    return list(session.exec(select(Ballot).where(Ballot.poll_id == poll_id).order_by(col(Ballot.id))))


def polls_of_matter(session: Session, matter_id: int) -> list[Poll]:
    return list(session.exec(select(Poll).where(Poll.matter_id == matter_id).order_by(col(Poll.id))))
