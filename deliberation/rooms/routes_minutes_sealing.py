"""Pages of the end of minutes: the plain summary, the participants' sheet, signing, papers to take away."""

from __future__ import annotations

from deliberation.files import KeptFile, keep_upload
from deliberation.identity.doors import signed_in
from deliberation.identity.models import is_held_over
from deliberation.matters.reach import today_in
from deliberation.paper import PDF, sheet_pdf
from deliberation.refusal import Invalid, Missing, Refusal, refuse_if
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.minutes_doors import Here, here_of, page_of
from deliberation.rooms.minutes_echoes import open_echoes
from deliberation.rooms.minutes_keeping import stands, text_of
from deliberation.rooms.minutes_paper import paper, signing_sheet
from deliberation.rooms.minutes_sealing import Signer, attach_sheet, sign, summarise
from deliberation.rooms.minutes_view import facts_of
from deliberation.rooms.models import room
from deliberation.vocabulary import Act, Role, _
from deliberation.web import Answer, Fields, Visit, download, get, post, public, redirect
from deliberation.wordfile import DOCX, docx

MOST_SUMMARY = 2000
PLAIN = "text/plain; charset=utf-8"


# --- the summary


@signed_in
def edit_summary(visit: Visit) -> Answer:
    here = here_of(visit)
    refusal = rules.may_summarise(stands(visit.session, here.minutes), keeps=here.keeps)
    return page_of(visit, "rooms/minutes_summary.html", here, refusal=refusal, most=MOST_SUMMARY)


@signed_in
def write_summary(visit: Visit) -> Answer:
    here = here_of(visit)
    fields = Fields(visit)
    words = fields.text("summary", most=MOST_SUMMARY)
    fields.check()
    summarise(visit.session, visit.now, document_id=here.id, words=words, actor=here.actor(), keeps=here.keeps)
    return redirect(f"/minutes/{here.id}")


# --- signing


@signed_in
def show_signing(visit: Visit) -> Answer:
    here = here_of(visit)
    standing = stands(visit.session, here.minutes)
    who = visit.person.id
    own = {
        role: rules.may_sign(standing, visit.now, role=role, person_id=who, roles=here.roles)
        for role in rules.SIGNERS
        if role in here.roles
    }
    attaching = rules.may_attach(standing, visit.now, keeps=here.keeps)
    refusal = None if here.keeps else rules.NOT_KEEPER
    left_open = open_echoes(visit.session, here.minutes) if here.keeps and not standing.is_sealed else []
    return page_of(
        visit, "rooms/minutes_sign.html", here, own=own, attaching=attaching, refusal=refusal, echoes=left_open,
        no_clerk=_no_clerk(visit, here, standing),
    )  # fmt: skip


def _no_clerk(visit: Visit, here: Here, standing: rules.Standing) -> Refusal | None:
    """Whom the minutes wait for where nobody can sign as the clerk, and who can see to it."""
    held = here.minutes.room_id and room(visit.session, here.minutes.room_id).clerk_id
    if standing.is_sealed or held or rules.CLERK in dict(standing.signed):
        return None
    if is_held_over(visit.session, here.place, [Role.CLERK], today_in(here.place, visit.now)):
        return None
    known = {"place": here.place.name}
    return Refusal(
        _("{place}还没有任命记录员，没有记录员签名就不能定稿"), known, remedy=_("请本单位或上级单位的管理员任命一名")
    )


@signed_in
def sign_one(visit: Visit) -> Answer:
    here = here_of(visit)
    fields = Fields(visit)
    role = fields.choice("role", rules.SIGNERS)
    if visit.text("read") != "yes":
        fields.errors["read"] = Refusal(_("请先核对全文，再签名"))
    fields.check()
    signer = Signer(visit.person.id, role, visit.text("digest"), despite=visit.text("despite") == "yes")
    sign(visit.session, visit.now, document_id=here.id, signer=signer, roles=here.roles)
    return redirect(f"/minutes/{here.id}")


def keep_sheet(visit: Visit) -> KeptFile | None:
    """Before the writer's door: the scan is checked and on disk before its row is written, if it may be attached."""
    upload = visit.call.files.get("file")
    if upload is None:
        return None
    here = here_of(visit)
    refuse_if(rules.may_attach(stands(visit.session, here.minutes), visit.now, keeps=here.keeps))
    return keep_upload(visit.house.settings.data, upload)


@signed_in
def attach_one(visit: Visit, kept: KeptFile | None) -> Answer:
    here = here_of(visit)
    fields = Fields(visit)
    note = fields.text("note", most=300, required=False)
    fields.check()
    if kept is None:
        raise Invalid({"file": Refusal(_("请选择签名页的扫描件或者照片"))})
    attach_sheet(
        visit.session, visit.now, document_id=here.id, note=note, kept=kept, actor=here.actor(), keeps=here.keeps
    )
    return redirect(f"/minutes/{here.id}/signing")


# --- papers


@public
def give_paper(visit: Visit) -> Answer:
    """The minutes as DOCX, PDF or plain text (whose SHA-256 is what was signed); the sheet for signatures."""
    here = here_of(visit)
    name, _dot, form = visit.call.params["file"].rpartition(".")
    if (name, form) == ("minutes", "txt"):
        return download(text_of(visit.session, here.minutes).encode(), f"minutes-{here.id}.txt", PLAIN)
    if form not in ("docx", "pdf") or name not in ("minutes", "signing"):
        raise Missing
    if name == "signing":
        refuse_if(None if here.keeps else rules.NOT_KEEPER)
    facts = facts_of(visit.session, visit.now, here.minutes, visit.house.settings.address)
    sheet = paper(facts) if name == "minutes" else signing_sheet(facts)
    made, media = (sheet_pdf(sheet), PDF) if form == "pdf" else (docx(sheet), DOCX)
    return download(made, f"{sheet.title}-{here.place.name}-{here.id}.{form}", media)


routes = [
    get("/minutes/{id}/summary", edit_summary),
    post("/minutes/{id}/summary", write_summary, Act.MINUTES_SUMMARISED, again=edit_summary),
    get("/minutes/{id}/signing", show_signing),
    post("/minutes/{id}/signatures", sign_one, Act.MINUTES_SIGNED, Act.MINUTES_SEALED, again=show_signing),
    post(
        "/minutes/{id}/sheet", attach_one, Act.EVIDENCE_ADDED, again=show_signing, prepare=keep_sheet, upload=True
    ),
    get("/minutes/{id}/papers/{file}", give_paper),
]  # fmt: skip
