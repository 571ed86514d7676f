"""The demo's communities and people, from roster files and appointments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from deliberation.assemblies.importing import import_roster, read_roster_file
from deliberation.audit.actions import Actor
from deliberation.communities.actions import found_community, make_installation, set_local_setting
from deliberation.communities.models import Community
from deliberation.demo.cast import CAST, COMMUNITY, STREET, VILLAGE
from deliberation.demo.people import keep_cast
from deliberation.demo.story import Teller, person_id
from deliberation.identity.actions import add_person, appoint
from deliberation.identity.models import person
from deliberation.vocabulary import Role

DATA = Path(__file__).with_name("data")
NOTE = "演示单位的规定"


@dataclass(frozen=True)
class Places:
    """Ids of the demo's communities."""

    root: int
    street: int
    community: int
    village: int

    def of(self, name: str) -> int:
        return {COMMUNITY: self.community, VILLAGE: self.village, STREET: self.street, "": self.root}[name]


def found_everything(teller: Teller) -> Places:
    """The tree, the rosters, the appointments, the local settings."""
    places = teller.do(_found)
    for id_, file in ((places.community, "community.csv"), (places.village, "village.csv")):
        with teller.house.database.read() as session:
            place = session.get(Community, id_)
            read = read_roster_file(session, place, (DATA / file).read_bytes(), file)
        teller.do(
            lambda session, now, place=place, read=read: import_roster(
                session, now, community=place, read=read, actor=Actor()
            )
        )
    teller.do(lambda session, now: _appoint(session, now, places))
    teller.do(lambda session, now: keep_cast(session))
    return places


def _found(session: Session, now: datetime) -> Places:
    top = make_installation(session, now, is_demo=True)
    street = found_community(session, now, name=STREET, kind="street", parent=top, actor=Actor())
    community = found_community(session, now, name=COMMUNITY, kind="community", parent=street, actor=Actor())
    village = found_community(session, now, name=VILLAGE, kind="village", parent=street, actor=Actor())
    for place in (community, village):
        set_local_setting(session, now, of=place, name="online_ballots", value="yes", source=NOTE, actor=Actor())
    for place, name in ((street, "郑伟"), (top, "何敏")):
        add_person(session, now, community=place, actor=Actor(), name=name)
    return Places(top.id, street.id, community.id, village.id)


def _appoint(session: Session, now: datetime, places: Places) -> None:
    since = now.date()
    for player in CAST:
        if player.role:
            place = places.of(player.place)
            who = person(session, person_id(session, player.name, place))
            community = session.get(Community, place)
            appoint(session, who=who, role=Role(player.role), community=community, actor=Actor(), from_on=since)
