"""The village that is measured: people in thousands, each signed in, and a matter where the work begins.

The matter comes there by the site's own actions, as the tests tell their stories. People and their sign-ins go in by
statement and not one by one through their actions: ten thousand of them would take longer than the measuring.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlmodel import Session

from deliberation.assemblies.models import Assembly, Member, standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.actions import set_local_setting
from deliberation.communities.models import Community
from deliberation.db import Database
from deliberation.identity.models import Person, SignIn
from deliberation.matters.engine import possible_acts
from deliberation.matters.evidence import add_evidence
from deliberation.matters.models import Document, Matter
from deliberation.rooms.actions import Plan, attend, open_room, part_of
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.models import Room, Statement
from deliberation.rooms.speaking import ask_turn, give_turn, make_statement
from deliberation.settings import Settings
from deliberation.voting.actions import Question, open_poll
from deliberation.voting.rules import ONLINE_SETTING
from deliberation.web import token_hash
from tests.matters.story import Story
from tests.people import Place
from tests.schema import make_schema

CHAIR = "王秀英"
PROGRESS = "路基已经完成八百米，涵管到场四处；本月支出十一万元，凭证在村务公开栏；村务监督委员会到现场看过两次。" * 4


@dataclass
class Village:
    """A seeded database: its place and matter, and the sign-in tokens of its many people by person id."""

    story: Story
    tokens: dict[int, str]

    @property
    def database(self) -> Database:
        return self.story.database

    @property
    def place(self) -> Place:
        return self.story.village

    @property
    def people(self) -> list[int]:
        return list(self.tokens)


def make_village(settings: Settings, people: int) -> Village:
    """An empty folder's database with the cast of the tests and so many further people, everybody signed in."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_schema(settings.url)
    story = Story(settings.url, datetime.now(UTC) - timedelta(days=120))
    place = story.village
    tokens = story.database.change(lambda session, now: _people(session, datetime.now(UTC), place, people))
    return Village(story, tokens)


def come_to_now(village: Village) -> None:
    """The story has arrived: what follows happens today."""
    village.story.now = datetime.now(UTC)


def sign_in(village: Village, person_id: int) -> str:
    """A sign-in of one more person; its token."""
    tokens = village.database.change(lambda session, now: _sign_ins(session, now, [person_id]))
    return tokens[person_id]


def _people(session: Session, now: datetime, place: Place, count: int) -> dict[int, str]:
    rows = [
        {
            "community_id": place.id,
            "name": f"村民{number:05}",
            "number": f"M{number:05}",
            "pinyin": "cm",
            "added_at": now,
        }
        for number in range(count)
    ]
    connection = session.connection()
    connection.execute(insert(Person.__table__), rows)
    made = connection.execute(select(Person.__table__.c.id).where(Person.__table__.c.number.like("M%")))
    return _sign_ins(session, now, [id for (id,) in made])


def _sign_ins(session: Session, now: datetime, people: list[int]) -> dict[int, str]:
    tokens = {id: secrets.token_urlsafe(32) for id in people}
    rows = [
        {"token_hash": token_hash(token), "person_id": id, "began_at": now, "expires_at": now + timedelta(days=1)}
        for id, token in tokens.items()
    ]
    session.connection().execute(insert(SignIn.__table__), rows)
    return tokens


# --- matters


def open_village_poll(village: Village) -> int:
    """A poll of everybody who was seeded, as representatives, open to devices everywhere; its id."""
    story = village.story.begin("eight_steps").go_to("resolution")
    while not any(one.act == "open_poll" and not one.refusals for one in possible_acts(story.facts)):
        story.take_next()
    come_to_now(village)

    def verb(session: Session, now: datetime) -> int:
        place = session.get(Community, village.place.id)
        _seat_everybody(session, now, village)
        set_local_setting(
            session, now, of=place, name=ONLINE_SETTING, value="yes", source="章程第十二条", actor=Actor()
        )
        standing = standing_of(session, village.place[CHAIR], place, now.astimezone(place.zone).date())
        about, question = session.get(Matter, story.matter_id), Question("您是否同意修这条路？")
        return open_poll(session, now, matter=about, community=place, question=question, standing=standing).id

    return village.database.change(verb)


def _seat_everybody(session: Session, now: datetime, village: Village) -> None:
    body = session.get(Assembly, village.place.bodies["representatives"])
    since = (now - timedelta(days=90)).date()
    seats = [
        {"assembly_id": body.id, "person_id": id, "role": "代表", "group": "", "from_on": since}
        for id in village.people
    ]
    session.connection().execute(insert(Member.__table__), seats)


def open_village_room(village: Village, speaker: int, words: str) -> tuple[int, int]:
    """A room on a matter, in which one person has the word and has said this; ids of the room and of the statement."""
    story = village.story.begin("six_steps").go_to("consultation")
    come_to_now(village)

    def verb(session: Session, now: datetime) -> tuple[int, int]:
        place = session.get(Community, village.place.id)
        plan, about = Plan("村道怎么修", Limits(1800, 5_000), 600), session.get(Matter, story.matter_id)
        made = open_room(session, now, matter=about, plan=plan, actor=village.place.actor(CHAIR))
        day = now.astimezone(place.zone).date()
        parts = [
            part_of(session, made, standing_of(session, who, place, day)) for who in (speaker, village.place[CHAIR])
        ]
        turn = ask_turn(session, now, room=made, person_id=speaker, part=parts[0])
        give_turn(session, now, room=made, turn=turn, part=parts[1])
        attend(session, now, room=made, person_id=speaker)
        said = make_statement(session, now, room=made, body=words, position="for", part=parts[0])
        return made.id, said.id

    return village.database.change(verb)


def take_numbers(village: Village, id: int) -> None:
    """Make rooms count on from this id: those of which a story only tells have taken the first ones."""

    def verb(session: Session, now: datetime) -> None:
        matter_id, chair_id = village.story.matter_id, village.place[CHAIR]
        session.add(
            Room(id=id, community_id=village.place.id, matter_id=matter_id, number=id, step="consultation", title="先前的会",
                 chair_id=chair_id, opened_at=now, closed_at=now)
        )  # fmt: skip

    village.database.change(verb)


def more_rooms(village: Village, room_id: int, said_id: int, count: int) -> list[tuple[int, int]]:
    """So many rooms like this one and a statement in each: ids of room and statement. The matter is the same."""

    def verb(session: Session, _now: datetime) -> list[tuple[int, int]]:
        room, said = session.get(Room, room_id), session.get(Statement, said_id)
        made = []
        for number in range(2, count + 2):
            other = Room(**room.model_dump(exclude={"id"}) | {"number": number})
            session.add(other)
            session.flush()
            words = Statement(**said.model_dump(exclude={"id"}) | {"room_id": other.id, "turn_id": None})
            session.add(words)
            session.flush()
            made.append((other.id, words.id))
        return made

    return village.database.change(verb)


def say_meanwhile(village: Village, room_id: int, words: str) -> None:
    """Who has the word in the room says something more, while no server runs."""

    def verb(session: Session, now: datetime) -> None:
        found, place = session.get(Room, room_id), session.get(Community, village.place.id)
        standing = standing_of(session, village.people[0], place, now.astimezone(place.zone).date())
        make_statement(session, now, room=found, body=words, position="for", part=part_of(session, found, standing))

    come_to_now(village)
    village.database.change(verb)


def make_dossier(village: Village, documents: int) -> int:
    """A matter far along with so many documents in its file, most of them reports of progress; its id.

    A procedure asks for a dozen; the others are written as further notices of the step at which the matter stands.
    """
    story = village.story.begin("six_steps").go_to("implementation")
    there = len(story.documents())
    last = story.documents()[-1].issued_at

    def verb(session: Session, _now: datetime) -> int:
        for number in range(1, documents - there + 1):
            at = last + timedelta(hours=number)
            session.add(
                Document(matter_id=story.matter_id, kind="notice", step="implementation", title=f"施工进展通报第{number}号",
                         body=PROGRESS, issued_by="村民委员会", issued_at=at, closed_at=at, facts={"people": 3})
            )  # fmt: skip
        return story.matter_id

    made = village.database.change(verb)
    come_to_now(village)
    return made


def let_something_happen(village: Village, number: int) -> None:
    """An act in the community, written by another process than the server's."""

    def verb(session: Session, now: datetime) -> None:
        place = session.get(Community, village.place.id)
        set_local_setting(
            session, now, of=place, name=ONLINE_SETTING, value="yes", source=f"第{number}次修订", actor=Actor()
        )

    come_to_now(village)
    village.database.change(verb)


def change_dossier(village: Village, dossier: int, number: int) -> None:
    """An act on the matter itself, which shows on its page: a further piece of evidence."""

    def verb(session: Session, now: datetime) -> None:
        about, actor = session.get(Matter, dossier), village.place.actor(CHAIR)
        add_evidence(session, now, matter=about, kind="other", note=f"现场照片第{number}张", actor=actor)

    come_to_now(village)
    village.database.change(verb)
