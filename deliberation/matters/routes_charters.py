"""Public pages of charters and pacts; entering their filing and the day from which an edition is in force."""

from __future__ import annotations

from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community
from deliberation.matters.charter_models import Charter, CharterEdition, editions_of
from deliberation.matters.charter_showing import Page, is_open, page_of, rows_of
from deliberation.matters.charters import Filing, begin_edition, file_edition
from deliberation.matters.gathering import facts_of
from deliberation.matters.moving import permit
from deliberation.matters.opening import near_of, person_id
from deliberation.matters.reach import matter_within_reach, today_in
from deliberation.matters.rules import may
from deliberation.refusal import Missing
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, post, public, redirect, signed_in


@public
def list_charters(visit: Visit) -> Answer:
    """Every charter within reach; ``community`` narrows to one."""
    asked = visit.query.get("community", "")
    place = community(visit.session, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    visit.community = place
    places = [place] if place else list(visit.session.exec(select(Community)))
    rows = rows_of(visit.session, places, near_of(visit), lambda one: today_in(one, visit.now))
    return page(visit, "matters/charters.html", rows=rows, place=place)


def _charter(visit: Visit) -> tuple[Charter, Community]:
    found = visit.session.get(Charter, visit.number("id"))
    if found is None:
        raise Missing
    editions = editions_of(visit.session, found.id)
    if not any(is_open(visit.session, one, near_of(visit)) for one in editions):
        raise Missing
    place = visit.session.get(Community, found.community_id)
    visit.community = place
    return found, place


@public
def show_charter(visit: Visit) -> Answer:
    """The edition in force today, those to come, the earlier ones; who decided, and where each was filed."""
    found, place = _charter(visit)
    return _page(visit, found, place)


def _page(visit: Visit, found: Charter, place: Community) -> Answer:
    shown = page_of(visit.session, found, today_in(place, visit.now), visit.now)
    return page(visit, "matters/charter.html", charter=shown, place=place, doing=_doing(visit, shown))


def _doing(visit: Visit, shown: Page) -> dict[int, dict[str, bool]]:
    """Of each edition to come: whether this visitor enters its filing and its beginning, with the reasons against."""
    found = {}
    for one in shown.coming:
        matter, place, standing = matter_within_reach(visit.session, one.matter.id, person_id(visit), visit.now)
        facts = facts_of(visit.session, matter, visit.now, place)
        found[one.row.id] = {act: may(act, standing.roles, facts) is None for act in ("file_charter", "begin_charter")}
    return found


def _edition(visit: Visit, act: str) -> tuple[CharterEdition, Actor]:
    found = visit.session.get(CharterEdition, visit.number("id"))
    if found is None:
        raise Missing
    matter, place, standing = matter_within_reach(visit.session, found.matter_id, person_id(visit), visit.now)
    visit.community = place
    return found, permit(act, standing, facts_of(visit.session, matter, visit.now, place))


@signed_in
def add_filing(visit: Visit) -> Answer:
    edition, actor = _edition(visit, "file_charter")
    fields = Fields(visit)
    filed_on, filed_with = fields.day("filed_on"), fields.text("filed_with", most=80)
    number, note = fields.text("number", most=80, required=False), fields.text("note", most=500)
    fields.check()
    filing = Filing(filed_on, filed_with, number, note)
    file_edition(visit.session, visit.now, edition=edition, filing=filing, actor=actor)
    return redirect(f"/charters/{edition.charter_id}")


@signed_in
def begin(visit: Visit) -> Answer:
    edition, actor = _edition(visit, "begin_charter")
    fields = Fields(visit)
    on = fields.day("on")
    fields.check()
    begin_edition(visit.session, visit.now, edition=edition, on=on, actor=actor)
    return redirect(f"/charters/{edition.charter_id}")


@signed_in
def again(visit: Visit) -> Answer:
    """The charter with what was wrong in a form on it."""
    edition = visit.session.get(CharterEdition, visit.number("id"))
    if edition is None:
        raise Missing
    matter_within_reach(visit.session, edition.matter_id, person_id(visit), visit.now)
    charter = visit.session.get(Charter, edition.charter_id)
    visit.community = place = visit.session.get(Community, charter.community_id)
    return _page(visit, charter, place)


routes = [
    get("/charters", list_charters),
    get("/charters/{id}", show_charter),
    post("/editions/{id}/filing", add_filing, Act.CHARTER_FILED, again=again),
    post("/editions/{id}/beginning", begin, Act.CHARTER_BEGUN, again=again),
]
