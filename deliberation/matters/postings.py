"""Postings 公示 and objections 异议: days counted as the Civil Code does, every objection answered before the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.delivery.actions import list_deliveries
from deliberation.matters import days
from deliberation.matters.answers import owe_reply
from deliberation.matters.gathering import CALENDAR_VERSION, facts_of, working_days
from deliberation.matters.models import Disclosure, Document, Matter, Objection
from deliberation.matters.moving import close_document, issue_document, tell, topic_of
from deliberation.matters.notices import open_paper
from deliberation.matters.timing import start_clock, stop_clock
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _


def open_disclosure(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    title: str,
    body: str,
    place: str,
    actor: Actor,
    issued_by: str = "",
) -> Disclosure:
    """Begin a posting: start, days, last day and first day on which it may be closed are fixed and shown."""
    known = facts_of(session, matter, now)
    number = None if known.is_ended else known.step.days.get("posting")
    if number is None:
        raise Refused(Refusal(_("这一环节没有公示")))
    begun_on = days.day_of(now, known.zone)
    closable_on = days.first_day_after(begun_on, number.count)
    facts = {
        "place": place,
        "days": number.count,
        "source": number.source,
        "starts_on": begun_on.isoformat(),
        "ends_on": (closable_on - timedelta(days=1)).isoformat(),
        "closable_on": closable_on.isoformat(),
    }
    document = issue_document(
        session,
        now,
        matter=matter,
        kind="disclosure",
        title=title,
        body=body,
        actor=actor,
        issued_by=issued_by,
        facts=facts,
    )
    made = Disclosure(
        document_id=document.id,
        matter_id=matter.id,
        step=matter.stage,
        place=place,
        days=number.count,
        source=number.source,
        starts_on=begun_on,
        ends_on=closable_on - timedelta(days=1),
        closable_on=closable_on,
        opened_at=now,
    )
    session.add(made)
    session.flush()
    return made


def close_disclosure(session: Session, now: datetime, *, matter: Matter, actor: Actor) -> Document:
    """End a posting whose days have run and whose objections are answered; an upheld one sends the matter back."""
    document = open_paper(session, matter, "disclosure")
    close_document(session, now, matter=matter, document=document, actor=actor)
    posting = session.get(Disclosure, document.id)
    posting.closed_at = now
    session.add(posting)
    session.flush()
    return document


def raise_objection(session: Session, now: datetime, *, matter: Matter, body: str, actor: Actor) -> Objection:
    """Object to what is posted; the answer's clock starts (default 15 days, a deadline that rolls to a working day)."""
    document = open_paper(session, matter, "disclosure")
    known = facts_of(session, matter, now)
    number = known.step.days["answer"]
    community = session.get(Community, matter.community_id)
    due_at = days.deadline(now, number.count, known.zone, working_days(session, community))
    made = Objection(
        matter_id=matter.id,
        document_id=document.id,
        step=matter.stage,
        person_id=actor.person_id,
        body=body,
        received_at=now,
        answer_due_on=days.day_of(due_at - timedelta(seconds=1), known.zone),
    )
    session.add(made)
    session.flush()
    subject = f"objection/{made.id}"
    data = {"document": document.id, "due": made.answer_due_on.isoformat(), "calendar": CALENDAR_VERSION}
    record(
        session,
        Act.OBJECTION_RAISED,
        matter.community_id,
        subject,
        actor=actor,
        data=data,
        secrets={"body": body},
        topic=topic_of(matter),
    )
    start_clock(
        session,
        now,
        matter=matter,
        community_id=matter.community_id,
        subject=subject,
        kind="answer_objection",
        title=_("答复异议"),
        owner=_("承办人"),
        due_at=due_at,
        source=number.source,
    )
    owe_reply(session, now, matter=matter, person_id=actor.person_id, source=subject, said=body)
    tell(session, matter)
    return made


def answer_objection(
    session: Session, now: datetime, *, matter: Matter, objection: Objection, answer: str, is_upheld: bool, actor: Actor
) -> None:
    """Answer an objection in writing, once; the answer goes into the inbox of whoever objected."""
    if objection.answered_at is not None:
        raise Refused(Refusal(_("这件异议已经答复"), late=True))
    objection.answer, objection.is_upheld = answer, is_upheld
    objection.answered_at, objection.answered_by_id = now, actor.person_id
    objection.acknowledged_at = objection.acknowledged_at or now
    session.add(objection)
    session.flush()
    subject = f"objection/{objection.id}"
    stop_clock(session, now, subject=subject)
    list_deliveries(
        session,
        now,
        community_id=matter.community_id,
        subject=subject,
        topic=topic_of(matter),
        title=f"{matter.title}：{_('给您的答复')}",
        people=[objection.person_id],
    )
    data = {"upheld": int(is_upheld)}
    record(
        session,
        Act.OBJECTION_ANSWERED,
        matter.community_id,
        subject,
        actor=actor,
        data=data,
        secrets={"answer": answer},
        topic=topic_of(matter),
    )
    tell(session, matter)
