"""Evidence 佐证: a file or a note that shows something was done, added at the step where the matter stands."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.files import KeptFile
from deliberation.matters import words
from deliberation.matters.models import Evidence, Matter
from deliberation.matters.moving import tell, topic_of
from deliberation.vocabulary import Act


def add_evidence(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    kind: str,
    note: str,
    actor: Actor,
    kept_file: KeptFile | None = None,
    document_id: int | None = None,
) -> Evidence:
    """Attach evidence at the present stage: a note, and a file where there is one."""
    file = kept_file.attach(session, matter.community_id, actor.person_id, now) if kept_file else None
    made = Evidence(
        matter_id=matter.id,
        document_id=document_id,
        step=matter.stage,
        kind=kind,
        note=note,
        attachment_id=file.id if file else None,
        person_id=actor.person_id,
        added_at=now,
    )
    session.add(made)
    session.flush()
    data = {"kind": kind, "step": matter.stage}
    # The digest of a short file can be guessed, so it enters as a commitment like the words beside it.
    secrets = {"note": note} | ({"file": file.sha256} if file else {})
    subject = f"evidence/{made.id}"
    record(
        session,
        Act.EVIDENCE_ADDED,
        matter.community_id,
        subject,
        actor=actor,
        data=data,
        secrets=secrets,
        topic=topic_of(matter),
    )
    tell(session, matter)
    return made


def is_attached(kind: str) -> bool:
    """Whether a kind of evidence is one that somebody attaches."""
    return kind in words.ATTACHED or kind == "other"
