"""Pages of postings 公示, of objections to them, and of the answer that everybody who spoke is owed."""

from __future__ import annotations

from sqlmodel import col, select

from deliberation.identity.models import names_of
from deliberation.matters import words
from deliberation.matters.answer_models import said_beside
from deliberation.matters.answers import give_feedback
from deliberation.matters.models import Disclosure, Objection, ReplyOwed, replies_owed
from deliberation.matters.opening import Dossier, act_page, back, dossier
from deliberation.matters.posting_drafts import draft_of_posting
from deliberation.matters.postings import answer_objection, close_disclosure, open_disclosure, raise_objection
from deliberation.matters.routes_papers import MOVES
from deliberation.matters.rules import may
from deliberation.refusal import Missing
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, post, redirect, signed_in


@signed_in
def new_disclosure(visit: Visit) -> Answer:
    one = dossier(visit)
    draft = draft_of_posting(visit.session, one.matter, one.place, one.facts)
    return act_page(visit, one, "matters/disclosure_new.html", "open_disclosure", draft=draft)


@signed_in
def disclose(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("open_disclosure")
    fields = Fields(visit)
    title, body = fields.text("title", most=80), fields.text("body", most=20_000)
    where = fields.text("place", most=200)
    fields.check()
    open_disclosure(
        visit.session,
        visit.now,
        matter=one.matter,
        title=title,
        body=body,
        place=where,
        actor=actor,
        issued_by=words.BODIES[one.facts.step.body],
    )
    return back(one.matter)


@signed_in
def show_closing(visit: Visit) -> Answer:
    one = dossier(visit)
    running = select(Disclosure).where(Disclosure.matter_id == one.matter.id, col(Disclosure.closed_at).is_(None))
    posting = visit.session.exec(running.order_by(col(Disclosure.document_id).desc())).first()
    return act_page(visit, one, "matters/disclosure_close.html", "close_disclosure", posting=posting)


@signed_in
def finish_disclosure(visit: Visit) -> Answer:
    one = dossier(visit)
    close_disclosure(visit.session, visit.now, matter=one.matter, actor=one.actor("close_disclosure"))
    return back(one.matter)


# --- objections


@signed_in
def new_objection(visit: Visit) -> Answer:
    return act_page(visit, dossier(visit), "matters/objection_new.html", "raise_objection")


@signed_in
def object_to(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("raise_objection")
    fields = Fields(visit)
    body = fields.text("body", most=5000)
    fields.check()
    raise_objection(visit.session, visit.now, matter=one.matter, body=body, actor=actor)
    return redirect(f"/matters/{one.matter.id}#objections")


@signed_in
def list_objections(visit: Visit) -> Answer:
    """What was objected and answered; who objected is seen by those who answer and who supervise."""
    one = dossier(visit)
    found = visit.session.exec(
        select(Objection).where(Objection.matter_id == one.matter.id).order_by(col(Objection.id))
    ).all()
    names = names_of(visit.session, {each.person_id for each in found}) if _sees_names(one) else {}
    rows = [(each, names.get(each.person_id, "")) for each in found]
    answered = any(each.answered_at for each in found) and not any(each.answered_at is None for each in found)
    return act_page(
        visit, one, "matters/objections.html", "answer_objection", objections=rows, at=_at(visit), all_answered=answered
    )


def _sees_names(one: Dossier) -> bool:
    return may("read_names", one.standing.roles, one.facts) is None


def _at(visit: Visit) -> int:
    """Which form came back with a mistake: the number in the path of what was sent; 0 on a first look."""
    return visit.number("id") if visit.errors else 0


@signed_in
def answer_again(visit: Visit) -> Answer:
    """The list once more, after an answer that could not be taken as it was."""
    objection = visit.session.get(Objection, visit.number("id"))
    if objection is None:
        raise Missing
    one = dossier(visit, objection.matter_id)
    rows = [(objection, "")]
    return act_page(visit, one, "matters/objections.html", "answer_objection", objections=rows, at=objection.id)


@signed_in
def answer(visit: Visit) -> Answer:
    objection = visit.session.get(Objection, visit.number("id"))
    if objection is None:
        raise Missing
    one = dossier(visit, objection.matter_id)
    actor = one.actor("answer_objection")
    fields = Fields(visit)
    text = fields.text("answer", most=5000)
    verdict = fields.choice("upheld", ("yes", "no"))
    fields.check()
    answer_objection(
        visit.session,
        visit.now,
        matter=one.matter,
        objection=objection,
        answer=text,
        is_upheld=verdict == "yes",
        actor=actor,
    )
    return redirect(f"/matters/{one.matter.id}/objections")


# --- feedback to each person


@signed_in
def list_replies(visit: Visit) -> Answer:
    """Who is owed an answer and what they said; each of them sees their own."""
    one = dossier(visit)
    owed = replies_owed(visit.session, one.matter.id)
    if not _sees_names(one):
        owed = [each for each in owed if each.person_id == visit.person.id]
    return _replies(visit, one, owed)


def _replies(visit: Visit, one: Dossier, owed: list[ReplyOwed]) -> Answer:
    names = names_of(visit.session, {each.person_id for each in owed})
    said = said_beside(visit.session, [each.id for each in owed])
    rows = [(names[each.person_id], each, said.get(each.id, "")) for each in owed]
    at = _at(visit)
    may_finish = may("close_feedback", one.standing.roles, one.facts) is None
    return act_page(visit, one, "matters/replies.html", "give_feedback", owed=rows, at=at, may_finish=may_finish)


@signed_in
def reply_again(visit: Visit) -> Answer:
    owed = visit.session.get(ReplyOwed, visit.number("id"))
    if owed is None:
        raise Missing
    return _replies(visit, dossier(visit, owed.matter_id), [owed])


@signed_in
def reply(visit: Visit) -> Answer:
    owed = visit.session.get(ReplyOwed, visit.number("id"))
    if owed is None:
        raise Missing
    one = dossier(visit, owed.matter_id)
    actor = one.actor("give_feedback")
    fields = Fields(visit)
    text = fields.text("answer", most=5000)
    fields.check()
    give_feedback(visit.session, visit.now, matter=one.matter, owed=owed, answer=text, actor=actor)
    return redirect(f"/matters/{one.matter.id}/replies")


routes = [
    get("/matters/{id}/disclosures/new", new_disclosure),
    get("/matters/{id}/disclosures", show_closing),
    post("/matters/{id}/disclosures", disclose, Act.DISCLOSURE_OPENED, again=new_disclosure),
    post("/matters/{id}/disclosures/closing", finish_disclosure, Act.DISCLOSURE_CLOSED, *MOVES),
    get("/matters/{id}/objections/new", new_objection),
    get("/matters/{id}/objections", list_objections),
    post("/matters/{id}/objections", object_to, Act.OBJECTION_RAISED, again=new_objection),
    post("/objections/{id}/answer", answer, Act.OBJECTION_ANSWERED, again=answer_again),
    get("/matters/{id}/replies", list_replies),
    post("/replies/{id}/answer", reply, Act.FEEDBACK_GIVEN, again=reply_again),
]
