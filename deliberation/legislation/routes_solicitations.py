"""Pages of 征求意见: what is asked, for everybody; drawing it up and keeping it, for the contact point."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.communities.models import communities_by_id, community
from deliberation.identity.doors import signed_in
from deliberation.identity.reach import roles_of
from deliberation.legislation.draft_doors import points_of
from deliberation.legislation.draft_models import DraftLaw, draft_law, draft_version, versions_of
from deliberation.legislation.solicitation_models import CollectionPoint, open_solicitations, opened_solicitations
from deliberation.legislation.solicitation_papers import atom, poster
from deliberation.legislation.solicitation_rules import BEFORE, DRAFTING, NAMINGS, POINT_KINDS, Terms, lines, may
from deliberation.legislation.solicitation_view import Asked, kept, said_options, shown
from deliberation.legislation.soliciting import (
    CLOSE,
    add_point,
    change_solicitation,
    close_due,
    draft_solicitation,
    extend_solicitation,
    name_collector,
    open_solicitation,
)
from deliberation.matters.days import day_of
from deliberation.paper import PDF, sheet_pdf
from deliberation.refusal import Missing, refuse_if
from deliberation.sections import OPEN, Deadline, Item, Section
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, download, get, page, post, public, redirect, text

MOST_AT_HOME, MOST_IN_FEED = 3, 50


@public
def list_solicitations(visit: Visit) -> Answer:
    """Those that run, then those that have closed."""
    running = open_solicitations(visit.session, visit.now)
    ids = {each.id for each in running}
    ended = [each for each in opened_solicitations(visit.session) if each.id not in ids]
    places = communities_by_id(visit.session, {each.community_id for each in (*running, *ended)})
    takes = bool(points_of(visit))
    return page(visit, "legislation/solicitations.html", running=running, ended=ended, places=places, takes=takes)


@public
def show_solicitation(visit: Visit) -> Answer:
    return page(visit, "legislation/solicitation.html", **shown(Asked(visit, visit.number("id"))))


# --- drawing up


def _drafting(visit: Visit) -> tuple[DraftLaw, Any, Actor]:
    """The draft of the path, its place, and the visitor as its liaison. Raises Missing for strangers to the point."""
    draft = draft_law(visit.session, visit.number("id"))
    place = community(visit.session, draft.community_id)
    roles = roles_of(visit.session, Actor("", visit.person.id), place, visit.now)
    if not draft.is_public and not roles:
        raise Missing
    refuse_if(may("draft_solicitation", roles, BEFORE))
    visit.community = place
    return draft, place, Actor("liaison", visit.person.id)


@signed_in
def new_solicitation(visit: Visit) -> Answer:
    draft, place, _actor = _drafting(visit)
    versions = versions_of(visit.session, draft.id)
    asked = visit.query.get("version", "")
    return page(
        visit,
        "legislation/solicitation_new.html",
        draft=draft,
        place=place,
        versions=[(each.number, each.name) for each in reversed(versions)],
        chosen=asked if asked.isdigit() else "",
        namings_said=said_options(visit, NAMINGS),
        one=None,
        today=day_of(visit.now, place.zone),
    )


@signed_in
def make_solicitation(visit: Visit) -> Answer:
    draft, _place, actor = _drafting(visit)
    fields = Fields(visit)
    number = fields.integer("version", least=1, most=10_000)
    terms = _terms(fields)
    fields.check()
    version = draft_version(visit.session, draft.id, number)
    made = draft_solicitation(visit.session, visit.now, draft=draft, version=version, terms=terms, actor=actor)
    return redirect(f"/solicitations/{made.id}/keeping")


def _terms(fields: Fields) -> Terms:
    visit = fields.visit
    return Terms(
        title=fields.text("title", most=200),
        letter_from=fields.text("letter_from", most=100),
        letter_no=fields.text("letter_no", most=60, required=False),
        letter_on=fields.day("letter_on", required=False),
        asks_contacts=bool(visit.text("asks_contacts")),
        about=fields.text("about", most=300),
        questions=lines(fields.text("questions", most=2000)),
        groups=lines(fields.text("groups", most=2000, required=False)),
        namings=tuple(dict.fromkeys(visit.texts("namings"))),
        without_account=bool(visit.text("without_account")),
        days=fields.integer("days", most=1000, required=False),
        until_on=fields.day("until_on", required=False),
        submit_by=fields.day("submit_by", required=False),
    )


@signed_in
def edit_terms(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor("change_solicitation")
    return page(visit, "legislation/solicitation_new.html", namings_said=said_options(visit, NAMINGS), versions=[], chosen="",
                **here.base())  # fmt: skip


@signed_in
def change_terms(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("change_solicitation")
    fields = Fields(visit)
    terms = _terms(fields)
    fields.check()
    change_solicitation(visit.session, visit.now, one=here.one, terms=terms, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/keeping")


# --- keeping


@signed_in
def keep_solicitation(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    if not here.base()["is_staff"]:
        raise Missing
    return page(visit, "legislation/solicitation_keeping.html", **kept(here))


@signed_in
def open_one(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    open_solicitation(visit.session, visit.now, one=here.one, actor=here.actor("open_solicitation"))
    return redirect(f"/solicitations/{here.one.id}/keeping")


@signed_in
def extend_one(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("extend_solicitation")
    fields = Fields(visit)
    until_on, reason = fields.day("until_on"), fields.text("reason", most=500)
    fields.check()
    extend_solicitation(visit.session, visit.now, one=here.one, until_on=until_on, reason=reason, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/keeping")


@signed_in
def add_one_point(visit: Visit) -> Answer:
    """Set up a point and have somebody collect there, in one form."""
    here = Asked(visit, visit.number("id"))
    actor = here.actor("name_points")
    fields = Fields(visit)
    name, address = fields.text("name", most=60), fields.text("address", most=100, required=False)
    kind, person_id = fields.choice("kind", POINT_KINDS), fields.integer("person", least=1)
    fields.check()
    made = add_point(
        visit.session, visit.now, of=here.place, name=name, kind=kind, address=address, actor=actor
    )  # fmt: skip
    name_collector(visit.session, visit.now, one=here.one, point=made, person_id=person_id, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/keeping#points")


@signed_in
def name_one_collector(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("name_points")
    fields = Fields(visit)
    point_id, person_id = fields.integer("point", least=1), fields.integer("person", least=1)
    fields.check()
    point = visit.session.get(CollectionPoint, point_id)
    if point is None or point.community_id != here.place.id:
        raise Missing
    name_collector(visit.session, visit.now, one=here.one, point=point, person_id=person_id, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/keeping#points")


# --- to take away


@public
def send_poster(visit: Visit) -> Answer:
    """A sheet for the notice board with the code of the page; the child that makes it holds no database."""
    here = Asked(visit, visit.number("id"))
    if here.stage == DRAFTING:
        raise Missing
    made = sheet_pdf(poster(here, visit.house.settings.address, visit.locale))
    return download(made, f"{here.one.title}.pdf", PDF, f"solicitation-{here.one.id}.pdf")


@public
def send_feed(visit: Visit) -> Answer:
    """The newest solicitations as an Atom feed (RFC 4287)."""
    found = opened_solicitations(visit.session, limit=MOST_IN_FEED)
    places = communities_by_id(visit.session, {each.community_id for each in found})
    said = atom(found, places, visit.house.settings.address, visit.now)
    return text(said, media_type="application/atom+xml; charset=utf-8")


def asked_at_home(visit: Visit) -> list[Section]:
    """What is open for opinions, where there is any."""
    running = open_solicitations(visit.session, visit.now)[:MOST_AT_HOME]
    places = communities_by_id(visit.session, {each.community_id for each in running})
    items = tuple(
        Item(each.title, f"/solicitations/{each.id}", note=_("已收到{n}条"), facts={"n": each.standing},
             due=each.last_moment, kind=_("征求意见"), action=_("提意见"), place=places[each.community_id].name)
        for each in running
    )  # fmt: skip
    return [Section(_("正在征求意见"), items, OPEN, "/solicitations")] if items else []


def deadlines(session: Session, now: datetime) -> Iterator[Deadline]:
    """The hours at which solicitations close."""
    for one in open_solicitations(session, now):
        yield Deadline(one.closes_at, one.title, _("征求意见截止：{title}"))


def furnish(house: Any) -> None:
    """The end at its hour, in words too; what is open at home."""
    house.runner.works[CLOSE] = close_due
    house.deadlines.append(deadlines)
    house.home_sections.append(asked_at_home)


routes = [
    get("/solicitations", list_solicitations),
    get("/solicitations/feed.atom", send_feed),
    get("/drafts/{id}/solicitations/new", new_solicitation),
    post("/drafts/{id}/solicitations", make_solicitation, Act.SOLICITATION_DRAFTED, again=new_solicitation),
    get("/solicitations/{id}", show_solicitation),
    get("/solicitations/{id}/poster.pdf", send_poster),
    get("/solicitations/{id}/terms", edit_terms),
    post("/solicitations/{id}/terms", change_terms, Act.SOLICITATION_CHANGED, again=edit_terms),
    get("/solicitations/{id}/keeping", keep_solicitation),
    post("/solicitations/{id}/opening", open_one, Act.SOLICITATION_OPENED, again=keep_solicitation),
    post("/solicitations/{id}/extensions", extend_one, Act.SOLICITATION_EXTENDED, again=keep_solicitation),
    post("/solicitations/{id}/points", add_one_point, Act.POINT_ADDED, Act.COLLECTOR_NAMED, again=keep_solicitation),
    post("/solicitations/{id}/collectors", name_one_collector, Act.COLLECTOR_NAMED, again=keep_solicitation),
]
