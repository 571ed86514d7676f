"""Pages of demands 提请召开会议: raising, signing, the convenor's answer."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from deliberation.assemblies.freezing import freeze_roster
from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor
from deliberation.audit.models import log_size
from deliberation.communities.models import Community, community
from deliberation.identity.doors import signed_in
from deliberation.live import Scene
from deliberation.matters.demanding import answer_demand, raise_demand, sign_demand, signers
from deliberation.matters.demands import SHARES
from deliberation.matters.models import Clock, Demand
from deliberation.matters.reach import today_in
from deliberation.matters.rules import may
from deliberation.refusal import Missing, refuse_if
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, post, public, redirect, socket

# The roster a share is counted on: (body, base) of the freezing.
BASES = {
    "village_adults": ("villagers_assembly", "adults"),
    "village_representatives": ("villagers_representatives", "members"),
    "urban_adults": ("residents_assembly", "adults"),
    "urban_household_representatives": ("residents_assembly", "households"),
    "urban_representatives": ("residents_representatives", "members"),
    "owners": ("owners", "owners"),
}
FITTING = {
    "village": ("village_assembly_villagers", "village_assembly_representatives", "village_representatives"),
    "community": (
        "urban_assembly_adults",
        "urban_assembly_households",
        "urban_assembly_representatives",
        "urban_representatives",
    ),
    "compound": ("owners_meeting",),
}


def _place(visit: Visit) -> tuple[Community, Any]:
    place = community(visit.session, visit.number("id"))
    visit.community = place
    standing = standing_of(visit.session, visit.person.id if visit.person else None, place, today_in(place, visit.now))
    return place, standing


def shares_here(place: Community) -> list[Any]:
    return [one for one in SHARES if one.id in FITTING.get(place.kind, ())]


@public
def list_demands(visit: Visit) -> Answer:
    place, _standing = _place(visit)
    found = visit.session.exec(
        select(Demand).where(Demand.community_id == place.id).order_by(col(Demand.id).desc())
    ).all()
    return page(visit, "matters/demands.html", place=place, demands=found, shares=shares_here(place))


@signed_in
def new_demand(visit: Visit) -> Answer:
    place, standing = _place(visit)
    refusal = may("raise_demand", standing.roles, None)
    return page(visit, "matters/demand_new.html", place=place, shares=shares_here(place), refusal=refusal)


@signed_in
def demand(visit: Visit) -> Answer:
    place, standing = _place(visit)
    refuse_if(may("raise_demand", standing.roles, None))
    fields = Fields(visit)
    title, reason = fields.text("title", most=60), fields.text("reason", most=3000)
    share_id = fields.choice("share", [one.id for one in shares_here(place)])
    fields.check()
    share = next(one for one in SHARES if one.id == share_id)
    actor = Actor(_role(standing), visit.person.id)
    body, base = BASES[share.base]
    roster = freeze_roster(
        visit.session,
        visit.now,
        community=place,
        body=body,
        base=base,
        subject=f"demand/{share.id}",
        title=share.title,
        actor=actor,
    )
    made = raise_demand(
        visit.session,
        visit.now,
        community=place,
        share=share,
        roster_id=roster.id,
        title=title,
        reason=reason,
        actor=actor,
    )
    return redirect(f"/demands/{made.id}")


def _role(standing: Any) -> str:
    return next(
        (role for role in ("representative", "member", "resident", "chair", "officer") if role in standing.roles),
        "resident",
    )


def _demand(visit: Visit) -> tuple[Demand, Community, Any]:
    found = visit.session.get(Demand, visit.number("id"))
    if found is None:
        raise Missing
    place = community(visit.session, found.community_id)
    visit.community = place
    person_id = visit.person.id if visit.person else None
    return found, place, standing_of(visit.session, person_id, place, today_in(place, visit.now))


def demand_values(session: Any, found: Demand, place: Community, now: Any) -> dict[str, Any]:
    clock = session.exec(select(Clock).where(Clock.subject == f"demand/{found.id}")).first()
    return {
        "demand": found,
        "count": len(signers(session, found.id)),
        "share": next(one for one in SHARES if one.id == found.share),
        "clock": clock,
        "tz": place.timezone,
        "today": today_in(place, now),
    }


def demand_scene(scene: Scene) -> dict[str, Any]:
    found = scene.session.get(Demand, int(scene.subject.split("/")[1]))
    return demand_values(scene.session, found, scene.session.get(Community, found.community_id), scene.now)


@public
def show_demand(visit: Visit) -> Answer:
    found, place, standing = _demand(visit)
    person_id = visit.person.id if visit.person else 0
    return page(
        visit,
        "matters/demand.html",
        values=demand_values(visit.session, found, place, visit.now),
        demand=found,
        place=place,
        has_signed=person_id in signers(visit.session, found.id),
        may_sign=may("sign_demand", standing.roles, None),
        may_answer=may("answer_demand", standing.roles, None),
        seen=log_size(visit.session, place.id),
    )


@signed_in
def sign(visit: Visit) -> Answer:
    found, _here, standing = _demand(visit)
    refuse_if(may("sign_demand", standing.roles, None))
    sign_demand(visit.session, visit.now, demand=found, actor=Actor(_role(standing), visit.person.id))
    return redirect(f"/demands/{found.id}")


@signed_in
def answer(visit: Visit) -> Answer:
    found, _here, standing = _demand(visit)
    refuse_if(may("answer_demand", standing.roles, None))
    fields = Fields(visit)
    words = fields.text("answer", most=3000)
    fields.check()
    role = "chair" if "chair" in standing.roles else "officer"
    answer_demand(visit.session, visit.now, demand=found, answer=words, actor=Actor(role, visit.person.id))
    return redirect(f"/demands/{found.id}")


def follow_demand(visit: Visit) -> tuple[str, int]:
    found, place, _standing = _demand(visit)
    return f"demand/{found.id}", place.id


routes = [
    get("/communities/{id}/demands", list_demands),
    get("/communities/{id}/demands/new", new_demand),
    post("/communities/{id}/demands", demand, Act.ROSTER_FROZEN, Act.DEMAND_RAISED, again=new_demand),
    get("/demands/{id}", show_demand),
    socket("/demands/{id}/live", follow_demand),
    post("/demands/{id}/signatures", sign, Act.DEMAND_SIGNED, Act.DEMAND_REACHED),
    post("/demands/{id}/answer", answer, Act.DEMAND_ANSWERED, again=show_demand),
]
