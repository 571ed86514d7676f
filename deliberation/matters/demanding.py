"""Demands 提请召开会议: raised and signed on a frozen roster; when the share is reached the convenor has a clock."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from deliberation import live
from deliberation.assemblies.models import lines_of_person, roster_lines
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.matters.demands import SHARES, Share, convene_by, may_sign, weigh
from deliberation.matters.gathering import working_days
from deliberation.matters.models import Demand, DemandSignature
from deliberation.matters.timing import start_clock, stop_clock
from deliberation.matters.words import BODIES
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _


def raise_demand(
    session: Session,
    now: datetime,
    *,
    community: Community,
    share: Share,
    roster_id: int,
    title: str,
    reason: str,
    actor: Actor,
    matter_id: int | None = None,
) -> Demand:
    """Begin a demand on a roster frozen for it; whoever raises it has signed it."""
    base = {line.person_id for line in roster_lines(session, roster_id)}
    weighed = weigh(share, (), [str(id) for id in base])
    made = Demand(
        community_id=community.id,
        matter_id=matter_id,
        share=share.id,
        title=title,
        reason=reason,
        roster_id=roster_id,
        base=weighed.base,
        needed=weighed.needed,
        source=share.source,
        raised_by_id=actor.person_id,
        raised_at=now,
    )
    session.add(made)
    session.flush()
    data = {"share": share.id, "base": made.base, "needed": made.needed, "roster": roster_id}
    secrets = {"title": title, "reason": reason}
    record(
        session,
        Act.DEMAND_RAISED,
        community.id,
        f"demand/{made.id}",
        actor=actor,
        data=data,
        secrets=secrets,
        topic=_topic(made),
    )
    sign_demand(session, now, demand=made, actor=actor)
    return made


def sign_demand(session: Session, now: datetime, *, demand: Demand, actor: Actor) -> None:
    """Join a demand; each person on its roster counts once. Reaching the share obliges the convenor."""
    share = next(one for one in SHARES if one.id == demand.share)
    lines = roster_lines(session, demand.roster_id)
    roster = [str(line.person_id) for line in lines]
    signed = [str(id) for id in signers(session, demand.id)]
    refuse_if(may_sign(weigh(share, signed, roster), str(actor.person_id), roster, signed))
    line = lines_of_person(session, demand.roster_id, actor.person_id)[0]
    session.add(DemandSignature(demand_id=demand.id, roster_line_id=line.id, person_id=actor.person_id, at=now))
    session.flush()
    subject = f"demand/{demand.id}"
    record(session, Act.DEMAND_SIGNED, demand.community_id, subject, actor=actor, topic=_topic(demand))
    weighed = weigh(share, [*signed, str(actor.person_id)], roster)
    if weighed.is_reached and demand.reached_at is None:
        _oblige(session, now, demand, share, weighed.counted)
    live.announce(session, f"demand/{demand.id}", "matters/_demand.html")


def answer_demand(session: Session, now: datetime, *, demand: Demand, answer: str, actor: Actor) -> None:
    """The convenor answers: when and where the meeting is. The clock stops."""
    if demand.reached_at is None:
        raise Refused(Refusal(_("联名还没有达到法定人数")))
    if demand.answered_at is not None:
        raise Refused(Refusal(_("已经答复"), late=True))
    demand.answer, demand.answered_at = answer, now
    session.add(demand)
    session.flush()
    subject = f"demand/{demand.id}"
    stop_clock(session, now, subject=subject)
    record(
        session,
        Act.DEMAND_ANSWERED,
        demand.community_id,
        subject,
        actor=actor,
        secrets={"answer": answer},
        topic=_topic(demand),
    )
    live.announce(session, subject, "matters/_demand.html")


def signers(session: Session, demand_id: int) -> list[int]:
    return list(session.exec(select(DemandSignature.person_id).where(DemandSignature.demand_id == demand_id)).all())


def _oblige(session: Session, now: datetime, demand: Demand, share: Share, counted: int) -> None:
    demand.reached_at = now
    session.add(demand)
    community = session.get(Community, demand.community_id)
    due_at = convene_by(now, community.zone, working_days(session, community))
    subject = f"demand/{demand.id}"
    data = {"counted": counted, "base": demand.base, "needed": demand.needed}
    record(session, Act.DEMAND_REACHED, demand.community_id, subject, actor=Actor(), data=data, topic=_topic(demand))
    start_clock(
        session,
        now,
        matter=None,
        community_id=demand.community_id,
        subject=subject,
        kind="convene",
        title=demand.title,
        owner=BODIES[share.convenor],
        due_at=due_at,
        source=share.source,
    )


def _topic(demand: Demand) -> str:
    return f"matter/{demand.matter_id}" if demand.matter_id else f"demand/{demand.id}"
