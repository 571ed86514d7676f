"""What every page of the administration asks first: which community, and what the visitor may do in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, all_communities, community
from deliberation.identity.models import Person, appointments_of, person
from deliberation.identity.reach import roles_of
from deliberation.identity.rules import MANAGING, REGISTERING
from deliberation.refusal import Missing
from deliberation.vocabulary import Role
from deliberation.web import Visit


@dataclass(frozen=True)
class Desk:
    """A community as its administration sees it, the visitor's roles there, and who acts."""

    community: Community
    roles: frozenset[str]
    actor: Actor
    today: date


def desk_of(visit: Visit, community_id: int) -> Desk:
    """The desk of a community. Raises Missing where the visitor has no business: as if it were not there."""
    where = community(visit.session, community_id)
    roles = roles_of(visit.session, Actor(person_id=visit.person.id), where, visit.now)
    if not roles & REGISTERING:
        raise Missing
    role = Role.ADMINISTRATOR if roles & MANAGING else Role.OFFICER
    visit.community = where
    return Desk(where, roles, Actor(role.value, visit.person.id), visit.now.astimezone(where.zone).date())


def desk_of_person(visit: Visit, person_id: int) -> tuple[Desk, Person]:
    """The desk of the community where a person is registered. Raises Missing."""
    who = person(visit.session, person_id)
    return desk_of(visit, who.community_id), who


def managed_communities(visit: Visit) -> list[Community]:
    """The communities whose people the visitor registers, the higher before the lower."""
    own = community(visit.session, person(visit.session, visit.person.id).community_id)
    held = appointments_of(visit.session, visit.person.id, visit.now.astimezone(own.zone).date())
    places = {each.community_id for each in held if each.role in REGISTERING}
    return [each for each in all_communities(visit.session) if places & set(each.ancestry)]
