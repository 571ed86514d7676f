"""A document of the file as a card: its seal, who and when, what it decided, its evidence, its entry in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.models import Entry
from deliberation.delivery.models import counts_on
from deliberation.files import Attachment
from deliberation.identity.models import names_of
from deliberation.matters import words
from deliberation.matters.corrections import CORRECTION
from deliberation.matters.models import Document, Evidence, Matter
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


COLUMNS = (
    Document.id, Document.kind, Document.title, Document.body, Document.issued_at, Document.closed_at,
    Document.issued_by, Document.issuer_id, Document.issuer_role, Document.facts, Document.outcome,
    Document.corrects_id,
)  # fmt: skip


def card_of(session: Session, matter: Matter, document: Document) -> Card:
    """One document as a card."""
    found = session.execute(select(*COLUMNS).where(Document.id == document.id)).all()
    files, _loose = files_of(session, matter.id)
    object_ = f"document/{document.id}"
    number = select(Entry.index).where(Entry.object == object_, Entry.community_id == matter.community_id)
    index = session.exec(number.order_by(col(Entry.index)).limit(1)).first()
    return cards_of(session, matter, found, files, {object_: index}, corrections_too=True)[0]


def cards_of(
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


def files_of(session: Session, matter_id: int) -> Files:
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
