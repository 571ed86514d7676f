"""Opening the matter that a path names, for routes."""

from __future__ import annotations

from typing import Any

from deliberation.communities.models import Community
from deliberation.matters.models import Matter
from deliberation.matters.reach import matter_within_reach
from deliberation.web import Visit


def person_id(visit: Visit) -> int | None:
    return visit.person.id if visit.person else None


def opened(visit: Visit) -> tuple[Matter, Community, Any]:
    """The matter of the path, its community (shown in the masthead) and the visitor's standing there."""
    matter, place, standing = matter_within_reach(visit.session, visit.number("id"), person_id(visit), visit.now)
    visit.community = place
    return matter, place, standing
