"""What every route of a dossier begins with: the matter of the path, the facts, the page of one act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter
from deliberation.matters.moving import permit
from deliberation.matters.procedure import Step
from deliberation.matters.reach import communities_near, matter_within_reach
from deliberation.matters.rules import may
from deliberation.web import Answer, Visit, page, redirect


@dataclass(frozen=True)
class Dossier:
    """A matter that a visitor has opened: where it belongs, what the visitor is there, what is the case in it."""

    matter: Matter
    place: Community
    standing: Standing
    facts: Facts

    @property
    def step(self) -> Step | None:
        """The present step; ``None`` once the matter has ended."""
        return None if self.facts.is_ended else self.facts.step

    def actor(self, act: str) -> Actor:
        """The visitor as the one who does this act. Raises Refused with the first reason against it."""
        return permit(act, self.standing, self.facts)


def person_id(visit: Visit) -> int | None:
    return visit.person.id if visit.person else None


def near_of(visit: Visit) -> list[int]:
    """Communities to which the visitor belongs, for lists; none without sign-in."""
    return communities_near(visit.session, visit.person.id, visit.now) if visit.person else []


def opened(visit: Visit) -> tuple[Matter, Community, Standing]:
    """The matter of the path, its community (shown in the masthead) and the visitor's standing there."""
    return _shown(visit, visit.number("id"))


def dossier(visit: Visit, id: int | None = None) -> Dossier:
    """The same with its facts; ``id`` where the path names something else. Raises Missing, in the same words always."""
    matter, place, standing = _shown(visit, visit.number("id") if id is None else id)
    return Dossier(matter, place, standing, facts_of(visit.session, matter, visit.now, place))


def _shown(visit: Visit, id: int) -> tuple[Matter, Community, Standing]:
    found = matter_within_reach(visit.session, id, person_id(visit), visit.now)
    visit.community = found[1]
    return found


def act_page(visit: Visit, one: Dossier, template: str, act: str, /, **context: Any) -> Answer:
    """The page of one act: its form, and the first reason why this visitor cannot do it now."""
    return page(
        visit,
        template,
        matter=one.matter,
        place=one.place,
        step=one.step,
        refusal=may(act, one.standing.roles, one.facts),
        **context,
    )


def back(matter: Matter) -> Answer:
    return redirect(f"/matters/{matter.id}")
