"""What an actor is in a community, and whether an account lies within their reach; for the verbs and the pages."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community
from deliberation.identity.models import Person, appointed_roles, appointments_of
from deliberation.identity.rules import MANAGING, REGISTERING, may_reach_account
from deliberation.refusal import Refusal


def roles_of(session: Session, actor: Actor, where: Community, now: datetime) -> frozenset[str]:
    """What the actor is in a community now, by appointment there or above it."""
    return appointed_roles(session, actor.person_id or 0, where, now.astimezone(where.zone).date())


def outranked(session: Session, now: datetime, *, who: Person, actor: Actor) -> bool:
    """Whether the person manages a community, or its people, of which the actor is no administrator."""
    if actor.person_id is None or actor.person_id == who.id:
        return False
    today = now.astimezone(community(session, who.community_id).zone).date()
    for held in appointments_of(session, who.id, today):
        where = community(session, held.community_id)
        if held.role in REGISTERING and not roles_of(session, actor, where, now) & MANAGING:
            return True
    return False


def account_refusal(session: Session, now: datetime, *, who: Person, actor: Actor) -> Refusal | None:
    """Why the actor may not touch this person's account or particulars. The system and the command line may."""
    if actor.person_id is None:
        return None
    roles = roles_of(session, actor, community(session, who.community_id), now)
    return may_reach_account(roles, outranked(session, now, who=who, actor=actor))
