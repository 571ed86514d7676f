"""The plan 方案 under discussion: versions that stay, and the one that is frozen because a poll opens on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation import live
from deliberation.audit.actions import Actor, record
from deliberation.matters.difference import Piece, difference
from deliberation.matters.evidence import add_evidence
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter, PlanVersion, plan_versions, proceedings_of
from deliberation.matters.moving import topic_of
from deliberation.matters.reasons import plan_may_change
from deliberation.refusal import refuse_if
from deliberation.vocabulary import Act, _

PLAN = "matters/_plan.html"
"""The fragment of the plan as it lies on the table; every proceeding that shows it has it under its own topic."""


def revise_plan(session: Session, now: datetime, *, matter: Matter, body: str, note: str, actor: Actor) -> PlanVersion:
    """Add a version of the plan; the earlier ones stay. A plan frozen by an open poll cannot be revised."""
    refuse_if(next(plan_may_change(facts_of(session, matter, now)), None))
    earlier = plan_versions(session, matter.id)
    made = PlanVersion(
        matter_id=matter.id, number=len(earlier) + 1, body=body, note=note, author_id=actor.person_id, at=now
    )
    session.add(made)
    session.flush()
    data = {"number": made.number}
    subject = f"plan/{made.id}"
    record(
        session,
        Act.PLAN_REVISED,
        matter.community_id,
        subject,
        actor=actor,
        data=data,
        secrets={"body": body, "note": note},
        topic=topic_of(matter),
    )
    add_evidence(session, now, matter=matter, kind="plan", note=note or _("方案文本"), actor=actor)
    for proceeding in proceedings_of(session, matter.id):
        # Wherever the matter is being discussed, the plan lies on the table.
        if proceeding.closed_at is None:
            live.announce(session, proceeding.subject, PLAN, topic_of(matter))
    return made


def plan_values(session: Session, matter: Matter) -> dict[str, Any]:
    """The newest version with what it changed, for the fragment that lies on the table of a room."""
    *earlier, newest = plan_versions(session, matter.id) or [None]
    pieces: tuple[Piece, ...] = ()
    if newest is not None:
        pieces = difference(earlier[-1].body if earlier else newest.body, newest.body)
    return {"matter": matter, "plan": newest, "pieces": pieces}


def freeze_plan(session: Session, now: datetime, *, matter: Matter) -> PlanVersion | None:
    """Freeze the latest version, because a poll opens on it; the poll's entry carries its hash."""
    versions = plan_versions(session, matter.id)
    if not versions:
        return None
    versions[-1].frozen_at = versions[-1].frozen_at or now
    session.add(versions[-1])
    session.flush()
    return versions[-1]
