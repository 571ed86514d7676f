"""The convenor says that a demanded meeting was called elsewhere: believed until the day that was named, no longer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.jobs import plan_job
from deliberation.matters import convening_rules as rules
from deliberation.matters import days
from deliberation.matters.convening import call, enter, stand_of
from deliberation.matters.demands import share
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Clock, Demand, Matter, Proceeding
from deliberation.matters.timing import breach_clock
from deliberation.refusal import Invalid, refuse_if
from deliberation.vocabulary import Act

HELD = ("meeting", "poll")
"""Proceedings that show that a body met."""


def claim_called(
    session: Session, now: datetime, *, demand: Demand, words: str, meeting_on: date, actor: Actor
) -> None:
    """The meeting was called elsewhere, for this day. Raises Refused, Invalid (``meeting_on``)."""
    refuse_if(rules.may_answer(stand_of(session, demand, now), rules.CALLED))
    place = session.get(Community, demand.community_id)
    body = share(demand.share).body
    if no := rules.day_refusal(meeting_on, earliest_day(place, now, body), body):
        raise Invalid({"meeting_on": no})
    demand.claim, demand.claimed_at, demand.meeting_on = words, now, meeting_on
    due_at = datetime.combine(meeting_on + timedelta(days=1), time.min, place.zone)
    clock = session.exec(select(Clock).where(Clock.subject == f"demand/{demand.id}")).one()
    clock.due_at, clock.breached_at = due_at, None
    session.add(clock)
    plan_job(session, "end_claim", f"claim/{demand.id}", due_at, demand=demand.id, clock=clock.id)
    enter(session, demand, Act.DEMAND_CLAIMED, actor, {"day": meeting_on.isoformat()}, {"claim": words})


def earliest_day(place: Community, now: datetime, body: str) -> date:
    """The first day on which a meeting of this body can be that is called today."""
    return days.meeting_from(now, rules.AHEAD.get(body, (0, ""))[0], place.zone).date()


def end_claim(session: Session, now: datetime, payload: dict[str, Any]) -> None:
    """The job after the named day: a recorded meeting settles the demand; without one the clock has run out."""
    demand = session.get(Demand, payload["demand"])
    if demand is None or demand.called_at is not None:
        return
    if (matter := _met(session, now, demand)) is not None:
        call(session, now, demand, Actor(), {"matter": matter.id}, "")
    else:
        breach_clock(session, now, payload)


def _met(session: Session, now: datetime, demand: Demand) -> Matter | None:
    """The matter in which the demanded body met since the demand reached its share, if it did."""
    found = select(Proceeding, Matter).join(Matter, col(Matter.id) == Proceeding.matter_id)
    found = found.where(
        Matter.community_id == demand.community_id,
        col(Proceeding.kind).in_(HELD),
        col(Proceeding.opened_at) >= demand.reached_at,
        col(Proceeding.closed_at).is_not(None),
        col(Proceeding.present).is_not(None) | (Proceeding.kind == "poll"),
    )
    wanted = share(demand.share).body
    for one, matter in session.exec(found.order_by(col(Proceeding.id))):
        if facts_of(session, matter, now).taken(one.step).body == wanted:
            return matter
    return None
