"""The page on which a matter goes back because its text was changed: what changed, what is done anew, why."""

from __future__ import annotations

from deliberation.matters.agreed import changed
from deliberation.matters.opening import act_page, back, dossier
from deliberation.matters.returning import cost_of_change, return_matter, what_changed
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, post, signed_in


@signed_in
def new_return(visit: Visit) -> Answer:
    one = dossier(visit)
    return act_page(
        visit,
        one,
        "matters/return.html",
        "return_matter",
        agreed=None if one.facts.is_ended else changed(one.facts),
        plans=one.facts.plans,
        cost=cost_of_change(one.facts),
        pieces=what_changed(visit.session, one.matter, one.facts),
    )


@signed_in
def send_back(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("return_matter")
    fields = Fields(visit)
    reason = fields.text("reason", most=2000)
    fields.check()
    return_matter(visit.session, visit.now, matter=one.matter, reason=reason, actor=actor)
    return back(one.matter)


routes = [
    get("/matters/{id}/return", new_return),
    post("/matters/{id}/return", send_back, Act.DOCUMENT_ISSUED, Act.MATTER_MOVED, again=new_return),
]
