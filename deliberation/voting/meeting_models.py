"""Meetings at which a body decides, who came through their door, and who votes for whom by a written proxy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, Session, col, or_, select

from deliberation.db import Row
from deliberation.voting.meeting_rules import ADJOURNED, CONVENED, ENDED, OPEN

STANDING = text("revoked_at IS NULL")


class Meeting(Row, table=True):
    """会议 of a body on a matter at a step. ``sitting`` counts its days: who comes back after a 休会 signs in anew.

    ``ended_as``: a word of ``meeting_rules.ENDS``. ``is_short``: the last count in the hall (重新清点人数) was below the
    quorum. ``secret`` is that of the code at the door, and leaves the server only as codes.
    """

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    step: str
    body: str
    preset: str = Field(description="by whose rule its quorum is shown; a poll keeps its own")
    proxy_limit: int | None = Field(default=None, description="how many proxies one may hold; none: no number is set")
    proxy_limit_source: str = Field(default="", sa_column_kwargs={"server_default": ""})
    title: str
    place: str
    starts_at: datetime
    convened_by_id: int | None = Field(default=None, foreign_key="person.id")
    convened_at: datetime
    opened_at: datetime | None = None
    sitting: int = 1
    is_short: bool = False
    ended_at: datetime | None = None
    ended_as: str = ""
    follows_id: int | None = Field(default=None, foreign_key="meeting.id", description="the meeting that it repeats")
    adjourned_at: datetime | None = Field(
        default=None, description="since when it is interrupted; none while it goes on"
    )
    adjourned_until: datetime | None = None
    secret: str

    @property
    def topic(self) -> str:
        """What its followers follow, and what the log calls it."""
        return f"meeting/{self.id}"

    @property
    def state(self) -> str:
        """A word of ``meeting_rules.STATES``."""
        if self.ended_at is not None:
            return ENDED
        if self.opened_at is None:
            return CONVENED
        return OPEN if self.adjourned_at is None else ADJOURNED


class MeetingPause(Row, table=True):
    """休会: since when, why, until when, and when the meeting went on."""

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    at: datetime
    reason: str = Field(sa_column=Column(Text, nullable=False))
    until: datetime
    by_id: int | None = Field(default=None, foreign_key="person.id")
    resumed_at: datetime | None = None


class HeadCount(Row, table=True):
    """重新清点人数: how many people the clerk counted in the hall, beside how many it takes."""

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    at: datetime
    counted: int
    signed_in: int
    is_enough: bool
    by_id: int | None = Field(default=None, foreign_key="person.id")


class MeetingPresence(Row, table=True):
    """到会: somebody of the body who signed in at the door on one day of the meeting. ``way``: meeting_rules.WAYS."""

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    sitting: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    way: str
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="person.id", description="the clerk; none by one's own device")


class Proxy(Row, table=True):
    """委托: in writing, for one poll or for one meeting with its polls, revocable until it has been used."""

    # One giver has one proxy at a time: the rule explains it, these indexes guarantee it.
    __table_args__ = (
        Index("ux_proxy_poll", "poll_id", "giver_id", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
        Index(
            "ux_proxy_meeting", "meeting_id", "giver_id", unique=True, sqlite_where=STANDING, postgresql_where=STANDING
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    poll_id: int | None = Field(default=None, foreign_key="poll.id")
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    giver_id: int = Field(foreign_key="person.id", index=True)
    holder_id: int = Field(foreign_key="person.id", index=True)
    way: str = Field(description="paper: a signed sheet that the clerk has seen; signed: on the site by the giver")
    note: str = Field(default="", description="where the sheet of paper is kept")
    registered_by_id: int | None = Field(default=None, foreign_key="person.id")
    given_at: datetime
    taken_at: datetime | None = Field(default=None, description="when the holder took the giver's paper ballot")
    revoked_at: datetime | None = None
    revoked_by_id: int | None = Field(default=None, foreign_key="person.id")


def meetings_of(session: Session, matter_id: int) -> list[Meeting]:
    return list(session.exec(select(Meeting).where(Meeting.matter_id == matter_id).order_by(col(Meeting.id))))


def locked_meeting(session: Session, id: int) -> Meeting | None:
    """The meeting with its row locked: of two acts on it one comes first."""
    found = select(Meeting).where(Meeting.id == id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).first()


def pauses_of(session: Session, meeting_id: int) -> list[MeetingPause]:
    return list(
        session.exec(select(MeetingPause).where(MeetingPause.meeting_id == meeting_id).order_by(col(MeetingPause.id)))
    )


def head_counts_of(session: Session, meeting_id: int) -> list[HeadCount]:
    return list(session.exec(select(HeadCount).where(HeadCount.meeting_id == meeting_id).order_by(col(HeadCount.id))))


def present_at(session: Session, meeting: Meeting) -> set[int]:
    """Persons signed in on the meeting's present day."""
    here = (MeetingPresence.meeting_id == meeting.id, MeetingPresence.sitting == meeting.sitting)
    return set(session.exec(select(MeetingPresence.person_id).where(*here)).all())


def presence_of(session: Session, meeting: Meeting, person_id: int) -> MeetingPresence | None:
    return session.get(MeetingPresence, (meeting.id, meeting.sitting, person_id))


def standing_proxies(session: Session, *, meeting_id: int | None = None, poll_id: int | None = None) -> list[Proxy]:
    """Proxies of a meeting or of a poll that nobody has revoked, oldest first."""
    scope = [col(Proxy.meeting_id) == meeting_id] if meeting_id is not None else []
    scope += [col(Proxy.poll_id) == poll_id] if poll_id is not None else []
    found = select(Proxy).where(or_(*scope), col(Proxy.revoked_at).is_(None))
    return list(session.exec(found.order_by(col(Proxy.id))))
