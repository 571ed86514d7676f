"""Who presides once they hold the office no more, or have left: nobody, until the head hands the room over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community
from deliberation.identity.actions import appoint, end_appointment
from deliberation.identity.models import Appointment, person
from deliberation.matters.reach import today_in
from deliberation.refusal import Refused
from deliberation.rooms.content_rules import State, may_read
from deliberation.rooms.minutes_doors import roles_in
from deliberation.rooms.models import statement
from deliberation.vocabulary import Role
from tests.rooms.meeting import CHAIR, NEIGHBOUR, Meeting


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


def dismiss(meeting: Meeting, name: str) -> None:
    def verb(session, now):
        for each in session.exec(select(Appointment).where(Appointment.person_id == meeting.village[name])):
            end_appointment(session, appointment=each, last_day=(now - timedelta(days=2)).date(), actor=Actor())

    meeting.database.change(verb)


def signs_as(meeting: Meeting, name: str) -> frozenset[str]:
    def question(session):
        place = session.get(Community, meeting.room.community_id)
        there = standing_of(session, meeting.village[name], place, today_in(place, meeting.story.now))
        return roles_in(session, meeting.room, there)

    return meeting.look(question)


def part(meeting: Meeting, name: str):
    return meeting.look(lambda session: meeting.part(session, name))


def test_a_dismissed_chair_hides_reads_and_signs_nothing(meeting):
    said = meeting.say("李强", "王秀英已经被免职了。")
    assert part(meeting, CHAIR).presides and signs_as(meeting, CHAIR) == {"chair"}
    dismiss(meeting, CHAIR)
    here = part(meeting, CHAIR)
    assert not here.presides and not here.roles & {"chair", "head"}
    with pytest.raises(Refused):
        meeting.hide(said)
    assert not meeting.look(lambda session: statement(session, said).is_hidden)
    assert may_read(State(meeting.village["李强"], is_hidden=True), here) is not None
    assert signs_as(meeting, CHAIR) == frozenset()


def test_whoever_chairs_in_the_community_then_takes_the_room_over(meeting):
    dismiss(meeting, CHAIR)

    def verb(session, now):
        place = community(session, meeting.room.community_id)
        who = person(session, meeting.village["周明"])
        appoint(
            session, who=who, community=place, role=Role.CHAIR, from_on=(now - timedelta(days=2)).date(), actor=Actor()
        )

    meeting.database.change(verb)
    assert not part(meeting, "周明").presides and "head" in part(meeting, "周明").roles
    meeting.come_in(NEIGHBOUR)
    meeting.hand_over(NEIGHBOUR, by="周明")
    # Presides by the handover and never held an appointment; the community's chair presides over the closed room.
    assert part(meeting, NEIGHBOUR).presides and signs_as(meeting, NEIGHBOUR) == {"chair"}
    meeting.close(by=NEIGHBOUR)
    assert signs_as(meeting, "周明") == {"chair"} and signs_as(meeting, CHAIR) == frozenset()


def test_a_dismissed_chair_to_whom_the_room_was_given_back_presides_no_more(meeting):
    meeting.come_in(NEIGHBOUR)
    meeting.hand_over(NEIGHBOUR)
    meeting.hand_over(CHAIR, by=NEIGHBOUR)
    assert part(meeting, CHAIR).presides
    dismiss(meeting, CHAIR)
    assert not part(meeting, CHAIR).presides
