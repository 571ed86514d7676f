"""Polls and ballots. The roster, the text and the rule are frozen when a poll opens; nothing loosens them later."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, bindparam, literal_column, true
from sqlalchemy import Row as Found
from sqlmodel import Field, Session, col, select

from deliberation.assemblies.models import RosterLine
from deliberation.audit.models import Entry, Opening
from deliberation.db import Row
from deliberation.vocabulary import Act
from deliberation.voting import meeting_models as meeting_models  # Poll points to its tables.
from deliberation.voting.box_models import Participation, participants
from deliberation.voting.count_models import Handed
from deliberation.voting.kinds_rules import paragraphs
from deliberation.voting.secrecy_rules import NAMED


class Poll(Row, table=True):
    """表决 on a matter at a step. ``rule`` is the rule of the tally document, ``result`` its answer once closed."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", index=True, description="held there")
    present_at_opening: int | None = Field(
        default=None, description="how many were signed in at the door of its meeting when it was opened"
    )
    step: str
    preset: str
    question: str
    text: str = Field(sa_column=Column(Text, nullable=False), description="the frozen text")
    text_sha256: str
    plan_number: int | None = None
    roster_id: int | None = Field(
        default=None, foreign_key="roster.id", description="named a moment after the poll, in the same transaction"
    )
    rule: dict = Field(sa_column=Column(JSON, nullable=False))
    source: str
    rule_source: str = Field(default="", description="of the local setting that made the preset stricter")
    way: str = Field(default="meeting", description="meeting, or circulation (书面征求): a word of kinds_rules.WAYS")
    way_source: str = Field(default="", description="where the days of a circulation come from")
    item: int | None = Field(default=None, description="of 民法典 278: owners_rules.ITEMS")
    clause: str = Field(
        default="",
        sa_column=Column(Text, nullable=False, server_default=""),
        description="the clause of the text that is put to a separate vote (单独表决); empty: the whole",
    )
    follows_id: int | None = Field(
        default=None, foreign_key="poll.id", description="this is the further vote of that one"
    )
    proxy_limit: int | None = Field(default=None, description="how many proxies one may hold; none: no number is set")
    proxy_limit_source: str = Field(default="", sa_column_kwargs={"server_default": ""})
    online: str = Field(default="door", description="from where a device counts: a word of rules.ONLINE")
    online_source: str = ""
    is_changeable: bool = True
    opened_by_id: int | None = Field(default=None, foreign_key="person.id")
    opened_at: datetime
    closes_at: datetime | None = Field(default=None, description="none: the chair closes the vote of a meeting")
    closed_at: datetime | None = None
    result: dict | None = Field(default=None, sa_column=Column(JSON))
    tally_sha256: str = Field(default="", description="of the canonical tally document that was counted, hex")
    secrecy: str = Field(default="named", description="a word of secrecy_rules.SECRECY")
    published: dict | None = Field(
        default=None,
        sa_column=Column(JSON(none_as_null=True)),
        description="what of the result may be shown; none: all of it",
    )
    shown_cast: int = Field(default=0, description="confidential: the turnout that is shown, in steps")
    shown_at: datetime | None = None
    resolution_id: int | None = Field(default=None, foreign_key="document.id")

    @property
    def put_to_vote(self) -> str:
        """The words that are decided on: the clause that is voted apart, else the whole frozen text."""
        return paragraphs(self.text)[int(self.clause) - 1] if self.clause else self.text

    @property
    def outcome(self) -> str:
        """passed, failed, no_quorum or tie; empty while the poll is open."""
        return self.result["outcome"] if self.result else ""


class Ballot(Row, table=True):
    """表决票: one a roster line; the unique key, not a check, keeps it at one."""

    __table_args__ = (
        UniqueConstraint("poll_id", "line_id"),
        Index("ix_ballot_poll_id_person_id", "poll_id", "person_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    poll_id: int = Field(foreign_key="poll.id")
    line_id: int = Field(foreign_key="roster_line.id")
    person_id: int = Field(foreign_key="person.id")
    choice: str
    channel: str = "online"
    cast_by_id: int | None = Field(default=None, foreign_key="person.id", description="who cast it by proxy")
    cast_at: datetime
    changed_at: datetime | None = None


class PollPresence(Row, table=True):
    """到会: a person of the roster who has signed in at the door.

    ``is_late``: after the ballot was opened. They may vote, and are counted as present if they do (domain.md 0).
    """

    poll_id: int = Field(primary_key=True, foreign_key="poll.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    marked_at: datetime
    marked_by_id: int | None = Field(default=None, foreign_key="person.id")
    is_late: bool = False


def shown_result(poll: Poll) -> dict[str, Any] | None:
    """What may be shown of the result, None while the poll is open. Whatever shows a result reads it here."""
    return poll.published or poll.result


def ballots_of(session: Session, poll_id: int) -> list[Ballot]:
    return list(session.exec(select(Ballot).where(Ballot.poll_id == poll_id).order_by(col(Ballot.id))))


def ballots_of_person(session: Session, poll_id: int, person_id: int) -> list[Ballot]:
    return list(session.exec(select(Ballot).where(Ballot.poll_id == poll_id, Ballot.person_id == person_id)))


def polls_of_matter(session: Session, matter_id: int) -> list[Poll]:
    return list(session.exec(select(Poll).where(Poll.matter_id == matter_id).order_by(col(Poll.id))))


def present_people(session: Session, poll_id: int) -> set[int]:
    """Persons signed in at the door."""
    return set(session.exec(select(PollPresence.person_id).where(PollPresence.poll_id == poll_id)).all())


def late_people(session: Session, poll_id: int) -> set[int]:
    """Those of them who came after the ballot was opened: present only if they cast one."""
    late = select(PollPresence.person_id).where(PollPresence.poll_id == poll_id, col(PollPresence.is_late))
    return set(session.exec(late).all())


def locked_poll(session: Session, id: int) -> Poll | None:
    """The poll with its row locked, so that no ballot of another process slips in between counting and closing."""
    found = select(Poll).where(Poll.id == id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).first()


def voters_of(session: Session, poll: Poll, people: Collection[int] | None = None) -> set[int]:
    """The persons (of these) who have cast a ballot, hold paper or raised a hand by name, or taken one that names nobody."""
    if poll.secrecy != NAMED:
        return participants(session, poll.id, people)
    found: set[int] = set()
    for table, is_in in ((Ballot, true()), (Handed, col(Handed.is_out))):
        asked = select(table.person_id).where(table.poll_id == poll.id, is_in)
        found |= set(session.exec(asked if people is None else asked.where(col(table.person_id).in_(people))).all())
    return found


def polls_voted_in(session: Session, person_id: int, polls: Collection[int]) -> set[int]:
    """Those of the polls in which this person has cast or taken a ballot, on paper or by a hand as well."""
    found: set[int] = set()
    for table, is_in in ((Ballot, true()), (Participation, true()), (Handed, col(Handed.is_out))):
        asked = select(table.poll_id).where(table.person_id == person_id, col(table.poll_id).in_(polls), is_in)
        found |= set(session.exec(asked).all())
    return found


def roll(session: Session, poll: Poll) -> list[Found[Any]]:
    """The roster in its order: number, line_id, person_id, label, heads, household, owner, area."""
    line = RosterLine
    found = select(
        line.number,
        col(line.id).label("line_id"),
        line.person_id,
        line.label,
        line.heads,
        line.household,
        line.owner,
        line.area,
    )
    return list(session.execute(found.where(line.roster_id == poll.roster_id).order_by(col(line.number))).all())


_MY_ENTRY = (
    select(Entry.index, Entry.act, Entry.at)
    .join(Opening, (col(Opening.community_id) == Entry.community_id) & (col(Opening.index) == Entry.index))
    .where(
        Opening.person_id == bindparam("who"),
        Opening.field == literal_column("'voter'"),  # Spelt out, as in the condition of the index that is meant.
        Entry.object == bindparam("poll"),
        col(Entry.act).in_([Act.BALLOT_CAST.value, Act.BALLOT_CHANGED.value]),
    )
    .order_by(col(Entry.index).desc())
    .limit(1)
)


def entry_of_ballot(session: Session, poll_id: int, person_id: int) -> Found[Any] | None:
    """The latest entry of a person's ballot (index, act, at): found through its opening, since the entry names nobody."""
    return session.execute(_MY_ENTRY, {"who": person_id, "poll": f"poll/{poll_id}"}).first()
