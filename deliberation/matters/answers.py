"""Feedback 反馈: every person who proposed, spoke or objected gets an answer in writing."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.delivery.actions import list_deliveries
from deliberation.matters.answer_models import MOST_SAID, ReplySaying, sayings_from
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
    if known is None:
        known = ReplyOwed(matter_id=matter.id, person_id=person_id, source=source, owed_since=now)
        session.add(known)
        session.flush()
    session.add(ReplySaying(owed_id=known.id, source=source, words=said[:MOST_SAID]))
    session.flush()


def reword_owed(session: Session, *, matter: Matter, source: str, said: str) -> None:
    """Show other words for what was hidden or withdrawn where it was said, or its own again; answered already too."""
    for one in sayings_from(session, matter.id, source):
        one.words = said[:MOST_SAID]
        session.add(one)
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
