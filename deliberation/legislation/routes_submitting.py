"""Pages of 上报: what goes up, what waits, what went; a submission to take away."""

from __future__ import annotations

from deliberation.audit.bundle import FULL, make_bundle
from deliberation.audit.published import Published
from deliberation.identity.doors import signed_in
from deliberation.legislation.below_view import became
from deliberation.legislation.solicitation_view import Asked
from deliberation.legislation.submission_bundling import gather_submission
from deliberation.legislation.submission_models import submission, submissions_of
from deliberation.legislation.submission_picking import changed_ones, counts_at_hand, waiting_ones
from deliberation.legislation.submission_planning import Planned, plan_submission
from deliberation.legislation.submission_rules import may_submit
from deliberation.legislation.submitting import submit_opinions
from deliberation.legislation.tier_view import above
from deliberation.refusal import Invalid, Missing, Refused
from deliberation.vocabulary import Act
from deliberation.web import Answer, Visit, download, get, page, post, redirect

ZIP = "application/zip"


def _opened(visit: Visit) -> Asked:
    """Raises Missing for one that was not taken on from above, and for whoever may not hand up."""
    here = Asked(visit, visit.number("id"))
    here.actor("submit_opinions")
    if not here.one.upper:
        raise Missing
    return here


@signed_in
def show_submissions(visit: Visit) -> Answer:
    here = _opened(visit)
    session = visit.session
    counts, changed = counts_at_hand(session, here.one), changed_ones(session, here.one)
    return page(
        visit,
        "legislation/submissions.html",
        above=above(session, visit.now, here.one, here.place),
        counts=counts,
        changed=len(changed),
        waiting=waiting_ones(session, here.one),
        made=submissions_of(session, here.one.id),
        became=became(session, here.one),
        refusal=may_submit(True, counts["new"] + len(changed), 0, True),
        **here.base(),
    )


def prepare_submission(visit: Visit) -> Planned:
    """Before the writer's door: rights, then everything that would go up."""
    return plan_submission(visit.session, _opened(visit).one)


@signed_in
def submit(visit: Visit, planned: Planned) -> Answer:
    here = _opened(visit)
    actor, leaves = here.actor("submit_opinions"), bool(visit.text("leaves"))
    try:
        submit_opinions(visit.session, visit.now, of=here.one, leaves=leaves, actor=actor, planned=planned)
    except Refused as no:
        raise Invalid({"leaves": no.refusal}) from None
    return redirect(f"/solicitations/{here.one.id}/submissions#made")


@signed_in
def give_bundle(visit: Visit) -> Answer:
    """What went up, as it went, for a body above on another installation (docs/tiers.md)."""
    made = submission(visit.session, visit.number("id"))
    Asked(visit, made.solicitation_id).actor("submit_opinions")
    contents = gather_submission(visit.session, made.id, FULL)
    folder = Published(visit.house.settings.log_folder / str(contents.community_id))
    return download(make_bundle(visit.session, contents, FULL, folder), f"submission-{made.id}.zip", ZIP)


routes = [
    get("/solicitations/{id}/submissions", show_submissions),
    post(
        "/solicitations/{id}/submissions",
        submit,
        Act.SUBMISSION_MADE,
        prepare=prepare_submission,
        again=show_submissions,
    ),
    get("/submissions/{id}/bundle.zip", give_bundle),
]
