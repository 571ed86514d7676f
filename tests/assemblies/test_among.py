"""Who of many has a standing, asked at once, is who has one when each is asked alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation.assemblies.among import appointed_among, near_among
from deliberation.assemblies.models import Member, standing_of
from deliberation.communities.models import Community
from deliberation.identity.models import Person
from deliberation.vocabulary import Role
from tests.people import build_places, open_database


@pytest.fixture
def database(database_url):
    made = open_database(database_url)
    yield made
    made.close()


def alone(session, people, place, on) -> set[int]:
    return {id for id in people if standing_of(session, id, place, on).is_near}


def test_asked_together_and_one_by_one_are_the_same(database):
    places = build_places(database)

    def move(session, now):
        """Everybody of the village is registered elsewhere from now on; some seats are over."""
        for name in places.village.people:
            session.get(Person, places.village[name]).community_id = places.root
        for id in ("李强", "黄丽"):
            for each in session.exec(select(Member).where(Member.person_id == places.village[id])):
                each.until_on = (now - timedelta(days=2)).date()

    for change in (None, move):
        if change is not None:
            database.change(change)
        with database.read() as session:
            people = set(session.exec(select(Person.id)))
            on = session.get_one(Community, places.root).founded_at.date() + timedelta(days=1)
            for id in (places.root, places.street, places.village.id, places.other.id):
                place = session.get(Community, id)
                near = near_among(session, people, place, on)
                assert near == alone(session, people, place, on), place.name
                assert near_among(session, [], place, on) == set()
                clerks = {one for one in people if standing_of(session, one, place, on).has(Role.CLERK)}
                assert appointed_among(session, people, Role.CLERK.value, place, on) == clerks
    assert places.village["黄丽"] not in near
