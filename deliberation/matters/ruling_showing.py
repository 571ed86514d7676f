"""What became of resolutions, as pages of every slice show it: on the document, its poll, its matter and in lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from deliberation.drawing import shown_at
from deliberation.files import Attachment
from deliberation.matters.models import Document
from deliberation.matters.ruling_models import Ruling, rulings_on
from deliberation.matters.ruling_rules import ANNULLED, CHANGED, CORRECT, REVOKED, STATES, ground, state_of
from deliberation.vocabulary import _

MARKS: dict[str, str] = {CORRECT: _("改正"), CHANGED: _("变更"), REVOKED: _("撤销"), ANNULLED: _("撤销")}
"""The two characters of the seal."""


@dataclass(frozen=True)
class Shown:
    """A ruling in words. ``by``: (title, address) of the assembly's own resolution; ``file``: (name, address)."""

    id: int
    state: str
    words: str
    authority: str
    source: str
    note: str
    ruled_on: date
    number: str
    reason: str
    body: str
    by: tuple[str, str]
    file: tuple[str, str]


@dataclass(frozen=True)
class Rulings:
    """Everything entered on a resolution, and the heaviest state with its words."""

    document_id: int
    state: str
    words: str
    all: tuple[Shown, ...]

    @property
    def mark(self) -> str:
        """The two characters of the seal."""
        return MARKS[self.state]


def shown_rulings(session: Session, document_id: int | None) -> Rulings | None:
    """What became of a resolution, ``None`` if nothing was entered on it."""
    rows = rulings_on(session, document_id) if document_id else []
    if not rows:
        return None
    state = state_of(one.state for one in rows)
    return Rulings(document_id, state, STATES[state], tuple(_shown(session, one) for one in rows))


def _shown(session: Session, one: Ruling) -> Shown:
    by = session.get(Document, one.by_document_id) if one.by_document_id else None
    file = session.get(Attachment, one.attachment_id) if one.attachment_id else None
    return Shown(
        one.id,
        one.state,
        STATES[one.state],
        one.authority,
        one.source,
        ground(one.ground).note,
        one.ruled_on,
        one.number,
        one.reason,
        one.body,
        (by.title, f"/documents/{by.id}") if by else ("", ""),
        (file.name, shown_at(f"/attachments/{file.id}", file.media_type)) if file else ("", ""),
    )
