"""Feedback 反馈: every person who proposed, spoke or objected gets an answer in writing."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.delivery.actions import list_deliveries
from deliberation.matters.models import Matter, ReplyOwed
from deliberation.matters.moving import tell, topic_of
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _


def owe_reply(session: Session, now: datetime, *, matter: Matter, person_id: int, source: str, said: str) -> None:
    """A person who spoke, proposed or objected is owed an answer; once a matter and source.

    Whoever spoke several times is answered once, beside everything they said.
    """
    owed = select(ReplyOwed).where(ReplyOwed.matter_id == matter.id, ReplyOwed.person_id == person_id)
    known = session.exec(owed.where(col(ReplyOwed.answered_at).is_(None))).first()
    if known is not None:
        known.said = f"{known.said}\n{said[:200]}"[:2000]
        session.add(known)
    else:
        session.add(ReplyOwed(matter_id=matter.id, person_id=person_id, source=source, said=said[:200], owed_since=now))
    session.flush()


def reword_owed(session: Session, *, matter: Matter, person_id: int, was: str, said: str) -> None:
    """Show other words for some that were hidden or withdrawn where they were said, while the answer is still owed."""
    owed = select(ReplyOwed).where(ReplyOwed.matter_id == matter.id, ReplyOwed.person_id == person_id)
    for known in session.exec(owed.where(col(ReplyOwed.answered_at).is_(None))):
        known.said = known.said.replace(was[:200], said[:200], 1)
        session.add(known)
    session.flush()


def give_feedback(
    session: Session, now: datetime, *, matter: Matter, owed: ReplyOwed, answer: str, actor: Actor
) -> None:
    """Answer one person, once; it goes into their inbox."""
    if owed.answered_at is not None:
        raise Refused(Refusal(_("已经答复过这位发言人"), late=True))
    owed.answer, owed.answered_at, owed.answered_by_id = answer, now, actor.person_id
    session.add(owed)
    session.flush()
    subject = f"reply/{owed.id}"
    secrets = {"answer": answer, "person": f"person/{owed.person_id}"}
    record(
        session,
        Act.FEEDBACK_GIVEN,
        matter.community_id,
        subject,
        actor=actor,
        secrets=secrets,
        topic=topic_of(matter),
        owner=owed.person_id,
    )
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
