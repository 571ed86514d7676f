"""An election or a recall in a test: registered voters, the matter at its vote, and the desk that counts it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session, select

from deliberation.assemblies.actions import found_assembly, seat_member
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.db import Database
from deliberation.matters.models import ProcedureText, matter
from deliberation.matters.procedure_file import load
from deliberation.voting.actions import Question, close_poll, open_poll
from deliberation.voting.kinds_rules import YES_NO, Kind
from deliberation.voting.models import Poll
from tests.voting.desks import FIRST, SECOND, CountDesk
from tests.voting.polls import Meeting, build_meeting, poll_of

SINCE = date(2026, 1, 1)
CANDIDATES = ("张桂芳", "李国庆", "陈建华", "杨丽")


def build_election(
    database: Database, *, seats: int = 9, preset: str = "village_election", body: str = "registered_voters"
) -> Meeting:
    """A village with so many registered voters, its matter at a vote by ``preset``."""
    meeting = build_meeting(database, seats=seats, online=True)  # The setting for devices must not open them here.
    database.change(lambda session, now: _register(session, now, meeting, preset, body))
    return meeting


def _register(session: Session, now: Any, meeting: Meeting, preset: str, body: str) -> None:
    community = session.get(Community, meeting.place.id)
    made = found_assembly(session, now, community=community, name="选民名单", kind="voters", actor=Actor())
    for person_id in meeting.members.values():
        seat_member(session, assembly=made, person_id=person_id, role="选民", actor=Actor(), from_on=SINCE)
    found = matter(session, meeting.matter_id)
    kept = session.exec(select(ProcedureText).where(ProcedureText.id == found.procedure_id)).one()
    toml = kept.toml.replace('poll = "village_representatives"', f'poll = "{preset}"')
    toml = toml.replace('body = "villagers_representatives"', f'body = "{body}"')
    own = ProcedureText(
        code=kept.code, version="test", title=kept.title, fingerprint=load(toml).fingerprint, toml=toml, added_at=now
    )
    session.add(own)
    session.flush()
    found.procedure_id = own.id


def opened(database: Database, meeting: Meeting, kind: Kind = YES_NO, secrecy: str = "named") -> int:
    """The poll, opened by the chair."""

    def verb(session: Session, now: Any) -> int:
        found = matter(session, meeting.matter_id)
        community = session.get(Community, found.community_id)
        question = Question("选举村民委员会委员", None, kind=kind, secrecy=secrecy)
        standing = meeting.standing(session, "王秀英")
        return open_poll(session, now, matter=found, community=community, question=question, standing=standing).id

    return database.change(verb)


def count_paper(database: Database, meeting: Meeting, poll_id: int, marks: list[str]) -> Poll:
    """Hand a ballot to as many voters as there are marks, read each twice, seal and close."""
    desk = CountDesk(database, meeting, poll_id)
    size = len(meeting.members)
    desk.print(size)
    for name in list(meeting.members)[: len(marks)]:
        desk.hand(name)
    with database.read() as session:
        from deliberation.voting.count_models import PaperBatch

        code = session.exec(select(PaperBatch.code).where(PaperBatch.poll_id == poll_id)).one()
    for number, mark in enumerate(marks, 1):
        desk.both(code, mark, number=number)
    desk.stock(received=len(marks), left_over=size - len(marks))
    desk.seal(FIRST)
    desk.seal(SECOND)
    return closed(database, meeting, poll_id)


def closed(database: Database, meeting: Meeting, poll_id: int) -> Poll:
    def verb(session: Session, now: Any) -> None:
        close_poll(session, now, poll_id=poll_id, standing=meeting.standing(session, "王秀英"))

    database.change(verb)
    return poll_of(database, poll_id)
