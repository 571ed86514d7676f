"""The verbs of an appeal against the chair: raising it, showing a hand, counting hands, deciding as the supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.refusal import Invalid, refuse_if
from deliberation.rooms.chairing_models import (
    Appeal,
    AppealMark,
    Intervention,
    appeals_of,
    hand_of,
    hands_by,
    hands_of,
    intervention,
)
from deliberation.rooms.chairing_rules import (
    CUT,
    EXTEND,
    FINISH,
    HALL,
    HIDE,
    HIDE_QUESTION,
    NOT_HEARD,
    OVERTURNED,
    REFUSE,
    SUPERVISOR,
    UNSEAT,
    check_hands,
    may_appeal,
    may_decide,
    may_judge,
    may_raise_hand,
    may_settle,
    outcome,
)
from deliberation.rooms.models import Room, SpeakingTurn, Statement, attendance, attendance_of, turns_of, who_came
from deliberation.rooms.order_rules import POINT, REST, is_speaking, is_waiting, seconds_left, waiting_of
from deliberation.rooms.question_models import question_hidden_by
from deliberation.rooms.rewording import reword
from deliberation.rooms.rules import CHAIR, CLERK, Part, may
from deliberation.rooms.rules import SUPERVISOR as SUPERVISES
from deliberation.rooms.seating import gone_among, is_seated_after, seats_of, unheard
from deliberation.rooms.telling import acting, tell, tell_deed, tell_statement_changed, topic_of
from deliberation.rooms.unseating import reseat
from deliberation.vocabulary import Act


@dataclass(frozen=True)
class Decision:
    """What came of an appeal: hands for keeping and for changing what the chair did, or the supervisor's reason."""

    outcome: str
    sustain: int = 0
    overturn: int = 0
    reason: str = ""


def raise_appeal(
    session: Session, now: datetime, *, room: Room, against: Intervention, body: str, part: Part
) -> Appeal:
    """Object to what the chair did."""
    refuse_if(may("raise_appeal", part, is_open=room.is_open, owner_id=against.person_id))
    refuse_if(may_appeal(against, appeals_of(session, room.id), part.person_id))
    made = Appeal(room_id=room.id, intervention_id=against.id, person_id=part.person_id, body=body, at=now)
    session.add(made)
    session.flush()
    data = {"room": room.id, "intervention": against.id, "kind": against.kind}
    _record(session, Act.APPEAL_RAISED, room, made, acting(part), data, secrets={"body": body})
    tell_deed(session, room, f"appeal/{made.id}")
    tell(session, room, "appeals")
    return made


def mark_appeal(session: Session, now: datetime, *, room: Room, appeal: Appeal, overturns: bool, part: Part) -> None:
    """Raise a hand for keeping or for changing what the chair did; it can be changed until hands are counted."""
    refuse_if(may("mark_appeal", part, is_open=room.is_open))
    refuse_if(may_decide(appeal, room.decider, HALL))
    is_own = intervention(session, appeal.intervention_id).by_id == part.person_id
    refuse_if(may_raise_hand(attendance(session, room.id, part.person_id), is_own=is_own))
    refuse_if(NOT_HEARD if is_seated_after(session, room, part.person_id, appeal.at, now) else None)
    known = hand_of(session, appeal.id, part.person_id)
    if known is not None and known.overturns == overturns:
        return
    mark = known or AppealMark(appeal_id=appeal.id, person_id=part.person_id, overturns=overturns, at=now)
    mark.overturns, mark.at = overturns, now
    session.add(mark)
    session.flush()
    data = {"room": room.id, "changed": int(known is not None)}
    secrets = {"hand": "overturn" if overturns else "sustain"}
    _record(session, Act.APPEAL_MARKED, room, appeal, acting(part), data, secrets=secrets)
    tell(session, room, "appeals")


def settle_appeal(
    session: Session, now: datetime, *, room: Room, appeal: Appeal, hands: tuple[int, int], part: Part
) -> None:
    """Count the hands: those shown on devices, and those that the clerk saw of people who have none."""
    refuse_if(may("settle_appeal", part, is_open=room.is_open))
    refuse_if(may_decide(appeal, room.decider, HALL))
    did = intervention(session, appeal.intervention_id).by_id
    out = unheard(room, who_came(session, room.id), seats_of(session, room, now), appeal, did)
    shown = hands_by(session, appeal.id) - out
    voters = [each for each in attendance_of(session, room.id) if each.person_id not in out]
    without_phone = sum(each.by_id is not None and each.person_id not in shown for each in voters)
    seen = hands if CLERK in part.roles else (0, 0)
    if no := check_hands(*seen, without_phone):
        raise Invalid({"sustain": no})
    there = {each.person_id for each in voters} | shown
    zone = session.get(Community, room.community_id).zone
    refuse_if(may_settle(appeal, now, len(shown) + sum(seen), len(there), zone))
    sustain, overturn = (a + b for a, b in zip(hands_of(session, appeal.id, out), seen, strict=True))
    decision = Decision(outcome(sustain, overturn), sustain, overturn)
    _decide(session, now, room=room, appeal=appeal, decision=decision, actor=acting(part, CLERK, CHAIR))


def decide_appeal(
    session: Session, now: datetime, *, room: Room, appeal: Appeal, decision: Decision, part: Part
) -> None:
    """Decide as the supervisor, also after the room was closed: nobody escapes an appeal by closing it."""
    refuse_if(may("decide_appeal", part, is_open=True))
    refuse_if(may_decide(appeal, room.decider, SUPERVISOR))
    refuse_if(may_judge(intervention(session, appeal.intervention_id), appeal.person_id, part.person_id))
    _decide(session, now, room=room, appeal=appeal, decision=decision, actor=acting(part, SUPERVISES))


def _decide(session: Session, now: datetime, *, room: Room, appeal: Appeal, decision: Decision, actor: Actor) -> None:
    appeal.outcome, appeal.reason = decision.outcome, decision.reason
    appeal.sustain, appeal.overturn = decision.sustain, decision.overturn
    appeal.decided_at, appeal.decided_by_id = now, actor.person_id
    session.add(appeal)
    session.flush()
    against = intervention(session, appeal.intervention_id)
    given_back = _undo(session, now, room, against) if decision.outcome == OVERTURNED else {}
    data = given_back | {"room": room.id, "intervention": against.id, "overturned": int(decision.outcome == OVERTURNED)}
    data |= {"sustain": decision.sustain, "overturn": decision.overturn}
    secrets = {"reason": decision.reason} if decision.reason else None
    _record(session, Act.APPEAL_DECIDED, room, appeal, actor, data, secrets=secrets)
    tell_deed(session, room, f"decision/{appeal.id}")
    tell(session, room, "appeals")


def _undo(session: Session, now: datetime, room: Room, against: Intervention) -> dict[str, int]:
    """Put right what can be put right; whoever was sent out sits there again; a call, a ruling and a departure from the order stand as overturned.

    Returns what the log says of it: the turn in which the rest of a speech is given back.
    """
    back = {}
    if against.kind == HIDE:
        said = session.get(Statement, against.statement_id)
        said.is_hidden = False
        session.add(said)
        session.flush()
        reword(session, room=room, said=said, now=said.body)
        tell_statement_changed(session, room, said.id)
        tell(session, room, "gone")
        return back
    if against.kind == HIDE_QUESTION:
        if (asked := question_hidden_by(session, against.id)) is not None:
            asked.hiding_id = None
            session.add(asked)
            session.flush()
            tell(session, room, "questions")
        return back
    if against.kind == UNSEAT:
        return _seat_again(session, now, room, against)
    turn = session.get(SpeakingTurn, against.turn_id)
    if against.kind in (CUT, FINISH, REFUSE) and gone_among(session, room, [turn.person_id], now):
        return back  # Who takes part no more is given nothing back; that it was overturned stands.
    if against.kind in (CUT, FINISH):
        back = _give_back(session, now, room, turn)
    elif against.kind == EXTEND and is_speaking(turn):
        turn.extended_seconds = 0
    elif against.kind == REFUSE and _has_no_other(session, room, turn):
        turn.withdrawn_at = None
    session.add(turn)
    session.flush()
    tell(session, room, "speaker", "turns")
    return back


def _seat_again(session: Session, now: datetime, room: Room, against: Intervention) -> dict[str, int]:
    """Who was sent out takes part again, with the rest of the speech that was cut by it."""
    invitation_id = reseat(session, now, room, against.person_id)
    if not invitation_id:
        return {}
    back = {"invitation": invitation_id}
    for turn in turns_of(session, room.id):
        if turn.person_id == against.person_id and turn.ended_at == against.at and turn.kind != POINT:
            back |= _give_back(session, now, room, turn)
    tell(session, room, "state", "speaker", "turns")
    return back


def _give_back(session: Session, now: datetime, room: Room, turn: SpeakingTurn) -> dict[str, int]:
    """Who was cut short speaks for the rest of their time, before other speeches and counted as no further turn."""
    turns = turns_of(session, room.id)
    seconds = seconds_left(turn, turns, now)
    if seconds <= 0 or not room.is_open:
        return {}
    known = waiting_of(turns, turn.person_id, REST)
    rest = known or SpeakingTurn(
        room_id=room.id, person_id=turn.person_id, kind=REST, about_id=turn.id, position=turn.position, asked_at=now
    )
    rest.allotted_seconds += seconds
    session.add(rest)
    session.flush()
    return {"rest": rest.id, "rest_seconds": rest.allotted_seconds}


def _has_no_other(session: Session, room: Room, turn: SpeakingTurn) -> bool:
    own = (each for each in turns_of(session, room.id) if each.person_id == turn.person_id)
    return room.is_open and not any(each.kind == turn.kind and is_waiting(each) for each in own)


def _record(
    session: Session, act: Act, room: Room, appeal: Appeal, actor: Actor, data: dict, secrets: dict[str, str] | None
) -> None:
    record(
        session,
        act,
        room.community_id,
        f"appeal/{appeal.id}",
        actor=actor,
        data=data,
        secrets=secrets,
        topic=topic_of(room),
        owner=appeal.person_id,
    )
