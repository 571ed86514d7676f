"""Notices and answers as their addressees read them in the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.delivery.letters import Letter, LetterSource
from deliberation.matters import words
from deliberation.matters.answer_models import said_beside
from deliberation.matters.models import Document, Matter, Objection, ReplyOwed
from deliberation.matters.moving import tell
from deliberation.vocabulary import _


def open_document(session: Session, id: int) -> Letter | None:
    """A notice or any other document that somebody was to be told of."""
    paper = session.get(Document, id)
    if paper is None:
        return None
    matter = session.get(Matter, paper.matter_id)
    return Letter(
        kind=words.PAPERS[paper.kind],
        title=paper.title,
        body=paper.body,
        issued_at=paper.issued_at,
        issued_by=paper.issued_by,
        about=matter.title,
        url=f"/matters/{matter.id}",
    )


def open_reply(session: Session, id: int) -> Letter | None:
    """The answer, beside what the person had said."""
    owed = session.get(ReplyOwed, id)
    if owed is None or owed.answered_at is None:
        return None
    matter = session.get(Matter, owed.matter_id)
    return Letter(
        kind=_("给您的答复"),
        title=matter.title,
        body=owed.answer,
        issued_at=owed.answered_at,
        said=said_beside(session, [id]).get(id, ""),
        about=matter.title,
        url=f"/matters/{matter.id}",
    )


def open_objection(session: Session, id: int) -> Letter | None:
    """The written answer, beside what was objected."""
    found = session.get(Objection, id)
    if found is None or found.answered_at is None:
        return None
    matter = session.get(Matter, found.matter_id)
    verdict = "异议成立。" if found.is_upheld else "异议不成立。"
    return Letter(
        kind=_("给您的答复"),
        title=matter.title,
        body=f"{verdict}{found.answer}",
        issued_at=found.answered_at,
        said=found.body,
        about=matter.title,
        url=f"/matters/{matter.id}#objections",
    )


def document_over(session: Session, id: int) -> bool:
    """A notice calls to the meetings of its matter: where that has ended, there is none to come to."""
    paper = session.get(Document, id)
    return paper is None or session.get(Matter, paper.matter_id).ended_at is not None


def document_read(session: Session, now: datetime, id: int) -> None:
    """How many know of it stands in the dossier."""
    tell(session, session.get(Matter, session.get(Document, id).matter_id))


def reply_read(session: Session, now: datetime, id: int) -> None:
    owed = session.get(ReplyOwed, id)
    owed.read_at = owed.read_at or now
    session.add(owed)
    session.flush()
    tell(session, session.get(Matter, owed.matter_id))


def objection_read(session: Session, now: datetime, id: int) -> None:
    tell(session, session.get(Matter, session.get(Objection, id).matter_id))


def furnish_letters(house: Any) -> None:
    house.letters["document"] = LetterSource(open_document, document_read, document_over)
    house.letters["objection"] = LetterSource(open_objection, objection_read)
    house.letters["reply"] = LetterSource(open_reply, reply_read)
