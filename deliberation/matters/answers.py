"""Feedback 反馈: every person who proposed, spoke or objected gets an answer in writing."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.delivery.actions import list_deliveries
from deliberation.matters.models import Matter, ReplyOwed
from deliberation.matters.moving import tell, topic_of
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _


def give_feedback(session: Session, now: datetime, *, matter: Matter, owed: ReplyOwed, answer: str, actor: Actor) -> None:
    """Answer one person, once; it goes into their inbox."""
    if owed.answered_at is not None:
        raise Refused(Refusal(_("已经答复过这位发言人"), late=True))
    owed.answer, owed.answered_at, owed.answered_by_id = answer, now, actor.person_id
    session.add(owed)
    session.flush()
    subject = f"reply/{owed.id}"
    secrets = {"answer": answer, "person": f"person/{owed.person_id}"}
    record(session, Act.FEEDBACK_GIVEN, matter.community_id, subject, actor=actor, secrets=secrets, topic=topic_of(matter), owner=owed.person_id)
    list_deliveries(
        session,
        now,
        community_id=matter.community_id,
        subject=subject,
        topic=topic_of(matter),
        title=f"{matter.title}：{_('给您的答复')}",
        people=[owed.person_id],
    )
    tell(session, matter)
