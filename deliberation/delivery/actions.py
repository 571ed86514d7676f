"""Telling people: who is on the list, who was told and how; reading in the inbox is its own proof."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.delivery.models import Delivery
from deliberation.delivery.rules import check_proof
from deliberation.jobs import plan_job
from deliberation.refusal import refuse_if
from deliberation.vocabulary import Act


def list_deliveries(
    session: Session, now: datetime, *, community_id: int, subject: str, topic: str, title: str, people: Iterable[int]
) -> int:
    """Put people on the list of a document; each once. Returns how many are new."""
    known = set(session.exec(select(Delivery.person_id).where(Delivery.subject == subject)).all())
    new = [person_id for person_id in dict.fromkeys(people) if person_id not in known]
    rows = [
        {
            "community_id": community_id,
            "subject": subject,
            "topic": topic,
            "title": title,
            "person_id": person_id,
            "due_at": now,
            "channel": "",
            "proof": "",
        }
        for person_id in new
    ]
    if rows:
        session.connection().execute(insert(Delivery.__table__), rows)
        plan_job(session, "mail_notice", f"mail/{subject}/{len(known) + len(rows)}", now, subject=subject)
    return len(new)


def record_told(
    session: Session, now: datetime, *, subject: str, people: Iterable[int], channel: str, proof: str, by: Actor
) -> int:
    """Enter that people were told at the door, by post or otherwise, with who did it and how. Returns how many."""
    refuse_if(check_proof(channel, proof))
    wanted = set(people)
    found = session.exec(
        select(Delivery).where(
            Delivery.subject == subject, col(Delivery.told_at).is_(None), col(Delivery.person_id).in_(wanted)
        )
    ).all()
    for each in found:
        each.told_at, each.channel, each.proof, each.told_by_id = now, channel, proof, by.person_id
        session.add(each)
        _record(session, each, channel, by)
    session.flush()
    return len(found)


def read_notice(session: Session, now: datetime, *, delivery: Delivery, by: Actor) -> None:
    """The person has opened it: read, and thereby told."""
    delivery.read_at = delivery.read_at or now
    if delivery.told_at is None:
        delivery.told_at, delivery.channel = now, "inbox"
        _record(session, delivery, "inbox", by)
    session.add(delivery)
    session.flush()


def _record(session: Session, delivery: Delivery, channel: str, by: Actor) -> None:
    record(
        session,
        Act.NOTICE_DELIVERED,
        delivery.community_id,
        delivery.subject,
        actor=by,
        data={"delivery": delivery.id, "channel": channel},
        secrets={"person": f"person/{delivery.person_id}", "proof": delivery.proof},
        topic=delivery.topic,
        owner=delivery.person_id,
    )
