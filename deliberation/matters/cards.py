"""A document of the file as a card: its seal, who and when, what it decided, its evidence, its entry in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, case, cast, func
from sqlmodel import Session, col, select

from deliberation.audit.models import Entry
from deliberation.bulk import select_many
from deliberation.communities.models import kind_of
from deliberation.delivery.models import counts_on
from deliberation.drawing import shown_at
from deliberation.files import Attachment
from deliberation.identity.models import names_of
from deliberation.matters import words
from deliberation.matters.corrections import CORRECTION
from deliberation.matters.models import Document, Evidence, Matter
from deliberation.matters.ruling_models import rulings_of_matter
from deliberation.matters.ruling_rules import STATES
from deliberation.roles import role_name
from deliberation.vocabulary import Role, _

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
    "return": _("退回"),
    CORRECTION: _("更正"),
}
"""The two characters of a document's seal."""
FINAL = frozenset({"resolution"})
EXCERPT = 160
LOST = frozenset({"failed", "no_quorum", "refused", "changed"})


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

    ``verdict``: (words, look of the tag) where the document decided something. ``entry``: its number in the log. ``rulings``: (state, who, article, day) of what became of a resolution.
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
    rulings: tuple[tuple[str, str, str, date], ...] = ()

    @property
    def posting(self) -> Posting | None:
        """From when to when and where it was posted."""
        said = self.facts
        if self.kind != "disclosure" or "starts_on" not in said:
            return None
        dates = (date.fromisoformat(said[name]) for name in ("starts_on", "ends_on", "closable_on"))
        return Posting(*dates, said["days"], said["place"], said["source"])

    @property
    def page(self) -> str:
        """Where what stands is read: a document whose text went on has a page for that, with the first text one step on."""
        return self.facts.get("page", f"/documents/{self.id}")

    @property
    def correct_by(self) -> date | None:
        """Until which day those who were there may ask for a correction; nothing once it is sealed."""
        said = self.facts.get("correct_by")
        return date.fromisoformat(said) if said and not self.facts.get("sealed") else None

    @property
    def heads(self) -> Mapping[str, Any] | None:
        """The figures of the count that the document came from, by heads."""
        return self.facts.get("counts", {}).get("heads")


class Paper(NamedTuple):
    """A document as it was read. ``excerpt`` is a little more of its body than a card shows, ``facts`` JSON."""

    id: int
    kind: str
    title: str
    excerpt: str
    issued_at: datetime
    closed_at: datetime | None
    issued_by: str
    issuer_id: int | None
    issuer_role: str
    facts: str
    outcome: str
    corrects_id: int | None


# The facts stay text until a card is made of them: most cards are there already, and this says whether it is the same.
_COLUMNS = (
    Document.id, Document.kind, Document.title,
    case((col(Document.corrects_id).is_(None), func.substr(Document.body, 1, EXCERPT + 1)), else_=Document.body),
    Document.issued_at, Document.closed_at, Document.issued_by, Document.issuer_id, Document.issuer_role,
    cast(Document.facts, Text), Document.outcome, Document.corrects_id,
)  # fmt: skip
_OF_MATTER = select(*_COLUMNS).where(Document.matter_id == bindparam("matter")).order_by(col(Document.id))
_ONE = select(*_COLUMNS).where(Document.id == bindparam("document"))


def papers_of(session: Session, matter_id: int) -> list[Paper]:
    """Every document of a matter, corrections too, oldest first."""
    return [Paper._make(row) for row in select_many(session, _OF_MATTER, is_lasting=True, matter=matter_id)]


@dataclass(frozen=True)
class Drawn:
    """A document with everything that its card shows, before the card is made: two that are equal show the same."""

    paper: Paper
    issuer: str
    files: tuple[tuple[str, str], ...]
    told: tuple[int, int] | None
    corrections: tuple[Paper, ...]
    entry: int | None
    rulings: tuple[tuple[str, str, str, date], ...] = ()
    kind: str = ""

    def card(self) -> Card:
        row, facts = self.paper, json.loads(self.paper.facts)
        return Card(
            id=row.id,
            kind=row.kind,
            title=row.title,
            mark=(MARKS[row.kind], "final" if row.kind in FINAL else "issued"),
            issued_at=row.issued_at,
            closed_at=row.closed_at,
            issued_by=row.issued_by,
            issuer=self.issuer,
            issuer_role=role_name(row.issuer_role, self.kind) if row.issuer_role in set(Role) else "",
            excerpt=_excerpt(facts.get("stands", row.excerpt)),
            facts=facts,
            verdict=_verdict(row),
            files=self.files,
            told=(self.told or (facts.get("people", 0), 0)) if row.kind == "notice" else None,
            corrections=tuple(_correction(one) for one in self.corrections),
            entry=self.entry,
            rulings=tuple((STATES[state], *rest) for state, *rest in self.rulings),
        )


def card_of(session: Session, matter: Matter, document: Document) -> Card:
    """One document as a card."""
    papers = [Paper._make(row) for row in select_many(session, _ONE, document=document.id)]
    object_ = f"document/{document.id}"
    number = select(Entry.index).where(Entry.object == object_, Entry.community_id == matter.community_id)
    index = session.exec(number.order_by(col(Entry.index)).limit(1)).first()
    files, _loose = files_of(session, matter.id)
    beside = Beside(
        files,
        {object_: index},
        names_of(session, [document.issuer_id] if document.issuer_id else []),
        kind_of(session, matter.community_id),
    )
    return drawn(session, matter.id, papers, beside, corrections_too=True)[0].card()


@dataclass(frozen=True)
class Beside:
    """What cards show besides their documents: files by document, first entries by word, names by person."""

    files: Mapping[int, list[tuple[str, str]]]
    entries: Mapping[str, int]
    names: Mapping[int, str]
    kind: str = ""
    """Of the community: what its people are called."""


def drawn(
    session: Session, matter_id: int, papers: list[Paper], beside: Beside, *, corrections_too: bool = False
) -> tuple[Drawn, ...]:
    """Documents with what their cards show, in their order."""
    told = counts_on(session, f"matter/{matter_id}") if any(row.kind == "notice" for row in papers) else {}
    ruled = rulings_of_matter(session, matter_id) if any(row.kind in FINAL for row in papers) else {}
    corrections: dict[int, list[Paper]] = {}
    for row in papers:
        if row.corrects_id is not None:
            corrections.setdefault(row.corrects_id, []).append(row)
    return tuple(
        Drawn(
            row,
            beside.names.get(row.issuer_id, ""),
            tuple(beside.files.get(row.id, ())),
            told.get(f"document/{row.id}"),
            tuple(corrections.get(row.id, ())),
            beside.entries.get(f"document/{row.id}"),
            ruled.get(row.id, ()),
            beside.kind,
        )
        for row in papers
        if corrections_too or row.corrects_id is None
    )


def _correction(row: Paper) -> Correction:
    return Correction(row.id, row.excerpt, json.loads(row.facts).get("reason", ""), row.issued_at)


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


_FILES = (
    select(Evidence.document_id, Evidence.kind, Evidence.note, Attachment.id, Attachment.name, Attachment.media_type)
    .outerjoin(Attachment, col(Attachment.id) == Evidence.attachment_id)
    .where(Evidence.matter_id == bindparam("matter"))
    .order_by(col(Evidence.id))
)


def files_of(session: Session, matter_id: int) -> Files:
    """Evidence by document, and the rest as (kind, note, address)."""
    by_document: dict[int, list[tuple[str, str]]] = {}
    loose = []
    for document, kind, note, attachment, name, media in select_many(session, _FILES, matter=matter_id):
        url = shown_at(f"/attachments/{attachment}", media) if attachment else ""
        if document:
            by_document.setdefault(document, []).append((note or name, url or f"/documents/{document}"))
        elif kind != "plan" or url:
            loose.append((words.EVIDENCE.get(kind, _("其他佐证")), note or name, url))
    return by_document, tuple(loose)
