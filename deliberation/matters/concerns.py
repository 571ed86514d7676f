"""Concerns 意见 and responses 回应: every objection leads to the change that answered it or the reason that refused it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from deliberation.audit.actions import Actor, record
from deliberation.matters.concern_models import Concern, Response, concerns_of, responses_of
from deliberation.matters.concern_rules import is_concern, may_respond, state_of
from deliberation.matters.models import Matter, PlanVersion
from deliberation.matters.moving import tell, topic_of
from deliberation.refusal import Missing, refuse_if
from deliberation.vocabulary import Act


@dataclass(frozen=True)
class Said:
    """What somebody said on the plan: in which position, under which name of the log, and on which page."""

    position: str
    body: str
    source: str
    page: str


@dataclass(frozen=True)
class Heard:
    """A concern with its state and responses: (response, number of the version or 0), oldest first."""

    concern: Concern
    state: str
    responses: tuple[tuple[Response, int], ...]


def raise_concern(session: Session, now: datetime, *, matter: Matter, person_id: int, said: Said) -> Concern | None:
    """Keep what somebody holds against the plan or asks of it; who agrees, or says no position, raises none."""
    if not is_concern(said.position):
        return None
    made = Concern(
        matter_id=matter.id,
        person_id=person_id,
        kind=said.position,
        source=said.source,
        page=said.page,
        said=said.body,
        raised_at=now,
    )
    session.add(made)
    session.flush()
    return made


def reword_concern(session: Session, *, matter: Matter, source: str, said: str) -> None:
    """Show other words for a concern whose own were hidden where they were said, or its own again. It stays, and is answered."""
    found = select(Concern).where(Concern.matter_id == matter.id, Concern.source == source)
    concern = session.exec(found).first()
    if concern is None:
        return
    concern.said = said
    session.add(concern)
    session.flush()
    tell(session, matter)


def heard(session: Session, matter_id: int) -> list[Heard]:
    """Every concern of a matter, oldest first."""
    responses = responses_of(session, matter_id)
    found = []
    for one in concerns_of(session, matter_id):
        own = tuple(responses.get(one.id, ()))
        found.append(Heard(one, state_of([number for _response, number in own]), own))
    return found


def respond(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    concern_ids: Iterable[int],
    reason: str,
    actor: Actor,
    plan: PlanVersion | None = None,
) -> list[Response]:
    """Respond to concerns by a version of the plan, or by a reason alone. All or none. Raises Missing, Refused."""
    known, responses = {one.id: one for one in concerns_of(session, matter.id)}, responses_of(session, matter.id)
    made = []
    for id in dict.fromkeys(concern_ids):
        concern = known.get(id)
        if concern is None:
            raise Missing
        plans = [number for _response, number in responses.get(id, ())]
        by = {"revised_at": plan.at, "newest": plan.number} if plan else {}
        refuse_if(may_respond(plans, concern.raised_at, **by))
        made.append(_kept(session, now, matter, concern, plan, reason, actor))
    tell(session, matter)
    return made


def _kept(
    session: Session,
    now: datetime,
    matter: Matter,
    concern: Concern,
    plan: PlanVersion | None,
    reason: str,
    actor: Actor,
) -> Response:
    made = Response(
        concern_id=concern.id, plan_id=plan.id if plan else None, reason=reason, by_id=actor.person_id, at=now
    )
    session.add(made)
    session.flush()
    record(
        session,
        Act.CONCERN_ANSWERED,
        matter.community_id,
        f"response/{made.id}",
        actor=actor,
        data={"to": concern.source, "plan": plan.number if plan else 0},
        secrets={"reason": reason},
        topic=topic_of(matter),
    )
    return made


def concern_named(session: Session, id: int) -> Concern:
    """Raises Missing."""
    found = session.exec(select(Concern).where(Concern.id == id)).first()
    if found is None:
        raise Missing
    return found
