"""A matter that stands before its vote, and the meeting that decides it: what every test of polls begins with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from deliberation.assemblies.actions import end_member, seat_member
from deliberation.assemblies.models import Assembly, Member, Ownership, PropertyUnit, standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.actions import set_local_setting
from deliberation.communities.models import Community
from deliberation.db import Database
from deliberation.identity.actions import add_person
from deliberation.matters.actions import keep_procedure
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Evidence, Matter, PlanVersion, matter
from deliberation.voting.actions import Question, open_poll
from deliberation.voting.casting import Cast, cast_ballots
from deliberation.voting.models import Poll
from deliberation.voting.rules import ONLINE_SETTING
from tests.imprints import imprinted
from tests.people import Place, build_village

EVENING = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LAST_MONTH = EVENING - timedelta(days=40)
PLAN = "修一条三米宽的水泥路，从村口到学校。\n\n费用十二万元，由村集体承担。"


@dataclass
class Meeting:
    """青溪村, its representatives and a matter at the vote. ``members`` are names → ids of those with a seat."""

    place: Place
    matter_id: int
    members: dict[str, int] = field(default_factory=dict)
    assembly_id: int = 0

    def standing(self, session: Session, name: str):
        community = session.get(Community, self.place.id)
        return standing_of(session, self.place.people.get(name) or self.members[name], community, date(2026, 11, 23))


def build_meeting(database: Database, *, seats: int = 9, online: bool = False) -> Meeting:
    """A village whose representatives (李强 among them) are to decide on a road by 四议两公开."""

    def build() -> Meeting:
        place = build_village(database)
        return database.change(lambda session, now: _meeting(session, now, place, seats, online))

    return imprinted(database, ("meeting to vote", seats, online), build)


def _meeting(session: Session, now: datetime, place: Place, seats: int, online: bool) -> Meeting:
    community = session.get(Community, place.id)
    assembly = session.get(Assembly, place.bodies["representatives"])
    session.exec(delete(Member).where(col(Member.assembly_id) == assembly.id))  # A meeting of a size that tests choose.
    members = {"李强": place["李强"]}
    for number in range(2, seats + 1):
        name = f"代表{number:02}"
        members[name] = add_person(
            session, now, community=community, actor=Actor(), name=name, born_on=date(1970, 1, 1)
        ).id
    for id in members.values():
        seat_member(session, assembly=assembly, person_id=id, role="代表", actor=Actor(), from_on=date(2026, 1, 1))
    if online:
        allow_online(session, now, community)
    at = matter_at(session, community, "village_four_two", "resolution", place["王秀英"])
    return Meeting(place, at, members, assembly.id)


def allow_online(session: Session, now: datetime, community: Community) -> None:
    source = "青溪村村民自治章程第十二条"
    set_local_setting(session, now, of=community, name=ONLINE_SETTING, value="yes", source=source, actor=Actor())


def matter_at(session: Session, community: Community, procedure: str, stage: str, proposer: int, **place: Any) -> int:
    """A matter with the papers of every step before ``stage``, its plan and its notice; nothing else is in the way."""
    text, read = keep_procedure(session, LAST_MONTH, procedure)
    made = Matter(
        community_id=community.id, procedure_id=text.id, year=2026, number=1, title="村口到学校的路", summary="路该修了",
        proposer_id=proposer, stage=stage, ring=read.step(stage).ring, begun_at=LAST_MONTH, staged_at=LAST_MONTH, **place,
    )  # fmt: skip
    session.add(made)
    session.flush()
    entered = LAST_MONTH
    for step in read.steps[: read.place(stage)]:
        entered += timedelta(hours=1)
        _paper(session, made.id, step.closes_with, step.id, entered, "submit" if step.exits else "done")
    step, entered = read.step(stage), entered + timedelta(hours=1)
    if "notice" in step.documents[:-1]:
        _paper(session, made.id, "notice", stage, entered, "")
    session.add(Evidence(matter_id=made.id, step=stage, kind="delegation", added_at=entered))
    session.add(PlanVersion(matter_id=made.id, number=1, body=PLAN, at=entered))
    session.flush()
    assert facts_of(session, made, EVENING).stage == stage
    return made.id


def _paper(session: Session, matter_id: int, kind: str, step: str, at: datetime, outcome: str) -> None:
    session.add(
        Document(
            matter_id=matter_id,
            kind=kind,
            step=step,
            outcome=outcome,
            title=kind,
            body="……",
            facts={"onward": []} if kind == "screening" else {},
            issued_at=at,
            closed_at=at,
        )
    )
    session.flush()


def opened(
    database: Database,
    meeting: Meeting,
    *,
    closes_in: float | None = 3600,
    is_changeable: bool = True,
    by: str = "王秀英",
) -> int:
    """Have the chair open the poll; its id. ``closes_in`` seconds from now, or when the chair says so."""

    def verb(session: Session, now: datetime) -> int:
        end = now + timedelta(seconds=closes_in) if closes_in is not None else None
        question = Question("您是否同意修这条路？", end, is_changeable)
        found = matter(session, meeting.matter_id)
        community = session.get(Community, found.community_id)
        standing = meeting.standing(session, by)
        return open_poll(session, now, matter=found, community=community, question=question, standing=standing).id

    return database.change(verb)


def cast(database: Database, poll_id: int, person_id: int, choice: str, key: str = "") -> None:
    """One ballot through the writer, as a batch of the site would bring it. Raises what refuses it."""
    errand = database.writer.submit(None, bulk=cast_all, payload=Cast(poll_id, person_id, choice, key))
    errand.wait()


def cast_all(session: Session, casts: list[Cast], now: datetime):
    return cast_ballots(session, now, casts)


def poll_of(database: Database, poll_id: int) -> Poll:
    with database.read() as session:
        return session.get(Poll, poll_id)


def build_estate(database: Database, *, online: bool = True) -> Meeting:
    """The same place as an estate: six units of four owners, 李强 with three of them, before the special decision."""
    return imprinted(database, ("estate", online), lambda: _estate(database, online))


def _estate(database: Database, online: bool) -> Meeting:
    place = build_village(database)

    def verb(session: Session, now: datetime) -> Meeting:
        community = session.get(Community, place.id)
        owners = {"李强": place["李强"]}
        for name in ("赵春生", "钱玉珍", "孙立群"):
            owners[name] = add_person(session, now, community=community, actor=Actor(), name=name).id
        rooms = [
            ("李强", 8950),
            ("李强", 10236),
            ("李强", 8950),
            ("赵春生", 10236),
            ("钱玉珍", 8950),
            ("孙立群", 10236),
        ]
        for number, (owner, area) in enumerate(rooms, 101):
            unit = PropertyUnit(
                community_id=community.id, building="5号楼", entrance="1单元", number=str(number), area=area
            )
            session.add(unit)
            session.flush()
            session.add(Ownership(unit_id=unit.id, person_id=owners[owner], casts=True))
        session.flush()
        if online:
            allow_online(session, now, community)
        at = matter_at(session, community, "owners_special", "resolution", place["李强"], building="5号楼", item=7)
        return Meeting(place, at, owners)

    return database.change(verb)


def end_seat(database: Database, meeting: Meeting, name: str) -> None:
    """A member is removed today."""

    def verb(session: Session, now: datetime) -> None:
        seat = session.exec(select(Member).where(Member.person_id == meeting.members[name])).one()
        assembly = session.get(Assembly, meeting.assembly_id)
        end_member(session, member=seat, assembly=assembly, last_day=date(2026, 11, 20), actor=Actor())

    database.change(verb)
