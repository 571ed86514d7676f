"""What stands in the file of a matter: its documents as cards, plans, objections, evidence, what is still to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.models import Entry
from deliberation.delivery.models import counts_on
from deliberation.files import Attachment
from deliberation.identity.models import names_of
from deliberation.matters import words
from deliberation.matters.chronicle import Known, Told, chronicle, said
from deliberation.matters.corrections import CORRECTION
from deliberation.matters.doing import address
from deliberation.matters.facts import Facts
from deliberation.matters.models import Document, Evidence, Matter, Objection, PlanVersion, Proceeding
from deliberation.matters.procedure import Step
from deliberation.vocabulary import ROLE_NAMES, Role, _

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
    CORRECTION: _("更正"),
}
"""The two characters of a document's seal."""
FINAL = frozenset({"resolution"})
EXCERPT = 160
MOST_COMING = 12
LOST = frozenset({"failed", "no_quorum", "refused"})


@dataclass(frozen=True)
class Correction:
    """What a later document says should have stood in this one."""

    id: int
    body: str
    reason: str
    issued_at: datetime


@dataclass(frozen=True)
class Posting:
    """The days and the place of a posting."""

    starts_on: date
    ends_on: date
    closable_on: date
    days: int
    place: str
    source: str


@dataclass(frozen=True)
class Card:
    """One document of the file. ``files``: (words, address); ``told``: (on the list, told) of a notice, else ``None``.

    ``verdict``: (words, look of the tag) where the document decided something. ``entry``: its number in the log.
    """

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
    facts: Mapping[str, Any]
    verdict: tuple[str, str]
    files: tuple[tuple[str, str], ...] = ()
    told: tuple[int, int] | None = None
    corrections: tuple[Correction, ...] = ()
    entry: int | None = None

    @property
    def posting(self) -> Posting | None:
        """From when to when and where it was posted."""
        said = self.facts
        if self.kind != "disclosure" or "starts_on" not in said:
            return None
        dates = (date.fromisoformat(said[name]) for name in ("starts_on", "ends_on", "closable_on"))
        return Posting(*dates, said["days"], said["place"], said["source"])

    @property
    def heads(self) -> Mapping[str, Any] | None:
        """The figures of the count that the document came from, by heads."""
        return self.facts.get("counts", {}).get("heads")


@dataclass(frozen=True)
class Answered:
    """An objection as everybody may read it: its words and the answer, not whose it is."""

    body: str
    received_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None
    is_upheld: bool


@dataclass(frozen=True)
class Held:
    """A room or a poll of the matter: its page, when it was open, and what came of a poll (words.OUTCOMES or tie)."""

    kind: str
    title: str
    url: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class File:
    """What of the dossier is the same for everybody. ``coming``: (paper, step); ``loose``: (kind, note, address)."""

    cards: tuple[Card, ...]
    coming: tuple[tuple[str, Step], ...]
    plans: tuple[PlanVersion, ...]
    objections: tuple[Answered, ...]
    loose: tuple[tuple[str, str, str], ...]
    held: tuple[Held, ...]
    story: tuple[Told, ...]


_COLUMNS = (
    Document.id, Document.kind, Document.title, Document.body, Document.issued_at, Document.closed_at,
    Document.issued_by, Document.issuer_id, Document.issuer_role, Document.facts, Document.outcome,
    Document.corrects_id,
)  # fmt: skip


def file_of(session: Session, matter: Matter, facts: Facts) -> File:
    """The documents with their evidence and entries, what is still to come, plans, objections, the story."""
    rows = session.execute(select(*_COLUMNS).where(Document.matter_id == matter.id).order_by(col(Document.id))).all()
    entries = _entries(session, matter)
    files, loose = _files(session, matter.id)
    cards = _cards(session, matter, rows, files, _first_entries(entries))
    known = Known(
        facts.procedure,
        {f"document/{row.id}": row.title for row in rows},
        {f"document/{row.id}": row.facts for row in rows},
    )
    story = chronicle((said(row.at, row.act, row.object, row.body) for row in entries), known)
    return File(
        cards=cards,
        coming=_coming(facts),
        plans=_plans(session, matter.id),
        objections=_objections(session, matter.id),
        loose=loose,
        held=_held(session, matter.id),
        story=story,
    )


def card_of(session: Session, matter: Matter, document: Document) -> Card:
    """One document as a card."""
    found = session.execute(select(*_COLUMNS).where(Document.id == document.id)).all()
    files, _loose = _files(session, matter.id)
    object_ = f"document/{document.id}"
    number = select(Entry.index).where(Entry.object == object_, Entry.community_id == matter.community_id)
    index = session.exec(number.order_by(col(Entry.index)).limit(1)).first()
    return _cards(session, matter, found, files, {object_: index}, corrections_too=True)[0]


def _entries(session: Session, matter: Matter) -> list[Any]:
    found = (
        select(Entry.index, Entry.act, Entry.object, Entry.at, Entry.body)
        .where(Entry.topic == f"matter/{matter.id}", Entry.community_id == matter.community_id)
        .order_by(col(Entry.index))
    )
    return list(session.execute(found).all())


def _first_entries(entries: Iterable[Any]) -> dict[str, int]:
    """Where each thing first stands in the log: the entry of its making."""
    first: dict[str, int] = {}
    for entry in entries:
        first.setdefault(entry.object, entry.index)
    return first


def _cards(
    session: Session,
    matter: Matter,
    rows: list[Any],
    files: Mapping[int, list[tuple[str, str]]],
    entries: Mapping[str, int],
    *,
    corrections_too: bool = False,
) -> tuple[Card, ...]:
    names = names_of(session, {row.issuer_id for row in rows if row.issuer_id})
    told = counts_on(session, f"matter/{matter.id}") if any(row.kind == "notice" for row in rows) else {}
    beside = _corrections(rows)
    return tuple(
        Card(
            id=row.id,
            kind=row.kind,
            title=row.title,
            mark=(MARKS[row.kind], "final" if row.kind in FINAL else "issued"),
            issued_at=row.issued_at,
            closed_at=row.closed_at,
            issued_by=row.issued_by,
            issuer=names.get(row.issuer_id, ""),
            issuer_role=ROLE_NAMES[Role(row.issuer_role)] if row.issuer_role in set(Role) else "",
            excerpt=_excerpt(row.body),
            facts=row.facts,
            verdict=_verdict(row),
            files=tuple(files.get(row.id, ())),
            told=told.get(f"document/{row.id}", (row.facts.get("people", 0), 0)) if row.kind == "notice" else None,
            corrections=tuple(beside.get(row.id, ())),
            entry=entries.get(f"document/{row.id}"),
        )
        for row in rows
        if corrections_too or row.corrects_id is None
    )


def _corrections(rows: list[Any]) -> dict[int, list[Correction]]:
    found: dict[int, list[Correction]] = {}
    for row in rows:
        if row.corrects_id is not None:
            made = Correction(row.id, row.body, row.facts.get("reason", ""), row.issued_at)
            found.setdefault(row.corrects_id, []).append(made)
    return found


def _verdict(row: Any) -> tuple[str, str]:
    """What a document decided: failures always, an exit, and that a resolution passed."""
    if row.outcome in LOST:
        return words.OUTCOMES[row.outcome], "late"
    if row.outcome in (*words.EXITS, "skipped", "merged"):
        return words.OUTCOMES[row.outcome], ""
    return (_("通过"), "done") if row.kind in FINAL else ("", "")


def _excerpt(body: str) -> str:
    return body if len(body) <= EXCERPT else f"{body[:EXCERPT].rstrip()}…"


Files = tuple[dict[int, list[tuple[str, str]]], tuple[tuple[str, str, str], ...]]


def _files(session: Session, matter_id: int) -> Files:
    """Evidence by document, and the rest as (kind, note, address)."""
    found = session.execute(
        select(Evidence.document_id, Evidence.kind, Evidence.note, Attachment.id.label("attachment"), Attachment.name)
        .outerjoin(Attachment, col(Attachment.id) == Evidence.attachment_id)
        .where(Evidence.matter_id == matter_id)
        .order_by(col(Evidence.id))
    ).all()
    by_document: dict[int, list[tuple[str, str]]] = {}
    loose = []
    for row in found:
        url = f"/attachments/{row.attachment}" if row.attachment else ""
        if row.document_id:
            by_document.setdefault(row.document_id, []).append(
                (row.note or row.name, url or f"/documents/{row.document_id}")
            )
        elif row.kind != "plan" or url:
            loose.append((words.ATTACHED.get(row.kind, _("其他佐证")), row.note or row.name, url))
    return by_document, tuple(loose)


def _coming(facts: Facts) -> tuple[tuple[str, Step], ...]:
    """Documents that are still to be made, in order, with the step that makes them."""
    if facts.is_ended:
        return ()
    found, stage = [], facts.stage
    while stage not in words.END_NAMES and len(found) < MOST_COMING:
        step = facts.taken(stage)
        found.append((words.PAPERS[step.closes_with], step))
        stage = step.next
    return tuple(found)


def _plans(session: Session, matter_id: int) -> tuple[Any, ...]:
    """The versions without their text, which the page of the plan shows."""
    found = select(PlanVersion.number, PlanVersion.at, PlanVersion.note, PlanVersion.frozen_at)
    return tuple(session.execute(found.where(PlanVersion.matter_id == matter_id).order_by(col(PlanVersion.number))))


def _objections(session: Session, matter_id: int) -> tuple[Answered, ...]:
    found = select(
        Objection.body, Objection.received_at, Objection.answer_due_on, Objection.answer, Objection.answered_at,
        Objection.is_upheld,
    ).where(Objection.matter_id == matter_id)  # fmt: skip
    return tuple(Answered(*row) for row in session.execute(found.order_by(col(Objection.id))))


POLL_OUTCOMES: dict[str, str] = {
    "passed": _("通过"),
    "failed": _("没有通过"),
    "tie": _("票数相同"),
    "no_quorum": _("没有达到法定人数"),
}


def _held(session: Session, matter_id: int) -> tuple[Held, ...]:
    """Rooms and polls, newest first; tasks and inspections have a place of their own."""
    found = select(Proceeding).where(Proceeding.matter_id == matter_id, col(Proceeding.kind).in_(("room", "poll")))
    return tuple(
        Held(
            one.kind,
            one.title,
            address(one.subject),
            one.opened_at,
            one.closed_at,
            POLL_OUTCOMES.get(one.outcome, "") if one.kind == "poll" else "",
        )
        for one in session.exec(found.order_by(col(Proceeding.id).desc()))
    )
