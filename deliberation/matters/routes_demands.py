"""Pages of demands 提请召开会议: raising, signing, the convenor's answer."""

from __future__ import annotations

from sqlmodel import Session, col, select

from deliberation.assemblies.electorate import has_owners
from deliberation.assemblies.freezing import freeze_roster
from deliberation.assemblies.models import Standing, lines_of_person, standing_of
from deliberation.audit.models import log_size
from deliberation.communities.models import Community, community
from deliberation.matters import convening_rules as rules
from deliberation.matters import routes_contesting, routes_convening
from deliberation.matters.bringing import against_bringing
from deliberation.matters.convening import stand_of
from deliberation.matters.demand_showing import demand_values
from deliberation.matters.demanding import raise_demand, sign_demand, signers
from deliberation.matters.demands import SHARES, Share
from deliberation.matters.demands import share as share_of
from deliberation.matters.models import Demand
from deliberation.matters.opening import person_id
from deliberation.matters.reach import today_in
from deliberation.matters.routes_convening import actor_of, back, demand_here
from deliberation.matters.rules import may
from deliberation.matters.words import BODIES
from deliberation.refusal import Refusal, refuse_if
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
    refusal = may("raise_demand", standing.roles, None, place.kind)
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
    refuse_if(may("raise_demand", standing.roles, None, place.kind))
    fields = Fields(visit)
    title, reason = fields.text("title", most=60), fields.text("reason", most=3000)
    chosen = fields.choice("share", [one.id for one in shares_here(visit.session, place)])
    fields.check()
    share, actor = share_of(chosen), actor_of(visit, "raise_demand", standing)
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


@public
def show_demand(visit: Visit) -> Answer:
    found, place, standing = demand_here(visit)
    session, now = visit.session, visit.now
    stand, line, today = stand_of(session, found, now), share_of(found.share), today_in(place, now)
    roles = standing.roles
    return page(
        visit,
        "matters/demand.html",
        values=demand_values(session, found, place, now),
        demand=found,
        place=place,
        has_signed=person_id(visit) in signers(session, found.id),
        may_sign=_may_sign(visit, found, standing, place.kind),
        ways=[] if may("answer_demand", roles, None) else [(way, rules.WAYS[way]) for way in rules.ways_open(stand)],
        may_order=may("order_meeting", roles, None) is None and rules.may_order(line, stand) is None,
        may_take_over=may("take_over_meeting", roles, None) is None and rules.may_take_over(line, stand, today) is None,
        may_bring=may("propose_matter", roles, None) is None
        and against_bringing(session, found, place.id, standing) is None,
        forms=routes_contesting.forms_here(visit, found, standing),
        duty=rules.DUTY[line.body],
        guide=rules.GUIDE,
        seen=log_size(session, place.id),
    )


def _may_sign(visit: Visit, found: Demand, standing: Standing, kind: str) -> Refusal | None:
    """Why this visitor cannot join: no role here, or not on the roster that was frozen for it."""
    if (no := may("sign_demand", standing.roles, None, kind)) or visit.person is None:
        return no
    return None if lines_of_person(visit.session, found.roster_id, visit.person.id) else NOT_ON_IT


@signed_in
def sign(visit: Visit) -> Answer:
    found, place, standing = demand_here(visit)
    refuse_if(_may_sign(visit, found, standing, place.kind))
    sign_demand(visit.session, visit.now, demand=found, actor=actor_of(visit, "sign_demand", standing))
    return back(found)


def follow_demand(visit: Visit) -> tuple[str, int]:
    found, place, _standing = demand_here(visit)
    return f"demand/{found.id}", place.id


routes = [
    get("/communities/{id}/demands", list_demands),
    get("/communities/{id}/demands/new", new_demand),
    post("/communities/{id}/demands", demand, Act.ROSTER_FROZEN, Act.DEMAND_RAISED, again=new_demand),
    get("/demands/{id}", show_demand),
    socket("/demands/{id}/live", follow_demand),
    post("/demands/{id}/signatures", sign, Act.DEMAND_SIGNED, Act.DEMAND_REACHED),
    *routes_convening.routes(show_demand),
    *routes_contesting.routes(show_demand),
]
