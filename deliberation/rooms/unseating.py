"""What ends in a room with a seat: the turns of whoever has just lost it, and the sockets of their pages."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.matters.reach import today_in
from deliberation.rooms.actions import part_of
from deliberation.rooms.convening_models import Convening, Invitation
from deliberation.rooms.models import Attendance, Room, attendance, room, turns_of
from deliberation.rooms.order_rules import POINT, is_speaking, is_waiting
from deliberation.rooms.rules import PERMITS
from deliberation.rooms.seating import place_in, role_words, seated
from deliberation.rooms.speaking import end_speech, withdraw
from deliberation.rooms.telling import screen_of, tell, tell_deed
from deliberation.vocabulary import _

SEAT_GONE = _("邀请已经撤回，不再参加这次协商")


def unseat(session: Session, now: datetime, *, convening: Convening, invitation: Invitation, actor: Actor) -> None:
    """After an invitation has stopped giving a seat: in its room whoever may not speak without it has no turn any more.

    Their pages close at once, and come back as those of whoever they are now.
    """
    person_id = invitation.person_id
    here = room(session, convening.room_id) if convening.room_id else None
    if here is None or not here.is_open:
        live.ask_again(session, people=[person_id])
        return
    live.ask_again(session, people=[person_id], seat_in=[here.topic, screen_of(here.id)])
    if not speaks_in(session, now, here, person_id):
        _end_turns(session, now, here, person_id, actor)
    if (there := attendance(session, here.id, person_id)) is not None:
        counts_as(session, now, here, there)
    if invitation.withdrawn_at is not None:
        tell_deed(session, here, f"unseating/{invitation.id}")
    # Who presides, who may take over and whose hand is missing hang on who has a seat; and whom a gauge counts.
    tell(session, here, "state", "speaker", "turns", "appeals", "gauge", "presence")


def seat(session: Session, now: datetime, convening: Convening, person_id: int) -> None:
    """After an invitation gives a seat in a room that is open: their pages come back as those of whoever they are now."""
    here = room(session, convening.room_id) if convening.room_id else None
    if here is not None and here.is_open:
        live.ask_again(session, people=[person_id], seat_in=[here.topic, screen_of(here.id)])
        if (there := attendance(session, here.id, person_id)) is not None:
            _sits_as(session, now, here, there)
        # A gauge that is open asks them, and counts their mark.
        tell(session, here, "state", "turns", "appeals", "gauge", "presence")


def counts_as(session: Session, now: datetime, room: Room, there: Attendance) -> None:
    """Whoever belongs to the community is asked again as one of its people; as what they came and spoke stays."""
    place = session.get(Community, room.community_id)
    standing = standing_of(session, there.person_id, place, today_in(place, now))
    if standing.is_near:
        role, _office = place_in(session, room, standing)
        there.counts = role is None or role.counts
        session.add(there)
        session.flush()


def _sits_as(session: Session, now: datetime, room: Room, there: Attendance) -> None:
    """Whoever came before they were invited stands in the list of who came as what they were invited as."""
    place = session.get(Community, room.community_id)
    role, office = place_in(session, room, standing_of(session, there.person_id, place, today_in(place, now)))
    there.capacity, there.counts = role_words(role, office) or there.capacity, role is None or role.counts
    session.add(there)
    session.flush()


def speaks_in(session: Session, now: datetime, room: Room, person_id: int) -> bool:
    """Whether somebody may ask for a turn here as what they are now."""
    place = session.get(Community, room.community_id)
    standing = standing_of(session, person_id, place, today_in(place, now))
    part = seated(session, room, standing, part_of(session, room, standing))
    return bool(part.roles & PERMITS["ask_turn"].roles)


def _end_turns(session: Session, now: datetime, room: Room, person_id: int, actor: Actor) -> None:
    """A speech is cut; what a point of order of theirs interrupted goes on; what they wait for is withdrawn."""
    own = [turn for turn in turns_of(session, room.id) if turn.person_id == person_id]
    # The point first: until it has ended, the time of a speech that it interrupted stands still.
    for turn in sorted(own, key=lambda turn: turn.kind != POINT):
        if is_speaking(turn):
            end_speech(session, now, room=room, turn=turn, actor=actor, reason=SEAT_GONE)
    for turn in own:
        if is_waiting(turn):
            withdraw(session, now, room=room, turn=turn, actor=actor)
