"""The home page: what waits for me; what is open, decided, overdue. Filled by the slices (``house.home_sections``)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from deliberation.communities.models import KINDS, Community, all_communities, community
from deliberation.identity.admin import managed_communities
from deliberation.identity.models import person
from deliberation.sections import DECIDED, LATE, OPEN, WAITING, Item, Section
from deliberation.web import Answer, Visit, page, public

ORDER = (OPEN, DECIDED, LATE)
LATEST = datetime.max.replace(tzinfo=UTC)


@public
def front_page(visit: Visit) -> Answer:
    if visit.person is not None:
        own = community(visit.session, person(visit.session, visit.person.id).community_id)
        visit.community = own if own.parent_id else None
    sections = [section for provide in visit.house.home_sections for section in provide(visit)]
    places = [each for each in all_communities(visit.session) if each.parent_id]
    return page(
        visit,
        "home/home.html",
        waiting=in_order_of_urgency(sections),
        columns=sorted((each for each in sections if each.kind in ORDER), key=lambda one: ORDER.index(one.kind)),
        places=with_depth(places),
        kinds=KINDS,
        manages=visit.person is not None and bool(managed_communities(visit)),
        zone=visit.community.timezone if visit.community else visit.house.settings.timezone,
    )


def in_order_of_urgency(sections: list[Section]) -> list[Item]:
    """What waits for this person: what goes on now, then what falls due first, what has no date last."""
    waiting = [item for section in sections if section.kind == WAITING for item in section.items]
    return sorted(waiting, key=lambda item: (not item.is_now, _instant(item.due)))


def _instant(due: date | datetime | None) -> datetime:
    if due is None:
        return LATEST
    return due if isinstance(due, datetime) else datetime.combine(due, time.max, UTC)


def with_depth(places: list[Community]) -> list[tuple[Community, int]]:
    """Each community with how far in it stands below the highest of them."""
    top = min((len(each.ancestry) for each in places), default=0)
    return [(each, len(each.ancestry) - top) for each in places]
