"""What ends in a room with a seat: the turns of whoever has just lost it, and the sockets of their pages."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.matters.reach import today_in
from deliberation.matters.timing import resume_clock
from deliberation.rooms.actions import part_of
from deliberation.rooms.convening_models import Convening, Invitation, convening_of_room, invitation_of
from deliberation.rooms.models import Attendance, Room, attendance, room, turns_of
from deliberation.rooms.order_rules import POINT, is_speaking, is_waiting
from deliberation.rooms.rules import PERMITS
from deliberation.rooms.seating import place_in, role_words, seated
from deliberation.rooms.speaking import end_speech, withdraw
from deliberation.rooms.telling import screen_of, tell
from deliberation.vocabulary import _

SEAT_GONE = _("邀请已经撤回，不再参加这次协商")
DECLINED = _("本人答复不参加，不再参加这次协商")


def unseat(session: Session, now: datetime, *, convening: Convening, invitation: Invitation, actor: Actor) -> None:
    """After an invitation has stopped giving a seat: in its room whoever may not speak without it has no turn any more.

    Their pages close at once, and come back as those of whoever they are now.
    """
    person_id = invitation.person_id
    here = open_room_of(session, convening)
    if here is None:
        live.ask_again(session, people=[person_id])
        return
    live.ask_again(session, people=[person_id], seat_in=[here.topic, screen_of(here.id)])
    if not speaks_in(session, now, here, person_id):
        _end_turns(session, now, here, person_id, actor, SEAT_GONE if invitation.withdrawn_at else DECLINED)
    if (there := attendance(session, here.id, person_id)) is not None:
        counts_as(session, now, here, there)
    # Who presides, who may take over and whose hand is missing hang on who has a seat; and whom a gauge counts.
    tell(session, here, "state", "speaker", "turns", "appeals", "gauge", "presence")


def open_room_of(session: Session, convening: Convening) -> Room | None:
    """The room of what was convened, while it is running."""
    here = room(session, convening.room_id) if convening.room_id else None
    return here if here is not None and here.is_open else None


def reseat(session: Session, now: datetime, room: Room, person_id: int) -> int:
    """After an appeal against it the withdrawal is undone, also in a room that was closed since: the invitation stands
    again, as it was, and so does what was asked by a day. Returns which; 0 where nobody had withdrawn it any more.
    """
    convening = convening_of_room(session, room.id)
    found = invitation_of(session, convening.id, person_id)
    if found.withdrawn_at is None:
        return 0
    found.withdrawn_at = None
    session.add(found)
    session.flush()
    if not found.reply:
        resume_clock(session, subject=f"invitation/{found.id}")
    seat(session, now, convening, person_id)
    live.ask_again(session, people=[person_id])
    return found.id


def seat(session: Session, now: datetime, convening: Convening, person_id: int) -> None:
    """After an invitation gives a seat in a room that is open: their pages come back as those of whoever they are now."""
    if (here := open_room_of(session, convening)) is not None:
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


def _end_turns(session: Session, now: datetime, room: Room, person_id: int, actor: Actor, reason: str) -> None:
    """A speech is cut; what a point of order of theirs interrupted goes on; what they wait for is withdrawn."""
    own = [turn for turn in turns_of(session, room.id) if turn.person_id == person_id]
    # The point first: until it has ended, the time of a speech that it interrupted stands still.
    for turn in sorted(own, key=lambda turn: turn.kind != POINT):
        if is_speaking(turn):
            end_speech(session, now, room=room, turn=turn, actor=actor, reason=reason)
    for turn in own:
        if is_waiting(turn):
            withdraw(session, now, room=room, turn=turn, actor=actor)
