"""Demands 提请召开会议: raised and signed on a frozen roster; when the share is reached the convenor has a clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, select

from deliberation import live
from deliberation.assemblies.models import RosterLine, lines_of_person, roster_lines
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community, local_setting
from deliberation.matters.demands import Share, Weighed, convene_by, may_sign, weigh
from deliberation.matters.demands import share as share_of
from deliberation.matters.gathering import working_days
from deliberation.matters.models import Demand, DemandSignature
from deliberation.matters.timing import start_clock
from deliberation.matters.words import BODIES
from deliberation.refusal import refuse_if
from deliberation.vocabulary import Act

HEADS_SETTING = "owners_by_heads"


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
    lines = roster_lines(session, roster_id)
    areas = areas_of(lines) if share.by_area and not _by_heads(session, community) else None
    weighed = weigh(share, (), [str(line.person_id) for line in lines], areas)
    made = Demand(
        community_id=community.id,
        matter_id=matter_id,
        share=share.id,
        title=title,
        reason=reason,
        roster_id=roster_id,
        base=weighed.base,
        needed=weighed.needed,
        area_base=weighed.area_base,
        area_needed=weighed.area_needed,
        source=share.source,
        raised_by_id=actor.person_id,
        raised_at=now,
    )
    session.add(made)
    session.flush()
    data = {"share": share.id, "base": made.base, "needed": made.needed, "roster": roster_id}
    if made.area_base is not None:
        data |= {"area_base": made.area_base, "area_needed": made.area_needed}
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
    lines = roster_lines(session, demand.roster_id)
    roster = [str(line.person_id) for line in lines]
    signed = [str(id) for id in signers(session, demand.id)]
    refuse_if(may_sign(weighed(session, demand), str(actor.person_id), roster, signed))
    line = lines_of_person(session, demand.roster_id, actor.person_id)[0]
    session.add(DemandSignature(demand_id=demand.id, roster_line_id=line.id, person_id=actor.person_id, at=now))
    session.flush()
    subject = f"demand/{demand.id}"
    record(session, Act.DEMAND_SIGNED, demand.community_id, subject, actor=actor, topic=_topic(demand))
    found = weighed(session, demand)
    if found.is_reached and demand.reached_at is None:
        _oblige(session, now, demand, found)
    live.announce(session, f"demand/{demand.id}", "matters/_demand.html")


def weighed(session: Session, demand: Demand) -> Weighed:
    """The demand counted as it stands, by the measures with which it began."""
    lines = roster_lines(session, demand.roster_id)
    signed = [str(id) for id in signers(session, demand.id)]
    areas = areas_of(lines) if demand.area_base is not None else None
    return weigh(share_of(demand.share), signed, [str(line.person_id) for line in lines], areas)


def areas_of(lines: Iterable[RosterLine]) -> dict[str, int]:
    """The area of each person on the roster, all their units together."""
    found: dict[str, int] = {}
    for line in lines:
        found[str(line.person_id)] = found.get(str(line.person_id), 0) + (line.area or 0)
    return found


def _by_heads(session: Session, place: Community) -> bool:
    setting = local_setting(session, place, HEADS_SETTING)
    return setting is not None and setting.value == "yes"


def signers(session: Session, demand_id: int) -> list[int]:
    return list(session.exec(select(DemandSignature.person_id).where(DemandSignature.demand_id == demand_id)).all())


def _oblige(session: Session, now: datetime, demand: Demand, found: Weighed) -> None:
    demand.reached_at = now
    session.add(demand)
    community = session.get(Community, demand.community_id)
    due_at = convene_by(now, community.zone, working_days(session, community))
    subject = f"demand/{demand.id}"
    data = {"counted": found.counted, "base": demand.base, "needed": demand.needed}
    if found.area_base is not None:
        data |= {"area": found.area, "area_base": found.area_base, "area_needed": found.area_needed}
    record(session, Act.DEMAND_REACHED, demand.community_id, subject, actor=Actor(), data=data, topic=_topic(demand))
    start_clock(
        session,
        now,
        matter=None,
        community_id=demand.community_id,
        subject=subject,
        kind="convene",
        title=demand.title,
        owner=BODIES[found.share.convenor],
        due_at=due_at,
        source=demand.source,
    )


def _topic(demand: Demand) -> str:
    return f"matter/{demand.matter_id}" if demand.matter_id else f"demand/{demand.id}"
