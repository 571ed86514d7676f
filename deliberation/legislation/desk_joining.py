"""Another opinion for the one under the eyes, which the program did not pair: found by its number or by words."""

from __future__ import annotations

import re
from typing import Any

from sqlmodel import col, or_, select

from deliberation.legislation.desk_rules import may_merge
from deliberation.legislation.desking import standing_of
from deliberation.legislation.index_models import opinions_with
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_view import rows_of
from deliberation.legislation.solicitation_view import Asked

MOST = 12
LONGEST = 100
_NUMBER = re.compile(r"(?:第|No\.?|#|＃)?\s*([0-9]{1,9})\s*(?:号|号意见)?", re.ASCII | re.IGNORECASE)


def others(here: Asked, lead: Opinion) -> dict[str, Any]:
    """What was typed to find another, and what was found: each with why it cannot be merged, if it cannot."""
    visit = here.visit
    typed = visit.typed("other", visit.query.get("other", "")).strip()[:LONGEST]
    standing = standing_of(visit.session, lead)
    rows = rows_of(_found(here, lead, typed)) if typed else []
    rows = [row | {"against": may_merge(standing, [standing_of(visit.session, row["one"])])} for row in rows]
    return {"other": typed, "others": rows, "free": sum(row["against"] is None for row in rows)}


def _found(here: Asked, lead: Opinion, typed: str) -> list[Opinion]:
    """By its number where a number was typed, else by the words; never the opinion itself, nor one merged with it."""
    elsewhere = [Opinion.id != lead.id]
    if lead.cluster_id is not None:
        elsewhere.append(or_(col(Opinion.cluster_id).is_(None), Opinion.cluster_id != lead.cluster_id))
    if number := _NUMBER.fullmatch(typed):
        wanted = [Opinion.solicitation_id == here.one.id, Opinion.number == int(number[1])]
        found = select(Opinion).where(*wanted, *elsewhere, col(Opinion.withdrawn_at).is_(None))
        return list(here.visit.session.exec(found))
    return opinions_with(here.visit.session, here.one.id, typed, where=elsewhere, limit=MOST)
