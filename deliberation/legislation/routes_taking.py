"""Pages of 承接: what bodies above a point ask, taken on here or from a file; the file itself."""

from __future__ import annotations

from deliberation.audit.actions import Actor
from deliberation.audit.bundle import PUBLIC, make_bundle
from deliberation.audit.published import Published
from deliberation.communities.models import Community
from deliberation.identity.doors import signed_in
from deliberation.identity.reach import roles_of
from deliberation.legislation.calling import Called, gather_call, read_call
from deliberation.legislation.draft_doors import points_of
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.solicitation_rules import BEFORE, DRAFTING, may
from deliberation.legislation.solicitation_view import Asked
from deliberation.legislation.taking_on import asked_above, take_on, take_on_file
from deliberation.legislation.tier_models import taken_by
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.sections import WAITING, Item, Section
from deliberation.vocabulary import Act, Role, _
from deliberation.web import Answer, Visit, download, get, page, post, public, redirect

ZIP = "application/zip"
MOST_AT_HOME = 5


@signed_in
def show_takings(visit: Visit) -> Answer:
    """What waits above each point of which the visitor is liaison, and what was taken on."""
    points = points_of(visit)
    if not points:
        raise Missing
    rows = [
        {
            "point": each,
            "waiting": asked_above(visit.session, visit.now, each),
            "taken": taken_by(visit.session, each.id),
        }
        for each in points
    ]
    return page(visit, "legislation/takings.html", rows=rows, choices=[(each.id, each.name) for each in points])


def _point(visit: Visit) -> tuple[Community, Actor]:
    """The point of a form, and the visitor as its liaison. Raises Missing for strangers to it."""
    named = visit.text("point")
    found = next((each for each in points_of(visit) if str(each.id) == named), None)
    if found is None:
        raise Missing
    actor = Actor(Role.LIAISON.value, visit.person.id)
    refuse_if(may("take_on", roles_of(visit.session, actor, found, visit.now), BEFORE))
    visit.community = found
    return found, actor


@signed_in
def take_one(visit: Visit) -> Answer:
    point, actor = _point(visit)
    typed = visit.text("solicitation")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise Missing
    upper = solicitation(visit.session, int(typed))
    if upper.opened_at is None:
        raise Missing
    made = take_on(visit.session, visit.now, of=point, upper=upper, actor=actor)
    return redirect(f"/solicitations/{made.id}/keeping")


def prepare_file(visit: Visit) -> Called:
    """Check the file before the writer's door."""
    _point(visit)
    upload = visit.call.files.get("file")
    if upload is None:
        raise Invalid({"file": Refusal(_("请选择文件"))})
    try:
        return read_call(upload.content)
    except Refused as no:
        raise Invalid({"file": no.refusal}) from None


@signed_in
def take_from_file(visit: Visit, called: Called) -> Answer:
    point, actor = _point(visit)
    try:
        made = take_on_file(visit.session, visit.now, of=point, called=called, actor=actor)
    except Refused as no:
        raise Invalid({"file": no.refusal}) from None
    return redirect(f"/solicitations/{made.id}/keeping")


@public
def give_call(visit: Visit) -> Answer:
    """What is asked of points, with the very text, to be taken on by a point of another installation (docs/tiers.md)."""
    here = Asked(visit, visit.number("id"))
    if here.stage == DRAFTING:
        raise Missing
    contents = gather_call(visit.session, here.one.id, PUBLIC)
    folder = Published(visit.house.settings.log_folder / str(contents.community_id))
    return download(make_bundle(visit.session, contents, PUBLIC, folder), f"call-{here.one.id}.zip", ZIP)


def takings_at_home(visit: Visit) -> list[Section]:
    """For liaisons: what a body above asks and nobody here has taken on yet."""
    found = [
        (each, waiting)
        for each in points_of(visit)
        for waiting in asked_above(visit.session, visit.now, each)
        if waiting.own is None
    ]
    items = tuple(
        Item(waiting.upper.title, "/solicitations/takings", note=_("{body}在征求意见"), facts={"body": waiting.body.name},
             due=waiting.upper.submit_by or waiting.upper.last_moment, kind=_("征求意见"), action=_("承接"), place=point.name)
        for point, waiting in found[:MOST_AT_HOME]
    )  # fmt: skip
    return [Section(_("上级的征求意见，还没有承接"), items, WAITING, "/solicitations/takings")] if items else []


routes = [
    get("/solicitations/takings", show_takings),
    post("/solicitations/takings", take_one, Act.CALL_TAKEN, Act.SOLICITATION_DRAFTED, again=show_takings),
    post(
        "/solicitations/takings/file", take_from_file, Act.CALL_TAKEN, Act.SOLICITATION_DRAFTED, prepare=prepare_file,
        again=show_takings, upload=True,
    ),
    get("/solicitations/{id}/call.zip", give_call),
]  # fmt: skip
"""Before those of one solicitation, whose number takes any word."""
