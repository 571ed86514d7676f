"""The desk of a solicitation: looked through, merged, taken out, handled one by one and many at once, sorted."""

from __future__ import annotations

from deliberation.audit.actions import Actor
from deliberation.identity.doors import signed_in
from deliberation.legislation.desk_models import OpinionGroup
from deliberation.legislation.desk_rules import BY_HAND, MOST_AT_ONCE, NO_REASON, NOT_SENT, tags_of
from deliberation.legislation.desk_view import collectors, desk, found_by, sieve_of
from deliberation.legislation.desking import (
    chosen_of,
    handle_opinions,
    keep_apart,
    merge_group,
    merge_opinions,
    reword_opinion,
    sort_opinion,
    take_out,
)
from deliberation.legislation.opinion_models import Opinion, opinion
from deliberation.legislation.solicitation_view import Asked
from deliberation.refusal import Invalid, Missing, Refusal, Refused
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect


def _opened(visit: Visit) -> tuple[Asked, Actor]:
    here = Asked(visit, visit.number("id"))
    return here, here.actor("handle_opinions")


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None


def _one(here: Asked) -> Opinion:
    """The opinion that a form is about. Raises Missing for one of another solicitation."""
    found = opinion(here.visit.session, _number(here.visit.text("opinion")) or 0)
    if found.solicitation_id != here.one.id:
        raise Missing
    return found


def _back(here: Asked, at: int | None = None) -> Answer:
    """The desk as it was looked at."""
    return redirect(sieve_of(here.visit).address(here, at=at or ""))


@signed_in
def show_desk(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor("handle_opinions")
    return page(
        visit, "legislation/desk.html", **desk(here, _number(visit.typed("opinion", visit.query.get("at", ""))))
    )


@signed_in
def handle_one(visit: Visit) -> Answer:
    """One opinion: other words if they were changed, what becomes of it, and on to the next."""
    here, actor = _opened(visit)
    one = _one(here)
    fields = Fields(visit)
    kind = fields.choice("decision", BY_HAND)
    proposal = visit.text("proposal").replace("\r\n", "\n")
    reason = fields.text("reason", most=1000, required=False)
    fields.check()
    if kind == NOT_SENT and not reason:
        raise Invalid({"reason": NO_REASON})
    if proposal != one.proposal and one.proposal:
        reword_opinion(visit.session, visit.now, of=here.one, one=one, proposal=proposal, actor=actor)
    handle_opinions(visit.session, visit.now, of=here.one, chosen=[one], kind=kind, reason=reason, actor=actor)
    return _back(here, _number(visit.text("onward")))


@signed_in
def handle_many(visit: Visit) -> Answer:
    """Whatever passes the sieve, all or none; those merged into others go with their leads."""
    here, actor = _opened(visit)
    fields = Fields(visit)
    kind = fields.choice("all_kind", BY_HAND)
    reason = fields.text("all_reason", most=1000, required=False)
    fields.check()
    found = found_by(here, sieve_of(visit), MOST_AT_ONCE + 1)
    if len(found) > MOST_AT_ONCE:
        raise Invalid(
            {"all_kind": Refusal(_("一次最多选{most}条"), {"most": MOST_AT_ONCE}, _("请用筛选缩小范围，或者分几次办"))}
        )
    try:
        handle_opinions(visit.session, visit.now, of=here.one, chosen=found, kind=kind, reason=reason, actor=actor)
    except Refused as no:
        raise Invalid({"all_kind": no.refusal}) from None
    except Invalid as no:
        raise Invalid({f"all_{name}": each for name, each in no.errors.items()}) from None
    return _back(here)


@signed_in
def merge_some(visit: Visit) -> Answer:
    """Those ticked into the one that is looked at; or the whole group that the program found."""
    here, actor = _opened(visit)
    if visit.text("group"):
        made = merge_group(visit.session, visit.now, of=here.one, group=_group(here), actor=actor)
    else:
        others = chosen_of(visit.session, here.one, _ticked(visit))
        made = merge_opinions(visit.session, visit.now, of=here.one, lead=_one(here), others=others, actor=actor)
    return _back(here, made.lead_id)


@signed_in
def take_some_out(visit: Visit) -> Answer:
    here, actor = _opened(visit)
    ids = _ticked(visit)
    if not ids:
        raise Refused(Refusal(_("请至少选一条意见")))
    for id in ids:
        one = chosen_of(visit.session, here.one, [id])[0]
        if one.cluster_id is not None:  # The last two part together.
            take_out(visit.session, visit.now, of=here.one, one=one, actor=actor)
    return _back(here, _number(visit.text("opinion")))


@signed_in
def leave_apart(visit: Visit) -> Answer:
    here, actor = _opened(visit)
    keep_apart(visit.session, visit.now, of=here.one, group=_group(here), actor=actor)
    return _back(here)


@signed_in
def sort_one(visit: Visit) -> Answer:
    """Tags and whose it is: how the point sorts its own work."""
    here, actor = _opened(visit)
    one = _one(here)
    people = {str(id): id for id, _name in collectors(here)}
    fields = Fields(visit)
    to = fields.choice("assigned", ("", *people))
    tags = fields.text("tags", most=1_000, required=False)
    fields.check()
    words = tags_of(tags)
    sort_opinion(visit.session, visit.now, of=here.one, one=one, tags=words, to=people.get(to), actor=actor)
    return _back(here, one.id)


def _ticked(visit: Visit) -> list[int]:
    """The opinions ticked in a list. Raises Missing for what is no number."""
    ticked = [_number(each) for each in visit.texts("ticked")]
    if None in ticked:
        raise Missing
    return [each for each in ticked if each is not None]


def _group(here: Asked) -> OpinionGroup:
    """The group of a form. Raises Missing."""
    found = here.visit.session.get(OpinionGroup, (here.one.id, _number(here.visit.text("group")) or 0))
    if found is None:
        raise Missing
    return found


routes = [
    get("/solicitations/{id}/desk", show_desk),
    post("/solicitations/{id}/desk/handling", handle_one, Act.OPINIONS_HANDLED, Act.OPINION_REWORDED, again=show_desk),
    post("/solicitations/{id}/desk/handlings", handle_many, Act.OPINIONS_HANDLED, again=show_desk),
    post("/solicitations/{id}/desk/clusters", merge_some, Act.OPINIONS_MERGED, again=show_desk),
    post("/solicitations/{id}/desk/partings", take_some_out, Act.OPINION_TAKEN_OUT, again=show_desk),
    post("/solicitations/{id}/desk/differences", leave_apart, Act.OPINIONS_KEPT_APART, again=show_desk),
    post("/solicitations/{id}/desk/sorting", sort_one, no_act="sorts the point's own work", again=show_desk),
]
