"""Rooms and what happens in them: who came, turns, statements, gauges."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, and_, bindparam, case, func, or_, text, union
from sqlalchemy import select as plain_select
from sqlmodel import Field, Session, col, select

from deliberation.bulk import select_many
from deliberation.db import Row
from deliberation.identity.models import Person
from deliberation.matters.models import Matter
from deliberation.matters.reach import reach_of
from deliberation.refusal import Missing
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.question_models import FloorQuestion


class Room(Row, table=True):
    """协商室, the ``number``-th of its matter. Limits in seconds and turns, as opened; ``ends_at`` is planned."""

    __table_args__ = (UniqueConstraint("matter_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    number: int = Field(default=1, description="第几次协商 of the matter, from 1")
    step: str
    title: str
    chair_id: int = Field(foreign_key="person.id")
    clerk_id: int | None = Field(default=None, foreign_key="person.id")
    turn_seconds: int = 120
    turns_each: int = 2
    again_seconds: int = Field(default=0, description="of each later turn; 0: as the first")
    person_seconds: int = Field(default=0, description="of everything one person says; 0: not limited by itself")
    decider: str = Field(default="hall", description="who decides appeals against the chair: hall or supervisor")
    clerk_keeps: bool = Field(default=True, description="the clerk may keep the order of speaking for the chair")
    opened_at: datetime
    ends_at: datetime | None = None
    closed_at: datetime | None = None
    minutes_id: int | None = Field(default=None, foreign_key="document.id")

    @property
    def limits(self) -> Limits:
        return Limits(self.turn_seconds, self.turns_each, self.again_seconds, self.person_seconds)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def topic(self) -> str:
        """What its followers follow, and what the log calls it."""
        return f"room/{self.id}"


class Attendance(Row, table=True):
    """Somebody who came into the room; once a person. Whoever has no phone is registered by the clerk."""

    __table_args__ = (UniqueConstraint("room_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    capacity: str = Field(default="", description="as what: 3单元501室业主, 代表, 居民, 列席")
    counts: bool = Field(default=True, description="one of those whose opinion a gauge asks")
    arrived_at: datetime
    by_id: int | None = Field(default=None, foreign_key="person.id", description="the clerk, for a person in the hall")


class SpeakingTurn(Row, table=True):
    """A turn (发言次序): asked for, given by the chair, ended; or withdrawn. ``position``: stated first, or empty."""

    # One waits once for each kind, one speaks at a time, and one point of order may interrupt: the rules explain it,
    # these indexes guarantee it.
    __table_args__ = (
        Index(
            "ux_speaking_turn_waiting",
            "room_id",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("given_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("given_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index(
            "ux_speaking_turn_speaking",
            "room_id",
            unique=True,
            sqlite_where=text("given_at IS NOT NULL AND ended_at IS NULL AND kind <> 'point'"),
            postgresql_where=text("given_at IS NOT NULL AND ended_at IS NULL AND kind <> 'point'"),
        ),
        Index(
            "ux_speaking_turn_point",
            "room_id",
            unique=True,
            sqlite_where=text("given_at IS NOT NULL AND ended_at IS NULL AND kind = 'point'"),
            postgresql_where=text("given_at IS NOT NULL AND ended_at IS NULL AND kind = 'point'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str = Field(default="speech", description="speech, interjection, point, or the rest of a speech cut short")
    about_id: int | None = Field(
        default=None, foreign_key="speaking_turn.id", description="the speech that it is about, interrupts or completes"
    )
    position: str = ""
    asked_at: datetime
    asked_by_id: int | None = Field(
        default=None, foreign_key="person.id", description="the clerk, for a person in the hall"
    )
    given_at: datetime | None = None
    given_by_id: int | None = Field(
        default=None, foreign_key="person.id", description="the clerk, who gave the word on the chair's behalf"
    )
    ended_at: datetime | None = None
    ended_by_id: int | None = Field(
        default=None, foreign_key="person.id", description="the clerk, who ended it on the chair's behalf"
    )
    withdrawn_at: datetime | None = None
    allotted_seconds: int = Field(default=0, description="fixed when the word is given")
    extended_seconds: int = 0


class Statement(Row, table=True):
    """What somebody said, in their words. Without a turn it was handed in as writing."""

    id: int | None = Field(default=None, primary_key=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    turn_id: int | None = Field(default=None, foreign_key="speaking_turn.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    position: str = Field(default="", description="for, against, conditional, question or empty")
    body: str = Field(sa_column=Column(Text, nullable=False))
    typed_by_id: int | None = Field(
        default=None, foreign_key="person.id", description="the clerk, for a speaker in the hall"
    )
    at: datetime
    is_hidden: bool = Field(default=False, description="by the chair, whose intervention says why")
    withdrawn_at: datetime | None = Field(default=None, description="by whose words they are")
    withdrawn_reason: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))

    @property
    def is_gone(self) -> bool:
        return self.is_hidden or self.withdrawn_at is not None


class Gauge(Row, table=True):
    """意向测评: an advisory show of opinion, never a resolution. ``options`` is a list of words."""

    id: int | None = Field(default=None, primary_key=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    kind: str = Field(default="options", description="options, agree, statement (agree with one) or scale")
    question: str
    options: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    statement_id: int | None = Field(default=None, foreign_key="statement.id")
    low: str = Field(default="", description="what the first step of a scale means")
    high: str = Field(default="", description="what its last step means")
    opened_at: datetime
    closed_at: datetime | None = None
    released_at: datetime | None = Field(default=None, description="before it nobody sees sums")
    asked: int | None = Field(default=None, description="how many it asked when it was closed")

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class GaugeMark(Row, table=True):
    """One person's mark; changing it while the gauge is open replaces it.

    ``counts``: false once the gauge was closed after its person had lost their seat.
    """

    gauge_id: int = Field(primary_key=True, foreign_key="gauge.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    option: int = Field(description="place in the gauge's options, from 0")
    at: datetime
    counts: bool = True


def room(session: Session, id: int) -> Room:
    """Raises Missing."""
    return _found(session.get(Room, id))


def turn(session: Session, id: int) -> SpeakingTurn:
    """Raises Missing."""
    return _found(session.get(SpeakingTurn, id))


def statement(session: Session, id: int) -> Statement:
    """Raises Missing."""
    return _found(session.get(Statement, id))


def gauge(session: Session, id: int) -> Gauge:
    """Raises Missing."""
    return _found(session.get(Gauge, id))


def _found(row):
    if row is None:
        raise Missing
    return row


def rooms_of(session: Session, matter_id: int) -> list[Room]:
    return list(session.exec(select(Room).where(Room.matter_id == matter_id).order_by(col(Room.id))))


def rooms_within_reach(session: Session, near: list[int], person_id: int | None, limit: int = 100) -> list[Room]:
    """Rooms of matters within reach: open ones where the person takes part, open ones near them, open ones, the newest.

    However much goes on elsewhere, the limit never hides the meeting in which somebody sits.
    """
    came = select(Attendance.room_id).where(Attendance.person_id == (person_id or 0))
    takes_part = or_(col(Room.id).in_(came), Room.chair_id == person_id, Room.clerk_id == person_id)
    is_open, is_near = col(Room.closed_at).is_(None), col(Room.community_id).in_(near)
    rank = case((is_open & takes_part, 0), (is_open & is_near, 1), (is_open, 2), else_=3)
    found = select(Room).join(Matter, col(Matter.id) == Room.matter_id).where(reach_of(near))
    return list(session.exec(found.order_by(rank, col(Room.opened_at).desc(), col(Room.id).desc()).limit(limit)))


def turns_of(session: Session, room_id: int) -> list[SpeakingTurn]:
    return list(
        session.exec(select(SpeakingTurn).where(SpeakingTurn.room_id == room_id).order_by(col(SpeakingTurn.id)))
    )


def turns_around(session: Session, turn: SpeakingTurn) -> list[SpeakingTurn]:
    """A turn, who has the word now, and the points of order that interrupted it: what its own time needs to be known."""
    has_word = and_(col(SpeakingTurn.given_at).is_not(None), col(SpeakingTurn.ended_at).is_(None))
    near = or_(SpeakingTurn.id == turn.id, SpeakingTurn.about_id == turn.id, has_word)
    found = select(SpeakingTurn).where(SpeakingTurn.room_id == turn.room_id, near)
    return list(session.exec(found.order_by(col(SpeakingTurn.id))))


def statements_of(session: Session, room_id: int) -> list[Statement]:
    return list(session.exec(select(Statement).where(Statement.room_id == room_id).order_by(col(Statement.id))))


def statements_by(session: Session, room_id: int, person_id: int) -> list[Statement]:
    """Of one person, the newest first."""
    found = select(Statement).where(Statement.room_id == room_id, Statement.person_id == person_id)
    return list(session.exec(found.order_by(col(Statement.id).desc())))


def latest_statements(session: Session, room_id: int, limit: int) -> list[Statement]:
    """The newest first."""
    found = select(Statement).where(Statement.room_id == room_id).order_by(col(Statement.id).desc())
    return list(session.exec(found.limit(limit)))


def last_turn_given(session: Session, room_id: int, person_id: int) -> SpeakingTurn | None:
    """The newest of a person's turns in which they had the word."""
    own = select(SpeakingTurn).where(SpeakingTurn.room_id == room_id, SpeakingTurn.person_id == person_id)
    newest = own.where(col(SpeakingTurn.given_at).is_not(None)).order_by(col(SpeakingTurn.id).desc())
    return session.exec(newest.limit(1)).first()


def is_written(session: Session, turn: SpeakingTurn) -> bool:
    """Whether words of this turn stand written. Asked through the speaker, whose statements are few and indexed."""
    found = select(Statement.id).where(Statement.person_id == turn.person_id, Statement.turn_id == turn.id)
    return session.exec(found.limit(1)).first() is not None


def handed_in(session: Session, room_id: int, person_id: int) -> int:
    """How many statements a person has handed in as writing, without a turn."""
    own = select(func.count(col(Statement.id))).where(Statement.room_id == room_id, Statement.person_id == person_id)
    return session.exec(own.where(col(Statement.turn_id).is_(None))).one()


def gauges_of(session: Session, room_id: int) -> list[Gauge]:
    return list(session.exec(select(Gauge).where(Gauge.room_id == room_id).order_by(col(Gauge.id))))


def attendance_of(session: Session, room_id: int, most: int | None = None) -> list[Attendance]:
    """Those who came, in the order in which they did; the first of them."""
    found = select(Attendance).where(Attendance.room_id == room_id).order_by(col(Attendance.id)).limit(most)
    return list(session.exec(found))


@dataclass(frozen=True)
class Came:
    """Who came to a room, and whom of them a gauge asks unless they preside."""

    ids: frozenset[int]
    counted: frozenset[int]


def who_came(session: Session, room_id: int) -> Came:
    rows = select_many(session, _CAME, room=room_id)
    return Came(frozenset(id for id, _counts in rows), frozenset(id for id, counts in rows if counts))


def capacities_of(session: Session, room_id: int, people: Collection[int]) -> dict[int, str]:
    """As what each of these came, of those who did."""
    return dict(select_many(session, _CAPACITIES, room=room_id, people=set(people)))


_CAME = plain_select(Attendance.person_id, Attendance.counts).where(Attendance.room_id == bindparam("room"))
_CAPACITIES = plain_select(Attendance.person_id, Attendance.capacity).where(
    Attendance.room_id == bindparam("room"), col(Attendance.person_id).in_(bindparam("people", expanding=True))
)


def registered_at(session: Session, room: Room) -> frozenset[int]:
    """Communities with which the people of a room are registered: who came, spoke, wrote or asked, chair and clerk."""
    came = plain_select(Attendance.person_id).where(Attendance.room_id == room.id)
    spoke = plain_select(SpeakingTurn.person_id).where(SpeakingTurn.room_id == room.id)
    wrote = plain_select(Statement.person_id).where(Statement.room_id == room.id)
    asked = plain_select(FloorQuestion.person_id).where(FloorQuestion.room_id == room.id)
    is_theirs = or_(
        col(Person.id).in_(union(came, spoke, wrote, asked)), col(Person.id).in_((room.chair_id, room.clerk_id))
    )
    return frozenset(session.scalars(plain_select(Person.community_id).where(is_theirs).distinct()))


def attendance(session: Session, room_id: int, person_id: int) -> Attendance | None:
    found = select(Attendance).where(Attendance.room_id == room_id, Attendance.person_id == person_id)
    return session.exec(found).first()


def attendance_count(session: Session, room_id: int) -> int:
    return session.exec(select(func.count(col(Attendance.id))).where(Attendance.room_id == room_id)).one()


def mark_counts(session: Session, gauge: Gauge) -> list[int]:
    """How many marks that count each option of a closed gauge has, in the order of the options."""
    found = select(GaugeMark.option, func.count()).where(GaugeMark.gauge_id == gauge.id, col(GaugeMark.counts))
    counted = dict(session.exec(found.group_by(col(GaugeMark.option))).all())
    return [counted.get(place, 0) for place in range(len(gauge.options))]


def mark_of(session: Session, gauge_id: int, person_id: int) -> GaugeMark | None:
    return session.get(GaugeMark, (gauge_id, person_id))
