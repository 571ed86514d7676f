"""What the dossier page shows: the rail, the file of documents, what can be done now; gathered once, shown by fragments.

Rail and file are the same for everybody and change only with acts, so a rendered file is kept by the newest entry of
its matter: whoever opens the page unchanged gets the kept words (performance.md 2e).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from deliberation.audit.models import Entry
from deliberation.files import Attachment
from deliberation.identity.models import names_of
from deliberation.matters import words
from deliberation.matters.facts import Facts
from deliberation.matters.models import Document, Evidence, Matter, Objection, PlanVersion
from deliberation.matters.ring import ring_view
from deliberation.vocabulary import ACT_NAMES, ROLE_NAMES, Act, Role, _

MARKS: dict[str, str] = {
    "proposal": _("提议"),
    "screening": _("准入"),
    "participants": _("名单"),
    "format": _("形式"),
    "notice": _("告知"),
    "minutes": _("纪要"),
    "review": _("审议"),
    "legal_opinion": _("法律"),
    "resolution": _("决议"),
    "filing": _("备案"),
    "disclosure": _("公示"),
    "feedback": _("反馈"),
    "implementation": _("落实"),
    "evaluation": _("监督"),
    "waiver": _("说明"),
}
"""The two characters of a document's seal."""
FINAL = {"resolution"}
EXCERPT = 160


@dataclass(frozen=True)
class Card:
    """One document of the file."""

    id: int
    kind: str
    title: str
    mark: tuple[str, str]
    issued_at: datetime
    closed_at: datetime | None
    issued_by: str
    issuer: str
    issuer_role: str
    excerpt: str
    facts: dict[str, Any]
    outcome: str
    files: tuple[tuple[str, str], ...]
    entry: int | None


@dataclass(frozen=True)
class File:
    """Everything of the dossier that is the same for everybody."""

    cards: tuple[Card, ...]
    coming: tuple[tuple[str, str], ...]
    plans: tuple[PlanVersion, ...]
    objections: tuple[dict[str, Any], ...]
    story: tuple[tuple[datetime, str, str, str], ...] = field(metadata={"shape": "(when, act's name, title of its document, kind)"})
    loose: tuple[tuple[str, str, str], ...] = field(metadata={"shape": "evidence without a document: (kind, note, url)"})


@dataclass(frozen=True)
class Rail:
    """The six stations for the rail macro: (title, state, instant or None); the inner steps of the present one."""

    stations: tuple[tuple[str, str, datetime | None], ...]
    steps: tuple[tuple[str, str, datetime | None], ...]
    at: int
    waits_until: datetime | None


def rail_of(facts: Facts) -> Rail:
    view = ring_view(facts.procedure, facts)
    at = next((place for place, station in enumerate(view, 1) if station.state == "now"), len(view))
    return Rail(
        tuple((station.title, station.state, station.began_at if station.state == "now" else station.ended_at) for station in view),
        tuple((inner.step.title, inner.state, inner.ended_at) for inner in view[at - 1].steps),
        at,
        view[at - 1].waits_until,
    )


def file_of(session: Session, matter: Matter, facts: Facts) -> File:
    """The documents with their evidence and entries, what is still to come, plans, objections, the story."""
    documents = session.execute(
        select(
            Document.id, Document.kind, Document.title, Document.body, Document.issued_at, Document.closed_at, Document.issued_by,
            Document.issuer_id, Document.issuer_role, Document.facts, Document.outcome,
        )
        .where(Document.matter_id == matter.id)
        .order_by(col(Document.id))
    ).all()  # fmt: skip
    entries = session.execute(
        select(Entry.index, Entry.act, Entry.object, Entry.at)
        .where(Entry.topic == f"matter/{matter.id}", Entry.community_id == matter.community_id)
        .order_by(col(Entry.index))
    ).all()
    first: dict[str, int] = {}
    for entry in entries:
        first.setdefault(entry.object, entry.index)
    files, loose = _files(session, matter.id)
    names = names_of(session, {row.issuer_id for row in documents if row.issuer_id})
    cards = tuple(
        Card(
            id=row.id,
            kind=row.kind,
            title=row.title,
            mark=(MARKS[row.kind], "final" if row.kind in FINAL else "issued"),
            issued_at=row.issued_at,
            closed_at=row.closed_at,
            issued_by=row.issued_by,
            issuer=names.get(row.issuer_id, ""),
            issuer_role=ROLE_NAMES.get(Role(row.issuer_role), "") if row.issuer_role in set(Role) else "",
            excerpt=_excerpt(row.body),
            facts=row.facts,
            outcome=row.outcome,
            files=tuple(files.get(row.id, ())),
            entry=first.get(f"document/{row.id}"),
        )
        for row in documents
    )
    titles = {f"document/{row.id}": row.title for row in documents}
    return File(cards, _coming(facts), _plans(session, matter.id), _objections(session, matter.id), _story(entries, titles), loose)


def _excerpt(body: str) -> str:
    return body if len(body) <= EXCERPT else f"{body[:EXCERPT].rstrip()}…"


def _files(session: Session, matter_id: int) -> tuple[dict[int, list[tuple[str, str]]], tuple[tuple[str, str, str], ...]]:
    found = session.execute(
        select(Evidence.id, Evidence.document_id, Evidence.kind, Evidence.note, Attachment.id.label("attachment"), Attachment.name)
        .outerjoin(Attachment, col(Attachment.id) == Evidence.attachment_id)
        .where(Evidence.matter_id == matter_id)
        .order_by(col(Evidence.id))
    ).all()
    by_document: dict[int, list[tuple[str, str]]] = {}
    loose = []
    for row in found:
        url = f"/attachments/{row.attachment}" if row.attachment else ""
        if row.document_id:
            by_document.setdefault(row.document_id, []).append((row.name or row.note, url or f"/documents/{row.document_id}"))
        elif row.kind != "plan":
            loose.append((words.ATTACHED.get(row.kind, _("其他佐证")), row.name or row.note, url))
    return by_document, tuple(loose)


def _coming(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Documents that are still to be made, in order, with the step that makes them."""
    if facts.is_ended:
        return ()
    found, stage = [], facts.stage
    while stage not in words.END_NAMES and len(found) < 12:
        step = facts.taken(stage)
        found.append((words.PAPERS[step.closes_with], step.title))
        stage = step.next
    return tuple(found)


def _plans(session: Session, matter_id: int) -> tuple[PlanVersion, ...]:
    found = select(PlanVersion).where(PlanVersion.matter_id == matter_id).order_by(col(PlanVersion.number))
    return tuple(session.exec(found))


def _objections(session: Session, matter_id: int) -> tuple[dict[str, Any], ...]:
    """Without the names of those who object: their words and the answer are what everybody may read."""
    found = session.exec(select(Objection).where(Objection.matter_id == matter_id).order_by(col(Objection.id)))
    return tuple(
        {
            "id": each.id,
            "body": each.body,
            "received_at": each.received_at,
            "due_on": each.answer_due_on,
            "answer": each.answer,
            "answered_at": each.answered_at,
            "is_upheld": each.is_upheld,
        }
        for each in found
    )


QUIET = {Act.NOTICE_DELIVERED.value, Act.BALLOT_CAST.value, Act.BALLOT_CHANGED.value, Act.GAUGE_MARKED.value, Act.TURN_ASKED.value,
         Act.TURN_WITHDRAWN.value}  # fmt: skip
"""Acts that come in hundreds: the log has each, the story of the dossier counts only their documents."""


def _story(entries: list, titles: dict[str, str]) -> tuple[tuple[datetime, str, str, str], ...]:
    told = []
    for entry in reversed(entries):
        if entry.act in QUIET:
            continue
        name = ACT_NAMES.get(Act(entry.act), entry.act) if entry.act in set(Act) else entry.act
        kind = "official" if entry.object.startswith("document/") else ""
        told.append((entry.at, name, titles.get(entry.object, ""), kind))
    return tuple(told[:80])


_kept: OrderedDict[tuple, str] = OrderedDict()
KEPT_MOST = 256


def version_of(session: Session, matter: Matter) -> int:
    """The newest entry of the matter: what is shown of the file changes only with it."""
    found = select(func.max(Entry.index)).where(Entry.topic == f"matter/{matter.id}", Entry.community_id == matter.community_id)
    newest = session.exec(found).first()
    return -1 if newest is None else newest


def kept_file(key: tuple, render: Any) -> str:
    """The rendered file under this key, rendered now if it is not kept."""
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = render()
        while len(_kept) > KEPT_MOST:
            _kept.popitem(last=False)
    return found
