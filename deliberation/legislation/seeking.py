"""How a list of opinions is looked for so that it costs the same with a million: along the choice that fewest pass.

A database that goes along an index of many to find the few that pass the other choices reads them all. How many there are
of each is counted as they come (``OpinionCount``), so nobody has to guess: one choice leads, the others only sift.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from deliberation.legislation.opinion_models import Opinion, OpinionCount
from deliberation.legislation.solicitation_models import Solicitation

TAG, PERSON, NONE = "tag", "person", "none"
"""Leads by themselves: they have an index of their own."""


def sifted(column: Any, value: str, *, leads: bool) -> ColumnElement[bool]:
    """The column has this value; where it does not lead, said so that no index is taken for it."""
    return column == value if leads else func.coalesce(column, "") == value


def counted(session: Session, of: Solicitation, asked: dict[str, str]) -> dict[str, int]:
    """How many pass each of these choices by itself: ``kind``, ``channel``, ``handling``, ``article``."""
    found = {name: _count(session, of, name, word) for name, word in asked.items()}
    if "handling" in asked and not asked["handling"]:
        found["handling"] = of.standing - found["handling"]
    return found


def _count(session: Session, of: Solicitation, name: str, word: str) -> int:
    rows = select(func.sum(OpinionCount.standing)).where(OpinionCount.solicitation_id == of.id)
    if name == "kind":
        rows = rows.where(OpinionCount.dimension == "channel", OpinionCount.kind == word)
    elif name == "handling" and not word:
        rows = rows.where(OpinionCount.dimension == "handling")
    else:
        rows = rows.where(OpinionCount.dimension == name, OpinionCount.word == word)
    return int(session.exec(rows).one() or 0)


def newest_first(
    session: Session, of: Solicitation, where: list[Any], lead: str, before: int | None, limit: int
) -> list:
    """Opinions that are not withdrawn and pass, along the index of what leads."""
    of_it = Opinion.solicitation_id == of.id if lead != TAG else func.coalesce(Opinion.solicitation_id, 0) == of.id
    chosen = select(Opinion).where(of_it, col(Opinion.withdrawn_at).is_(None), *where)
    # Numbers grow as ids do, and a solicitation has an index of its numbers.
    order = Opinion.number if lead == NONE else Opinion.id
    if before is not None:
        number = select(Opinion.number).where(Opinion.id == before).scalar_subquery()
        chosen = chosen.where(col(order) < (number if lead == NONE else before))
    return list(session.exec(chosen.order_by(col(order).desc()).limit(limit)))
