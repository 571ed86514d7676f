"""Pages of 反馈下传: what a body tells its points of what they handed up; what a point elsewhere was told."""

from __future__ import annotations

from deliberation.audit.bundle import FULL, make_bundle
from deliberation.audit.published import Published
from deliberation.identity.doors import signed_in
from deliberation.legislation.answering import came_from_above
from deliberation.legislation.arriving import ZIP, Arrived, arrived, refused_at_file, waiting
from deliberation.legislation.feedback_bundling import gather_feedback, read_feedback
from deliberation.legislation.feedback_models import feedback, feedback_receipts_of, feedbacks_of
from deliberation.legislation.feeding_back import Returned, feed_back, take_feedback, untold
from deliberation.legislation.receipt_models import SubmissionReceipt, sources_of
from deliberation.legislation.routes_taking import MOST_AT_HOME, points_of
from deliberation.legislation.solicitation_view import Asked
from deliberation.legislation.tier_models import taken_by
from deliberation.legislation.tier_view import above
from deliberation.refusal import Missing
from deliberation.sections import WAITING, Item, Section
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Visit, download, get, page, post, redirect

# --- the body above


@signed_in
def show_feedback(visit: Visit) -> Answer:
    """Which points elsewhere have not heard how many answers, and what went down."""
    here = Asked(visit, visit.number("id"))
    here.actor("feed_back")
    sources = [each for each in sources_of(visit.session, here.one.id) if each.submission_id is None]
    made = feedbacks_of(visit.session, here.one.id)
    rows = [
        {
            "source": each,
            "untold": untold(visit.session, here.one, each),
            "made": [one for one in made if (one.origin, one.asked) == (each.origin, each.asked)],
        }
        for each in sources
    ]
    return page(visit, "legislation/feedback.html", rows=rows, **here.base())


@signed_in
def give_feedback(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("feed_back")
    source = visit.session.get(SubmissionReceipt, visit.number("source"))
    if source is None or source.solicitation_id != here.one.id or source.submission_id is not None:
        raise Missing
    made = feed_back(visit.session, visit.now, of=here.one, source=source, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/feedback#f{made.id}")


@signed_in
def give_bundle(visit: Visit) -> Answer:
    """A feedback as it went, for the point on another installation (docs/tiers.md)."""
    made = feedback(visit.session, visit.number("id"))
    Asked(visit, made.solicitation_id).actor("feed_back")
    contents = gather_feedback(visit.session, made.id, FULL)
    folder = Published(visit.house.settings.log_folder / str(contents.community_id))
    return download(make_bundle(visit.session, contents, FULL, folder), f"feedback-{made.id}.zip", ZIP)


# --- the point


def _below(visit: Visit) -> Asked:
    """Raises Missing for one that was not taken on from another installation, and for whoever may not take it in."""
    here = Asked(visit, visit.number("id"))
    here.actor("take_feedback")
    if not here.one.upper or here.one.upper_id:
        raise Missing
    return here


@signed_in
def show_taken(visit: Visit) -> Answer:
    here = _below(visit)
    return page(
        visit,
        "legislation/feedback_taken.html",
        receipts=feedback_receipts_of(visit.session, here.one.id),
        waiting=waiting(visit, Returned),
        above=above(visit.session, visit.now, here.one, here.place),
        **here.base(),
    )


def prepare_taken(visit: Visit) -> Arrived:
    """Before the writer's door: rights, then every check of the file."""
    _below(visit)
    return arrived(visit, read_feedback)


@signed_in
def take(visit: Visit, came: Arrived) -> Answer:
    here = _below(visit)
    actor = here.actor("take_feedback")
    with refused_at_file():
        made = take_feedback(visit.session, visit.now, of=here.one, came=came.came, file=came.file, actor=actor)
    came.is_used = came.file.is_used
    return redirect(f"/solicitations/{here.one.id}/from-above#r{made.id}")


def answers_at_home(visit: Visit) -> list[Section]:
    """For liaisons: what a body above has decided, and the authors have not been told."""
    asked = {
        one.id: (one, place) for place in points_of(visit) for one in taken_by(visit.session, place.id) if one.closed_at
    }
    items = tuple(
        Item(asked[id][0].title, f"/solicitations/{id}/adoption", note=_("上级有了决定，还没有告诉提意见的人"), kind=_("征求意见"), action=_("去答复"), place=asked[id][1].name)
        for id in came_from_above(visit.session, asked)[:MOST_AT_HOME]
    )  # fmt: skip
    return [Section(_("上级的答复到了"), items, WAITING, "/solicitations")] if items else []


routes = [
    get("/solicitations/{id}/feedback", show_feedback),
    post("/solicitations/{id}/feedback/{source}", give_feedback, Act.ANSWERS_HANDED_DOWN),
    get("/feedback/{id}/bundle.zip", give_bundle),
    get("/solicitations/{id}/from-above", show_taken),
    post(
        "/solicitations/{id}/from-above", take, Act.ANSWERS_CAME_DOWN, Act.OPINIONS_DECIDED_ABOVE, Act.TIER_KEY_CONFIRMED,
        prepare=prepare_taken, again=show_taken, upload=True,
    ),
]  # fmt: skip
