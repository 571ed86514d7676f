"""The verbs of a room itself: opening it on a matter, coming in, closing it. Speaking and gauging stand beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from deliberation.assemblies.models import Standing, owned_units, standing_of
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.identity.models import Person
from deliberation.matters.models import Matter
from deliberation.matters.proceedings import begin_proceeding, settle_proceeding
from deliberation.matters.reach import today_in
from deliberation.refusal import refuse_if
from deliberation.roles import role_name
from deliberation.rooms.chairing_models import appeals_of
from deliberation.rooms.chairing_rules import HALL, may_close
from deliberation.rooms.convening import came_into, room_closed
from deliberation.rooms.gauging import end_gauge
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.models import Attendance, Room, attendance, attendance_count, gauges_of, rooms_of, turns_of
from deliberation.rooms.order_rules import interrupted, speaking
from deliberation.rooms.rules import CHAIR, CLERK, HEAD, KEEPER, PARTICIPANT, SUPERVISOR, VISITOR, Part, may
from deliberation.rooms.seating import place_in, presides, role_words
from deliberation.rooms.speaking import end_speech
from deliberation.rooms.telling import acting, tell, topic_of
from deliberation.vocabulary import Act, Role, _

BY_APTNESS = (
    Role.REPRESENTATIVE, Role.MEMBER, Role.SUPERVISOR, Role.OFFICER, Role.OFFICIAL, Role.LIAISON, Role.COUNTER,
    Role.RESIDENT,
)  # fmt: skip
"""As what somebody acts in a room, the aptest word first; the log says the role and never the name."""


@dataclass(frozen=True)
class Plan:
    """How a room is opened: its agenda of one matter, the limits, how long it is meant to last, who decides appeals."""

    title: str
    limits: Limits
    minutes: int
    decider: str = HALL


def part_of(session: Session, room: Room, standing: Standing) -> Part:
    """What a person is in this room now."""
    roles = {VISITOR}
    if standing.person_id and standing.is_near:
        roles.add(PARTICIPANT)
    is_presiding = presides(session, room, standing)
    heads = standing.has(Role.CHAIR)
    # One person presides, or nobody does until the head hands over to somebody. Over a closed room nobody does: whoever chairs in the community sees to the minutes too.
    if is_presiding or (heads and not room.is_open):
        roles.add(CHAIR)
    if heads:
        roles.add(HEAD)
    if standing.person_id and standing.has(Role.SUPERVISOR):
        roles.add(SUPERVISOR)
    if standing.has(Role.CLERK) or (standing.is_near and standing.person_id == room.clerk_id):
        roles.add(CLERK)
        if room.clerk_keeps and not is_presiding:
            roles.add(KEEPER)
    stands_as = next((role.value for role in BY_APTNESS if standing.has(role)), VISITOR)
    return Part(standing.person_id, frozenset(roles), is_presiding, stands_as)


def open_room(session: Session, now: datetime, *, matter: Matter, plan: Plan, actor: Actor) -> Room:
    """Open a room at the matter's present step. Whether it may be opened is the engine's to say (``moving.permit``)."""
    made = Room(
        community_id=matter.community_id,
        matter_id=matter.id,
        number=len(rooms_of(session, matter.id)) + 1,
        step=matter.stage,
        title=plan.title,
        chair_id=actor.person_id,
        turn_seconds=plan.limits.turn_seconds,
        turns_each=plan.limits.turns_each,
        again_seconds=plan.limits.again_seconds,
        person_seconds=plan.limits.person_seconds,
        decider=plan.decider,
        opened_at=now,
        ends_at=now + timedelta(minutes=plan.minutes),
    )
    session.add(made)
    session.flush()
    data = {"matter": matter.id, "step": matter.stage, "turn_seconds": made.turn_seconds, "turns_each": made.turns_each}
    data |= {"again_seconds": made.again_seconds, "person_seconds": made.person_seconds, "decider": made.decider}
    record(
        session,
        Act.ROOM_OPENED,
        made.community_id,
        made.topic,
        actor=actor,
        data=data,
        secrets={"title": made.title},
        topic=topic_of(made),
    )
    begin_proceeding(session, now, matter=matter, kind="room", subject=made.topic, title=made.title)
    return made


def attend(session: Session, now: datetime, *, room: Room, person_id: int, by_id: int | None = None) -> Attendance:
    """Note that somebody is there, once a person; ``by_id`` is the clerk who saw them in the hall. Not an act."""
    known = attendance(session, room.id, person_id)
    if known is not None:
        return known
    community = session.get(Community, room.community_id)
    standing = standing_of(session, person_id, community, today_in(community, now))
    role, office = place_in(session, room, standing)
    made = Attendance(
        room_id=room.id,
        person_id=person_id,
        capacity=role_words(role, office) or capacity_of(session, standing, community, now),
        counts=role is None or role.counts,
        arrived_at=now,
        by_id=by_id,
    )
    session.add(made)
    session.flush()
    came_into(session, now, room, person_id)
    # A gauge says beside its answers how many have come.
    tell(session, room, "presence", *(["gauge"] if gauges_of(session, room.id) else []))
    return made


def capacity_of(session: Session, standing: Standing, community: Community, now: datetime) -> str:
    """As what somebody speaks, in a word: their flat, their seat, or that they live there."""
    units = owned_units(session, standing.person_id, community, today_in(community, now))
    if units:
        return "、".join(units[:2]) + "业主"
    if seat := next((said for _id, _kind, said in standing.seats), ""):
        return seat
    if standing.has(Role.RESIDENT):
        return role_name(Role.RESIDENT, community.kind)
    return _("列席")


def come_in(session: Session, now: datetime, *, room: Room, part: Part) -> None:
    """Sign in at the door."""
    refuse_if(may("attend", part, is_open=room.is_open))
    attend(session, now, room=room, person_id=part.person_id)


def register_in_hall(session: Session, now: datetime, *, room: Room, person: Person, part: Part) -> None:
    """The clerk notes somebody who is in the hall without a phone."""
    refuse_if(may("register", part, is_open=room.is_open))
    attend(session, now, room=room, person_id=person.id, by_id=part.person_id)


def close_room(session: Session, now: datetime, *, room: Room, part: Part) -> None:
    """Close the room: whoever speaks has ended, an open gauge is closed, nobody is let in any more."""
    refuse_if(may("close_room", part, is_open=room.is_open))
    refuse_if(may_close(appeals_of(session, room.id), room.decider))
    actor = acting(part, CHAIR)
    turns = turns_of(session, room.id)
    for current in (speaking(turns), interrupted(turns)):
        if current is not None:
            end_speech(session, now, room=room, turn=current, actor=actor)
    for gauge in gauges_of(session, room.id):
        if gauge.is_open:
            end_gauge(session, now, room=room, gauge=gauge, actor=actor)
    room.closed_at = now
    session.add(room)
    session.flush()
    data = {"matter": room.matter_id, "attended": attendance_count(session, room.id)}
    record(session, Act.ROOM_CLOSED, room.community_id, room.topic, actor=actor, data=data, topic=topic_of(room))
    settle_proceeding(session, now, subject=room.topic, is_minuted=False)
    room_closed(session, now, room)
    tell(session, room, "state", "speaker", "turns", "feed", "gauge", "questions", "presence", "appeals")
