"""Pages of demands 提请召开会议: raising, signing, the convenor's answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from deliberation.assemblies.electorate import has_owners
from deliberation.assemblies.freezing import freeze_roster
from deliberation.assemblies.models import Standing, lines_of_person, standing_of
from deliberation.audit.actions import Actor
from deliberation.audit.models import log_size
from deliberation.communities.models import Community, community
from deliberation.live import Scene
from deliberation.matters.demanding import answer_demand, raise_demand, sign_demand, signers
from deliberation.matters.demands import CONVENE, SHARES, Share
from deliberation.matters.demands import share as share_of
from deliberation.matters.models import Clock, Demand
from deliberation.matters.opening import person_id
from deliberation.matters.reach import today_in
from deliberation.matters.rules import may, roles_of
from deliberation.matters.words import BODIES
from deliberation.refusal import Missing, Refusal, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, public, redirect, signed_in, socket

BASES = {
    "village_adults": ("villagers_assembly", "adults"),
    "village_representatives": ("villagers_representatives", "members"),
    "urban_adults": ("residents_assembly", "adults"),
    "urban_household_representatives": ("residents_assembly", "households"),
    "urban_representatives": ("residents_representatives", "members"),
    "owners": ("owners", "owners"),
}
"""The roster on which a share is counted: (body, base) of the freezing."""
FITTING = {
    "village": ("villagers_assembly", "villagers_representatives"),
    "community": ("residents_assembly", "residents_representatives"),
    "compound": ("owners",),
}
"""The meetings that can be demanded in a kind of community."""
NOT_ON_IT = Refusal(_("您不在可以提请召开会议的人员名册上"))


def _place(visit: Visit, id: int) -> tuple[Community, Standing]:
    place = community(visit.session, id)
    visit.community = place
    return place, standing_of(visit.session, person_id(visit), place, today_in(place, visit.now))


def shares_here(session: Session, place: Community) -> list[Share]:
    """The statutory shares that fit a community; each alone is enough. Owners' wherever there is anything to own."""
    fitting = {*FITTING.get(place.kind, ()), *(("owners",) if has_owners(session, place) else ())}
    return [one for one in SHARES if one.body in fitting]


@public
def list_demands(visit: Visit) -> Answer:
    place, _standing = _place(visit, visit.number("id"))
    found = visit.session.exec(select(Demand).where(Demand.community_id == place.id).order_by(col(Demand.id).desc()))
    return page(
        visit,
        "matters/demands.html",
        place=place,
        demands=found.all(),
        shares=shares_here(visit.session, place),
        bodies=BODIES,
    )


@signed_in
def new_demand(visit: Visit) -> Answer:
    place, standing = _place(visit, visit.number("id"))
    refusal = may("raise_demand", standing.roles, None)
    return page(
        visit,
        "matters/demand_new.html",
        place=place,
        shares=shares_here(visit.session, place),
        refusal=refusal,
        bodies=BODIES,
    )


@signed_in
def demand(visit: Visit) -> Answer:
    place, standing = _place(visit, visit.number("id"))
    refuse_if(may("raise_demand", standing.roles, None))
    fields = Fields(visit)
    title, reason = fields.text("title", most=60), fields.text("reason", most=3000)
    chosen = fields.choice("share", [one.id for one in shares_here(visit.session, place)])
    fields.check()
    share, actor = share_of(chosen), _actor(visit, "raise_demand", standing)
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


def _actor(visit: Visit, act: str, standing: Standing) -> Actor:
    return Actor(next(role for role in roles_of(act) if role in standing.roles), visit.person.id)


def _demand(visit: Visit) -> tuple[Demand, Community, Standing]:
    found = visit.session.get(Demand, visit.number("id"))
    if found is None:
        raise Missing
    return found, *_place(visit, found.community_id)


def demand_values(session: Session, found: Demand, place: Community, now: datetime) -> dict[str, Any]:
    """What ``_demand.html`` shows, in the page and on the wire."""
    return {
        "demand": found,
        "count": len(signers(session, found.id)),
        "share": share_of(found.share),
        "clock": _clock(session, found, place),
        "today": today_in(place, now),
    }


def _clock(session: Session, found: Demand, place: Community) -> dict[str, Any] | None:
    clock = session.exec(select(Clock).where(Clock.subject == f"demand/{found.id}")).first()
    if clock is None:
        return None
    # 24:00 of the last day is shown as that day, as the law speaks of it (民法典 203).
    due_on = today_in(place, clock.due_at - timedelta(seconds=1))
    return {
        "owner": clock.owner,
        "due_on": due_on,
        "breached_at": clock.breached_at,
        "source": clock.source,
        "days_source": CONVENE.source,
    }


def demand_scene(scene: Scene) -> dict[str, Any]:
    found = scene.session.get(Demand, int(scene.subject.split("/")[1]))
    return demand_values(scene.session, found, scene.session.get(Community, found.community_id), scene.now)


@public
def show_demand(visit: Visit) -> Answer:
    found, place, standing = _demand(visit)
    return page(
        visit,
        "matters/demand.html",
        values=demand_values(visit.session, found, place, visit.now),
        demand=found,
        place=place,
        has_signed=person_id(visit) in signers(visit.session, found.id),
        may_sign=_may_sign(visit, found, standing),
        may_answer=may("answer_demand", standing.roles, None),
        seen=log_size(visit.session, place.id),
    )


def _may_sign(visit: Visit, found: Demand, standing: Standing) -> Refusal | None:
    """Why this visitor cannot join: no role here, or not on the roster that was frozen for it."""
    if (no := may("sign_demand", standing.roles, None)) or visit.person is None:
        return no
    return None if lines_of_person(visit.session, found.roster_id, visit.person.id) else NOT_ON_IT


@signed_in
def sign(visit: Visit) -> Answer:
    found, _here, standing = _demand(visit)
    refuse_if(_may_sign(visit, found, standing))
    sign_demand(visit.session, visit.now, demand=found, actor=_actor(visit, "sign_demand", standing))
    return redirect(f"/demands/{found.id}")


@signed_in
def answer(visit: Visit) -> Answer:
    found, _here, standing = _demand(visit)
    refuse_if(may("answer_demand", standing.roles, None))
    fields = Fields(visit)
    words = fields.text("answer", most=3000)
    fields.check()
    actor = _actor(visit, "answer_demand", standing)
    answer_demand(visit.session, visit.now, demand=found, answer=words, actor=actor)
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
