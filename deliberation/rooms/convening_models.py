"""What is convened under a form: its papers, whom it invites, how they were drawn, what was answered or told."""

from datetime import datetime

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from deliberation.db import Row
from deliberation.refusal import Missing
from deliberation.rooms.form_file import load
from deliberation.rooms.form_rules import Form, Number, days_of


class Convening(Row, table=True):
    """召集: one consultation of a matter under one form, whose text is kept. ``starts_at``: a meeting begins, writing is
    due or visits end. ``papers_days`` is what the convenor chose where no rule says it. A meeting is held in ``room_id``.
    """

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    step: str
    form: str
    form_text: str = Field(sa_column=Column(Text, nullable=False))
    title: str
    body: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    place: str = ""
    starts_at: datetime
    papers_days: int | None = None
    convened_by_id: int = Field(foreign_key="person.id")
    convened_at: datetime
    begun_at: datetime | None = None
    room_id: int | None = Field(default=None, foreign_key="room.id", unique=True)
    closed_at: datetime | None = None
    is_cancelled: bool = False
    why_cancelled: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    minutes_id: int | None = Field(default=None, foreign_key="document.id")

    @property
    def rules(self) -> Form:
        return load(self.form_text)

    @property
    def days(self) -> Number:
        return days_of(self.rules, self.papers_days)

    @property
    def topic(self) -> str:
        return f"convening/{self.id}"


class LaidPaper(Row, table=True):
    """公开的材料: what of the dossier is one of the form's papers; a newer one takes its place, the older stays."""

    id: int | None = Field(default=None, primary_key=True)
    convening_id: int = Field(foreign_key="convening.id", index=True)
    paper: str = Field(description="an id of the form's papers")
    subject: str = Field(description="document/12, plan/3 (version 3), evidence/4")
    title: str
    at: datetime
    by_id: int = Field(foreign_key="person.id")


class Invitation(Row, table=True):
    """邀请: somebody named to take part as ``role``. ``reply`` is empty, comes, writes or declines."""

    __table_args__ = (UniqueConstraint("convening_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    convening_id: int = Field(foreign_key="convening.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    office: str = Field(default="", description="the department or unit for which they come")
    is_guest: bool = Field(default=False, description="the account was made for this invitation")
    asks: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    lot_id: int | None = Field(default=None, foreign_key="lot.id")
    ticket: int | None = None
    due_at: datetime | None = None
    at: datetime
    by_id: int = Field(foreign_key="person.id")
    reply: str = ""
    words: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    replied_at: datetime | None = None
    replied_by_id: int | None = Field(default=None, foreign_key="person.id")
    withdrawn_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it still gives a seat."""
        return self.withdrawn_at is None and self.reply != "declines"


class Lot(Row, table=True):
    """抽签, the ``number``-th of its convening. ``root`` and ``secret`` are empty until it is drawn."""

    __table_args__ = (UniqueConstraint("convening_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    convening_id: int = Field(foreign_key="convening.id", index=True)
    number: int = 1
    base: str = Field(description="whom the list holds: adults, households, owners, members")
    strata: str = Field(description="by what they are parted: none, building, group, age, sex")
    seats: int
    substitutes: int
    commitment: str = Field(description="of the secret, hex")
    announced: str = Field(default="", description="which public number of a later day enters the seed")
    digest: str = Field(description="of tickets, seats and substitutes, hex")
    salt: str = Field(description="hex; without it a short list could be guessed from its names' root")
    names_root: str = Field(description="SHA-256 over the salt and who has which ticket, hex")
    committed_at: datetime
    committed_by_id: int = Field(foreign_key="person.id")
    drawn_at: datetime | None = None
    secret: str = ""
    origin: str = ""
    size: int = Field(default=0, description="of the checkpoint whose root enters the seed")
    root: str = Field(default="", description="base64, as the checkpoint has it")
    public: str = ""
    result: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    abandoned_at: datetime | None = None
    why_abandoned: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))

    @property
    def topic(self) -> str:
        return f"lot/{self.id}"


class LotTicket(Row, table=True):
    """Who has which number. Only whoever runs the consultation, the supervisor and the person see the name."""

    lot_id: int = Field(primary_key=True, foreign_key="lot.id")
    number: int = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    stratum: str


class WrittenAnswer(Row, table=True):
    """书面答复: what somebody answered; a later one takes its place, the earlier stays."""

    id: int | None = Field(default=None, primary_key=True)
    convening_id: int = Field(foreign_key="convening.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    position: str = ""
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    typed_by_id: int | None = Field(default=None, foreign_key="person.id", description="the clerk, from paper")


class Talk(Row, table=True):
    """走访约谈记录: one talk with one person or household, by whom, when, where, and what was said."""

    id: int | None = Field(default=None, primary_key=True)
    convening_id: int = Field(foreign_key="convening.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    who: str = Field(description="as the visitor wrote it; empty once a person is known")
    where: str = ""
    held_at: datetime
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    by_id: int = Field(foreign_key="person.id")


def _found(row):
    if row is None:
        raise Missing
    return row


def convening(session: Session, id: int) -> Convening:
    """Raises Missing."""
    return _found(session.get(Convening, id))


def invitation(session: Session, id: int) -> Invitation:
    """Raises Missing."""
    return _found(session.get(Invitation, id))


def lot(session: Session, id: int) -> Lot:
    """Raises Missing."""
    return _found(session.get(Lot, id))


def convenings_of(session: Session, matter_id: int) -> list[Convening]:
    found = select(Convening).where(Convening.matter_id == matter_id)
    return list(session.exec(found.order_by(col(Convening.id))))


def convening_of_room(session: Session, room_id: int) -> Convening | None:
    return session.exec(select(Convening).where(Convening.room_id == room_id)).first()


def invitations_of(session: Session, convening_id: int) -> list[Invitation]:
    found = select(Invitation).where(Invitation.convening_id == convening_id)
    return list(session.exec(found.order_by(col(Invitation.id))))


def invitation_of(session: Session, convening_id: int, person_id: int) -> Invitation | None:
    found = select(Invitation).where(Invitation.convening_id == convening_id, Invitation.person_id == person_id)
    return session.exec(found).first()


def papers_of(session: Session, convening_id: int) -> dict[str, LaidPaper]:
    """The newest of each of the form's papers."""
    found = select(LaidPaper).where(LaidPaper.convening_id == convening_id).order_by(col(LaidPaper.id))
    return {each.paper: each for each in session.exec(found)}


def lots_of(session: Session, convening_id: int) -> list[Lot]:
    return list(session.exec(select(Lot).where(Lot.convening_id == convening_id).order_by(col(Lot.number))))


def tickets_of(session: Session, lot_id: int) -> list[LotTicket]:
    return list(session.exec(select(LotTicket).where(LotTicket.lot_id == lot_id).order_by(col(LotTicket.number))))


def answers_of(session: Session, convening_id: int) -> list[WrittenAnswer]:
    """The newest answer of each person, in the order in which they first answered."""
    found = select(WrittenAnswer).where(WrittenAnswer.convening_id == convening_id).order_by(col(WrittenAnswer.id))
    newest: dict[int, WrittenAnswer] = {}
    for each in session.exec(found):
        newest[each.person_id] = each
    return list(newest.values())


def first_written(session: Session, convening_id: int) -> dict[int, datetime]:
    """When each person who answered in writing did so first."""
    found = select(WrittenAnswer.person_id, func.min(WrittenAnswer.at)).where(
        WrittenAnswer.convening_id == convening_id
    )
    return dict(session.exec(found.group_by(col(WrittenAnswer.person_id))).all())


def talks_of(session: Session, convening_id: int) -> list[Talk]:
    found = select(Talk).where(Talk.convening_id == convening_id)
    return list(session.exec(found.order_by(col(Talk.held_at), col(Talk.id))))


def talk_count(session: Session, convening_id: int) -> int:
    return session.exec(select(func.count(col(Talk.id))).where(Talk.convening_id == convening_id)).one()
