"""Matters and everything in their dossier: documents, evidence, plans, proceedings, answers owed, postings, demands."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import JSON, BigInteger, Column, Index, Text, UniqueConstraint, bindparam
from sqlmodel import Field, Session, col, select

from deliberation.bulk import select_many
from deliberation.db import Row


class ProcedureText(Row, table=True):
    """A procedure in one version, as the TOML it was read from. Never overwritten; a community's copy names it."""

    __table_args__ = (UniqueConstraint("code", "fingerprint", "community_id"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(index=True)
    version: str
    title: str
    fingerprint: str
    toml: str = Field(sa_column=Column(Text, nullable=False))
    community_id: int | None = Field(default=None, foreign_key="community.id")
    added_at: datetime


class Matter(Row, table=True):
    """议题. ``stage`` is an index over its documents (a step, ``closed``, ``refused``), moved only with a document."""

    __table_args__ = (
        Index("ix_matter_community_stage", "community_id", "stage"),
        UniqueConstraint("community_id", "year", "number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    procedure_id: int = Field(foreign_key="procedure_text.id", description="the version with which it began")
    year: int
    number: int = Field(description="〔2026〕议字第7号")
    title: str
    summary: str = Field(sa_column=Column(Text, nullable=False))
    proposer_id: int = Field(foreign_key="person.id", index=True)
    scope: str = Field(default="", description="what part of the community decides: 5号楼, 5号楼2单元; empty: all")
    building: str = ""
    entrance: str = ""
    item: int | None = Field(default=None, description="what owners decide: 民法典 278, items 1 to 9")
    about: str | None = Field(
        default=None, description="an article of a draft law: draft/3/article/12 (about_rules.py)"
    )
    stage: str = Field(index=True)
    ring: str = Field(default="propose", description="the station of the ring, for lists")
    is_public: bool = True
    search: str = Field(
        default="", sa_column=Column(Text, nullable=False), description="normal form of title and summary"
    )
    choices: dict = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False), description="step id → chosen variant"
    )
    begun_at: datetime
    staged_at: datetime = Field(description="since when at this stage")
    changes: int = Field(default=0, description="how often something of it changed: what is kept ready is kept by it")
    ended_at: datetime | None = None


class Document(Row, table=True):
    """文件: the noun that an official act produces. Its words never change; a correction is a new document beside it.

    ``kind`` and ``outcome`` are words of ``words.PAPERS`` and ``words.OUTCOMES``; ``outcome`` is set, once, on the
    document that closes its step, ``closed_at`` when a notice, minutes or a posting are complete. ``facts`` holds
    integers, strings and lists for showing (dates, counts, a result).
    """

    id: int | None = Field(default=None, primary_key=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    kind: str
    step: str
    outcome: str = ""
    title: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    issuer_id: int | None = Field(default=None, foreign_key="person.id")
    issuer_role: str = ""
    issued_by: str = Field(default="", description="the body in whose name: 村民委员会")
    issued_at: datetime
    closed_at: datetime | None = Field(
        default=None, description="when it was complete: a notice once delivered, a posting once run"
    )
    corrects_id: int | None = Field(default=None, foreign_key="document.id")
    search: str = Field(default="", sa_column=Column(Text, nullable=False), description="normal form of title and body")
    facts: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Evidence(Row, table=True):
    """佐证: a file or a note that shows something was done. ``kind`` is a word of ``words.ATTACHED`` or ``other``."""

    id: int | None = Field(default=None, primary_key=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id", index=True)
    step: str
    kind: str
    note: str = ""
    attachment_id: int | None = Field(default=None, foreign_key="attachment.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    added_at: datetime


class PlanVersion(Row, table=True):
    """方案 in one version: the text under discussion; a new version is added, none is ever overwritten."""

    __table_args__ = (UniqueConstraint("matter_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    number: int
    body: str = Field(sa_column=Column(Text, nullable=False))
    note: str = Field(default="", description="what changed and why")
    author_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
    frozen_at: datetime | None = Field(default=None, description="since when no further version may replace it")


class Proceeding(Row, table=True):
    """What a wing does for a matter at a step: a room, a poll, a task, an inspection (``kind``), at ``subject``'s page.

    The wing keeps it up to date in the transaction of its own acts, so that the dossier knows what is open without
    knowing the wing.
    """

    id: int | None = Field(default=None, primary_key=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    kind: str
    subject: str = Field(unique=True, description="room/3, poll/5, task/2, inspection/1")
    step: str
    title: str
    opened_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = Field(
        default="", description="poll: passed, failed, tie, no_quorum; inspection: satisfied, not_satisfied"
    )
    is_minuted: bool = False
    unsettled: int = 0
    plan: int = Field(default=0, description="the version of the plan that a poll froze, 0 if its text was no plan")
    text: str = Field(default="", description="SHA-256 of the text that a poll froze, hex")
    looked_at: str = Field(default="", description="inspection: document/9 (a posting), task/4, matter/2 (the whole)")
    is_part: bool = Field(default=False, description="a vote on one clause (单独表决): it does not end the step")
    clause: int = Field(default=0, description="of such a vote: which paragraph of the text, from 1 on; 0: the whole")
    won: str = Field(
        default="",
        sa_column=Column(Text, nullable=False, server_default=""),
        description="poll among options, closed: JSON list of [option, votes or null] that won; empty: by yes and no",
    )
    source: str = Field(default="", description="where its form stands: an article, a local setting")
    expected: int | None = Field(default=None, description="meeting: 应到, people of the body, known when it is over")
    present: int | None = Field(default=None, description="meeting: 实到, those of them who signed in")


class ReplyOwed(Row, table=True):
    """答复: a person who spoke, proposed or objected is owed an answer; it is given once."""

    __table_args__ = (UniqueConstraint("matter_id", "person_id", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    source: str = Field(description="statement/88, matter/7 (the proposer), objection/3: what it is owed for first")
    owed_since: datetime
    answer: str = ""
    answered_at: datetime | None = None
    answered_by_id: int | None = Field(default=None, foreign_key="person.id")
    read_at: datetime | None = None


class Disclosure(Row, table=True):
    """公示: the posting that belongs to a document of kind ``disclosure``. Days are the community's calendar days."""

    document_id: int = Field(primary_key=True, foreign_key="document.id")
    matter_id: int = Field(foreign_key="matter.id", index=True)
    step: str
    place: str
    days: int
    source: str = Field(description="article that gives the days")
    starts_on: date
    ends_on: date = Field(description="last day of the posting")
    closable_on: date = Field(description="first day on which it may be closed")
    opened_at: datetime
    closed_at: datetime | None = None


class Objection(Row, table=True):
    """异议 to what is posted: answered in writing before the posting can close."""

    id: int | None = Field(default=None, primary_key=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    document_id: int = Field(foreign_key="document.id", index=True)
    step: str
    person_id: int = Field(foreign_key="person.id", index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    received_at: datetime
    answer_due_on: date
    acknowledged_at: datetime | None = None
    answer: str = ""
    answered_at: datetime | None = None
    answered_by_id: int | None = Field(default=None, foreign_key="person.id")
    is_upheld: bool = False


class Demand(Row, table=True):
    """提请召开会议: signed by a statutory share counted on a frozen roster, it obliges the convenor with a clock.

    Each text with its hour is one act of one side, entered once: the convenor's answer or refusal, the order of the
    authority, the residents' committee taking over, the notice of the meeting.
    """

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int | None = Field(default=None, foreign_key="matter.id", index=True)
    share: str = Field(description="id of the statutory share in matters/demands.py")
    title: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    roster_id: int = Field(foreign_key="roster.id")
    base: int
    needed: int
    area_base: int | None = Field(default=None, sa_type=BigInteger, description="0.01 m²; None: by heads alone")
    area_needed: int | None = Field(default=None, sa_type=BigInteger)
    source: str
    raised_by_id: int = Field(foreign_key="person.id")
    raised_at: datetime
    reached_at: datetime | None = None
    answer: str = ""
    answered_at: datetime | None = None
    refusal: str = ""
    refused_at: datetime | None = None
    order_words: str = ""
    ordered_at: datetime | None = None
    order_due_on: date | None = Field(
        default=None, description="until when the authority orders the notice to be given"
    )
    takeover: str = ""
    taken_over_at: datetime | None = None
    claim: str = Field(
        default="", description="how notice was given elsewhere, as the convenor says, and where it is seen"
    )
    claimed_at: datetime | None = None
    meeting_on: date | None = Field(default=None, description="the day of the meeting that is said to be called")
    called: str = Field(default="", description="how notice was given, where it was not given as a document here")
    called_at: datetime | None = None


class DemandSignature(Row, table=True):
    """One who joined a demand."""

    __table_args__ = (UniqueConstraint("demand_id", "roster_line_id"),)

    id: int | None = Field(default=None, primary_key=True)
    demand_id: int = Field(foreign_key="demand.id", index=True)
    roster_line_id: int = Field(foreign_key="roster_line.id")
    person_id: int = Field(foreign_key="person.id")
    at: datetime


class Clock(Row, table=True):
    """时限: something that somebody must do until an instant; its breach is an entry like any other act."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int | None = Field(default=None, foreign_key="matter.id", index=True)
    subject: str = Field(unique=True, description="demand/2, objection/3, task/4, poll/5: one clock each")
    kind: str = Field(description="convene, answer_objection, task, …")
    title: str
    owner: str = Field(description="who is obliged: a body or a role, in words")
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    started_at: datetime
    due_at: datetime = Field(index=True)
    source: str
    stopped_at: datetime | None = None
    breached_at: datetime | None = None


def owes_task(session: Session, matter_id: int, person_id: int) -> bool:
    """Whether a task of the matter was given to this person and is not reported yet."""
    running = select(Clock.id).where(
        Clock.matter_id == matter_id,
        Clock.kind == "task",
        Clock.owner_id == person_id,
        col(Clock.stopped_at).is_(None),
    )
    return session.exec(running.limit(1)).first() is not None


def matter(session: Session, id: int) -> Matter | None:
    return session.get(Matter, id)


def documents_of(session: Session, matter_id: int) -> list[Document]:
    return list(session.exec(select(Document).where(Document.matter_id == matter_id).order_by(col(Document.id))))


def proceedings_of(session: Session, matter_id: int) -> list[Proceeding]:
    return list(session.exec(select(Proceeding).where(Proceeding.matter_id == matter_id).order_by(col(Proceeding.id))))


class Opened(NamedTuple):
    """A proceeding as it was read, for showing and reckoning."""

    id: int
    kind: str
    subject: str
    step: str
    title: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str
    is_minuted: bool
    unsettled: int
    plan: int
    text: str
    looked_at: str
    is_part: bool = False
    source: str = ""
    expected: int | None = None
    present: int | None = None
    clause: int = 0
    won: str = ""


_OPENED = (
    select(*(getattr(Proceeding, name) for name in Opened._fields))
    .where(Proceeding.matter_id == bindparam("matter"))
    .order_by(col(Proceeding.id))
)


def opened_for(session: Session, matter_id: int) -> list[Opened]:
    """What wings opened for a matter, oldest first."""
    return [Opened._make(row) for row in select_many(session, _OPENED, matter=matter_id)]


def plan_versions(session: Session, matter_id: int) -> list[PlanVersion]:
    return list(
        session.exec(select(PlanVersion).where(PlanVersion.matter_id == matter_id).order_by(col(PlanVersion.number)))
    )


def replies_owed(session: Session, matter_id: int) -> list[ReplyOwed]:
    return list(session.exec(select(ReplyOwed).where(ReplyOwed.matter_id == matter_id).order_by(col(ReplyOwed.id))))
