"""采纳情况 decided: one after the other by keyboard, or all that pass a filter; answers sent; the day by which they are due."""

from __future__ import annotations

from deliberation.audit.actions import Actor
from deliberation.identity.doors import signed_in
from deliberation.legislation.adopting import adopt_late, adopt_open, adopt_opinions, set_answers_due
from deliberation.legislation.adoption_rules import ADOPTIONS, MOST_REASON, MOST_TEXT, Decision
from deliberation.legislation.adoption_view import adoption, found_by, sieve_of
from deliberation.legislation.answering import begin_answering
from deliberation.legislation.carried_view import version_asked
from deliberation.legislation.desk_rules import MOST_AT_ONCE
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.solicitation_view import Asked
from deliberation.refusal import Invalid, Missing, Refusal, Refused
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None


def _opened(visit: Visit, act: str) -> tuple[Asked, Actor]:
    here = Asked(visit, visit.number("id"))
    return here, here.actor(act)


@signed_in
def show_adoption(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    if not here.base()["is_liaison"]:
        raise Missing
    at = _number(visit.typed("opinion", visit.query.get("at", "")))
    return page(visit, "legislation/adoption.html", **adoption(here, at))


@signed_in
def decide_one(visit: Visit) -> Answer:
    """One opinion with all merged into it, and on to the next."""
    here, actor = _opened(visit, "adopt_opinions")
    one = opinion(visit.session, _number(visit.text("opinion")) or 0)
    if one.solicitation_id != here.one.id:
        raise Missing
    fields = Fields(visit)
    made = Decision(
        kind=fields.choice("decision", ADOPTIONS),
        reason=fields.text("reason", most=MOST_REASON, required=False),
        article=visit.text("there")[:24],
        text=fields.text("text", most=MOST_TEXT, required=False),
        told_by=fields.text("told_by", most=100, required=False),
        letter=fields.text("letter", most=60, required=False),
        told_on=fields.day("told_on", required=False),
    )
    fields.check()
    chosen = [(one, _number(visit.text("seen")))]
    to = version_asked(here)
    adopt_opinions(visit.session, visit.now, of=here.one, chosen=chosen, made=made, to=to, actor=actor)
    return redirect(sieve_of(visit).address(here, at=_number(visit.text("onward")) or ""))


@signed_in
def decide_many(visit: Visit) -> Answer:
    """Whatever passes the sieve and is not decided, all or none; those merged into others go with their leads."""
    here, actor = _opened(visit, "adopt_opinions")
    fields = Fields(visit)
    kind = fields.choice("all_kind", ADOPTIONS)
    reason = fields.text("all_reason", most=MOST_REASON, required=False)
    fields.check()
    found = found_by(here, sieve_of(visit), MOST_AT_ONCE + 1, undecided=True)
    if len(found) > MOST_AT_ONCE:
        most = Refusal(_("一次最多选{most}条"), {"most": MOST_AT_ONCE}, _("请用筛选缩小范围，或者分几次办"))
        raise Invalid({"all_kind": most})
    seen = _number(visit.text("newest")) or 0
    to, made = version_asked(here), Decision(kind, reason)
    try:
        adopt_open(visit.session, visit.now, of=here.one, chosen=found, seen=seen, made=made, to=to, actor=actor)
    except Refused as no:
        raise Invalid({"all_kind": no.refusal}) from None
    except Invalid as no:
        names = {"decision": "all_kind", "reason": "all_reason", "text": "all_reason"}
        raise Invalid({names.get(name, "all_kind"): each for name, each in no.errors.items()}) from None
    return redirect(sieve_of(visit).address(here))


@signed_in
def decide_late(visit: Visit) -> Answer:
    """Those merged into a decided opinion later share its decision."""
    here, actor = _opened(visit, "adopt_opinions")
    lead = opinion(visit.session, _number(visit.text("opinion")) or 0)
    if lead.solicitation_id != here.one.id:
        raise Missing
    seen = _number(visit.text("seen"))
    adopt_late(visit.session, visit.now, of=here.one, lead=lead, seen=seen, actor=actor)
    return redirect(sieve_of(visit).address(here))


@signed_in
def answer_all(visit: Visit) -> Answer:
    """Tell the authors of all that was decided and not told."""
    here, actor = _opened(visit, "answer_opinions")
    begin_answering(visit.session, visit.now, of=here.one, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/telling")


@signed_in
def set_due(visit: Visit) -> Answer:
    here, actor = _opened(visit, "set_answers_due")
    fields = Fields(visit)
    day = fields.day("answers_due_on")
    fields.check()
    set_answers_due(visit.session, visit.now, of=here.one, day=day, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/adoption#answers")


routes = [
    get("/solicitations/{id}/adoption", show_adoption),
    post("/solicitations/{id}/adoption/decision", decide_one, Act.OPINIONS_ADOPTED, again=show_adoption),
    post("/solicitations/{id}/adoption/decisions", decide_many, Act.OPINIONS_ADOPTED, again=show_adoption),
    post("/solicitations/{id}/adoption/late", decide_late, Act.OPINIONS_ADOPTED, again=show_adoption),
    post("/solicitations/{id}/adoption/answers", answer_all, Act.OPINIONS_ANSWERED, again=show_adoption),
    post("/solicitations/{id}/adoption/due", set_due, Act.ANSWERS_DUE_SET, again=show_adoption),
]
