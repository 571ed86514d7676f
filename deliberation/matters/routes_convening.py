"""What becomes of a demand that has reached its share, as forms on its page: answer, order, taking over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deliberation.assemblies.models import Standing, standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community
from deliberation.matters import convening_rules as rules
from deliberation.matters.claiming import claim_called
from deliberation.matters.convening import answer_demand, order_meeting, stand_of, take_over
from deliberation.matters.models import Demand
from deliberation.matters.opening import person_id
from deliberation.matters.reach import today_in
from deliberation.matters.rules import may, roles_of
from deliberation.refusal import Missing, refuse_if
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, post, redirect, signed_in


def demand_here(visit: Visit) -> tuple[Demand, Community, Standing]:
    """The demand of the address, its community, and what the visitor is there. Raises Missing."""
    found = visit.session.get(Demand, visit.number("id"))
    if found is None:
        raise Missing
    place = community(visit.session, found.community_id)
    visit.community = place
    return found, place, standing_of(visit.session, person_id(visit), place, today_in(place, visit.now))


def actor_of(visit: Visit, act: str, standing: Standing) -> Actor:
    return Actor(next(role for role in roles_of(act) if role in standing.roles), visit.person.id)


def acting(visit: Visit, act: str) -> tuple[Demand, Actor]:
    """The demand of the address, and the visitor in the role in which this act is theirs. Raises Missing, Refused."""
    found, place, standing = demand_here(visit)
    refuse_if(may(act, standing.roles, None, place.kind))
    return found, actor_of(visit, act, standing)


def back(found: Demand) -> Answer:
    return redirect(f"/demands/{found.id}")


@signed_in
def answer(visit: Visit) -> Answer:
    found, actor = acting(visit, "answer_demand")
    fields = Fields(visit)
    way, words = fields.choice("way", rules.WAYS), fields.text("answer", most=3000)
    meeting_on = fields.day("meeting_on", required=way == rules.CALLED)
    fields.check()
    refuse_if(rules.may_answer(stand_of(visit.session, found, visit.now), way))
    if way == rules.CALLED:
        claim_called(visit.session, visit.now, demand=found, words=words, meeting_on=meeting_on, actor=actor)
        return back(found)
    answer_demand(visit.session, visit.now, demand=found, way=way, words=words, actor=actor)
    return back(found)


@signed_in
def order(visit: Visit) -> Answer:
    found, actor = acting(visit, "order_meeting")
    fields = Fields(visit)
    words, due_on = fields.text("order", most=3000), fields.day("due_on")
    fields.check()
    order_meeting(visit.session, visit.now, demand=found, words=words, due_on=due_on, actor=actor)
    return back(found)


@signed_in
def take(visit: Visit) -> Answer:
    found, actor = acting(visit, "take_over_meeting")
    fields = Fields(visit)
    words = fields.text("takeover", most=3000)
    fields.check()
    take_over(visit.session, visit.now, demand=found, words=words, actor=actor)
    return back(found)


def routes(show: Callable[[Visit], Answer]) -> list[Any]:
    """The forms; ``show`` is the page on which they stand, shown again with what was typed."""
    return [
        post(
            "/demands/{id}/answer",
            answer,
            Act.DEMAND_ANSWERED,
            Act.DEMAND_REFUSED,
            Act.DEMAND_CLAIMED,
            again=show,
        ),
        post("/demands/{id}/order", order, Act.DEMAND_ORDERED, again=show),
        post("/demands/{id}/takeover", take, Act.DEMAND_TAKEN_OVER, again=show),
    ]
