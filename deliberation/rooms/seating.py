"""As what somebody sits in a room under its form: named by an invitation, or as the form says of the community's people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, union
from sqlmodel import Session, col, select

from deliberation.assemblies.among import appointed_among, near_among
from deliberation.assemblies.models import Standing, standing_of
from deliberation.bulk import select_many
from deliberation.communities.models import Community
from deliberation.identity.models import Person
from deliberation.matters.models import Matter
from deliberation.matters.reach import matter_within_reach, today_in
from deliberation.refusal import Missing
from deliberation.rooms.chairing_models import Appeal, handovers_of
from deliberation.rooms.convening_models import Convening, Invitation, convening_of_room, invitation_of, invitations_of
from deliberation.rooms.form_rules import Form, FormRole, seat
from deliberation.rooms.models import (
    Attendance,
    Came,
    Gauge,
    GaugeMark,
    Room,
    SpeakingTurn,
    Statement,
    attendance_of,
    turns_of,
)
from deliberation.rooms.order_rules import is_waiting
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


@dataclass(frozen=True)
class Seats:
    """Of a room's people at one moment: who takes part no more, whom no gauge asks, and who takes part by an invitation
    alone, with when it was made. Nobody packs a count that has begun: whoever was seated after it takes part from the next.
    """

    lost: frozenset[int]
    unasked: frozenset[int]
    since: Mapping[int, datetime]

    def after(self, at: datetime) -> frozenset[int]:
        """Who was seated after something was asked or raised at this time."""
        return frozenset(id for id, made in self.since.items() if made > at)

    def out_of(self, gauge: Gauge | None) -> frozenset[int]:
        """Whom a gauge does not ask: who presides, has a seat no more, does not count, or was seated after it was opened."""
        return self.unasked | (self.after(gauge.opened_at) if gauge else frozenset())


_HERE = union(
    select(Attendance.person_id).where(Attendance.room_id == bindparam("room")),
    select(SpeakingTurn.person_id).where(
        SpeakingTurn.room_id == bindparam("room"),
        col(SpeakingTurn.given_at).is_(None),
        col(SpeakingTurn.withdrawn_at).is_(None),
    ),
    select(GaugeMark.person_id)
    .join(Gauge, col(Gauge.id) == GaugeMark.gauge_id)
    .where(Gauge.room_id == bindparam("room"), col(Gauge.closed_at).is_(None)),
)
_PLACES = select(Community.id).where(
    col(Community.lineage).startswith(bindparam("lineage")), Community.kind != "installation"
)
# Few of those who came are registered elsewhere; of the others nothing more is asked.
_STRANGERS = select(Person.id).where(col(Person.id).in_(_HERE), col(Person.community_id).not_in(_PLACES))


def seats_of(session: Session, room: Room, now: datetime) -> Seats:
    """Asked of all at once, at so many statements however many there are."""
    convening, place = convening_of_room(session, room.id), session.get(Community, room.community_id)
    invited = invitations_of(session, convening.id) if convening else []
    held = {each.person_id: each for each in invited if each.holds}
    let_go = {each.person_id for each in invited} - held.keys()
    near = near_among(session, held.keys() | let_go, place, today_in(place, now))
    found = select_many(session, _STRANGERS, room=room.id, lineage=place.lineage)
    strangers = {id for (id,) in found} - held.keys() - near
    lost = strangers - near_among(session, strangers, place, today_in(place, now)) | (let_go - near)
    if convening is None:
        return Seats(frozenset(lost), frozenset(lost | {room.chair_id}), {})
    form = convening.rules
    as_they_are = near & _counted_anyway(session, room, form, near, now)
    since = {id: each.at for id, each in held.items() if form.role(each.role).counts and id not in as_they_are}
    mute = {id for id, each in held.items() if not form.role(each.role).counts} | (let_go & near) - as_they_are
    return Seats(frozenset(lost), frozenset(lost | mute | {room.chair_id}), since)


def _counted_anyway(session: Session, room: Room, form: Form, near: set[int], now: datetime) -> set[int]:
    """Who of the community is asked without an invitation: everybody, or the clerks where its people only listen."""
    own = seat(form, "", is_near=True)
    if own is not None and own.counts:
        return near
    place = session.get(Community, room.community_id)
    clerks = appointed_among(session, near, Role.CLERK.value, place, today_in(place, now))
    return clerks | (near & {room.clerk_id})


def gone_among(session: Session, room: Room, people: Collection[int], now: datetime) -> set[int]:
    """Who of these few neither has a seat by an invitation nor belongs to the community any more."""
    place = session.get(Community, room.community_id)
    gone = set(people) - near_among(session, people, place, today_in(place, now))
    convening = convening_of_room(session, room.id) if gone else None
    return (
        gone - {each.person_id for each in invitations_of(session, convening.id) if each.holds} if convening else gone
    )


def turns_in(session: Session, room: Room, now: datetime) -> list[SpeakingTurn]:
    """The turns of a room without those for which somebody waits who takes part no more."""
    turns = turns_of(session, room.id)
    waiting = {each.person_id for each in turns if is_waiting(each)} if room.is_open else set()
    gone = gone_among(session, room, waiting, now) if waiting else set()
    return [each for each in turns if each.person_id not in gone or not is_waiting(each)] if gone else turns


def is_seated_after(session: Session, room: Room, person_id: int, at: datetime, now: datetime) -> bool:
    """Whether this person takes part by an invitation alone that was made after ``at``."""
    convening = convening_of_room(session, room.id)
    held = holding(session, convening, person_id) if convening else None
    if held is None or held.at <= at:
        return False
    place = session.get(Community, room.community_id)
    near = near_among(session, [person_id], place, today_in(place, now))
    return person_id not in near & _counted_anyway(session, room, convening.rules, near, now)


def unheard(room: Room, came: Came, seats: Seats, against: Appeal, by_id: int) -> set[int]:
    """Whose hand on an appeal against something that ``by_id`` did counts not, or no more: who lost their seat or was seated
    after it was raised, who sits in now as somebody whose opinion is not asked, who presides, and who did it.
    """
    return seats.lost | seats.after(against.at) | (came.ids - came.counted) | {room.chair_id, by_id}


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
