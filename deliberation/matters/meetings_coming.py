"""Meetings that were called and are not over: the next ones at home and on the page of their community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from deliberation.communities.models import Community
from deliberation.matters.doing import address
from deliberation.matters.models import Matter, Proceeding
from deliberation.matters.reach import communities_near, reach_of
from deliberation.matters.words import MEETING_STATES
from deliberation.sections import OPEN, Item, Section
from deliberation.vocabulary import _
from deliberation.web import Visit

MOST = 5
GOES_ON = ("open", "short")


@dataclass(frozen=True)
class Coming:
    """A meeting: its title, page and hour, the matter, and how it stands in words."""

    title: str
    url: str
    at: datetime
    about: str
    place: str
    tz: str
    state: str
    is_now: bool


def meetings_coming(session: Session, near: list[int], of: list[int] | None = None) -> list[Coming]:
    """Those within reach, the soonest first; ``of``: only those of these communities."""
    found = (
        select(Proceeding, Matter.title, Community)
        .join(Matter, col(Matter.id) == Proceeding.matter_id)
        .join(Community, col(Community.id) == Matter.community_id)
        .where(Proceeding.kind == "meeting", col(Proceeding.closed_at).is_(None), reach_of(near))
    )
    if of is not None:
        found = found.where(col(Matter.community_id).in_(of))
    rows = session.exec(found.order_by(col(Proceeding.due_at), col(Proceeding.id)).limit(MOST)).all()
    return [
        Coming(
            one.title,
            address(one.subject),
            one.due_at,
            about,
            place.name,
            place.timezone,
            MEETING_STATES.get(one.outcome, ""),
            one.outcome in GOES_ON,
        )
        for one, about, place in rows
    ]


def meeting_sections(visit: Visit) -> list[Section]:
    """The next meetings, for everybody who may see their matters; for the signed-in those of their own communities."""
    near = communities_near(visit.session, visit.person.id, visit.now) if visit.person else []
    coming = meetings_coming(visit.session, near, near if visit.person else None)
    items = tuple(_item(one) for one in coming)
    return [Section(_("接下来的会议"), items, OPEN)] if items else []


def _item(one: Coming) -> Item:
    facts = {"when": one.at.astimezone(ZoneInfo(one.tz)), "about": one.about}
    note = _("{when}，{about}")
    return Item(one.title, one.url, note, kind=_("会议"), tag=(one.state, "open"), facts=facts, place=one.place)
