"""The verbs of the chair beyond giving the word: extending, calling to order, cutting short, refusing, ruling on a point
of order, hiding a statement, handing over. Each says why, and each but the last can be appealed against.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import record
from deliberation.identity.models import Person
from deliberation.refusal import refuse_if
from deliberation.rooms.asking_rules import may_end, may_extend
from deliberation.rooms.chairing_models import Handover, interventions_of
from deliberation.rooms.chairing_rules import (
    CALL,
    CUT,
    EXTEND,
    HIDE,
    NO_SEAT,
    REFUSE,
    UPHOLD,
    may_call,
    may_hide,
    may_refuse,
    may_rule,
    may_take_chair,
)
from deliberation.rooms.intervening import Doing, intervene
from deliberation.rooms.minutes import HIDDEN
from deliberation.rooms.models import (
    Room,
    SpeakingTurn,
    Statement,
    attendance,
    attendance_of,
    gauges_of,
    turns_around,
    turns_of,
)
from deliberation.rooms.order_rules import extension, is_speaking
from deliberation.rooms.rewording import reword
from deliberation.rooms.rules import CHAIR, HEAD, Part, may
from deliberation.rooms.seating import gone_among
from deliberation.rooms.speaking import end_speech, record_turn
from deliberation.rooms.telling import acting, tell, tell_deed, tell_statement_changed, topic_of
from deliberation.rooms.unseating import counts_as
from deliberation.vocabulary import Act


def extend_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, reason: str, part: Part) -> None:
    """Let somebody speak longer, once."""
    refuse_if(may("extend_turn", part, is_open=room.is_open))
    turns, before = turns_of(session, room.id), interventions_of(session, room.id)
    times = sum(each.turn_id == turn.id and each.kind == EXTEND for each in before)
    refuse_if(may_extend(turn, turns, room.limits, times=times))
    turn.extended_seconds = extension(turn, turns, room.limits)
    session.add(turn)
    made = intervene(session, now, room=room, what=Doing(EXTEND, reason, turn), part=part)
    data = {"room": room.id, "seconds": turn.extended_seconds, "intervention": made.id}
    record_turn(session, Act.TURN_EXTENDED, room, turn, acting(part, CHAIR), data, secrets={"reason": reason})
    tell(session, room, "speaker")


def call_speaker(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, reason: str, part: Part) -> None:
    """Call the speaker to order; the speech goes on."""
    refuse_if(may("call_speaker", part, is_open=room.is_open))
    refuse_if(may_call(turn))
    made = intervene(session, now, room=room, what=Doing(CALL, reason, turn), part=part)
    data = {"room": room.id, "intervention": made.id}
    record_turn(session, Act.TURN_CALLED, room, turn, acting(part, CHAIR), data, secrets={"reason": reason})


def cut_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, reason: str, part: Part) -> None:
    """Cut a speech short."""
    refuse_if(may("cut_turn", part, is_open=room.is_open))
    refuse_if(may_end(turn, turns_around(session, turn)))
    intervene(session, now, room=room, what=Doing(CUT, reason, turn), part=part)
    end_speech(session, now, room=room, turn=turn, actor=acting(part, CHAIR), reason=reason)
    tell(session, room, "speaker", "turns")


def refuse_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, reason: str, part: Part) -> None:
    """Refuse the word to somebody who waits."""
    refuse_if(may("refuse_turn", part, is_open=room.is_open))
    refuse_if(may_refuse(turn))
    turn.withdrawn_at = now
    session.add(turn)
    made = intervene(session, now, room=room, what=Doing(REFUSE, reason, turn), part=part)
    data = {"room": room.id, "intervention": made.id}
    record_turn(session, Act.TURN_REFUSED, room, turn, acting(part, CHAIR), data, secrets={"reason": reason})
    tell(session, room, "turns")


def rule_point(
    session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, ruling: str, reason: str, part: Part
) -> None:
    """Rule on a point of order, which ends it; the speech that it interrupted goes on."""
    refuse_if(may("rule_point", part, is_open=room.is_open))
    refuse_if(may_rule(turn, interventions_of(session, room.id)))
    if is_speaking(turn):
        end_speech(session, now, room=room, turn=turn, actor=acting(part, CHAIR))
    made = intervene(session, now, room=room, what=Doing(ruling, reason, turn), part=part)
    data = {"room": room.id, "intervention": made.id, "upheld": int(ruling == UPHOLD)}
    record_turn(session, Act.POINT_RULED, room, turn, acting(part, CHAIR), data, secrets={"reason": reason})
    tell(session, room, "speaker", "turns")


def hide_statement(session: Session, now: datetime, *, room: Room, said: Statement, reason: str, part: Part) -> None:
    """Hide what somebody said. That it was said, by whom, and why it is hidden stays to be seen."""
    refuse_if(may("hide_statement", part, is_open=room.is_open))
    refuse_if(may_hide(said.is_hidden, said.withdrawn_at is not None))
    said.is_hidden = True
    session.add(said)
    reword(session, room=room, said=said, now=HIDDEN)
    made = intervene(session, now, room=room, what=Doing(HIDE, reason, statement=said), part=part)
    record(
        session,
        Act.STATEMENT_HIDDEN,
        room.community_id,
        f"statement/{said.id}",
        actor=acting(part, CHAIR),
        data={"room": room.id, "intervention": made.id},
        secrets={"reason": reason},
        topic=topic_of(room),
        owner=said.person_id,
    )
    tell_statement_changed(session, room, said.id)
    tell(session, room, "gone")


def hand_over(session: Session, now: datetime, *, room: Room, person: Person, reason: str, part: Part) -> None:
    """Let somebody else preside: before the chair speaks on the matter, or where the room has lost its chair."""
    refuse_if(may("hand_over", part, is_open=room.is_open))
    came = (each.person_id for each in attendance_of(session, room.id))
    refuse_if(may_take_chair(person.id, turns_of(session, room.id), room.chair_id, came))
    refuse_if(NO_SEAT if gone_among(session, room, [person.id], now) else None)
    made = Handover(room_id=room.id, from_id=room.chair_id, to_id=person.id, reason=reason, at=now)
    room.chair_id = person.id
    session.add_all((made, room))
    session.flush()
    if (there := attendance(session, room.id, made.from_id)) is not None:
        counts_as(session, now, room, there)  # Who presides no more is one of the hall.
    record(
        session,
        Act.CHAIR_HANDED,
        room.community_id,
        room.topic,
        actor=acting(part, CHAIR, HEAD),
        data={"room": room.id, "handover": made.id},
        secrets={"to": f"person/{person.id}", "reason": reason},
        topic=topic_of(room),
        owner=person.id,
    )
    tell_deed(session, room, f"handover/{made.id}")
    # What each of the two can do has changed, although nothing has that all see of the turns.
    # A gauge asks whoever presides no more, and whoever did.
    tell(session, room, "state", "appeals", "presence", *(["gauge"] if gauges_of(session, room.id) else []))
