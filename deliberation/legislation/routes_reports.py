"""征求意见情况报告: filled from the record, written on, taken away as DOCX."""

from __future__ import annotations

from deliberation.identity.doors import signed_in
from deliberation.identity.models import names_of
from deliberation.legislation.report_models import newest_report, reports_of
from deliberation.legislation.report_rules import MOST_WORDS, PARTS
from deliberation.legislation.reporting import filled_from, write_report
from deliberation.legislation.solicitation_view import Asked
from deliberation.refusal import Missing
from deliberation.sheets import Heading, Sheet, Text
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, download, get, page, post, redirect
from deliberation.wordfile import DOCX, docx

TITLE = "征求意见情况报告"


@signed_in
def show_report(visit: Visit) -> Answer:
    """The last version, or what the record says where there is none yet or it is asked for."""
    here = Asked(visit, visit.number("id"))
    here.actor("export_opinions")
    versions = reports_of(visit.session, here.one.id)
    is_fresh = not versions or visit.query.get("fresh") == "1"
    parts = filled_from(visit.session, here.one) if is_fresh else versions[0].parts
    names = names_of(visit.session, {each.person_id for each in versions if each.person_id})
    return page(
        visit, "legislation/report.html", parts=list(enumerate(zip(PARTS, parts, strict=True), 1)), versions=versions,
        is_fresh=is_fresh, names=names, most=MOST_WORDS, **here.base(),
    )  # fmt: skip


@signed_in
def keep_report(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("export_opinions")
    fields = Fields(visit)
    parts = [
        # It quotes opinions, which are kept with whatever signs they have.
        fields.text(f"part_{at}", most=MOST_WORDS, required=False, turns=True)
        for at in range(1, len(PARTS) + 1)
    ]
    fields.check()
    write_report(visit.session, visit.now, one=here.one, parts=parts, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/report")


@signed_in
def send_report(visit: Visit) -> Answer:
    """The last version as DOCX. Raises Missing where none was kept yet."""
    here = Asked(visit, visit.number("id"))
    here.actor("export_opinions")
    last = newest_report(visit.session, here.one.id)
    if last is None:
        raise Missing
    blocks: list[Heading | Text] = []
    for heading, words in zip(PARTS, last.parts, strict=True):
        blocks += [Heading(heading), *(Text(line) for line in words.split("\n") if line.strip())]
    sheet = Sheet(TITLE, tuple(blocks), number=here.one.title, foot=here.place.name, at=last.at.isoformat())
    return download(docx(sheet), f"{TITLE}_{here.one.title}.docx", DOCX, f"report-{here.one.id}-{last.number}.docx")


routes = [
    get("/solicitations/{id}/report", show_report),
    post("/solicitations/{id}/report", keep_report, Act.REPORT_WRITTEN, again=show_report),
    get("/solicitations/{id}/report.docx", send_report),
]
