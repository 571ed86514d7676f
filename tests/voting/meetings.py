"""A meeting of 青溪村's representatives: called, opened, its door, its votes."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.matters.models import matter
from deliberation.voting import meetings as verbs
from deliberation.voting.door import Arrival, come_in, enter_people
from deliberation.voting.meeting_models import Meeting, present_at
from deliberation.voting.meeting_rules import BY_LIST, ticket, window_of
from tests.voting.polls import EVENING
from tests.voting.polls import Meeting as World


def called(database, world: World, *, starts_in: float = 0, by: str = "王秀英") -> int:
    """Have a meeting called; its id."""

    def verb(session: Session, now) -> int:
        found = matter(session, world.matter_id)
        call = verbs.Call("村民代表会议", "村委会二楼", now + timedelta(seconds=starts_in))
        place = session.get(Community, found.community_id)
        standing = world.standing(session, by)
        return verbs.convene_meeting(session, now, matter=found, community=place, call=call, standing=standing).id

    return database.change(verb)


def does(database, world: World, meeting_id: int, verb, by: str = "王秀英", **values):
    """One of the verbs of meetings, by somebody."""

    def change(session: Session, now):
        meeting = session.get(Meeting, meeting_id)
        return verb(session, now, meeting=meeting, standing=world.standing(session, by), **values)

    return database.change(change)


def begun(database, world: World, present: int = 0) -> int:
    """A meeting that is open, with so many of its members on the clerk's list."""
    meeting_id = called(database, world)
    does(database, world, meeting_id, verbs.open_meeting)
    if present:
        tick(database, world, meeting_id, list(world.members)[:present])
    return meeting_id


def tick(database, world: World, meeting_id: int, names, by: str = "林涛", listed=None) -> None:
    """The clerk's list as it is now, with ticks at these names."""
    here = {world.members[name] for name in names}
    shown = set(world.members.values()) if listed is None else {world.members[name] for name in listed}

    def enter(session: Session, now, *, meeting: Meeting, standing) -> None:
        was = present_at(session, meeting) & shown
        enter_people(session, now, meeting=meeting, was=was, here=here, way=BY_LIST, standing=standing)

    does(database, world, meeting_id, enter, by)


def scans(database, meeting_id: int, person_id: int, at=EVENING) -> None:
    """Somebody scans the code of this instant and presses the button. Raises what refuses it."""
    with database.read() as session:
        meeting = session.get(Meeting, meeting_id)
    shown = ticket(meeting.secret, meeting_id, person_id, window_of(at))
    hand_in(database, meeting_id, person_id, shown)


def hand_in(database, meeting_id: int, person_id: int, shown: str) -> None:
    payload = Arrival(meeting_id, person_id, shown)
    database.writer.submit(None, bulk=come_all_in, payload=payload).wait()


def come_all_in(session: Session, arrivals, now):
    return come_in(session, now, arrivals)


def meeting_of(database, meeting_id: int) -> Meeting:
    with database.read() as session:
        return session.get(Meeting, meeting_id)
