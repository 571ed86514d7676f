"""The list at the door: each person entered is a commitment of their own. On both databases."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from deliberation.assemblies.models import RosterLine
from deliberation.audit.commitment import commit
from deliberation.audit.models import Entry, Opening, openings_of
from deliberation.communities.models import Community
from deliberation.identity.models import Person
from deliberation.voting.models import Poll, present_people
from deliberation.voting.signing_in import sign_in_people
from tests.people import open_database
from tests.voting.polls import EVENING, build_meeting, opened, poll_of


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def signed_in(database, meeting, poll_id, names):
    people = {meeting.members[name] for name in names}

    def verb(session, now):
        poll, standing = poll_of(database, poll_id), meeting.standing(session, "王秀英")
        was = present_people(session, poll_id)
        sign_in_people(session, now, poll=poll, was=was, here=people, standing=standing)

    database.change(verb)


def entries(database):
    with database.read() as session:
        return list(session.exec(select(Entry).where(Entry.act == "presence.marked").order_by(Entry.index)))


def data_of(entry):
    return json.loads(entry.body)["data"]


def test_each_person_at_the_door_is_a_secret_of_their_own(database):
    """Erasing one person's openings leaves everybody else's, and the clerk keeps none of them (audit.md 1.7)."""
    meeting = build_meeting(database)
    poll_id = opened(database, meeting)
    signed_in(database, meeting, poll_id, ["李强", "代表02", "代表03"])
    signed_in(database, meeting, poll_id, ["李强", "代表03"])
    came, went = (openings_at(database, entry) for entry in entries(database))
    people = {f"person/{meeting.members[name]}": meeting.members[name] for name in ("李强", "代表02", "代表03")}
    assert {each.value: each.person_id for each in came if each.field != "actor"} == people
    assert len({each.salt for each in came}) == len(came) == 4
    gone = meeting.members["代表02"]
    assert [(each.field, each.person_id) for each in went if each.field != "actor"] == [("withdrawn.1", gone)]
    clerk = meeting.place["王秀英"]
    assert [each.field for each in (*came, *went) if each.person_id == clerk] == ["actor", "actor"]
    verify_commitments(database)

    database.change(lambda session, now: session.exec(delete(Opening).where(col(Opening.person_id) == gone)) and None)
    left = [each.value for entry in entries(database) for each in openings_at(database, entry)]
    assert f"person/{gone}" not in left and set(people) - {f"person/{gone}"} <= set(left)


def test_a_whole_village_at_the_door_fits_into_the_log(database):
    """A form may name as many as it has fields: an entry has 64 KiB, so they stand in several."""
    meeting = build_meeting(database, seats=3)
    poll_id = opened(database, meeting)

    def crowd(session, now):
        poll, community = session.get(Poll, poll_id), session.get(Community, meeting.place.id)
        line = session.exec(select(RosterLine).where(RosterLine.roster_id == poll.roster_id)).first()
        shared = line.model_dump(exclude={"id", "number", "person_id", "owner", "household"})
        for number in range(900):
            who = Person(community_id=community.id, name=f"村民{number}", added_at=now)
            session.add(who)
            session.flush()
            session.add(
                RosterLine(**shared, number=100 + number, person_id=who.id, owner=f"o{number}", household=f"h{number}")
            )
            meeting.members[f"村民{number}"] = who.id

    database.change(crowd)
    signed_in(database, meeting, poll_id, list(meeting.members))
    marked = [data_of(entry) for entry in entries(database)]
    assert [each["come"] for each in marked] == [500, 403] and [each["present"] for each in marked] == [500, 903]


def openings_at(database, entry):
    with database.read() as session:
        return openings_of(session, entry.community_id, entry.index)


def verify_commitments(database):
    for entry in entries(database):
        kept = {each.field: commit(each.field, each.salt, each.value) for each in openings_at(database, entry)}
        assert data_of(entry)["commit"] == kept
