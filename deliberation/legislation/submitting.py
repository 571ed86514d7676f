"""上报: a point hands up what its desk took up, and what was merged into such, once each; what is left out is counted."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, next_index, record
from deliberation.bulk import insert_many
from deliberation.communities.models import community
from deliberation.identity.reach import roles_of
from deliberation.legislation.receiving import receive
from deliberation.legislation.solicitation_models import Solicitation, solicitation
from deliberation.legislation.solicitation_rules import may
from deliberation.legislation.submission_models import Submission, SubmissionText, SubmittedOpinion
from deliberation.legislation.submission_planning import Planned, plan_submission
from deliberation.legislation.submission_rules import Submitted, may_submit
from deliberation.refusal import refuse_if
from deliberation.vocabulary import Act

_COLUMNS = ("submission_id", "opinion_id", "change", "said_at", "was_public", "was_named")


def submit_opinions(
    session: Session, now: datetime, *, of: Solicitation, leaves: bool, actor: Actor, planned: Planned | None = None
) -> Submission:
    """Hand up what is new; ``leaves``: what still waits for the desk is left for the next time. Raises Refused.

    ``planned`` before the writer's door holds if nothing was entered at the point since, by an earlier visit of the
    same batch either; else it is planned anew.
    """
    where = community(session, of.community_id)
    refuse_if(may("submit_opinions", roles_of(session, actor, where, now), of.stage_at(now)))
    if planned is None or planned.size != next_index(session, of.community_id):
        planned = plan_submission(session, of)
    refuse_if(may_submit(bool(of.upper), planned.at_hand, planned.waiting, leaves))
    made = _keep(session, now, of, planned, actor)
    record(
        session, Act.SUBMISSION_MADE, of.community_id, made.subject, actor=actor, data=facts_of(made, of), topic=of.topic
    )  # fmt: skip
    if of.upper_id:
        upper, found = solicitation(session, of.upper_id), Submitted(planned.head, planned.lines, planned.changes)
        here = {line.entry: id for line, id in zip(planned.lines, planned.ids, strict=True)}
        receipt = receive(session, now, of=upper, found=found, sha256=made.sha256, actor=actor, here=here)
        receipt.submission_id = made.id
        session.add(receipt)
        session.flush()
    return made


def _keep(session: Session, now: datetime, of: Solicitation, planned: Planned, actor: Actor) -> Submission:
    """The rows of what goes up."""
    head = planned.head
    made = Submission(
        solicitation_id=of.id, number=head.number, opinions=head.opinions, changes=head.changes, people=head.people,
        left_out=head.left_out, sha256=hashlib.sha256(planned.content).hexdigest(), at=now, person_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(SubmissionText(submission_id=made.id, content=planned.content.decode()))
    session.flush()
    rows = [
        (made.id, id, "", said_at, line.is_public, bool(line.name or line.contact or line.names))
        for id, said_at, line in zip(planned.ids, planned.said_at, planned.lines, strict=True)
    ]
    rows += [(made.id, id, change, None, False, False) for id, change in planned.changed]
    insert_many(session, SubmittedOpinion.__table__, _COLUMNS, rows)
    return made


def facts_of(made: Submission, of: Solicitation) -> dict[str, int | str]:
    """What the log says of a submission in clear."""
    return {
        "solicitation": of.id, "number": made.number, "opinions": made.opinions, "changes": made.changes,
        "people": made.people, "left_out": made.left_out, "content": made.sha256, "to": of.upper["origin"],
        "asked": of.upper["solicitation"],
    }  # fmt: skip
