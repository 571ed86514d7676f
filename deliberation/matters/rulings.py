"""对决议的处理: an authority, an assembly or a court spoke on a resolution; it is entered beside it and never over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.files import KeptFile
from deliberation.matters import words
from deliberation.matters.gathering import procedure_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.moving import tell, topic_of
from deliberation.matters.reach import today_in
from deliberation.matters.rules import right
from deliberation.matters.ruling_models import Ruling
from deliberation.matters.ruling_rules import Ground, date_refusal, ground, grounds_for, may_enter
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.vocabulary import Act, Role, _


@dataclass(frozen=True)
class Entered:
    """What the paper of the authority or the court says."""

    ground: str
    authority: str
    ruled_on: date
    reason: str
    number: str = ""
    body: str = ""
    by_document_id: int | None = None


def body_of(session: Session, matter: Matter, document: Document) -> str:
    """The body whose decision a resolution is: of the step in the variant in which it was taken."""
    return procedure_of(session, matter).step(document.step).taken_as(matter.choices.get(document.step, "")).body


def grounds_of(session: Session, matter: Matter, document: Document, place: Community) -> tuple[Ground, ...]:
    """What the law knows for this document; nothing for one that is no passed resolution."""
    if not is_resolution(document):
        return ()
    return grounds_for(body_of(session, matter, document), place.kind)


def is_resolution(document: Document) -> bool:
    return document.kind == "resolution" and document.outcome == "done" and document.corrects_id is None


def why_not(
    session: Session, roles: frozenset[str], matter: Matter, document: Document, place: Community
) -> Refusal | None:
    """Why this person cannot enter a ruling on this document."""
    known = may_enter(is_resolution(document), grounds_of(session, matter, document, place))
    return next(right("enter_ruling", roles, words.CLOSED), None) or known


def enter_ruling(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    document: Document,
    entered: Entered,
    actor: Actor,
    kept_file: KeptFile | None = None,
) -> Ruling:
    """Enter what was decided on a resolution. Raises Refused, Invalid (``ruled_on``, ``ground``)."""
    place = session.get(Community, matter.community_id)
    refuse_if(why_not(session, frozenset({actor.role}), matter, document, place))
    line = ground(entered.ground)
    if line not in grounds_of(session, matter, document, place):
        raise Invalid({"ground": Refusal(_("请从列出的选项中选择"))})
    decided_on = today_in(place, document.issued_at)
    if no := date_refusal(entered.ruled_on, decided_on, today_in(place, now)):
        raise Invalid({"ruled_on": no})
    file = kept_file.attach(session, matter.community_id, actor.person_id, now) if kept_file else None
    made = Ruling(
        community_id=matter.community_id,
        matter_id=matter.id,
        document_id=document.id,
        ground=line.id,
        state=line.state,
        authority=entered.authority,
        source=line.source,
        ruled_on=entered.ruled_on,
        number=entered.number,
        reason=entered.reason,
        body=entered.body,
        by_document_id=entered.by_document_id,
        attachment_id=file.id if file else None,
        entered_by_id=actor.person_id,
        entered_role=actor.role,
        entered_at=now,
    )
    session.add(made)
    session.flush()
    _record(session, matter, made, actor, file.sha256 if file else "")
    tell(session, matter)
    return made


def _record(session: Session, matter: Matter, made: Ruling, actor: Actor, file: str) -> None:
    """The state, the article and the day are public; names, reasons and texts enter as commitments."""
    data = {
        "document": made.document_id,
        "state": made.state,
        "ground": made.ground,
        "source": made.source,
        "on": made.ruled_on.isoformat(),
        "by_document": made.by_document_id or 0,
    }
    secrets = {"authority": made.authority, "number": made.number, "reason": made.reason, "body": made.body}
    record(
        session,
        Act.RULING_ENTERED,
        matter.community_id,
        f"ruling/{made.id}",
        actor=actor,
        data=data,
        secrets={name: words for name, words in secrets.items() if words} | ({"file": file} if file else {}),
        topic=topic_of(matter),
    )


def recorder(roles: frozenset[str], person_id: int) -> Actor:
    """Who enters it: the committee's officer, else the official above."""
    role = next((one for one in (Role.OFFICER, Role.OFFICIAL) if one in roles), None)
    return Actor(role.value if role else "", person_id)


def assembly_resolutions(session: Session, place: Community) -> list[Document]:
    """Resolutions of this community by which an assembly may have revoked or changed another one."""
    found = (
        select(Document)
        .join(Matter, col(Matter.id) == Document.matter_id)
        .where(Matter.community_id == place.id, Document.kind == "resolution", Document.outcome == "done")
    )
    return list(session.exec(found.order_by(col(Document.id).desc()).limit(50)))
