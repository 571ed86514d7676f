"""Notices 告知: whom they go to, when they are complete."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.delivery.actions import list_deliveries
from deliberation.delivery.models import deliveries_of
from deliberation.matters.convening import note_called
from deliberation.matters.gathering import facts_of, plans_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.moving import close_document, issue_document, tell, topic_of
from deliberation.matters.noticing import called_step, left_out
from deliberation.matters.reasons import delivery_complete
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _


def issue_notice(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    title: str,
    body: str,
    people: Iterable[int],
    actor: Actor,
    issued_by: str = "",
    is_short: bool = False,
) -> Document:
    """Give notice of what comes next to everybody on the list; it is complete when each has been told.

    ``is_short``: at short notice in a special case, where the law allows it (village 25, urban 26).
    """
    told = list(dict.fromkeys(people))
    if not told:
        raise Refused(Refusal(_("送达名单是空的"), remedy=_("先列出要告知的人")))
    facts = {"people": len(told)} | ({"short": 1} if is_short else {}) | _plan_announced(session, matter)
    calls = called_step(facts_of(session, matter, now))
    document = issue_document(
        session,
        now,
        matter=matter,
        kind="notice",
        title=title,
        body=body,
        actor=actor,
        issued_by=issued_by,
        facts=facts,
    )
    list_deliveries(
        session,
        now,
        community_id=matter.community_id,
        subject=f"document/{document.id}",
        topic=topic_of(matter),
        title=f"{matter.title}：{title}",
        people=told,
    )
    if calls.poll:
        note_called(session, now, matter=matter, document=document, body=calls.body, actor=actor)
    return document


def _plan_announced(session: Session, matter: Matter) -> dict[str, int]:
    """The version that goes out with the notice of a vote: whoever comes to vote has read this one."""
    known = plans_of(session, matter.id)
    return {"plan": known[-1][0]} if known else {}


def extend_notice(session: Session, now: datetime, *, matter: Matter, actor: Actor) -> int:
    """Put whoever has to be told and was left out on the list of the running notice; how many. Raises Refused."""
    document = open_paper(session, matter, "notice")
    subject = f"document/{document.id}"
    place = session.get(Community, matter.community_id)
    listed = {each.person_id for each in deliveries_of(session, subject)}
    missing = left_out(session, matter, place, facts_of(session, matter, now), listed)
    if not missing:
        raise Refused(Refusal(_("必须告知的人都已经在名单上"), late=True))
    topic, title = topic_of(matter), f"{matter.title}：{document.title}"
    list_deliveries(
        session, now, community_id=matter.community_id, subject=subject, topic=topic, title=title, people=missing
    )
    data = {"matter": matter.id, "people": len(missing)}
    record(session, Act.NOTICE_EXTENDED, matter.community_id, subject, actor=actor, data=data, topic=topic)
    tell(session, matter)
    return len(missing)


def close_notice(session: Session, now: datetime, *, matter: Matter, actor: Actor) -> Document:
    """Confirm that everybody has been told; where the notice closes its step the matter moves on."""
    refuse_if(next(iter(delivery_complete(facts_of(session, matter, now))), None))
    document = open_paper(session, matter, "notice")
    close_document(session, now, matter=matter, document=document, actor=actor)
    return document


def open_paper(session: Session, matter: Matter, kind: str) -> Document:
    """The latest notice, minutes or posting of the present stage that is not complete yet. Raises Refused."""
    found = session.exec(
        select(Document)
        .where(
            Document.matter_id == matter.id,
            Document.kind == kind,
            Document.step == matter.stage,
            col(Document.closed_at).is_(None),
            col(Document.issued_at) >= matter.staged_at,
        )
        .order_by(col(Document.id).desc())
    ).first()
    if found is None:
        raise Refused(Refusal(_("现在没有待办完的这类文件"), late=True))
    return found


def latest_paper(session: Session, matter: Matter, kind: str) -> Document | None:
    """The last document of a kind, complete or not."""
    found = select(Document).where(
        Document.matter_id == matter.id, Document.kind == kind, col(Document.corrects_id).is_(None)
    )
    return session.exec(found.order_by(col(Document.id).desc()).limit(1)).first()
