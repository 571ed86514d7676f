"""The page of concerns 意见 and what became of each; the form by which a reason is given."""

from __future__ import annotations

from collections import Counter

from deliberation.matters.concern_rules import KINDS, STATES
from deliberation.matters.concerns import concern_named, heard, respond
from deliberation.matters.opening import dossier
from deliberation.matters.rules import may
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, post, public, redirect, signed_in


@public
def list_concerns(visit: Visit) -> Answer:
    """Every concern, oldest first, with its responses; without names, as they are told beside what was said."""
    return _shown(visit, visit.number("id"))


@signed_in
def again(visit: Visit) -> Answer:
    """The same page with what was typed at one concern."""
    concern = concern_named(visit.session, visit.number("id"))
    return _shown(visit, concern.matter_id, concern.id)


def _shown(visit: Visit, matter_id: int, at: int = 0) -> Answer:
    one = dossier(visit, matter_id)
    found = heard(visit.session, matter_id)
    return page(
        visit,
        "matters/concerns.html",
        matter=one.matter,
        place=one.place,
        concerns=found,
        counts=Counter(each.state for each in found),
        kinds=KINDS,
        states=STATES,
        may_answer=may("answer_concern", one.standing.roles, one.facts) is None,
        at=at,
    )


@signed_in
def answer(visit: Visit) -> Answer:
    """Say why the plan stays as it is."""
    concern = concern_named(visit.session, visit.number("id"))
    one = dossier(visit, concern.matter_id)
    actor = one.actor("answer_concern")
    fields = Fields(visit)
    reason = fields.text("reason", most=2000)
    fields.check()
    respond(visit.session, visit.now, matter=one.matter, concern_ids=[concern.id], reason=reason, actor=actor)
    return redirect(f"/matters/{one.matter.id}/concerns#c{concern.id}")


routes = [
    get("/matters/{id}/concerns", list_concerns),
    post("/concerns/{id}/responses", answer, Act.CONCERN_ANSWERED, again=again),
]
