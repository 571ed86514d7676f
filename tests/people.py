"""The cast: who plays in the tests, where they live, and what they are there. Made only through the site's own actions.

``build_village(database)`` makes one village with everybody in it; ``build_places(database)`` the tree around it with a
second village of equal shape, for tests of who may see what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlmodel import Session

from deliberation.assemblies.actions import found_assembly, seat_member
from deliberation.audit.actions import Actor, append_entries
from deliberation.communities.actions import found_community, make_installation
from deliberation.communities.models import Community, community
from deliberation.db import Database
from deliberation.house import House
from deliberation.identity.actions import add_person, appoint
from deliberation.identity.models import person
from deliberation.settings import Settings
from deliberation.vocabulary import Role
from tests.imprints import imprinted

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Monday noon in Shanghai: the hour at which tests with a clock of their own begin."""

CAST: dict[str, str] = {
    "何敏": Role.ADMINISTRATOR.value,  # keeps the accounts
    "王秀英": Role.CHAIR.value,  # heads the committee and chairs
    "钱芳": Role.OFFICER.value,  # does the committee's paperwork
    "林涛": Role.CLERK.value,  # keeps the minutes
    "李强": Role.MEMBER.value,  # a member of the representatives' meeting
    "赵敏": "",  # lives there, is on no roster
    "周明": Role.SUPERVISOR.value,  # sits on the supervision committee
    "陈静": Role.LIAISON.value,  # liaison of the legislative contact point
    "吴桂兰": Role.COUNTER.value,  # counts, with the next one
    "孙立国": Role.COUNTER.value,
}
"""Name → the role in the village; the official of the street is appointed a floor above."""

OFFICIAL = "郑伟"


NEIGHBOURS = ("刘洋", "黄丽", "徐刚", "马超", "朱红", "胡军")
"""Further representatives of the village, so that a vote has something to count."""

BODIES: dict[str, tuple[str, dict[str, str]]] = {
    "committee": ("村民委员会", {"王秀英": "主任", "钱芳": "委员", "林涛": "委员"}),
    "supervision": ("村务监督委员会", {"周明": "主任", "孙立国": "委员"}),
    "representatives": ("村民代表会议", dict.fromkeys(("王秀英", "李强", "吴桂兰", *NEIGHBOURS), "代表")),
    "party_branch": ("村党支部委员会", {"王秀英": "书记", "钱芳": "委员"}),
    "party_members": ("党员大会", dict.fromkeys(("王秀英", "钱芳", "李强", "刘洋", "黄丽"), "正式党员")),
}
"""Kind of body → its name, and who sits on it as what."""


@dataclass(frozen=True)
class Place:
    """A community with its people: ``place["李强"]`` is a person's id, ``place.actor("李强")`` who acts.

    ``bodies`` has the id of each body by its kind: ``place.bodies["representatives"]``.
    """

    id: int
    name: str
    people: dict[str, int] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.people[name]

    def actor(self, name: str) -> Actor:
        return Actor(self.roles.get(name) or Role.RESIDENT.value, self.people[name])


@dataclass(frozen=True)
class Places:
    """The tree: the installation's root, a street, and two villages of equal shape below it."""

    root: int
    street: int
    village: Place
    other: Place


def open_database(url: str, *, now: datetime | None = None) -> Database:
    """A database that keeps the log as the site does; with ``now`` its writer's clock stands still."""
    database = Database(url, clock=lambda _session: now) if now else Database(url)
    database.writer.before_commit = append_entries
    return database


def open_house(url: str, folder: Path, **settings: object) -> House:
    """An installation over a test's database, at https://testserver, signing nothing unless asked to."""
    chosen = {"database_url": url, "data": folder, "public_url": "https://testserver", "signer": "outside"} | settings
    return House(Settings(**chosen))


def build_village(database: Database, *, is_demo: bool = False) -> Place:
    """青溪村 with the whole cast; of a demo the clock can be moved."""
    return build_places(database, is_demo=is_demo).village


def build_places(database: Database, *, is_demo: bool = False) -> Places:
    """青溪镇 with 青溪村 and 石桥村; each village has a cast of its own, the official serves both."""
    build = partial(database.change, partial(_build, is_demo=is_demo))
    return imprinted(database, ("places", is_demo), build)


def _build(session: Session, now: datetime, is_demo: bool = False) -> Places:
    top = make_installation(session, now, is_demo=is_demo)
    street = found_community(session, now, name="青溪镇", kind="street", parent=top, actor=Actor())
    official = add_person(session, now, community=street, actor=Actor(), name=OFFICIAL)
    since = now.date().replace(month=1, day=1)
    appoint(session, who=official, role=Role.OFFICIAL, community=street, actor=Actor(), from_on=since)
    return Places(
        top.id,
        street.id,
        _people_of(session, now, _village(session, now, "青溪村", street), official.id),
        _people_of(session, now, _village(session, now, "石桥村", street), official.id),
    )


def _village(session: Session, now: datetime, name: str, street: Community) -> Community:
    return found_community(session, now, name=name, kind="village", parent=street, actor=Actor())


def _people_of(session: Session, now: datetime, village: Community, official: int) -> Place:
    people, since = {OFFICIAL: official}, now.date().replace(month=1, day=1)
    for number, (name, role) in enumerate((CAST | dict.fromkeys(NEIGHBOURS, "")).items(), 1):
        # Recognisable values, so that a test can look for them where they must not be.
        known = {"phone": f"1380000{village.id:02}{number:02}", "number": f"{village.id:02}-{number:03}"}
        who = add_person(
            session, now, community=village, actor=Actor(), name=name, born_on=date(1960, 1, number), **known
        )
        people[name] = who.id
        if role:
            appoint(session, who=who, role=Role(role), community=village, actor=Actor(), from_on=since)
    roles = {name: role for name, role in CAST.items() if role} | {OFFICIAL: Role.OFFICIAL.value}
    return Place(village.id, village.name, people, roles, _bodies_of(session, now, village, people))


def _bodies_of(session: Session, now: datetime, village: Community, people: dict[str, int]) -> dict[str, int]:
    bodies, since = {}, now.date().replace(month=1, day=1)
    for kind, (name, seats) in BODIES.items():
        body = found_assembly(session, now, community=village, name=name, kind=kind, actor=Actor())
        for who, role in seats.items():
            seat_member(session, assembly=body, person_id=people[who], role=role, actor=Actor(), from_on=since)
        bodies[kind] = body.id
    return bodies


def add_neighbour(database: Database, place: Place, name: str, **values: object) -> int:
    """One more person who is known to the village, without any role."""
    return database.change(
        lambda session, now: (
            add_person(session, now, community=community(session, place.id), actor=Actor(), name=name, **values).id
        )
    )


def give_role(database: Database, who: int, role: Role, community_id: int) -> int:
    """Appoint somebody from today on; the appointment's id."""

    def give(session: Session, now: datetime) -> int:
        where = community(session, community_id)
        made = appoint(session, who=person(session, who), role=role, community=where, actor=Actor(), from_on=now.date())
        return made.id

    return database.change(give)
