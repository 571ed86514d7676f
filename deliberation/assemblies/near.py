"""What every page of bodies asks first: which community, and what the visitor is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from deliberation.assemblies.models import Standing, standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community
from deliberation.identity.rules import MANAGING
from deliberation.refusal import Missing
from deliberation.vocabulary import Role
from deliberation.web import Visit


@dataclass(frozen=True)
class Place:
    """A community, its day, and what the visitor is there."""

    community: Community
    today: date
    standing: Standing

    @property
    def actor(self) -> Actor:
        role = Role.ADMINISTRATOR if self.standing.roles & MANAGING else Role.OFFICER
        return Actor(role.value, self.standing.person_id)


def place_of(visit: Visit, community_id: int) -> Place:
    """Raises Missing for who has nothing to do with the community: in the same words as if it were not there."""
    place = community(visit.session, community_id)
    today = visit.now.astimezone(place.zone).date()
    standing = standing_of(visit.session, visit.person.id, place, today)
    if not standing.is_near:
        raise Missing
    visit.community = place
    return Place(place, today, standing)
