"""上报期限延长: a body gives the points below more days to hand up, with a reason that they read."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import community
from deliberation.identity.reach import roles_of
from deliberation.legislation.call_rules import may_extend_submitting
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.solicitation_rules import may
from deliberation.legislation.tier_models import SubmitExtension
from deliberation.matters.days import day_of
from deliberation.refusal import Invalid, refuse_if
from deliberation.vocabulary import Act


def extend_submitting(
    session: Session, now: datetime, *, one: Solicitation, until_on: date, reason: str, actor: Actor
) -> None:
    """Set a day to hand up by, or a later one. Raises Refused, Invalid."""
    where = community(session, one.community_id)
    refuse_if(may("extend_submitting", roles_of(session, actor, where, now), one.stage_at(now)))
    if found := may_extend_submitting(one.submit_by, until_on, reason, day_of(now, where.zone)):
        raise Invalid(found)
    session.add(
        SubmitExtension(
            solicitation_id=one.id, before_on=one.submit_by, until_on=until_on, reason=reason, at=now,
            person_id=actor.person_id,
        )
    )  # fmt: skip
    one.submit_by = until_on
    session.add(one)
    session.flush()
    data, secrets = {"submit_by": until_on.isoformat()}, {"reason": reason}
    record(
        session, Act.SUBMISSION_EXTENDED, one.community_id, one.subject, actor=actor, data=data, secrets=secrets,
        topic=one.topic,
    )  # fmt: skip
