"""The clerk keeps the order of speaking on behalf of whoever presides, who can end that for the room.

The next of the order is called and a speech is ended; the log says each time that it was done for the chair. What needs a
reason, points of order and all else of the chair's stay the chair's own.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import record
from deliberation.communities.models import Community
from deliberation.matters.reach import today_in
from deliberation.refusal import Refusal, refuse_if
from deliberation.rooms.models import Room, SpeakingTurn
from deliberation.rooms.order_rules import POINT
from deliberation.rooms.rules import CHAIR, Part, may, may_keep
from deliberation.rooms.seating import presides
from deliberation.rooms.telling import acting, tell, topic_of
from deliberation.vocabulary import Act, _

NOBODY_PRESIDES = Refusal(_("现在没有人主持，记录员不能代为掌握次序"), remedy=_("先由本单位的主持人移交主持"))


def is_for_chair(part: Part, turn: SpeakingTurn) -> bool:
    """Whether what somebody does to a turn is done on the chair's behalf."""
    return CHAIR not in part.roles and turn.person_id != part.person_id


def may_call_next(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part) -> Refusal | None:
    """Give the word to this one, where the order and the time allow it."""
    act = "hear_point" if turn.kind == POINT else "give_turn"
    no = may(act, part, is_open=room.is_open)
    return no or may_keep(part, turn.person_id) or _nobody_presides(session, now, room, part)


def may_stop(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part) -> Refusal | None:
    """End this turn: one's own, as the chair, or for the chair."""
    act = "end_point" if turn.kind == POINT else "end_turn"
    no = may(act, part, is_open=room.is_open, owner_id=turn.person_id)
    return no or (_nobody_presides(session, now, room, part) if is_for_chair(part, turn) else None)


def _nobody_presides(session: Session, now: datetime, room: Room, part: Part) -> Refusal | None:
    if CHAIR in part.roles:
        return None
    place = session.get(Community, room.community_id)
    chair = standing_of(session, room.chair_id, place, today_in(place, now))
    return None if presides(session, room, chair) else NOBODY_PRESIDES


def let_keep(session: Session, now: datetime, *, room: Room, is_let: bool, part: Part) -> None:
    """Let the clerk keep the order, or no longer; what is so already is no act."""
    refuse_if(may("let_keep", part, is_open=room.is_open))
    if room.clerk_keeps == is_let:
        return
    room.clerk_keeps = is_let
    session.add(room)
    session.flush()
    act = Act.KEEPING_LET if is_let else Act.KEEPING_ENDED
    record(
        session,
        act,
        room.community_id,
        room.topic,
        actor=acting(part, CHAIR),
        data={"room": room.id},
        topic=topic_of(room),
    )
    # Who may do what hangs on it: the clerk's keys, and what all read of who presides.
    tell(session, room, "appeals")
