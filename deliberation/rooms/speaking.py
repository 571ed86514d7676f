"""The verbs of speaking: asking for a turn, giving and ending it; statements, own or taken down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.matters.answers import owe_reply
from deliberation.matters.concerns import Said, raise_concern
from deliberation.matters.models import Matter
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms.asking_rules import may_ask, may_end, may_give, may_note, may_withdraw
from deliberation.rooms.attaching import NOTHING, Beside, check_beside, keep_beside
from deliberation.rooms.chairing_rules import FINISH, FINISHED, NO_SEAT, REORDER
from deliberation.rooms.content_models import said_in
from deliberation.rooms.content_rules import may_say_more
from deliberation.rooms.intervening import Doing, intervene
from deliberation.rooms.keeping_order import is_for_chair, may_call_next, may_stop
from deliberation.rooms.models import (
    Room,
    SpeakingTurn,
    Statement,
    handed_in,
    is_written,
    last_turn_given,
    turns_around,
    turns_of,
)
from deliberation.rooms.order_rules import (
    INTERJECTION,
    POINT,
    SPEECH,
    allotment,
    exhausted,
    is_speaking,
    last_speech,
    place_of,
    seconds_left,
    seconds_spoken,
    speaking,
    times_given,
)
from deliberation.rooms.rules import CHAIR, CLERK, Part, may, may_hand_in
from deliberation.rooms.seating import gone_among, turns_in
from deliberation.rooms.telling import acting, tell, tell_statement, topic_of
from deliberation.vocabulary import Act, _

UNWRITTEN = _("（现场发言）")
"""Beside the answer, where somebody spoke and nobody took it down."""
WHY_NOT_THE_FIRST = Refusal(_("这个人现在不排在第一"), remedy=_("先请排在第一的人，或者写明理由请别人先讲"), late=True)


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: a speech, an interjection or a point of order, and on which side they speak."""

    kind: str = SPEECH
    position: str = ""


def ask_turn(
    session: Session, now: datetime, *, room: Room, person_id: int, part: Part, wish: Wish = Wish()
) -> SpeakingTurn:
    """Ask for a turn, for oneself or, as the clerk, for somebody in the hall. The position is stated first."""
    refuse_if(may("ask_turn" if person_id == part.person_id else "register", part, is_open=room.is_open))
    turns = turns_of(session, room.id)
    refuse_if(may_ask(turns, room.limits, person_id, wish.kind))
    about = last_speech(turns) if wish.kind == INTERJECTION else None
    made = SpeakingTurn(
        room_id=room.id,
        person_id=person_id,
        kind=wish.kind,
        about_id=about.id if about else None,
        position=wish.position,
        asked_at=now,
        asked_by_id=part.person_id if part.person_id != person_id else None,
    )
    session.add(made)
    session.flush()
    data = {"room": room.id, "kind": wish.kind, "time": times_given(turns, person_id, wish.kind) + 1}
    actor = acting(part) if person_id == part.person_id else acting(part, CLERK, CHAIR)
    secrets = {"position": wish.position} if wish.position else None
    record_turn(session, Act.TURN_ASKED, room, made, actor, data, secrets=secrets)
    tell(session, room, "turns")
    return made


def withdraw_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part) -> None:
    """Take back a turn that was asked for; the clerk does it for whoever has no phone."""
    refuse_if(may("withdraw_turn", part, is_open=room.is_open, owner_id=turn.person_id))
    refuse_if(may_withdraw(turn, part.person_id))
    withdraw(session, now, room=room, turn=turn, actor=_concerned(part, turn))
    tell(session, room, "turns")


def withdraw(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, actor: Actor) -> None:
    turn.withdrawn_at = now
    session.add(turn)
    session.flush()
    record_turn(session, Act.TURN_WITHDRAWN, room, turn, actor, {"room": room.id})


def give_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part, reason: str = "") -> None:
    """Give the word to whoever is first; out of the order only with a reason, against which one can appeal.

    A point of order interrupts a speech, whose time stands still until the point is ended.
    """
    refuse_if(may_call_next(session, now, room=room, turn=turn, part=part))
    refuse_if(NO_SEAT if gone_among(session, room, [turn.person_id], now) else None)
    turns = turns_in(session, room, now)
    refuse_if(may_give(turn, turns))
    place = place_of(turn, turns)
    if place > 1:
        refuse_if(may("reorder_turns", part, is_open=room.is_open) if reason else WHY_NOT_THE_FIRST)
    current = speaking(turns)
    if turn.kind == POINT:
        turn.about_id = current.id if current else None
    turn.allotted_seconds = allotment(turn, turns, room.limits)
    turn.given_at, turn.given_by_id = now, part.person_id if is_for_chair(part, turn) else None
    session.add(turn)
    session.flush()
    data = {"room": room.id, "place": place, "seconds": turn.allotted_seconds, "about": turn.about_id or 0}
    data |= _for_chair(turn.given_by_id)
    secrets = None
    if place > 1:
        made = intervene(session, now, room=room, what=Doing(REORDER, reason, turn), part=part)
        data, secrets = data | {"intervention": made.id}, {"reason": reason}
    record_turn(session, Act.TURN_GIVEN, room, turn, acting(part, CHAIR, CLERK), data, secrets=secrets)
    _tell_order(session, room, turn.given_by_id)


def end_turn(session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, part: Part) -> None:
    """End a speech, as the chair, for the chair, or as the one who has spoken.

    Before its time the chair says by it that the speaker has finished. Who had not finished appeals against that.
    """
    refuse_if(may_stop(session, now, room=room, turn=turn, part=part))
    turns = turns_around(session, turn)
    refuse_if(may_end(turn, turns))
    if turn.person_id != part.person_id and seconds_left(turn, turns, now) > 0:
        intervene(session, now, room=room, what=Doing(FINISH, FINISHED, turn), part=part)
    turn.ended_by_id = part.person_id if is_for_chair(part, turn) else None
    end_speech(session, now, room=room, turn=turn, actor=_concerned(part, turn))
    _tell_order(session, room, turn.ended_by_id)


def end_speech(
    session: Session, now: datetime, *, room: Room, turn: SpeakingTurn, actor: Actor, reason: str = ""
) -> None:
    """The speech is over, with a ``reason`` if it was cut short; whoever spoke is owed a reply, also where nobody took
    down the words. Whose time in all is used up waits for no further turn.
    """
    turn.ended_at = now
    session.add(turn)
    session.flush()
    turns = turns_around(session, turn)
    data = {"room": room.id, "seconds": seconds_spoken(turn, turns), "left": seconds_left(turn, turns, now)}
    data |= _for_chair(turn.ended_by_id)
    act = Act.TURN_CUT if reason else Act.TURN_ENDED
    record_turn(session, act, room, turn, actor, data, secrets={"reason": reason} if reason else None)
    if turn.kind != POINT and not is_written(session, turn):
        _owe(session, now, room, turn.person_id, f"turn/{turn.id}", UNWRITTEN)
    own = turns_of(session, room.id) if room.person_seconds else []
    for each in exhausted(own, room.limits, turn.person_id):
        withdraw(session, now, room=room, turn=each, actor=Actor())


def make_statement(
    session: Session, now: datetime, *, room: Room, body: str, position: str, part: Part, beside: Beside = NOTHING
) -> Statement:
    """Say something in one's own words: in the turn one has, for the turn just ended, or handed in as writing.

    So it is with a reply too: who has no turn hands it in as one of as many writings as each person has turns; and with
    what goes beyond as many statements as belong to one turn.
    """
    refuse_if(may("make_statement", part, is_open=room.is_open))
    check_beside(session, room, part.person_id, beside)
    turn = _turn_for(session, room, part.person_id)
    full = may_say_more(said_in(session, turn.id, part.person_id)) if turn else None
    if turn is None or full is not None:
        no = may_hand_in(handed_in(session, room.id, part.person_id), room.limits)
        if no and full:
            raise Invalid({"body": full})  # What was typed stays, for the next turn.
        refuse_if(no)
        turn = None
    made = Statement(
        room_id=room.id,
        turn_id=turn.id if turn else None,
        person_id=part.person_id,
        # Whoever asked for the turn with a position has stated it; only another one is chosen anew.
        position=position or (turn.position if turn else ""),
        body=body,
        at=now,
    )
    _keep(session, now, room, made, acting(part), beside)
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
    beside: Beside = NOTHING,
) -> Statement:
    """Take down what somebody said in the hall, under their name and marked as taken down."""
    refuse_if(may("note_statement", part, is_open=room.is_open))
    refuse_if(may_note(turn))
    check_beside(session, room, turn.person_id, beside)
    made = Statement(
        room_id=room.id,
        turn_id=turn.id,
        person_id=turn.person_id,
        position=position or turn.position,
        body=body,
        typed_by_id=part.person_id,
        at=now,
    )
    _keep(session, now, room, made, acting(part, CLERK, CHAIR), beside)
    return made


def _tell_order(session: Session, room: Room, for_chair_by: int | None) -> None:
    """Who speaks and who waits is new; and, beside who presides, what the clerk did on the chair's behalf."""
    tell(session, room, "speaker", "turns", *(["appeals"] if for_chair_by else []))


def _for_chair(by_id: int | None) -> dict[str, int]:
    """What an entry says beside, where the clerk did it on the chair's behalf."""
    return {"for_chair": 1} if by_id else {}


def _concerned(part: Part, turn: SpeakingTurn) -> Actor:
    """Whose turn it is acts as themselves; for anybody else it is the chair, or the clerk for them."""
    return acting(part) if turn.person_id == part.person_id else acting(part, CHAIR, CLERK)


def _turn_for(session: Session, room: Room, person_id: int) -> SpeakingTurn | None:
    """The turn to which one's words belong: the present one, else one's last if nothing is written for it yet."""
    last = last_turn_given(session, room.id, person_id)
    return last if last is not None and (is_speaking(last) or not is_written(session, last)) else None


def _keep(session: Session, now: datetime, room: Room, made: Statement, actor: Actor, beside: Beside) -> None:
    session.add(made)
    session.flush()
    more, commitments = keep_beside(session, now, room, made, beside)
    data = {"room": room.id, "turn": made.turn_id or 0, "taken_down": int(made.typed_by_id is not None)} | more
    secrets = {"body": made.body} | ({"position": made.position} if made.position else {}) | commitments
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


def record_turn(
    session: Session,
    act: Act,
    room: Room,
    turn: SpeakingTurn,
    actor: Actor,
    data: dict[str, int | str],
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
