"""Pages of 收下上报: submissions of points below, from files of other installations; whose key was confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from deliberation.files import KeptFile
from deliberation.identity.doors import signed_in
from deliberation.legislation.below_view import points_below, same_across, totals
from deliberation.legislation.receipt_models import receipts_of
from deliberation.legislation.receiving import Came, receive_file
from deliberation.legislation.solicitation_view import Asked
from deliberation.legislation.submission_files import read_submission
from deliberation.legislation.submit_extending import extend_submitting
from deliberation.legislation.tier_models import submit_extensions_of
from deliberation.refusal import Invalid, Refusal, Refused
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Provisional, Visit, get, page, post, redirect

ZIP = "application/zip"


@dataclass
class Arrived(Provisional):
    """A submission that was read, and its file laid ready; gone again if it is refused or was here before."""

    came: Came
    file: KeptFile

    def discard(self) -> None:
        self.file.discard()


@signed_in
def show_received(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor("receive_submissions")
    waiting = next((each for each in visit.details or () if isinstance(each, Came)), None)
    return page(
        visit,
        "legislation/received.html",
        receipts=receipts_of(visit.session, here.one.id),
        waiting=waiting,
        **here.base(),
    )


def prepare_received(visit: Visit) -> Arrived:
    """Before the writer's door: rights, then every check of the file."""
    Asked(visit, visit.number("id")).actor("receive_submissions")
    upload = visit.call.files.get("file")
    if upload is None:
        raise Invalid({"file": Refusal(_("请选择文件"))})
    confirmed = visit.text("vkey") if visit.text("confirms") else ""
    try:
        came = read_submission(upload.content, confirmed)
        return Arrived(came, KeptFile(visit.house.settings.data, upload, ZIP))
    except Refused as no:
        raise Invalid({"file": no.refusal}) from None


@signed_in
def take_received(visit: Visit, arrived: Arrived) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("receive_submissions")
    try:
        made = receive_file(
            visit.session, visit.now, of=here.one, came=arrived.came, file=arrived.file, actor=actor
        )  # fmt: skip
    except Refused as no:
        raise Invalid({"file": no.refusal}) from None
    arrived.is_used = made.attachment_id is not None and arrived.file.is_used
    return redirect(f"/solicitations/{here.one.id}/received#r{made.id}")


@signed_in
def show_below(visit: Visit) -> Answer:
    """Where each point below stands; for the liaison of the body."""
    here = Asked(visit, visit.number("id"))
    here.actor("receive_submissions")
    rows = points_below(visit.session, visit.now, here.one, here.place)
    same = same_across(visit.session, here.one)
    extensions = submit_extensions_of(visit.session, here.one.id)
    return page(
        visit, "legislation/points_below.html", rows=rows, sums=totals(rows), same=same, extensions=extensions,
        feeds_back=here.allows("feed_back") and any(each.elsewhere for each in rows), **here.base(),
    )  # fmt: skip


@signed_in
def extend_one(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("extend_submitting")
    fields = Fields(visit)
    until_on, reason = fields.day("until_on"), fields.text("reason", most=500)
    fields.check()
    extend_submitting(visit.session, visit.now, one=here.one, until_on=until_on, reason=reason, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/points-below")


routes = [
    get("/solicitations/{id}/points-below", show_below),
    post("/solicitations/{id}/points-below", extend_one, Act.SUBMISSION_EXTENDED, again=show_below),
    get("/solicitations/{id}/received", show_received),
    post(
        "/solicitations/{id}/received", take_received, Act.SUBMISSION_RECEIVED, Act.TIER_KEY_CONFIRMED,
        prepare=prepare_received, again=show_received, upload=True,
    ),
]  # fmt: skip
