"""Searching in Chinese by any two characters: one normal form for what is stored and what is asked."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from deliberation.matters.models import Document, Matter
from deliberation.matters.reach import reach_of

MOST = 50


@lru_cache(1)
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def normal(text: str) -> str:
    """NFKC, Simplified, lower case, without white space: one query finds both scripts and both widths."""
    return "".join(_simplifier().convert(unicodedata.normalize("NFKC", text)).lower().split())


def matters_found(session: Session, words: str, near: list[int]) -> list[Matter]:
    """Matters within reach in whose title, summary or documents every word stands, newest first."""
    parts = [normal(part) for part in words.split()][:8]
    if not any(parts):
        return []
    found = select(Matter).where(reach_of(near))
    for part in filter(None, parts):
        pattern = "%" + part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        in_papers = select(Document.matter_id).where(col(Document.search).like(pattern, escape="\\"))
        found = found.where(or_(col(Matter.search).like(pattern, escape="\\"), col(Matter.id).in_(in_papers)))
    return list(session.exec(found.order_by(col(Matter.staged_at).desc(), col(Matter.id).desc()).limit(MOST)))
