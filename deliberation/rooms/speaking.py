"""The verbs of speaking: asking for a turn, giving, extending and ending it; statements, own or taken down."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.matters.answers import owe_reply
from deliberation.matters.concerns import Said, raise_concern
from deliberation.matters.models import Matter
from deliberation.refusal import refuse_if
from deliberation.rooms.models import (
    Room,
    SpeakingTurn,
    Statement,
    handed_in,
    is_written,
    last_turn_given,
    turns_of,
)
from deliberation.rooms.rules import (
    CHAIR,
    CLERK,
    EXTENSION_SECONDS,
    Part,
    is_speaking,
    may,
    may_ask,
    may_end,
    may_extend,
    may_give,
    may_hand_in,
    may_note,
    may_withdraw,
    queue,
    seconds_spoken,
    times_given,
)
from deliberation.rooms.telling import acting, tell, tell_statement, topic_of
from deliberation.vocabulary import Act, _

UNWRITTEN = _("（现场发言）")
"""Beside the answer, where somebody spoke and nobody took it down."""


def ask_turn(
    session: Session, now: datetime, *, room: Room, person_id: int, part: Part, position: str = ""
) -> SpeakingTurn:
    """Ask for a turn, for oneself or, as the clerk, for somebody in the hall. The position is stated first."""
    refuse_if(may("ask_turn" if person_id == part.person_id else "register", part, is_open=room.is_open))
    turns = turns_of(session, room.id)
    refuse_if(may_ask(turns, room.limits, person_id))
    made = SpeakingTurn(
        room_id=room.id,
        person_id=person_id,
        position=position,
        asked_at=now,
        asked_by_id=part.person_id if part.person_id != person_id else None,
    )
    session.add(made)
    session.flush()
    data = {"room": room.id, "time": times_given(turns, person_id) + 1}
    actor = acting(part) if person_id == part.person_id else acting(part, CLERK, CHAIR)
    _record(session, Act.TURN_ASKED, room, made, actor, data, secrets={"position": position} if position else None)
    tell(session, room, "turns")
    return made


def withdraw_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part) -> None:
    """Take back a turn that was asked for."""
    refuse_if(may("withdraw_turn", part, is_open=room.is_open, owner_id=turn.person_id))
    refuse_if(may_withdraw(turn))
    turn.withdrawn_at = now
    session.add(turn)
    session.flush()
    _record(session, Act.TURN_WITHDRAWN, room, turn, _concerned(part, turn), {"room": room.id})
    tell(session, room, "turns")


def give_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part) -> None:
    """Give the word. The chair may depart from the order; the log says at which place the turn stood."""
    refuse_if(may("give_turn", part, is_open=room.is_open))
    turns = turns_of(session, room.id)
    refuse_if(may_give(turn, turns))
    place = [each.id for each in queue(turns)].index(turn.id) + 1
    turn.given_at = now
    session.add(turn)
    session.flush()
    _record(session, Act.TURN_GIVEN, room, turn, acting(part, CHAIR), {"room": room.id, "place": place})
    tell(session, room, "speaker", "turns")


def extend_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part) -> None:
    """Let somebody speak longer, once."""
    refuse_if(may("extend_turn", part, is_open=room.is_open))
    refuse_if(may_extend(turn))
    turn.extended_seconds = EXTENSION_SECONDS
    session.add(turn)
    session.flush()
    _record(
        session, Act.TURN_EXTENDED, room, turn, acting(part, CHAIR), {"room": room.id, "seconds": EXTENSION_SECONDS}
    )
    tell(session, room, "speaker")


def end_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part) -> None:
    """End a speech, as the chair or as the one who has spoken."""
    refuse_if(may("end_turn", part, is_open=room.is_open, owner_id=turn.person_id))
    refuse_if(may_end(turn))
    end_speech(session, now, room=room, turn=turn, actor=_concerned(part, turn))
    tell(session, room, "speaker", "turns")


def end_speech(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, actor: Actor) -> None:
    """The speech is over; whoever spoke is owed a reply, also where nobody took down the words."""
    turn.ended_at = now
    session.add(turn)
    session.flush()
    _record(session, Act.TURN_ENDED, room, turn, actor, {"room": room.id, "seconds": seconds_spoken(turn)})
    if not is_written(session, turn):
        _owe(session, now, room, turn.person_id, f"turn/{turn.id}", UNWRITTEN)


def make_statement(session: Session, now: datetime, *, room: Room, body: str, position: str, part: Part) -> Statement:
    """Say something in one's own words: in the turn one has, for the turn just ended, or handed in as writing."""
    refuse_if(may("make_statement", part, is_open=room.is_open))
    turn = _turn_for(session, room, part.person_id)
    if turn is None:
        refuse_if(may_hand_in(handed_in(session, room.id, part.person_id), room.limits))
    made = Statement(
        room_id=room.id,
        turn_id=turn.id if turn else None,
        person_id=part.person_id,
        position=position,
        body=body,
        at=now,
    )
    _keep(session, now, room, made, acting(part))
    return made


def note_statement(
    session: Session,
    now: datetime,
    *,
    room: Room,
    turn: SpeakingTurn,
    body: str,
    position: str,
    part: Part,
) -> Statement:
    """Take down what somebody said in the hall, under their name and marked as taken down."""
    refuse_if(may("note_statement", part, is_open=room.is_open))
    refuse_if(may_note(turn))
    made = Statement(
        room_id=room.id,
        turn_id=turn.id,
        person_id=turn.person_id,
        position=position or turn.position,
        body=body,
        typed_by_id=part.person_id,
        at=now,
    )
    _keep(session, now, room, made, acting(part, CLERK, CHAIR))
    return made


def _concerned(part: Part, turn: SpeakingTurn) -> Actor:
    """Whose turn it is acts as themselves; for anybody else it is the chair, or the clerk for them."""
    return acting(part) if turn.person_id == part.person_id else acting(part, CHAIR, CLERK)


def _turn_for(session: Session, room: Room, person_id: int) -> SpeakingTurn | None:
    """The turn to which one's words belong: the present one, else one's last if nothing is written for it yet."""
    last = last_turn_given(session, room.id, person_id)
    return last if last is not None and (is_speaking(last) or not is_written(session, last)) else None


def _keep(session: Session, now: datetime, room: Room, made: Statement, actor: Actor) -> None:
    session.add(made)
    session.flush()
    data = {"room": room.id, "turn": made.turn_id or 0, "taken_down": int(made.typed_by_id is not None)}
    secrets = {"body": made.body} | ({"position": made.position} if made.position else {})
    subject = f"statement/{made.id}"
    record(
        session,
        Act.STATEMENT_MADE,
        room.community_id,
        subject,
        actor=actor,
        data=data,
        secrets=secrets,
        topic=topic_of(room),
        owner=made.person_id,
    )
    _owe(session, now, room, made.person_id, subject, made.body)
    said = Said(made.position, made.body, subject, f"/rooms/{room.id}#statement-{made.id}")
    matter = session.get(Matter, room.matter_id)
    raise_concern(session, now, matter=matter, person_id=made.person_id, said=said)
    tell_statement(session, room, made.id)


def _owe(session: Session, now: datetime, room: Room, person_id: int, source: str, said: str) -> None:
    owe_reply(session, now, matter=session.get(Matter, room.matter_id), person_id=person_id, source=source, said=said)


def _record(
    session: Session,
    act: Act,
    room: Room,
    turn: SpeakingTurn,
    actor: Actor,
    data: dict[str, int],
    secrets: dict[str, str] | None = None,
) -> None:
    hidden = {"speaker": f"person/{turn.person_id}"} | (secrets or {})
    record(
        session,
        act,
        room.community_id,
        f"turn/{turn.id}",
        actor=actor,
        data=data,
        secrets=hidden,
        topic=topic_of(room),
        owner=turn.person_id,
    )
