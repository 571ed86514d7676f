"""Pages of documents: screening, what is made in one go, minutes, one document with its corrections."""

from __future__ import annotations

from typing import Any

from deliberation.communities.models import Community, local_setting
from deliberation.matters import words
from deliberation.matters.actions import screen_matter
from deliberation.matters.cards import card_of
from deliberation.matters.convening import in_whose_name
from deliberation.matters.corrections import correct_document, corrections_of
from deliberation.matters.doing import PAPER_ACTS
from deliberation.matters.engine import outcomes
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.moving import close_document, issue_document, permit
from deliberation.matters.notices import latest_paper, open_paper
from deliberation.matters.opening import Dossier, act_page, back, dossier, person_id
from deliberation.matters.owners_rules import ITEMS, against_item, decides_items
from deliberation.matters.reach import document_within_reach
from deliberation.matters.rules import may
from deliberation.matters.ruling_showing import shown_rulings
from deliberation.matters.rulings import why_not as may_rule
from deliberation.matters.screening import exclusions
from deliberation.refusal import Missing
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, post, public, redirect, signed_in

MOVES = (Act.MATTER_MOVED, Act.MATTER_CLOSED, Act.MATTER_REFUSED)


# --- screening


def private_disputes(visit: Visit, place: Community) -> bool:
    """Whether the fifth exclusion is in force here: a local rule, off unless set (domain.md 2.1)."""
    setting = local_setting(visit.session, place, "exclude_private_disputes")
    return setting is not None and setting.value == "yes"


@signed_in
def new_screening(visit: Visit) -> Answer:
    one = dossier(visit)
    asked = exclusions(private_disputes=private_disputes(visit, one.place))
    items = list(ITEMS.values()) if decides_items(one.facts.procedure.id) else []
    return act_page(visit, one, "matters/screening.html", "screen_matter", exclusions=asked, items=items)


@signed_in
def screen(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("screen_matter")
    local = private_disputes(visit, one.place)
    fields = Fields(visit)
    findings = {
        each.number: fields.choice(f"exclusion_{each.number}", ("yes", "no")) == "yes"
        for each in exclusions(private_disputes=local)
    }
    reason = fields.text("reason", most=2000, required=any(findings.values()))
    item = None
    if decides_items(one.facts.procedure.id) and not any(findings.values()):
        item = fields.integer("item", least=1, most=9)
        if "item" not in fields.errors and (no := against_item(one.facts.procedure.id, item)):
            fields.errors["item"] = no
    fields.check()
    screen_matter(
        visit.session,
        visit.now,
        matter=one.matter,
        findings=findings,
        reason=reason,
        actor=actor,
        private_disputes=local,
        item=item,
    )
    return back(one.matter)


# --- documents made in one go


@signed_in
def new_document(visit: Visit) -> Answer:
    act = visit.query.get("act") or visit.text("act")
    one = dossier(visit)
    if act not in PAPER_ACTS:
        raise Missing
    kind = PAPER_ACTS[act]
    ways = _ways(one) if kind == "waiver" or (one.step and one.step.closes_with == kind) else ()
    return act_page(
        visit,
        one,
        "matters/document_new.html",
        act,
        act=act,
        paper=words.PAPERS[kind],
        ways=() if kind == "waiver" else ways,
    )


def _ways(one: Dossier) -> list[tuple[str, str]]:
    """How the present step may end: (word, in words)."""
    return [(word, words.OUTCOMES[word]) for word in outcomes(one.facts)]


@signed_in
def make_document(visit: Visit) -> Answer:
    act = visit.text("act")
    one = dossier(visit)
    if act not in PAPER_ACTS:
        raise Missing
    actor = one.actor(act)
    kind = PAPER_ACTS[act]
    fields = Fields(visit)
    title, body = fields.text("title", most=80), fields.text("body", most=20_000)
    ways = outcomes(one.facts) if one.step and kind == one.step.closes_with else ()
    outcome = fields.choice("outcome", ways) if len(ways) > 1 else ""
    fields.check()
    issue_document(
        visit.session,
        visit.now,
        matter=one.matter,
        kind=kind,
        title=title,
        body=body,
        actor=actor,
        issued_by=in_whose_name(visit.session, one.matter, one.facts.step),
        outcome=outcome,
    )
    return back(one.matter)


# --- minutes


@signed_in
def show_minutes(visit: Visit) -> Answer:
    one = dossier(visit)
    draft = latest_paper(visit.session, one.matter, "minutes")
    return act_page(visit, one, "matters/minutes.html", "confirm_minutes", ways=_ways(one), draft=draft)


@signed_in
def confirm_minutes(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("confirm_minutes")
    fields = Fields(visit)
    ways = outcomes(one.facts)
    outcome = fields.choice("outcome", ways) if len(ways) > 1 else ways[0]
    fields.check()
    document = open_paper(visit.session, one.matter, "minutes")
    close_document(visit.session, visit.now, matter=one.matter, document=document, actor=actor, outcome=outcome)
    return back(one.matter)


# --- one document, and what was put right in it


def _opened(visit: Visit) -> tuple[Document, Matter, Community, Any]:
    document, matter, place, standing = document_within_reach(
        visit.session, visit.number("id"), person_id(visit), visit.now
    )
    visit.community = place
    return document, matter, place, standing


@public
def show_document(visit: Visit) -> Answer:
    """One document whole, with its evidence, its corrections and how to check it."""
    document, matter, place, standing = _opened(visit)
    facts = facts_of(visit.session, matter, visit.now, place)
    return page(
        visit,
        "matters/document.html",
        document=document,
        card=card_of(visit.session, matter, document),
        corrected=visit.session.get(Document, document.corrects_id) if document.corrects_id else None,
        corrections=corrections_of(visit.session, document.id),
        rulings=shown_rulings(visit.session, document.id),
        may_rule=may_rule(visit.session, standing.roles, matter, document, place) is None,
        list_of_told=_list_of_told(visit, matter, document, may("read_told", standing.roles, facts) is None),
        may_correct=document.corrects_id is None and may("correct_document", standing.roles, facts) is None,
        matter=matter,
        place=place,
    )


def _list_of_told(visit: Visit, matter: Matter, document: Document, may_read: bool) -> bool:
    """Whether the page of the deliveries is this document's, and shown to this visitor."""
    if document.kind != "notice" or not may_read:
        return False
    latest = latest_paper(visit.session, matter, "notice")
    return latest is not None and latest.id == document.id


@signed_in
def new_correction(visit: Visit) -> Answer:
    document, matter, place, standing = _opened(visit)
    facts = facts_of(visit.session, matter, visit.now, place)
    return page(
        visit,
        "matters/correction_new.html",
        document=document,
        matter=matter,
        place=place,
        step=None,
        refusal=may("correct_document", standing.roles, facts),
    )


@signed_in
def correct(visit: Visit) -> Answer:
    document, matter, place, standing = _opened(visit)
    actor = permit("correct_document", standing, facts_of(visit.session, matter, visit.now, place))
    fields = Fields(visit)
    body, reason = fields.text("body", most=20_000), fields.text("reason", most=500)
    fields.check()
    correct_document(visit.session, visit.now, matter=matter, document=document, body=body, reason=reason, actor=actor)
    return redirect(f"/documents/{document.id}")


routes = [
    get("/matters/{id}/screening", new_screening),
    post("/matters/{id}/screening", screen, Act.DOCUMENT_ISSUED, *MOVES, again=new_screening),
    get("/matters/{id}/documents/new", new_document),
    post("/matters/{id}/documents", make_document, Act.DOCUMENT_ISSUED, *MOVES, again=new_document),
    get("/matters/{id}/minutes", show_minutes),
    post("/matters/{id}/minutes/closing", confirm_minutes, Act.DOCUMENT_CLOSED, *MOVES, again=show_minutes),
    get("/documents/{id}", show_document),
    get("/documents/{id}/corrections/new", new_correction),
    post("/documents/{id}/corrections", correct, Act.DOCUMENT_CORRECTED, again=new_correction),
]
