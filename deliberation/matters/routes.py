"""The dossier 卷宗: its page, the visitor's own box in it, its socket; and the routes of everything else of matters."""

from __future__ import annotations

from typing import Any

from deliberation.assemblies.models import Standing, roster_numbers
from deliberation.communities.models import Community
from deliberation.live import Scene
from deliberation.matters import (
    routes_demands,
    routes_lists,
    routes_notices,
    routes_papers,
    routes_plans,
    routes_postings,
    words,
)
from deliberation.matters.doing import Asker, Now, now_box
from deliberation.matters.dossier import Known, file_html, file_values, known_of, rail_values, state_of
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.home import home_sections, next_instant
from deliberation.matters.letters import furnish_letters
from deliberation.matters.models import Matter
from deliberation.matters.opening import near_of, opened
from deliberation.matters.printing import qr_path
from deliberation.matters.timing import breach_clock
from deliberation.web import Answer, Visit, get, page, part, public, socket

__all__ = ["furnish", "near_of", "routes"]


@public
def show_matter(visit: Visit) -> Answer:
    """The dossier: what is the same for everybody is kept ready, the box is this visitor's own."""
    matter, place, standing = opened(visit)
    state = state_of(visit.session, matter, place)
    known = known_of(visit.session, matter, place, visit.now, state)
    facts = known.at(visit.now)
    return page(
        visit,
        "matters/matter.html",
        matter=matter,
        place=place,
        above=known.above,
        ring=words.END_NAMES.get(facts.stage) or words.RINGS[facts.step.ring],
        rail=rail_values(place, facts),
        now=_box(visit, matter, known, facts, standing),
        file=file_html(visit.session, matter, place, facts, state, visit.locale),
        seen=state.seen,
        qr=qr_path(f"{visit.house.settings.public_url}/matters/{matter.id}"),
    )


@public
def show_now(visit: Visit) -> Answer:
    """The visitor's own box, fetched anew when the dossier changes."""
    matter, place, standing = opened(visit)
    known = known_of(visit.session, matter, place, visit.now, state_of(visit.session, matter, place))
    box = _box(visit, matter, known, known.at(visit.now), standing)
    return part(visit, "matters/_now.html", now=box, matter=matter, visit=visit)


def _box(visit: Visit, matter: Matter, known: Known, facts: Facts, standing: Standing) -> Now:
    polls = [each.subject for each in known.proceedings if each.kind == "poll" and each.closed_at is None]
    lines = roster_numbers(visit.session, visit.person.id, polls) if visit.person and polls else {}
    return now_box(matter.id, facts, Asker(standing.roles, visit.person is not None, lines), known.proceedings)


def follow_matter(visit: Visit) -> tuple[str, int]:
    """Who may see the dossier may follow it."""
    matter, place, _standing = opened(visit)
    return f"matter/{matter.id}", place.id


def furnish(house: Any) -> None:
    """Live fragments, the breach of clocks, what the home page shows, and until when time has to pass."""
    house.hub.fragment("matters/_rail.html", _rail_of_scene)
    house.hub.fragment("matters/_file.html", _file_of_scene, pace=0.2)
    house.hub.fragment("matters/_demand.html", routes_demands.demand_scene)
    house.runner.works["breach_clock"] = breach_clock
    house.home_sections.append(home_sections)
    house.next_instants.append(next_instant)
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
    *routes_demands.routes,
]
