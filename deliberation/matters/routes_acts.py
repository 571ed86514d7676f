"""The acts of a dossier, each on a page of its own: screening, notices, documents, plans, evidence, postings, answers."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from deliberation.assemblies.models import assemblies_of, members_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import local_setting
from deliberation.delivery.actions import record_told
from deliberation.delivery.models import CHANNELS, deliveries_of
from deliberation.delivery.rules import BY_HAND
from deliberation.files import KeptFile
from deliberation.identity.doors import signed_in
from deliberation.identity.models import names_of, people_of_community
from deliberation.matters import words
from deliberation.matters.actions import add_evidence, attached_word, choose_variant, revise_plan, screen_matter
from deliberation.matters.answers import give_feedback
from deliberation.matters.doing import PAPER_ACTS
from deliberation.matters.engine import may_choose, outcomes
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Objection, ReplyOwed, documents_of, plan_versions, replies_owed
from deliberation.matters.moving import close_document, issue_document, permit, tell
from deliberation.matters.notices import close_notice, issue_notice, open_paper
from deliberation.matters.opening import opened
from deliberation.matters.postings import answer_objection, close_disclosure, open_disclosure, raise_objection
from deliberation.matters.reach import matter_within_reach, today_in
from deliberation.matters.rules import may
from deliberation.matters.screening import exclusions
from deliberation.refusal import Missing, Refusal, Refused
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect


def facts_here(visit: Visit, matter: Any, place: Any) -> Any:
    return facts_of(visit.session, matter, visit.now, place)


def form_page(visit: Visit, template: str, act: str, **context: Any) -> Answer:
    """The page of one act: the form, or the reasons why not."""
    matter, place, standing = opened(visit)
    facts = facts_here(visit, matter, place)
    return page(
        visit,
        template,
        matter=matter,
        place=place,
        facts=facts,
        step=None if facts.is_ended else facts.step,
        refusal=may(act, standing.roles, facts),
        **context,
    )


def back(matter: Any) -> Answer:
    return redirect(f"/matters/{matter.id}")


# --- screening


def private_disputes(visit: Visit, place: Any) -> bool:
    """Whether the fifth exclusion is in force here: a local rule, off unless set (domain.md 2.1)."""
    setting = local_setting(visit.session, place, "exclude_private_disputes")
    return setting is not None and setting.value == "yes"


@signed_in
def new_screening(visit: Visit) -> Answer:
    _matter, place, _standing = opened(visit)
    asked = exclusions(private_disputes=private_disputes(visit, place))
    return form_page(visit, "matters/screening.html", "screen_matter", exclusions=asked)


@signed_in
def screen(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    facts = facts_here(visit, matter, place)
    actor = permit("screen_matter", standing, facts)
    local = private_disputes(visit, place)
    fields = Fields(visit)
    findings = {}
    for one in exclusions(private_disputes=local):
        findings[one.number] = fields.choice(f"exclusion_{one.number}", ("yes", "no")) == "yes"
    reason = fields.text("reason", most=2000, required=any(findings.values()))
    fields.check()
    screen_matter(visit.session, visit.now, matter=matter, findings=findings, reason=reason, actor=actor, private_disputes=local)
    return back(matter)


# --- notices


@signed_in
def new_notice(visit: Visit) -> Answer:
    matter, place, _standing = opened(visit)
    today = today_in(place, visit.now)
    bodies = [(body, len(members_of(visit.session, body.id, today))) for body in assemblies_of(visit.session, place.id)]
    people = people_of_community(visit.session, place)
    return form_page(visit, "matters/notice_new.html", "issue_notice", bodies=bodies, everyone=len(people))


@signed_in
def give_notice(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    facts = facts_here(visit, matter, place)
    actor = permit("issue_notice", standing, facts)
    fields = Fields(visit)
    title, body = fields.text("title", most=80), fields.text("body", most=5000)
    people = _addressees(visit, place, matter)
    if not people:
        fields.errors["to"] = Refusal(_("请选择要告知的人"))
    fields.check()
    issue_notice(
        visit.session,
        visit.now,
        matter=matter,
        title=title,
        body=body,
        people=people,
        actor=actor,
        issued_by=words.BODIES[facts.step.body],
        is_short=visit.text("short") == "yes",
    )
    return redirect(f"/matters/{matter.id}/notices")


def _addressees(visit: Visit, place: Any, matter: Any) -> list[int]:
    """Everybody of the community, or the members of the chosen bodies; the proposer always."""
    today = today_in(place, visit.now)
    chosen = set(visit.texts("to"))
    people: list[int] = []
    if "everyone" in chosen:
        people += [each.id for each in people_of_community(visit.session, place)]
    for body in assemblies_of(visit.session, place.id):
        if str(body.id) in chosen:
            people += [member.person_id for member, _person in members_of(visit.session, body.id, today)]
    return [*people, matter.proposer_id] if people else []


@signed_in
def list_notices(visit: Visit) -> Answer:
    """The list of those to be told, with what proves it; for those who run the step and the supervisors."""
    matter, place, standing = opened(visit)
    facts = facts_here(visit, matter, place)
    if not standing.roles & {"officer", "clerk", "chair", "supervisor", "auditor"}:
        raise Refused(Refusal(_("送达名单只给承办人、主持人、记录员和监督员看")))
    document = _latest_notice(visit, matter)
    rows = deliveries_of(visit.session, f"document/{document.id}") if document else []
    names = names_of(visit.session, {row.person_id for row in rows})
    return page(
        visit,
        "matters/notices.html",
        matter=matter,
        place=place,
        document=document,
        rows=[(names[row.person_id], row) for row in rows],
        channels=CHANNELS,
        by_hand=[(word, CHANNELS[word]) for word in BY_HAND],
        refusal=may("close_notice", standing.roles, facts),
        may_record=None if standing.roles & {"officer", "clerk"} else Refusal(_("由承办人或记录员登记")),
    )


def _latest_notice(visit: Visit, matter: Any) -> Any:
    notices = [one for one in documents_of(visit.session, matter.id) if one.kind == "notice"]
    return notices[-1] if notices else None


@signed_in
def record_delivery(visit: Visit) -> Answer:
    matter, _place, standing = opened(visit)
    actor = _clerk(standing)
    document = _latest_notice(visit, matter)
    if document is None:
        raise Missing
    fields = Fields(visit)
    channel = fields.choice("channel", BY_HAND)
    proof = fields.text("proof", most=300)
    people = [int(one) for one in visit.texts("person") if one.isdigit()]
    if not people:
        fields.errors["person"] = Refusal(_("请勾选已经送达的人"))
    fields.check()
    record_told(
        visit.session, visit.now, subject=f"document/{document.id}", people=people, channel=channel, proof=proof, by=actor
    )
    tell(visit.session, matter)
    return redirect(f"/matters/{matter.id}/notices")


def _clerk(standing: Any) -> Any:
    role = next((role for role in ("officer", "clerk") if role in standing.roles), None)
    if role is None:
        raise Refused(Refusal(_("由承办人或记录员登记")))
    return Actor(role, standing.person_id)


@signed_in
def finish_notice(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    actor = permit("close_notice", standing, facts_here(visit, matter, place))
    close_notice(visit.session, visit.now, matter=matter, actor=actor)
    return back(matter)


# --- documents made in one go


@signed_in
def new_document(visit: Visit) -> Answer:
    act = visit.query.get("act") or visit.text("act")
    if act not in PAPER_ACTS:
        raise Missing
    matter, place, _standing = opened(visit)
    facts = facts_here(visit, matter, place)
    kind = PAPER_ACTS[act]
    closes = not facts.is_ended and facts.step.closes_with == kind
    ways = outcomes(facts) if closes else ()
    return form_page(
        visit,
        "matters/document_new.html",
        act,
        act=act,
        kind=kind,
        paper=words.PAPERS[kind],
        ways=[(word, words.OUTCOMES[word]) for word in ways],
        body_name=words.BODIES[facts.step.body] if not facts.is_ended else "",
    )


@signed_in
def make_document(visit: Visit) -> Answer:
    act = visit.text("act")
    if act not in PAPER_ACTS:
        raise Missing
    matter, place, standing = opened(visit)
    facts = facts_here(visit, matter, place)
    actor = permit(act, standing, facts)
    fields = Fields(visit)
    title, body = fields.text("title", most=80), fields.text("body", most=20_000)
    ways = outcomes(facts)
    outcome = fields.choice("outcome", ways) if len(ways) > 1 and PAPER_ACTS[act] == facts.step.closes_with else ""
    fields.check()
    issue_document(
        visit.session,
        visit.now,
        matter=matter,
        kind=PAPER_ACTS[act],
        title=title,
        body=body,
        actor=actor,
        issued_by=words.BODIES[facts.step.body],
        outcome=outcome,
    )
    return back(matter)


@signed_in
def show_minutes(visit: Visit) -> Answer:
    matter, place, _standing = opened(visit)
    facts = facts_here(visit, matter, place)
    ways = [] if facts.is_ended else [(word, words.OUTCOMES[word]) for word in outcomes(facts)]
    return form_page(visit, "matters/minutes.html", "confirm_minutes", ways=ways)


@signed_in
def confirm_minutes(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    facts = facts_here(visit, matter, place)
    actor = permit("confirm_minutes", standing, facts)
    fields = Fields(visit)
    ways = outcomes(facts)
    outcome = fields.choice("outcome", ways) if len(ways) > 1 else ways[0]
    fields.check()
    document = open_paper(visit.session, matter, "minutes")
    close_document(visit.session, visit.now, matter=matter, document=document, actor=actor, outcome=outcome)
    return back(matter)


# --- plans, evidence, ways to take a step


@signed_in
def new_plan(visit: Visit) -> Answer:
    matter, _place, _standing = opened(visit)
    return form_page(visit, "matters/plan_new.html", "revise_plan", plans=plan_versions(visit.session, matter.id))


@signed_in
def add_plan(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    actor = permit("revise_plan", standing, facts_here(visit, matter, place))
    fields = Fields(visit)
    body = fields.text("body", most=50_000)
    note = fields.text("note", most=500, required=bool(plan_versions(visit.session, matter.id)))
    fields.check()
    revise_plan(visit.session, visit.now, matter=matter, body=body, note=note, actor=actor)
    return back(matter)


@signed_in
def new_evidence(visit: Visit) -> Answer:
    matter, place, _standing = opened(visit)
    facts = facts_here(visit, matter, place)
    asked = [] if facts.is_ended else [word for word in facts.step.evidence if word in words.ATTACHED]
    kinds = [(word, words.ATTACHED[word]) for word in asked] + [("other", _("其他佐证"))]
    return form_page(visit, "matters/evidence_new.html", "add_evidence", kinds=kinds)


def keep_file(visit: Visit) -> KeptFile | None:
    """Before the writer's door: the file is checked and on disk before its row is written."""
    upload = visit.call.files.get("file")
    return KeptFile(visit.house.settings.data, upload) if upload is not None else None


@signed_in
def attach_evidence(visit: Visit, kept: KeptFile | None) -> Answer:
    matter, place, standing = opened(visit)
    actor = permit("add_evidence", standing, facts_here(visit, matter, place))
    fields = Fields(visit)
    kind = visit.text("kind")
    if not attached_word(kind):
        fields.errors["kind"] = Refusal(_("请从列出的选项中选择"))
    note = fields.text("note", most=500, required=kept is None)
    fields.check()
    add_evidence(visit.session, visit.now, matter=matter, kind=kind, note=note, actor=actor, kept_file=kept)
    return back(matter)


@signed_in
def show_variants(visit: Visit) -> Answer:
    matter, place, _standing = opened(visit)
    facts = facts_here(visit, matter, place)
    rows = [
        (step, variant, may_choose(step, variant.id, facts), facts.choices.get(step.id, "") == variant.id)
        for step in facts.procedure.steps
        for variant in step.variants.values()
    ]
    return form_page(visit, "matters/variants.html", "choose_variant", rows=rows)


@signed_in
def choose(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    facts = facts_here(visit, matter, place)
    actor = permit("choose_variant", standing, facts)
    fields = Fields(visit)
    step = fields.choice("step", [one.id for one in facts.procedure.steps])
    fields.check()
    choose_variant(visit.session, visit.now, matter=matter, step=step, variant=visit.text("variant"), actor=actor)
    return redirect(f"/matters/{matter.id}/variants")


# --- postings and objections


@signed_in
def new_disclosure(visit: Visit) -> Answer:
    return form_page(visit, "matters/disclosure_new.html", "open_disclosure")


@signed_in
def disclose(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    facts = facts_here(visit, matter, place)
    actor = permit("open_disclosure", standing, facts)
    fields = Fields(visit)
    title, body, where = fields.text("title", most=80), fields.text("body", most=20_000), fields.text("place", most=200)
    fields.check()
    issued_by = words.BODIES[facts.step.body]
    open_disclosure(visit.session, visit.now, matter=matter, title=title, body=body, place=where, actor=actor, issued_by=issued_by)
    return back(matter)


@signed_in
def show_closing(visit: Visit) -> Answer:
    return form_page(visit, "matters/disclosure_close.html", "close_disclosure")


@signed_in
def finish_disclosure(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    actor = permit("close_disclosure", standing, facts_here(visit, matter, place))
    close_disclosure(visit.session, visit.now, matter=matter, actor=actor)
    return back(matter)


@signed_in
def new_objection(visit: Visit) -> Answer:
    return form_page(visit, "matters/objection_new.html", "raise_objection")


@signed_in
def object_(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    actor = permit("raise_objection", standing, facts_here(visit, matter, place))
    fields = Fields(visit)
    body = fields.text("body", most=5000)
    fields.check()
    raise_objection(visit.session, visit.now, matter=matter, body=body, actor=actor)
    return redirect(f"/matters/{matter.id}#objections")


@signed_in
def list_objections(visit: Visit) -> Answer:
    matter, _place, _standing = opened(visit)
    found = visit.session.exec(select(Objection).where(Objection.matter_id == matter.id).order_by(Objection.id)).all()
    return form_page(visit, "matters/objections.html", "answer_objection", objections=found)


@signed_in
def answer(visit: Visit) -> Answer:
    objection = visit.session.get(Objection, visit.number("id"))
    if objection is None:
        raise Missing
    matter, place, standing = matter_within_reach(visit.session, objection.matter_id, visit.person.id, visit.now)
    actor = permit("answer_objection", standing, facts_here(visit, matter, place))
    fields = Fields(visit)
    text = fields.text("answer", most=5000)
    verdict = fields.choice("upheld", ("yes", "no"))
    fields.check()
    answer_objection(
        visit.session, visit.now, matter=matter, objection=objection, answer=text, is_upheld=verdict == "yes", actor=actor
    )
    return redirect(f"/matters/{matter.id}/objections")


# --- feedback to each person


@signed_in
def list_replies(visit: Visit) -> Answer:
    """Who is owed an answer and what they said; each of them sees their own."""
    matter, _place, standing = opened(visit)
    owed = replies_owed(visit.session, matter.id)
    if not standing.roles & {"officer", "chair", "supervisor", "auditor"}:
        owed = [one for one in owed if one.person_id == visit.person.id]
    names = names_of(visit.session, {one.person_id for one in owed})
    return form_page(visit, "matters/replies.html", "give_feedback", owed=[(names[one.person_id], one) for one in owed])


@signed_in
def reply(visit: Visit) -> Answer:
    owed = visit.session.get(ReplyOwed, visit.number("id"))
    if owed is None:
        raise Missing
    matter, place, standing = matter_within_reach(visit.session, owed.matter_id, visit.person.id, visit.now)
    actor = permit("give_feedback", standing, facts_here(visit, matter, place))
    fields = Fields(visit)
    text = fields.text("answer", most=5000)
    fields.check()
    give_feedback(visit.session, visit.now, matter=matter, owed=owed, answer=text, actor=actor)
    return redirect(f"/matters/{matter.id}/replies")


MOVES = (Act.MATTER_MOVED, Act.MATTER_CLOSED, Act.MATTER_REFUSED)

routes = [
    get("/matters/{id}/screening", new_screening),
    post("/matters/{id}/screening", screen, Act.DOCUMENT_ISSUED, *MOVES, again=new_screening),
    get("/matters/{id}/notices/new", new_notice),
    get("/matters/{id}/notices", list_notices),
    post("/matters/{id}/notices", give_notice, Act.NOTICE_ISSUED, again=new_notice),
    post("/matters/{id}/deliveries", record_delivery, Act.NOTICE_DELIVERED, again=list_notices),
    post("/matters/{id}/notices/closing", finish_notice, Act.DOCUMENT_CLOSED, *MOVES),
    get("/matters/{id}/documents/new", new_document),
    post("/matters/{id}/documents", make_document, Act.DOCUMENT_ISSUED, *MOVES, again=new_document),
    get("/matters/{id}/minutes", show_minutes),
    post("/matters/{id}/minutes/closing", confirm_minutes, Act.DOCUMENT_CLOSED, *MOVES, again=show_minutes),
    get("/matters/{id}/plans/new", new_plan),
    post("/matters/{id}/plans", add_plan, Act.PLAN_REVISED, again=new_plan),
    get("/matters/{id}/evidence/new", new_evidence),
    post("/matters/{id}/evidence", attach_evidence, Act.EVIDENCE_ADDED, again=new_evidence, prepare=keep_file, upload=True),
    get("/matters/{id}/variants", show_variants),
    post("/matters/{id}/variants", choose, Act.VARIANT_CHOSEN, again=show_variants),
    get("/matters/{id}/disclosures/new", new_disclosure),
    get("/matters/{id}/disclosures", show_closing),
    post("/matters/{id}/disclosures", disclose, Act.DISCLOSURE_OPENED, again=new_disclosure),
    post("/matters/{id}/disclosures/closing", finish_disclosure, Act.DISCLOSURE_CLOSED, *MOVES),
    get("/matters/{id}/objections/new", new_objection),
    get("/matters/{id}/objections", list_objections),
    post("/matters/{id}/objections", object_, Act.OBJECTION_RAISED, again=new_objection),
    post("/objections/{id}/answer", answer, Act.OBJECTION_ANSWERED),
    get("/matters/{id}/replies", list_replies),
    post("/replies/{id}/answer", reply, Act.FEEDBACK_GIVEN),
]
