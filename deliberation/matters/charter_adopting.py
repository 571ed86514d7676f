"""A matter that is to bring a charter: said when it is proposed; its passed resolution makes the edition."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.matters.charter_models import Charter, CharterAim, CharterEdition, aim_of
from deliberation.matters.models import Document, Matter, plan_versions
from deliberation.matters.reach import today_in
from deliberation.vocabulary import Act


@dataclass(frozen=True)
class Aim:
    """What a matter is to do: adopt a charter of this kind, or amend the one of this number."""

    kind: str
    title: str
    charter_id: int | None = None


def aim_at(session: Session, *, matter: Matter, aim: Aim) -> CharterAim:
    """Say at the beginning of a matter what its resolution will bring."""
    made = CharterAim(matter_id=matter.id, kind=aim.kind, title=aim.title, charter_id=aim.charter_id)
    session.add(made)
    session.flush()
    return made


def adopt(session: Session, now: datetime, *, matter: Matter, document: Document, actor: Actor) -> None:
    """A resolution has passed: where the matter is to bring a charter, its text is an edition now."""
    aim = aim_of(session, matter.id)
    versions = plan_versions(session, matter.id)
    if aim is None or not versions:
        return
    charter = session.get(Charter, aim.charter_id) if aim.charter_id else _begun(session, now, matter, aim)
    aim.charter_id = charter.id
    session.add(aim)
    text = versions[-1]
    made = CharterEdition(
        charter_id=charter.id,
        number=_next_number(session, charter.id),
        body=text.body,
        sha256=hashlib.sha256(text.body.encode()).hexdigest(),
        plan=text.number,
        matter_id=matter.id,
        document_id=document.id,
        adopted_on=today_in(session.get(Community, matter.community_id), now),
    )
    session.add(made)
    session.flush()
    data = {"kind": charter.kind, "edition": made.id, "document": document.id, "text": made.sha256}
    record_edition(session, Act.CHARTER_ADOPTED, matter, made, actor, data)


def _begun(session: Session, now: datetime, matter: Matter, aim: CharterAim) -> Charter:
    made = Charter(community_id=matter.community_id, kind=aim.kind, title=aim.title, begun_at=now)
    session.add(made)
    session.flush()
    return made


def _next_number(session: Session, charter_id: int) -> int:
    found = select(func.max(col(CharterEdition.number))).where(CharterEdition.charter_id == charter_id)
    return (session.exec(found).first() or 0) + 1


def record_edition(
    session: Session,
    act: Act,
    matter: Matter,
    edition: CharterEdition,
    actor: Actor,
    data: dict[str, str | int],
    secrets: dict[str, str] | None = None,
) -> None:
    record(
        session,
        act,
        matter.community_id,
        f"charter/{edition.charter_id}",
        actor=actor,
        data={"number": edition.number} | data,
        secrets={name: words for name, words in (secrets or {}).items() if words},
        topic=f"matter/{matter.id}",
    )
