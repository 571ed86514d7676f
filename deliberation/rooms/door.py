"""The door of a meeting: guests who come without having been invited, added on the spot by whoever keeps the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.assemblies.models import standing_of
from deliberation.communities.models import Community
from deliberation.identity.models import Person, person
from deliberation.identity.sign_ins import issue_guest_link
from deliberation.matters.reach import today_in
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms.actions import attend
from deliberation.rooms.convening_models import convening_of_room
from deliberation.rooms.convening_rules import DEPARTMENT
from deliberation.rooms.form_rules import Form, FormRole
from deliberation.rooms.invitations import Asked, put_in
from deliberation.rooms.models import Room
from deliberation.rooms.rules import CHAIR, CLERK, Part, may
from deliberation.rooms.seating import place_in
from deliberation.rooms.telling import acting
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Guest:
    """Who came, as which of the form's roles, for which office; ``has_phone``: a one-time link is wanted."""

    name: str
    role: str
    office: str = ""
    has_phone: bool = True


def door_roles(form: Form | None) -> tuple[FormRole, ...]:
    """As what somebody is added at the door: as one who does not count. Departments owe a reply and are invited before."""
    return tuple(one for one in form.invited if not one.counts and one.id != DEPARTMENT) if form else ()


def roles_at_door(session: Session, room: Room) -> tuple[FormRole, ...]:
    called = convening_of_room(session, room.id)
    return door_roles(called.rules if called else None) if room.is_open else ()


def admit_guest(session: Session, now: datetime, *, room: Room, guest: Guest, part: Part) -> tuple[Person, str]:
    """Add a guest who is in the hall: registered with the installation and with no community, invited, and present.

    Returns them and the token of their one-time link, which is empty for whoever stays without a device.
    """
    refuse_if(may("register", part, is_open=room.is_open))
    called = convening_of_room(session, room.id)
    if guest.role not in {role.id for role in door_roles(called.rules if called else None)}:
        raise Invalid({"role": Refusal(_("这种形式不能当场这样登记"), remedy=_("请从列出的身份中选择"))})
    actor = acting(part, CLERK, CHAIR)
    made = put_in(session, now, convening=called, actor=actor, asked=Asked(guest.role, 0, guest.name, guest.office))
    who = person(session, made.person_id)
    attend(session, now, room=room, person_id=who.id, by_id=part.person_id)
    return who, issue_guest_link(session, now, who=who, actor=actor) if guest.has_phone else ""


def may_speak_here(session: Session, now: datetime, room: Room, who: Person) -> Refusal | None:
    """Why the clerk cannot ask for a turn for somebody: their role listens."""
    place = session.get(Community, room.community_id)
    role, _office = place_in(session, room, standing_of(session, who.id, place, today_in(place, now)))
    if role is not None and not role.speaks:
        return Refusal(_("这个人的身份是旁听，按这次协商的形式不发言"), source=role.source)
    return None
