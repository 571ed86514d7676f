"""Pages of offline voices: typed by keyboard, with the scanned sheet, and imported whole from a file."""

from __future__ import annotations

from typing import Any

from deliberation.files import Attachment, KeptFile, content_of, keep_upload
from deliberation.identity.doors import signed_in
from deliberation.legislation.intake_back import Incoming, back_file
from deliberation.legislation.intake_planning import plan_intake, write_intake
from deliberation.legislation.opinion_files import MOST_TOLD, empty_table, open_file
from deliberation.legislation.opinion_models import OpinionIntake, intakes_of, opinion, opinion_of_file
from deliberation.legislation.opinion_rules import CHANNELS, KINDS, OFFLINE, Said, Signature
from deliberation.legislation.opinion_typing import (
    Typed,
    last_typed,
    my_points,
    type_opinion,
)
from deliberation.legislation.solicitation_models import points_of
from deliberation.legislation.solicitation_rules import ANONYMOUS, NAMED
from deliberation.legislation.solicitation_view import Asked, said_options
from deliberation.refusal import Invalid, Missing, Refusal, Refused
from deliberation.translation import translate
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, download, get, page, post, redirect


@signed_in
def collect(visit: Visit) -> Answer:
    """One after the other by keyboard; what was the same the last time is filled in."""
    here = Asked(visit, visit.number("id"))
    here.actor("type_opinion")
    last = last_typed(visit.session, here.one, visit.person.id)
    done = visit.query.get("done", "")
    typed = opinion(visit.session, int(done)) if done.isascii() and done.isdigit() and len(done) < 16 else None
    mine = my_points(visit.session, here.one, here.roles, here.person_id)
    day = min(here.today, here.last_day)
    return page(
        visit,
        "legislation/collecting.html",
        last=last,
        done=typed if typed is not None and typed.collector_id == visit.person.id else None,
        channels_said=said_options(visit, {word: CHANNELS[word] for word in OFFLINE}),
        kinds_said=[("", translate(visit.locale, _("看情况"))), *said_options(visit, KINDS)],
        points=[(each.id, each.name) for each in points_of(visit.session, here.place.id) if each.id in mine],
        day=last.said_on if last else day,
        **here.base(),
    )


def prepare_typed(visit: Visit) -> KeptFile | None:
    """Lay the scanned sheet ready, before the writer's door."""
    Asked(visit, visit.number("id")).actor("type_opinion")
    upload = visit.call.files.get("file")
    return keep_upload(visit.house.settings.data, upload) if upload else None


@signed_in
def type_one(visit: Visit, file: KeptFile | None) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("type_opinion")
    fields = Fields(visit)
    typed = _typed(fields)
    fields.check()
    id = type_opinion(visit.session, visit.now, one=here.one, typed=typed, file=file, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/collecting?done={id}")


def _typed(fields: Fields) -> Typed:
    visit = fields.visit
    provision = fields.text("provision", most=60, required=False)
    name, is_child = fields.text("name", most=40, required=False), bool(visit.text("is_child"))
    is_whole = "".join(provision.split()) in ("", "总体")
    kind = visit.text("kind") or ("whole" if is_whole else "edit")
    signed = Signature(
        naming=NAMED if name else ANONYMOUS,
        name=name,
        publishes=bool(visit.text("publishes")),
        names=bool(visit.text("names")) and bool(name),
        is_child=is_child,
        guardian=fields.text("guardian", most=40, required=False) if is_child else "",
        category=fields.text("category", most=60, required=False),
        contact=fields.text("contact", most=60, required=False),
        forwards=bool(visit.text("forwards")),
    )
    words = {word: fields.text(word, most=100_000, required=False, turns=True) for word in ("proposal", "reason")}
    return Typed(
        provision=provision,
        quote="",
        said=Said(kind, **words),
        signed=signed,
        channel=fields.choice("channel", OFFLINE),
        point_id=fields.integer("point", least=1, required=False),
        occasion=fields.text("occasion", most=60, required=False),
        said_on=fields.day("said_on"),
    )


@signed_in
def send_scan(visit: Visit) -> Answer:
    """A scanned sheet, for the liaison and for whoever attached it."""
    row = visit.session.get(Attachment, visit.number("id"))
    if row is None:
        raise Missing
    here = Asked(visit, opinion_of_file(visit.session, row.id).solicitation_id)
    if not here.allows("read_opinions") and row.person_id != visit.person.id:
        raise Missing
    return download(content_of(visit.house.settings.data, row), row.name, row.media_type)


# --- a whole file


@signed_in
def show_imports(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor("import_opinions")
    faults = visit.details or []
    intakes = intakes_of(visit.session, here.one.id)
    return page(
        visit,
        "legislation/opinion_imports.html",
        intakes=intakes,
        done=next((each for each in intakes if str(each.id) == visit.query.get("done")), None),
        faults=faults[:MOST_TOLD],
        **here.base(),
    )


def prepare_import(visit: Visit) -> Incoming:
    """Read the file in a child process and look its provisions up, before the writer's door.

    The rows that are left out, where that was asked for, are laid ready to be given back.
    """
    here = Asked(visit, visit.number("id"))
    here.actor("import_opinions")
    upload = visit.call.files.get("file")
    if upload is None:
        raise Invalid({"file": Refusal(_("请选择文件"))})
    skips = bool(visit.text("skip_bad"))
    try:
        # The good rows are kept either way: what is wrong with them too, in the draft, is told together with the rest.
        file = open_file(upload.content, upload.filename, keeps_good=True)
    except Refused as no:
        raise Invalid({"file": no.refusal}) from None
    publishes = bool(visit.text("publishes"))
    planned = plan_intake(visit.session, visit.now, one=here.one, file=file, publishes=publishes)
    is_short = skips and planned.new and planned.skipped
    return Incoming(planned, back_file(visit.house.settings.data, planned, visit.locale) if is_short else None)


@signed_in
def import_one(visit: Visit, incoming: Incoming) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("import_opinions")
    back, planned = incoming.back, incoming.planned
    made = write_intake(
        visit.session, visit.now, one=here.one, planned=planned, actor=actor, skips_bad=bool(visit.text("skip_bad"))
    )
    if back is not None:
        made.left_out_id = back.attach(visit.session, here.place.id, visit.person.id, visit.now).id
        incoming.is_used = True
    return redirect(f"/solicitations/{here.one.id}/imports?done={made.id}")


@signed_in
def send_left_out(visit: Visit) -> Answer:
    """The rows of a file that were not imported, to be mended and imported."""
    here = Asked(visit, visit.number("id"))
    here.actor("import_opinions")
    made = visit.session.get(OpinionIntake, visit.number("intake"))
    if made is None or made.solicitation_id != here.one.id or made.left_out_id is None:
        raise Missing
    row = visit.session.get(Attachment, made.left_out_id)
    return download(content_of(visit.house.settings.data, row), row.name, row.media_type)


@signed_in
def send_template(visit: Visit) -> Answer:
    """An empty table with the headings."""
    here = Asked(visit, visit.number("id"))
    here.actor("import_opinions")
    return download(empty_table(), "意见建议汇总表.csv", "text/csv; charset=utf-8", "opinions.csv")


routes: list[Any] = [
    get("/solicitations/{id}/collecting", collect),
    post(
        "/solicitations/{id}/collecting", type_one, Act.OPINION_TYPED, prepare=prepare_typed, again=collect, upload=True
    ),
    get("/opinion-files/{id}", send_scan),
    get("/solicitations/{id}/imports", show_imports),
    get("/solicitations/{id}/imports/template.csv", send_template),
    get("/solicitations/{id}/imports/{intake}/left-out", send_left_out),
    post(
        "/solicitations/{id}/imports", import_one, Act.OPINIONS_IMPORTED, Act.OPINION_TYPED, prepare=prepare_import,
        again=show_imports, upload=True,
    ),
]  # fmt: skip
