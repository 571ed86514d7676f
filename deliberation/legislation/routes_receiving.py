"""Pages of 收下上报: submissions of points below, from files of other installations; whose key was confirmed."""

from __future__ import annotations

from deliberation.identity.doors import signed_in
from deliberation.legislation.arriving import Arrived, arrived, refused_at_file, waiting
from deliberation.legislation.below_view import points_below, same_across, totals
from deliberation.legislation.receipt_models import receipts_of
from deliberation.legislation.receiving import Came, receive_file
from deliberation.legislation.solicitation_view import Asked
from deliberation.legislation.submission_files import read_submission
from deliberation.legislation.submit_extending import extend_submitting
from deliberation.legislation.tier_models import submit_extensions_of
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect


@signed_in
def show_received(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor("receive_submissions")
    return page(
        visit,
        "legislation/received.html",
        receipts=receipts_of(visit.session, here.one.id),
        waiting=waiting(visit, Came),
        **here.base(),
    )


def prepare_received(visit: Visit) -> Arrived:
    """Before the writer's door: rights, then every check of the file."""
    Asked(visit, visit.number("id")).actor("receive_submissions")
    return arrived(visit, read_submission)


@signed_in
def take_received(visit: Visit, came: Arrived) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("receive_submissions")
    with refused_at_file():
        made = receive_file(visit.session, visit.now, of=here.one, came=came.came, file=came.file, actor=actor)
    came.is_used = made.attachment_id is not None and came.file.is_used
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
