"""Whose eyes a matter reaches: what is not within reach does not exist (404)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from deliberation.assemblies.models import Standing, standing_of
from deliberation.communities.models import Community, community, subtree_ids
from deliberation.identity.models import appointments_of, person
from deliberation.matters.models import Document, Matter
from deliberation.matters.words import REFUSED
from deliberation.refusal import Missing


def today_in(community: Community, now: datetime) -> date:
    """The calendar day in a community's time zone."""
    return now.astimezone(community.zone).date()


def matter_within_reach(
    session: Session, id: int, person_id: int | None, now: datetime
) -> tuple[Matter, Community, Standing]:
    """A matter, its community and what the person is there. Public ones reach everybody, others those who belong.

    Raises Missing, in the same words as for one that never existed.
    """
    found = session.get(Matter, id)
    if found is None:
        raise Missing
    community = session.get(Community, found.community_id)
    standing = standing_of(session, person_id, community, today_in(community, now))
    if not found.is_public and not standing.is_near:
        raise Missing
    return found, community, standing


def document_within_reach(
    session: Session, id: int, person_id: int | None, now: datetime
) -> tuple[Document, Matter, Community, Standing]:
    """A document with the matter that it belongs to. Raises Missing."""
    document = session.get(Document, id)
    if document is None:
        raise Missing
    return document, *matter_within_reach(session, document.matter_id, person_id, now)


def reach_of(near: list[int]) -> ColumnElement[bool]:
    """The condition for lists: public matters, and all of communities where the person belongs."""
    return or_(col(Matter.is_public).is_(True), col(Matter.community_id).in_(near))


def communities_near(session: Session, person_id: int, now: datetime) -> list[int]:
    """Communities to which a person belongs, for lists: where registered and above, and all below an appointment."""
    own = community(session, person(session, person_id).community_id)
    found = set(own.ancestry[1:])
    for each in appointments_of(session, person_id, today_in(own, now)):
        found |= set(subtree_ids(session, community(session, each.community_id)))
    return sorted(found)


DECIDED_RINGS = ("feed_back", "supervise")
"""What stands here was decided: the result is being made known or carried out."""


def matters_within_reach(
    session: Session, near: list[int], *, of: list[int] | None = None, state: str = "", limit: int = 100
) -> list[Matter]:
    """Matters that a person may see, newest first.

    ``near`` are the communities where they belong, ``of`` narrows to communities, ``state`` to ``open`` (on their way)
    ``decided`` (a result is there, or the matter was closed), ``refused`` (not taken in) or ``undecided`` (neither).
    """
    found = select(Matter).where(reach_of(near))
    if of is not None:
        found = found.where(col(Matter.community_id).in_(of))
    if state == "undecided":
        found = found.where(col(Matter.ended_at).is_(None), col(Matter.ring).not_in(DECIDED_RINGS))
    if state == "open":
        found = found.where(col(Matter.ended_at).is_(None))
    if state == "decided":
        found = found.where(or_(col(Matter.ended_at).is_not(None), col(Matter.ring).in_(DECIDED_RINGS)))
        found = found.where(Matter.stage != REFUSED)
    if state == "refused":
        found = found.where(Matter.stage == REFUSED)
    return list(session.exec(found.order_by(col(Matter.staged_at).desc(), col(Matter.id).desc()).limit(limit)))
