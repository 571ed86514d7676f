"""The dossier 卷宗: its page, the visitor's own box in it, its socket; and the routes of everything else of matters."""

from __future__ import annotations

from typing import Any

from deliberation.assemblies.models import Standing, roster_numbers
from deliberation.communities.models import Community
from deliberation.delivery.models import unread_of
from deliberation.live import Scene
from deliberation.matters import (
    routes_charters,
    routes_concerns,
    routes_demands,
    routes_lists,
    routes_notices,
    routes_papers,
    routes_plans,
    routes_postings,
    routes_returning,
    routes_rulings,
    words,
)
from deliberation.matters.about_rules import article_of
from deliberation.matters.claiming import end_claim
from deliberation.matters.demand_showing import demand_scene
from deliberation.matters.demands_running import demand_sections
from deliberation.matters.doing import Asker
from deliberation.matters.dossier import (
    Known,
    State,
    box_html,
    file_html,
    file_values,
    known_within_reach,
    rail_html,
    rail_values,
)
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.home import deadlines, home_sections, next_instant
from deliberation.matters.letters import furnish_letters
from deliberation.matters.log_words import name_entries
from deliberation.matters.meetings_coming import meeting_sections
from deliberation.matters.models import Matter, owes_task
from deliberation.matters.opening import near_of, opened, person_id
from deliberation.matters.planning import PLAN, plan_values
from deliberation.matters.printing import qr_path
from deliberation.matters.timing import breach_clock
from deliberation.web import Answer, Visit, bare, get, page, public, socket

__all__ = ["furnish", "near_of", "routes"]


def _known(visit: Visit) -> tuple[Known, State, Standing]:
    found = known_within_reach(visit.session, visit.number("id"), person_id(visit), visit.now)
    visit.community = found[0].place
    return found


@public
def show_matter(visit: Visit) -> Answer:
    """The dossier: its parts are kept ready for everybody in the same position."""
    known, state, standing = _known(visit)
    stage, ring = known.matter.stage, known.matter.ring
    return page(
        visit,
        "matters/matter.html",
        matter=known.matter,
        about=article_of(known.matter.about),
        votes=any(step.poll for step in known.facts.procedure.steps),
        place=known.place,
        above=known.above,
        ring=words.END_NAMES.get(stage) or words.RINGS[ring],
        rail=rail_html(known, state, visit.now, visit.locale),
        box=box_html(known, state, _asker(visit, known, standing), visit.now, visit.locale),
        file=file_html(visit.session, known, state, visit.now, visit.locale),
        seen=state.seen,
        qr=qr_path(f"{visit.house.settings.public_url}/matters/{known.matter.id}"),
    )


@public
def show_now(visit: Visit) -> Answer:
    """The visitor's own box, fetched anew when the dossier changes."""
    known, state, standing = _known(visit)
    return bare(box_html(known, state, _asker(visit, known, standing), visit.now, visit.locale))


def _asker(visit: Visit, known: Known, standing: Standing) -> Asker:
    polls = [each.subject for each in known.proceedings if each.kind == "poll" and each.closed_at is None]
    lines = roster_numbers(visit.session, visit.person.id, polls) if visit.person and polls else {}
    owes = bool(visit.person and known.facts.tasks.missing) and owes_task(
        visit.session, known.matter.id, visit.person.id
    )
    unread = _unread(visit, known)
    return Asker(standing.roles, visit.person is not None, tuple(lines.items()), owes, unread)


def _unread(visit: Visit, known: Known) -> int:
    """The delivery of the running notice to this person, if it is one that they have not confirmed."""
    given = () if known.facts.is_ended else known.facts.papers_now("notice")
    if visit.person is None or not given or given[-1].closed_at is not None:
        return 0
    return unread_of(visit.session, visit.person.id, f"document/{given[-1].id}")


def follow_matter(visit: Visit) -> tuple[str, int]:
    """Who may see the dossier may follow it."""
    matter, place, _standing = opened(visit)
    return f"matter/{matter.id}", place.id


def furnish(house: Any) -> None:
    """Live fragments, the breach of clocks, what the home page shows, and until when time has to pass."""
    house.hub.fragment("matters/_rail.html", _rail_of_scene)
    house.hub.fragment("matters/_file.html", _file_of_scene, pace=0.2)
    house.hub.fragment("matters/_demand.html", demand_scene)
    house.hub.fragment(PLAN, lambda scene: plan_values(scene.session, _scene(scene)[0]))
    house.runner.works["breach_clock"] = breach_clock
    house.runner.works["end_claim"] = end_claim
    house.home_sections.append(home_sections)
    house.home_sections.append(demand_sections)
    house.home_sections.append(meeting_sections)
    house.next_instants.append(next_instant)
    house.deadlines.append(deadlines)
    house.namers.append(name_entries)
    furnish_letters(house)


def _scene(scene: Scene) -> tuple[Matter, Community, Facts]:
    matter = scene.session.get(Matter, int(scene.subject.split("/")[1]))
    place = scene.session.get(Community, matter.community_id)
    return matter, place, facts_of(scene.session, matter, scene.now, place)


def _rail_of_scene(scene: Scene) -> dict[str, Any]:
    _matter, place, facts = _scene(scene)
    return rail_values(place, facts)


def _file_of_scene(scene: Scene) -> dict[str, Any]:
    matter, place, facts = _scene(scene)
    return file_values(scene.session, matter, place, facts)


routes = [
    *routes_lists.routes,
    get("/matters/{id}", show_matter),
    get("/matters/{id}/now", show_now),
    socket("/matters/{id}/live", follow_matter),
    *routes_papers.routes,
    *routes_notices.routes,
    *routes_plans.routes,
    *routes_postings.routes,
    *routes_returning.routes,
    *routes_rulings.routes,
    *routes_concerns.routes,
    *routes_charters.routes,
    *routes_demands.routes,
]
