"""Searching in Chinese by any two characters: one normal form for what is stored and what is asked."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from deliberation.matters.models import Document, Matter
from deliberation.matters.reach import reach_of

MOST = 50
MOST_WORDS = 8


@dataclass(frozen=True)
class Find:
    """A matter, and those of its documents in which a word was found: (id, title)."""

    matter: Matter
    papers: tuple[tuple[int, str], ...] = ()


@lru_cache(1)
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """The text in Simplified Chinese."""
    return _simplifier().convert(text)


def normal(text: str) -> str:
    """NFKC, Simplified, lower case, without white space: one query finds both scripts and both widths."""
    return "".join(simplified(unicodedata.normalize("NFKC", text)).lower().split())


def found_by(session: Session, asked: str, near: list[int]) -> list[Find]:
    """Matters within reach in whose title, summary or documents every word stands, newest first."""
    patterns = [_pattern(part) for part in map(normal, asked.split()[:MOST_WORDS]) if part]
    if not patterns:
        return []
    found = select(Matter).where(reach_of(near))
    for pattern in patterns:
        in_papers = select(Document.matter_id).where(_has(Document.search, pattern))
        found = found.where(or_(_has(Matter.search, pattern), col(Matter.id).in_(in_papers)))
    matters = list(session.exec(found.order_by(col(Matter.staged_at).desc(), col(Matter.id).desc()).limit(MOST)))
    papers = _papers(session, [one.id for one in matters], patterns)
    return [Find(one, tuple(papers.get(one.id, ()))) for one in matters]


def _papers(session: Session, ids: list[int], patterns: list[str]) -> dict[int, list[tuple[int, str]]]:
    """In which documents the words stand, so that a resolution is found as itself."""
    if not ids:
        return {}
    found = select(Document.matter_id, Document.id, Document.title).where(
        col(Document.matter_id).in_(ids), *(_has(Document.search, pattern) for pattern in patterns)
    )
    by_matter: dict[int, list[tuple[int, str]]] = {}
    for matter_id, id, title in session.exec(found.order_by(col(Document.id))):
        by_matter.setdefault(matter_id, []).append((id, title))
    return by_matter


def _has(column: Any, pattern: str) -> ColumnElement[bool]:
    return col(column).like(pattern, escape="\\")


def _pattern(part: str) -> str:
    """What is typed is looked for as it is: a percent sign finds a percent sign."""
    return "%" + part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
