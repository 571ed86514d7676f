"""Telling a story in the past through the site's own actions: the teller's clock stands where the story is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from deliberation.assemblies.models import Standing, standing_of
from deliberation.communities.models import Community
from deliberation.house import House
from deliberation.identity.models import Person
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter
from deliberation.matters.moving import permit
from deliberation.settings import Settings


class StoryHouse(House):
    """An installation whose clock is the teller's."""

    at: datetime

    def __init__(self, settings: Settings, begins_at: datetime):
        self.at = begins_at
        super().__init__(settings)

    def now(self, session: Session | None = None) -> datetime:
        return self.at


class Teller:
    """Does one act after the other; the hours between them pass on the story's clock."""

    def __init__(self, house: StoryHouse):
        self.house = house
        self.pace = timedelta(minutes=3)

    def wait(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> None:
        """Time passes, and what falls due by itself is done."""
        self.house.at += timedelta(days=days, hours=hours, minutes=minutes)
        self.house.runner.run_due()

    def do(self, verb: Callable[[Session, datetime], Any]) -> Any:
        """One act through the writer; a while later, by the story's pace, the next."""
        result = self.house.database.change(verb)
        self.house.at += self.pace
        return result

    def as_(self, act: str, name: str, matter_id: int, verb: Callable[..., Any]) -> Any:
        """One act on a matter by a person of its community, asked for like on the site: ``verb(session, now, matter, actor)``."""

        def work(session: Session, now: datetime) -> Any:
            matter = session.get(Matter, matter_id)
            actor = permit(act, self.standing(session, name, matter.community_id, now), facts_of(session, matter, now))
            return verb(session, now, matter, actor)

        return self.do(work)

    def standing(self, session: Session, name: str, community_id: int, now: datetime) -> Standing:
        community = session.get(Community, community_id)
        return standing_of(
            session, person_id(session, name, community_id), community, now.astimezone(community.zone).date()
        )


def person_id(session: Session, name: str, community_id: int) -> int:
    """The id of somebody while the story is told: until it ends, each name is one person's (see ``people.py`` for later)."""
    return session.exec(select(Person.id).where(Person.name == name, Person.community_id == community_id)).one()
