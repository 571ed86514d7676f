"""Pages of the plan in its versions, of evidence, of the ways to take a step; attachments."""

from __future__ import annotations

from sqlmodel import col, select

from deliberation.files import Attachment, KeptFile, content_of, keep_upload
from deliberation.matters import words
from deliberation.matters.actions import add_evidence, choose_variant, revise_plan
from deliberation.matters.concern_rules import KINDS, TAKEN_UP
from deliberation.matters.concerns import Heard, heard, respond
from deliberation.matters.demand_models import MeetingRecord
from deliberation.matters.difference import Piece, difference
from deliberation.matters.engine import may_choose
from deliberation.matters.evidence import is_attached
from deliberation.matters.models import Document, Evidence, PlanVersion, plan_versions
from deliberation.matters.opening import Dossier, act_page, back, dossier, person_id
from deliberation.matters.reach import matter_within_reach
from deliberation.matters.returning import cost_of_change
from deliberation.matters.rules import may
from deliberation.matters.ruling_models import Ruling
from deliberation.refusal import Missing, Refusal
from deliberation.viewing import send_page, show_file
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, download, get, page, post, public, redirect, signed_in

OTHER = "other"
MOST_SHOWN = 80
"""Characters of a concern beside its box."""


# --- the plan


@public
def list_plans(visit: Visit) -> Answer:
    """Every version, newest first, each with what it changed in the one before."""
    one = dossier(visit)
    matter, place = one.matter, one.place
    plans = plan_versions(visit.session, matter.id)
    answered: dict[int, list[Heard]] = {}
    for each in heard(visit.session, matter.id):
        for number in {number for _response, number in each.responses if number}:
            answered.setdefault(number, []).append(each)
    may_write = may("revise_plan", one.standing.roles, one.facts) is None
    shown = {"plans": _with_changes(plans), "answered": answered, "kinds": KINDS, "may_write": may_write}
    return page(visit, "matters/plans.html", matter=matter, place=place, **shown)


def _with_changes(plans: list[PlanVersion]) -> list[tuple[PlanVersion, tuple[Piece, ...]]]:
    """(version, pieces against the version before; none for the first), newest first."""
    before = [None, *plans][: len(plans)]
    pairs = zip(plans, before, strict=True)
    return [(plan, difference(old.body, plan.body) if old else ()) for plan, old in pairs][::-1]


@signed_in
def new_plan(visit: Visit) -> Answer:
    one = dossier(visit)
    plans = plan_versions(visit.session, one.matter.id)
    cost = None if one.facts.is_ended else cost_of_change(one.facts)
    shown = {"plans": plans, "asked": _is_asked(one), "cost": cost, "concerns": _concerns(visit, one)}
    return act_page(visit, one, "matters/plan_new.html", "revise_plan", **shown)


def _concerns(visit: Visit, one: Dossier) -> list[tuple[str, str]]:
    """What the new version may take up: (id, its first words), the oldest first."""
    found = [each.concern for each in heard(visit.session, one.matter.id) if each.state != TAKEN_UP]
    return [(str(each.id), each.said[:MOST_SHOWN] + ("…" if len(each.said) > MOST_SHOWN else "")) for each in found]


def _is_asked(one: Dossier) -> bool:
    return one.step is not None and "plan" in one.step.evidence


@signed_in
def add_plan(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("revise_plan")
    fields = Fields(visit)
    body = fields.text("body", most=50_000)
    note = fields.text("note", most=500, required=bool(plan_versions(visit.session, one.matter.id)))
    concerns = visit.texts("concern")
    if set(concerns) - {id for id, _words in _concerns(visit, one)}:
        fields.errors["concern"] = Refusal(_("请从列出的选项中选择"))
    fields.check()
    made = revise_plan(visit.session, visit.now, matter=one.matter, body=body, note=note, actor=actor)
    if concerns:
        ids = [int(id) for id in concerns]
        respond(visit.session, visit.now, matter=one.matter, concern_ids=ids, reason=note, actor=actor, plan=made)
    return redirect(f"/matters/{one.matter.id}/plans")


# --- evidence


@signed_in
def new_evidence(visit: Visit) -> Answer:
    one = dossier(visit)
    asked = [word for word in one.step.evidence if word in words.ATTACHED] if one.step else []
    kinds = [(word, words.ATTACHED[word]) for word in asked] + [(OTHER, _("其他佐证"))]
    return act_page(
        visit,
        one,
        "matters/evidence_new.html",
        "add_evidence",
        kinds=kinds,
        papers=_papers(visit, one),
        wants_plan=one.step is not None and "plan" in one.step.evidence and not one.facts.plans,
    )


def _papers(visit: Visit, one: Dossier) -> list[tuple[int, str]]:
    """The documents to which evidence may be attached: (id, title)."""
    found = select(Document.id, Document.title).where(
        Document.matter_id == one.matter.id, col(Document.corrects_id).is_(None)
    )
    return [(id, title) for id, title in visit.session.exec(found.order_by(col(Document.id)))]


def keep_file(visit: Visit) -> KeptFile | None:
    """Before the writer's door: the file is checked and on disk before its row is written, if it may be added."""
    upload = visit.call.files.get("file")
    if upload is None:
        return None
    dossier(visit).actor("add_evidence")
    return keep_upload(visit.house.settings.data, upload)


@signed_in
def attach_evidence(visit: Visit, kept: KeptFile | None) -> Answer:
    one = dossier(visit)
    actor = one.actor("add_evidence")
    fields = Fields(visit)
    kind = visit.text("kind")
    if kind == "plan":
        fields.errors["kind"] = Refusal(_("方案文本不作为佐证添加"), remedy=_("请用“调整方案”写出方案全文"))
    elif not is_attached(kind):
        fields.errors["kind"] = Refusal(_("请从列出的选项中选择"))
    note = fields.text("note", most=500, required=kept is None)
    known = {str(id): id for id, _title in _papers(visit, one)}
    document = fields.choice("document", ("", *known))
    fields.check()
    add_evidence(
        visit.session,
        visit.now,
        matter=one.matter,
        kind=kind,
        note=note,
        actor=actor,
        kept_file=kept,
        document_id=known.get(document),
    )
    return back(one.matter)


def _is_of_demand(visit: Visit, found: Attachment) -> bool:
    """Minutes of a demanded meeting: a demand is public, so its minutes are."""
    asked = select(MeetingRecord.id).where(MeetingRecord.attachment_id == found.id)
    return visit.session.exec(asked).first() is not None


def _attachment(visit: Visit) -> tuple[Attachment, str]:
    """An attachment of a matter within reach, and the page where it belongs. Raises Missing."""
    found = visit.session.get(Attachment, visit.number("id"))
    if found is None:
        raise Missing
    used = visit.session.exec(select(Evidence.matter_id).where(Evidence.attachment_id == found.id)).first()
    if used is None:
        used = visit.session.exec(select(Ruling.matter_id).where(Ruling.attachment_id == found.id)).first()
    if used is not None:
        matter_within_reach(visit.session, used, person_id(visit), visit.now)
        return found, f"/matters/{used}"
    if _is_of_demand(visit, found):
        return found, ""
    raise Missing


@public
def send_attachment(visit: Visit) -> Answer:
    """The file as it came; never shown in our origin, always to be saved."""
    found, _back = _attachment(visit)
    return download(content_of(visit.house.settings.data, found), found.name, found.media_type)


@public
def view_attachment(visit: Visit) -> Answer:
    found, where = _attachment(visit)
    return show_file(visit, found, f"/attachments/{found.id}", where)


@public
def view_page(visit: Visit) -> Answer:
    return send_page(visit, _attachment(visit)[0])


# --- ways to take a step


@signed_in
def show_variants(visit: Visit) -> Answer:
    one = dossier(visit)
    rows = [
        (step, variant, may_choose(step, variant.id, one.facts), one.facts.choices.get(step.id, "") == variant.id)
        for step in one.facts.procedure.steps
        for variant in step.variants.values()
    ]
    return act_page(visit, one, "matters/variants.html", "choose_variant", rows=rows)


@signed_in
def choose(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("choose_variant")
    fields = Fields(visit)
    step = fields.choice("step", [each.id for each in one.facts.procedure.steps])
    fields.check()
    choose_variant(visit.session, visit.now, matter=one.matter, step=step, variant=visit.text("variant"), actor=actor)
    return redirect(f"/matters/{one.matter.id}/variants")


routes = [
    get("/matters/{id}/plans", list_plans),
    get("/matters/{id}/plans/new", new_plan),
    post("/matters/{id}/plans", add_plan, Act.PLAN_REVISED, Act.EVIDENCE_ADDED, Act.CONCERN_ANSWERED, again=new_plan),
    get("/matters/{id}/evidence/new", new_evidence),
    post(
        "/matters/{id}/evidence",
        attach_evidence,
        Act.EVIDENCE_ADDED,
        again=new_evidence,
        prepare=keep_file,
        upload=True,
    ),
    get("/attachments/{id}", send_attachment),
    get("/attachments/{id}/view", view_attachment),
    get("/attachments/{id}/pages/{page}", view_page),
    get("/matters/{id}/variants", show_variants),
    post("/matters/{id}/variants", choose, Act.VARIANT_CHOSEN, again=show_variants),
]
