"""As what somebody sits in a room under its form: named by an invitation, or as the form says of the community's people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.assemblies.models import Standing, standing_of
from deliberation.communities.models import Community
from deliberation.matters.models import Matter
from deliberation.matters.reach import matter_within_reach, today_in
from deliberation.refusal import Missing
from deliberation.rooms.chairing_models import handovers_of
from deliberation.rooms.convening_models import Convening, Invitation, convening_of_room, invitation_of, invitations_of
from deliberation.rooms.form_rules import FormRole, seat
from deliberation.rooms.models import Came, Room, SpeakingTurn, Statement, attendance_of
from deliberation.rooms.rules import CHAIR, CLERK, GUEST, OBSERVER, PARTICIPANT, Part
from deliberation.vocabulary import Role


def holding(session: Session, convening: Convening, person_id: int | None) -> Invitation | None:
    """The invitation by which somebody has a seat; none for whoever declined or is asked no longer."""
    found = invitation_of(session, convening.id, person_id) if person_id else None
    return found if found is not None and found.holds else None


def place_at(session: Session, convening: Convening, standing: Standing) -> tuple[FormRole | None, str]:
    """The form's role of a person, and for which office they come."""
    held = holding(session, convening, standing.person_id)
    role = seat(convening.rules, held.role if held else "", is_near=standing.is_near)
    return role, held.office if held else ""


def place_in(session: Session, room: Room, standing: Standing) -> tuple[FormRole | None, str]:
    """The same for a room. Chair and clerk are what the room made them; without a form nobody has a role."""
    convening = convening_of_room(session, room.id)
    if convening is None:
        return None, ""
    form = convening.rules
    if standing.person_id == room.chair_id:
        return form.role("chair"), ""
    if standing.person_id == room.clerk_id or standing.has(Role.CLERK):
        return form.role("clerk"), ""
    return place_at(session, convening, standing)


def belongs(session: Session, room: Room, standing: Standing) -> bool:
    """Whether somebody is one of the community or still invited to this room."""
    convening = None if standing.is_near else convening_of_room(session, room.id)
    return standing.is_near or (convening is not None and holding(session, convening, standing.person_id) is not None)


def seats_lost(session: Session, room: Room, now: datetime) -> set[int]:
    """Who was invited to this room, is so no longer, and does not belong to the community either."""
    convening = convening_of_room(session, room.id)
    gone = [each.person_id for each in invitations_of(session, convening.id) if not each.holds] if convening else []
    if not gone:
        return set()
    place = session.get(Community, room.community_id)
    return {id for id in gone if not standing_of(session, id, place, today_in(place, now)).is_near}


def unheard(room: Room, came: Came, lost: set[int], by_id: int) -> set[int]:
    """Whose hand on an appeal against something that ``by_id`` did counts not, or no more: who lost their seat, who sits in
    now as somebody whose opinion is not asked, who presides, and who did it. ``lost``: ``seats_lost``.
    """
    return lost | (came.ids - came.counted) | {room.chair_id, by_id}


def unasked(session: Session, room: Room, now: datetime) -> set[int]:
    """Whom a gauge does not ask as what they are now: who presides; and of those who were invited to this room, and still
    are or no longer, whoever does not count."""
    convening = convening_of_room(session, room.id)
    if convening is None:
        return {room.chair_id}
    invited, place = invitations_of(session, convening.id), session.get(Community, room.community_id)
    found = {each.person_id for each in invited if each.holds and not convening.rules.role(each.role).counts}
    found.add(room.chair_id)
    now_as = [standing_of(session, each.person_id, place, today_in(place, now)) for each in invited if not each.holds]
    return found | {standing.person_id for standing in now_as if not _is_asked(session, room, convening, standing)}


def _is_asked(session: Session, room: Room, convening: Convening, standing: Standing) -> bool:
    if standing.has(Role.CLERK) or (standing.is_near and standing.person_id == room.clerk_id):
        return True
    role, _office = place_at(session, convening, standing)
    return role is not None and role.counts


def presides(session: Session, room: Room, standing: Standing) -> bool:
    """Whoever opened the room presides while they hold the office, and whoever it was handed to while they belong there."""
    if not standing.person_id or standing.person_id != room.chair_id:
        return False
    handovers = handovers_of(session, room.id)
    if not handovers or handovers[0].from_id == room.chair_id:
        return standing.has(Role.CHAIR)
    return belongs(session, room, standing)


def role_words(role: FormRole | None, office: str) -> str:
    """As what somebody is shown beside their name; empty for one of the community's own people."""
    if role is None or role.id == "resident":
        return ""
    return f"{role.title}（{office}）" if office else role.title


def seated(session: Session, room: Room, standing: Standing, part: Part) -> Part:
    """What a person is in this room once its form is asked. Chair and clerk stay what they are."""
    convening = convening_of_room(session, room.id)
    if convening is None or part.roles & {CHAIR, CLERK}:
        return part
    role, _office = place_at(session, convening, standing)
    roles = part.roles - {PARTICIPANT}
    if role is not None:
        roles |= {PARTICIPANT if role.counts else GUEST if role.speaks else OBSERVER}
    return replace(part, roles=frozenset(roles), asks=role is not None and (role.speaks or role.asks))


def within_reach(
    session: Session, room: Room, person_id: int | None, now: datetime
) -> tuple[Matter, Community, Standing]:
    """The matter of a room, for whoever reaches it or was invited here. Raises Missing."""
    return _reached(session, convening_of_room(session, room.id), room.matter_id, person_id, now)


def convening_within_reach(
    session: Session, convening: Convening, person_id: int | None, now: datetime
) -> tuple[Matter, Community, Standing]:
    """The same for what was convened. Raises Missing."""
    return _reached(session, convening, convening.matter_id, person_id, now)


def _reached(
    session: Session, convening: Convening | None, matter_id: int, person_id: int | None, now: datetime
) -> tuple[Matter, Community, Standing]:
    try:
        return matter_within_reach(session, matter_id, person_id, now)
    except Missing:
        if convening is None or holding(session, convening, person_id) is None:
            raise
    place = session.get(Community, convening.community_id)
    standing = standing_of(session, person_id, place, today_in(place, now))
    return session.get(Matter, matter_id), place, standing


# --- who was there


def came_to(session: Session, convening: Convening) -> set[int]:
    """Who came into the room of what was convened, or spoke or wrote in it."""
    came = attendance_of(session, convening.room_id) if convening.room_id else []
    return {each.person_id for each in came} | heard_in(session, convening)


def heard_in(session: Session, convening: Convening) -> set[int]:
    """Who had the word in the room, or handed in a statement."""
    if convening.room_id is None:
        return set()
    spoke = select(SpeakingTurn.person_id).where(
        SpeakingTurn.room_id == convening.room_id, col(SpeakingTurn.given_at).is_not(None)
    )
    wrote = select(Statement.person_id).where(Statement.room_id == convening.room_id)
    return set(session.exec(spoke)) | set(session.exec(wrote))
