"""Corrections 更正: an official's slip is put right by a document beside the original, never by editing it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.matters.models import Document, Matter
from deliberation.matters.moving import tell, topic_of
from deliberation.matters.search import normal
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import Act, _

CORRECTION = "correction"
"""The kind of such a document. The engine does not know it: a correction moves nothing."""


def correct_document(
    session: Session, now: datetime, *, matter: Matter, document: Document, body: str, reason: str, actor: Actor
) -> Document:
    """Say beside a document what it should have said and why. The original stays word for word, in force as it was."""
    if document.corrects_id is not None:
        raise Refused(Refusal(_("更正本身不再更正"), remedy=_("请在原文件旁再出具一份更正")))
    made = Document(
        matter_id=matter.id,
        kind=CORRECTION,
        step=document.step,
        title=document.title,
        body=body,
        issuer_id=actor.person_id,
        issuer_role=actor.role,
        issued_by=document.issued_by,
        issued_at=now,
        closed_at=now,
        corrects_id=document.id,
        search=normal(body),
        facts={"reason": reason},
    )
    session.add(made)
    session.flush()
    data = {"kind": CORRECTION, "corrects": document.id, "matter": matter.id}
    secrets = {"title": made.title, "body": body, "reason": reason}
    record(
        session,
        Act.DOCUMENT_CORRECTED,
        matter.community_id,
        f"document/{made.id}",
        actor=actor,
        data=data,
        secrets=secrets,
        topic=topic_of(matter),
    )
    tell(session, matter)
    return made


def corrections_of(session: Session, document_id: int) -> list[Document]:
    """Everything that was put right in a document, oldest first."""
    return list(session.exec(select(Document).where(Document.corrects_id == document_id).order_by(col(Document.id))))
