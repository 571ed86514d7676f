"""What becomes of a demand that has reached its share: answered, refused, ordered, taken over, called."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from deliberation import live
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.matters import convening_rules as rules
from deliberation.matters.demands import share
from deliberation.matters.models import Clock, Demand, Document, Matter
from deliberation.matters.moving import tell
from deliberation.matters.procedure import Step
from deliberation.matters.reach import today_in
from deliberation.matters.timing import start_clock, stop_clock
from deliberation.matters.words import BODIES
from deliberation.refusal import Invalid, refuse_if
from deliberation.vocabulary import Act

FRAGMENT = "matters/_demand.html"


def stand_of(session: Session, demand: Demand, now: datetime) -> rules.Standing:
    """Where a demand stands at an instant."""
    clock = session.exec(select(Clock).where(Clock.subject == f"demand/{demand.id}")).first()
    return rules.Standing(
        is_reached=demand.reached_at is not None,
        is_answered=demand.answered_at is not None,
        is_refused=demand.refused_at is not None and demand.answered_at is None,
        is_overdue=clock is not None and clock.due_at <= now,
        is_claimed=demand.claimed_at is not None,
        order_due_on=demand.order_due_on,
        is_taken_over=demand.taken_over_at is not None,
        is_called=demand.called_at is not None or _was_settled(demand, clock),
    )


def _was_settled(demand: Demand, clock: Clock | None) -> bool:
    """Before the notice counted, an answer was all that was asked of the convenor, and it stopped the clock."""
    return demand.answered_at is not None and clock is not None and clock.stopped_at is not None


def answer_demand(session: Session, now: datetime, *, demand: Demand, way: str, words: str, actor: Actor) -> None:
    """The convenor promises or refuses: only a notice stops the clock."""
    if way not in (rules.ANSWER, rules.REFUSE):
        raise ValueError(way)
    refuse_if(rules.may_answer(stand_of(session, demand, now), way))
    if way == rules.REFUSE:
        demand.refusal, demand.refused_at = words, now
        enter(session, demand, Act.DEMAND_REFUSED, actor, {}, {"refusal": words})
    else:
        demand.answer, demand.answered_at = words, now
        enter(session, demand, Act.DEMAND_ANSWERED, actor, {}, {"answer": words})


def order_meeting(session: Session, now: datetime, *, demand: Demand, words: str, due_on: date, actor: Actor) -> None:
    """The authority orders the convenor to give notice by a day. Raises Refused, Invalid (``due_on``)."""
    line = share(demand.share)
    refuse_if(rules.may_order(line, stand_of(session, demand, now)))
    place = session.get(Community, demand.community_id)
    if no := rules.due_refusal(due_on, today_in(place, now)):
        raise Invalid({"due_on": no})
    demand.order_words, demand.ordered_at, demand.order_due_on = words, now, due_on
    source = rules.DUTY[line.body]
    enter(session, demand, Act.DEMAND_ORDERED, actor, {"due": due_on.isoformat(), "source": source}, {"order": words})
    start_clock(
        session,
        now,
        matter=None,
        community_id=demand.community_id,
        subject=f"order/{demand.id}",
        kind="convene",
        title=demand.title,
        owner=BODIES[line.convenor],
        due_at=datetime.combine(due_on + timedelta(days=1), time.min, place.zone),
        source=source,
    )


def take_over(session: Session, now: datetime, *, demand: Demand, words: str, actor: Actor) -> None:
    """The residents' committee calls the owners together, because the day of the order has passed. Raises Refused."""
    place = session.get(Community, demand.community_id)
    refuse_if(rules.may_take_over(share(demand.share), stand_of(session, demand, now), today_in(place, now)))
    demand.takeover, demand.taken_over_at = words, now
    enter(session, demand, Act.DEMAND_TAKEN_OVER, actor, {"source": rules.GUIDE}, {"takeover": words})


def note_called(
    session: Session, now: datetime, *, matter: Matter, document: Document, body: str, actor: Actor
) -> None:
    """Notice of a vote of ``body`` went out in a matter: whoever demanded the meeting has been heard."""
    for demand in demands_of(session, matter.id):
        if demand.called_at is None and share(demand.share).body == body:
            call(session, now, demand, actor, {"matter": matter.id, "document": document.id}, "")


def demands_of(session: Session, matter_id: int) -> list[Demand]:
    """The demands that were brought as this matter."""
    return list(session.exec(select(Demand).where(Demand.matter_id == matter_id).order_by(col(Demand.id))))


def in_whose_name(session: Session, matter: Matter, step: Step) -> str:
    """The body in whose name a paper of this step is issued: the residents' committee where it took over."""
    taken = any(one.taken_over_at and step.body == share(one.share).convenor for one in demands_of(session, matter.id))
    return BODIES["committee" if taken else step.body]


def call(session: Session, now: datetime, demand: Demand, actor: Actor, data: dict[str, Any], words: str) -> None:
    """Notice went out, or the meeting is recorded: both clocks stop."""
    demand.called, demand.called_at = words, now
    for subject in (f"demand/{demand.id}", f"order/{demand.id}"):
        stop_clock(session, now, subject=subject)
    enter(session, demand, Act.DEMAND_CALLED, actor, data, {"called": words} if words else {})


def enter(
    session: Session,
    demand: Demand,
    act: Act,
    actor: Actor,
    data: dict[str, Any],
    secrets: dict[str, str],
    *,
    subject: str = "",
) -> None:
    """Keep what was done on a demand, enter it in the log, and tell who follows the demand or its matter.

    ``subject``: what of the demand the entry is about (``record/3``); the demand itself if empty.
    """
    session.add(demand)
    session.flush()
    mine = f"demand/{demand.id}"
    topic = f"matter/{demand.matter_id}" if demand.matter_id else mine
    record(session, act, demand.community_id, subject or mine, actor=actor, data=data, secrets=secrets, topic=topic)
    live.announce(session, mine, FRAGMENT)
    if demand.matter_id:
        tell(session, session.get(Matter, demand.matter_id))
