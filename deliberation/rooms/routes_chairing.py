"""Routes of what the chair does to a debate and of appeals against it; each a plain form."""

from __future__ import annotations

from collections.abc import Callable

from deliberation.identity.doors import signed_in
from deliberation.identity.models import person
from deliberation.refusal import Missing
from deliberation.rooms import chairing
from deliberation.rooms.appealing import Decision, decide_appeal, mark_appeal, raise_appeal, settle_appeal
from deliberation.rooms.chairing_models import Appeal, appeal, intervention
from deliberation.rooms.chairing_rules import CALL, CUT, EXTEND, HIDE, MOST_REASON, OUTCOMES, REFUSE, REORDER, RULINGS
from deliberation.rooms.doors import Entered, back, entered
from deliberation.rooms.keeping_order import let_keep
from deliberation.rooms.models import SpeakingTurn, statement, turn
from deliberation.rooms.pages import show_again, whole
from deliberation.rooms.speaking import give_turn
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, post

TO_TURN: dict[str, Callable[..., None]] = {
    EXTEND: chairing.extend_turn,
    CALL: chairing.call_speaker,
    CUT: chairing.cut_turn,
    REFUSE: chairing.refuse_turn,
    REORDER: give_turn,
}


@signed_in
def intervene_once(visit: Visit) -> Answer:
    """What is done, to which turn or statement, and why."""
    here = entered(visit)
    fields = Fields(visit)
    kind = fields.choice("do", (*TO_TURN, *RULINGS, HIDE))
    reason = fields.text("reason", most=MOST_REASON)
    fields.check()
    given = {"room": here.room, "reason": reason, "part": here.part}
    if kind == HIDE:
        said = statement(visit.session, whole(visit.text("statement")))
        if said.room_id != here.room.id:
            raise Missing
        chairing.hide_statement(visit.session, visit.now, said=said, **given)
    elif kind in RULINGS:
        chairing.rule_point(visit.session, visit.now, turn=_turn(visit, here), ruling=kind, **given)
    else:
        TO_TURN[kind](visit.session, visit.now, turn=_turn(visit, here), **given)
    return back(visit, here.room, "chairing")


def _turn(visit: Visit, here: Entered) -> SpeakingTurn:
    meant = turn(visit.session, whole(visit.text("turn")))
    if meant.room_id != here.room.id:
        raise Missing
    return meant


@signed_in
def hand_over_once(visit: Visit) -> Answer:
    here = entered(visit)
    fields = Fields(visit)
    reason = fields.text("reason", most=MOST_REASON)
    fields.check()
    heir = person(visit.session, whole(visit.text("person")))
    chairing.hand_over(visit.session, visit.now, room=here.room, person=heir, reason=reason, part=here.part)
    return back(visit, here.room, "chairing")


@signed_in
def let_keep_once(visit: Visit) -> Answer:
    """Whether the clerk may keep the order on the chair's behalf."""
    here = entered(visit)
    fields = Fields(visit)
    word = fields.choice("let", ("yes", "no"))
    fields.check()
    let_keep(visit.session, visit.now, room=here.room, is_let=word == "yes", part=here.part)
    return back(visit, here.room, "chairing")


@signed_in
def appeal_once(visit: Visit) -> Answer:
    here = entered(visit)
    fields = Fields(visit)
    body = fields.text("body", most=MOST_REASON)
    fields.check()
    against = intervention(visit.session, whole(visit.text("intervention")))
    if against.room_id != here.room.id:
        raise Missing
    raise_appeal(visit.session, visit.now, room=here.room, against=against, body=body, part=here.part)
    return back(visit, here.room, "appealing")


@signed_in
def show_hand(visit: Visit) -> Answer:
    here = entered(visit)
    meant = _appeal(visit, here)
    fields = Fields(visit)
    word = fields.choice("outcome", OUTCOMES)
    fields.check()
    overturns = word == "overturned"
    mark_appeal(visit.session, visit.now, room=here.room, appeal=meant, overturns=overturns, part=here.part)
    return back(visit, here.room, "appealing", "hand")


@signed_in
def count_hands(visit: Visit) -> Answer:
    here = entered(visit)
    meant = _appeal(visit, here)
    fields = Fields(visit)
    sustain = fields.integer("sustain", most=10_000, required=False)
    overturn = fields.integer("overturn", most=10_000, required=False)
    fields.check()
    hands = (sustain or 0, overturn or 0)
    settle_appeal(visit.session, visit.now, room=here.room, appeal=meant, hands=hands, part=here.part)
    return back(visit, here.room, "appealing")


@signed_in
def decide_once(visit: Visit) -> Answer:
    here = entered(visit)
    meant = _appeal(visit, here)
    fields = Fields(visit)
    decision = Decision(fields.choice("outcome", OUTCOMES), reason=fields.text("reason", most=MOST_REASON))
    fields.check()
    decide_appeal(visit.session, visit.now, room=here.room, appeal=meant, decision=decision, part=here.part)
    return back(visit, here.room, "appealing")


def _appeal(visit: Visit, here: Entered) -> Appeal:
    meant = appeal(visit.session, whole(visit.text("appeal")))
    if meant.room_id != here.room.id:
        raise Missing
    return meant


routes = [
    post(
        "/rooms/{id}/interventions",
        intervene_once,
        Act.TURN_EXTENDED,
        Act.TURN_CALLED,
        Act.TURN_CUT,
        Act.TURN_REFUSED,
        Act.TURN_GIVEN,
        Act.POINT_RULED,
        Act.STATEMENT_HIDDEN,
        again=show_again("chairing"),
    ),
    post("/rooms/{id}/handovers", hand_over_once, Act.CHAIR_HANDED, again=show_again("chairing")),
    post("/rooms/{id}/keeping", let_keep_once, Act.KEEPING_ENDED, Act.KEEPING_LET, again=show_again("chairing")),
    post("/rooms/{id}/appeals", appeal_once, Act.APPEAL_RAISED, again=show_again("appealing")),
    post("/rooms/{id}/hands", show_hand, Act.APPEAL_MARKED, again=show_again("appealing")),
    post("/rooms/{id}/counts", count_hands, Act.APPEAL_DECIDED, again=show_again("appealing")),
    post("/rooms/{id}/decisions", decide_once, Act.APPEAL_DECIDED, again=show_again("appealing")),
]
