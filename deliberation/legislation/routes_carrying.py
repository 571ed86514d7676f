"""Opinions carried to the next version: begun, followed, and placed by a person where the program is not sure."""

from __future__ import annotations

from deliberation.identity.doors import signed_in
from deliberation.legislation.carried_view import carrying_shown, version_asked
from deliberation.legislation.opinion_carrying import begin_carrying, place_opinion
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.solicitation_view import Asked
from deliberation.refusal import Invalid, Missing, Refusal
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect


@signed_in
def show_carrying(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    if not here.base()["is_liaison"]:
        raise Missing
    return page(visit, "legislation/carrying.html", **carrying_shown(here))


@signed_in
def carry_all(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("carry_opinions")
    to = version_asked(here, is_needed=True)
    begin_carrying(visit.session, visit.now, of=here.one, to=to, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/carrying?version={to.number}")


@signed_in
def place_one(visit: Visit) -> Answer:
    """Where one opinion stands: an article and words of it, or that its place is gone."""
    here = Asked(visit, visit.number("id"))
    actor = here.actor("carry_opinions")
    to = version_asked(here, is_needed=True)
    fields = Fields(visit)
    id = fields.integer("opinion", most=10**15)
    quote = fields.text("quote", most=4000, required=False, turns=True)
    fields.check()
    key = "" if visit.text("gone") else visit.text("article")[:24]
    if not key and not visit.text("gone"):
        raise Invalid({"article": Refusal(_("请选新稿的一条，或者写明原来的地方没有了"))})
    one = opinion(visit.session, id)
    place_opinion(visit.session, visit.now, of=here.one, one=one, place=(to, key, quote), actor=actor)
    onward = visit.text("onward")
    at = f"&at={onward}" if onward.isascii() and onward.isdigit() and len(onward) < 16 else ""
    return redirect(f"/solicitations/{here.one.id}/carrying?version={to.number}{at}")


routes = [
    get("/solicitations/{id}/carrying", show_carrying),
    post("/solicitations/{id}/carryings", carry_all, Act.OPINIONS_CARRIED, again=show_carrying),
    post("/solicitations/{id}/placements", place_one, Act.OPINION_PLACED, again=show_carrying),
]
