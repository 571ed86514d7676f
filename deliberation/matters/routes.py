"""Pages of matters: lists, search, the dossier, its documents; proposing and screening."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor
from deliberation.audit.models import log_size
from deliberation.communities.models import Community, ancestors, community, subtree_ids
from deliberation.files import Attachment
from deliberation.identity.doors import signed_in
from deliberation.identity.models import appointments_of, person
from deliberation.live import Scene
from deliberation.matters import routes_acts, routes_demands, words
from deliberation.matters.actions import begin_matter, breach_clock
from deliberation.matters.doing import now_box
from deliberation.matters.dossier import file_of, kept_file, rail_of, version_of
from deliberation.matters.routes_demands import demand_scene
from deliberation.matters.engine import waiting_until
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Evidence, Matter, proceedings_of
from deliberation.matters.reach import document_within_reach, matter_within_reach, matters_within_reach, today_in
from deliberation.matters.rules import may
from deliberation.matters.opening import opened, person_id
from deliberation.matters.search import matters_found
from deliberation.matters.shipped import shipped
from deliberation.refusal import Missing, refuse_if
from deliberation.templating import fragment
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, download, get, page, part, post, public, redirect, socket


def near_of(visit: Visit) -> list[int]:
    """Communities to which the visitor belongs, for lists: where they were registered and all below an appointment."""
    if visit.person is None:
        return []
    own = community(visit.session, person(visit.session, visit.person.id).community_id)
    found = set(own.ancestry[1:])
    for each in appointments_of(visit.session, visit.person.id, today_in(own, visit.now)):
        found |= set(subtree_ids(visit.session, community(visit.session, each.community_id)))
    return sorted(found)


@public
def list_matters(visit: Visit) -> Answer:
    """Everything open and decided within reach; ``q`` searches matters and documents."""
    asked = visit.query.get("q", "").strip()
    near = near_of(visit)
    found = matters_found(visit.session, asked, near) if asked else matters_within_reach(visit.session, near)
    return page(visit, "matters/list.html", matters=_rows(visit, found), asked=asked, near=near)


@public
def list_of_community(visit: Visit) -> Answer:
    """The matters of one community, as a fragment for its page."""
    place = community(visit.session, visit.number("id"))
    found = matters_within_reach(visit.session, near_of(visit), of=subtree_ids(visit.session, place))
    return part(visit, "matters/_rows.html", matters=_rows(visit, found))


def _rows(visit: Visit, found: list[Matter]) -> list[dict[str, Any]]:
    names = {each.id: each.name for each in (community(visit.session, id) for id in {one.community_id for one in found})}
    rings = list(words.RINGS)
    return [
        {
            "url": f"/matters/{one.id}",
            "title": one.title,
            "where": names[one.community_id],
            "ring": words.END_NAMES.get(one.stage) or words.RINGS[one.ring],
            "at": rings.index(one.ring) + 1,
            "stage": one.stage,
            "staged_at": one.staged_at,
            "summary": one.summary[:90],
        }
        for one in found
    ]


@public
def show_matter(visit: Visit) -> Answer:
    """The dossier 卷宗."""
    matter, place, standing = opened(visit)
    facts = facts_of(visit.session, matter, visit.now, place)
    proceedings = proceedings_of(visit.session, matter.id)
    return page(
        visit,
        "matters/matter.html",
        matter=matter,
        place=place,
        ancestry=ancestors(visit.session, place),
        rail=rail_values(place, facts),
        now=now_box(matter, facts, standing.roles, proceedings),
        file=file_html(visit.session, matter, place, facts, visit.locale, visit.house.database.url),
        seen=log_size(visit.session, place.id),
        facts=facts,
    )


@public
def show_now(visit: Visit) -> Answer:
    """The visitor's own box, fetched anew when the dossier changes."""
    matter, place, standing = opened(visit)
    facts = facts_of(visit.session, matter, visit.now, place)
    box = now_box(matter, facts, standing.roles, proceedings_of(visit.session, matter.id))
    return part(visit, "matters/_now.html", now=box, matter=matter, visit=visit)


def file_html(session: Any, matter: Matter, place: Community, facts: Any, locale: str, url: str) -> str:
    """The file as it is kept ready: rendered once for each state of the matter, day and language."""
    key = (url, matter.id, version_of(session, matter), facts.stage, today_in(place, facts.now), locale)
    return kept_file(key, lambda: fragment("matters/_file.html", locale=locale, **file_values(session, matter, place, facts)))


def file_values(session: Any, matter: Matter, place: Community, facts: Any) -> dict[str, Any]:
    """What the file fragment shows, in the page and on the wire."""
    deciding = next((facts.taken(step.id) for step in facts.procedure.steps if step.kind == "poll"), None)
    return {
        "matter": matter,
        "file": file_of(session, matter, facts),
        "procedure": facts.procedure,
        "deciding": deciding,
        "body": words.BODIES[deciding.body] if deciding else "",
        "tz": place.timezone,
        "today": today_in(place, facts.now),
    }


def rail_values(place: Community, facts: Any) -> dict[str, Any]:
    return {"rail": rail_of(facts), "tz": place.timezone, "now": facts.now}


@public
def show_document(visit: Visit) -> Answer:
    """One document whole, with its evidence and how to check it."""
    document, matter, place, _standing = document_within_reach(visit.session, visit.number("id"), person_id(visit), visit.now)
    visit.community = place
    file = file_of(visit.session, matter, facts_of(visit.session, matter, visit.now, place))
    card = next(card for card in file.cards if card.id == document.id)
    return page(visit, "matters/document.html", document=document, card=card, matter=matter, place=place)


@public
def send_attachment(visit: Visit) -> Any:
    """An attachment of a matter within reach; never shown in our origin, always to be saved."""
    found = visit.session.get(Attachment, visit.number("id"))
    if found is None:
        raise Missing
    used = visit.session.exec(select(Evidence).where(Evidence.attachment_id == found.id)).first()
    if used is None:
        raise Missing
    matter_within_reach(visit.session, used.matter_id, person_id(visit), visit.now)
    content = (visit.house.settings.data / "files" / found.stored).read_bytes()
    return download(content, found.name, found.media_type)


@signed_in
def new_matter(visit: Visit) -> Answer:
    place = community(visit.session, int(visit.query.get("community", 0) or visit.text("community", "0") or 0))
    visit.community = place
    standing = standing_of(visit.session, visit.person.id, place, today_in(place, visit.now))
    if not standing.is_near:
        raise Missing
    refusal = may("propose_matter", standing.roles, None)
    scopes = {"village": {"village"}, "community": {"urban"}, "compound": {"owners", "urban"}, "courtyard": {"urban", "owners"}}
    fitting = scopes.get(place.kind, {"urban", "village", "owners"})
    procedures = [one for one in shipped().values() if fitting & set(one.scope)]
    return page(visit, "matters/new.html", place=place, procedures=procedures, refusal=refusal)


@signed_in
def propose(visit: Visit) -> Answer:
    place = community(visit.session, int(visit.text("community") or 0))
    standing = standing_of(visit.session, visit.person.id, place, today_in(place, visit.now))
    if not standing.is_near:
        raise Missing
    refuse_if(may("propose_matter", standing.roles, None))
    fields = Fields(visit)
    title, summary = fields.text("title", most=60), fields.text("summary", most=5000)
    procedure = fields.choice("procedure", shipped())
    fields.check()
    building, entrance = visit.text("building")[:20], visit.text("entrance")[:20]
    scope = {"building": building, "entrance": entrance, "title": f"{building}{entrance}"}
    role = next(role for role in ("resident", "member", "representative", "chair", "officer", "official") if role in standing.roles)
    made = begin_matter(
        visit.session,
        visit.now,
        community=place,
        procedure=procedure,
        title=title,
        summary=summary,
        actor=Actor(role, visit.person.id),
        scope=scope,
    )
    return redirect(f"/matters/{made.id}")


def follow_matter(visit: Visit) -> tuple[str, int]:
    matter, place, _standing = opened(visit)
    return f"matter/{matter.id}", place.id


def furnish(house: Any) -> None:
    """Live fragments, the breach of clocks, and until when time has to pass (for the demo's clock)."""

    def scene_of(scene: Scene) -> tuple[Matter, Community, Any]:
        matter = scene.session.get(Matter, int(scene.subject.split("/")[1]))
        place = scene.session.get(Community, matter.community_id)
        return matter, place, facts_of(scene.session, matter, scene.now, place)

    def rail(scene: Scene) -> dict[str, Any]:
        _matter, place, facts = scene_of(scene)
        return rail_values(place, facts)

    def file(scene: Scene) -> dict[str, Any]:
        matter, place, facts = scene_of(scene)
        return file_values(scene.session, matter, place, facts)

    house.hub.fragment("matters/_rail.html", rail)
    house.hub.fragment("matters/_file.html", file, pace=0.2)
    house.hub.fragment("matters/_demand.html", demand_scene)
    house.runner.works["breach_clock"] = breach_clock
    house.next_instants.append(next_instant)


def next_instant(session: Any, now: Any) -> Any:
    """The soonest instant at which time alone makes something possible in an open matter."""
    found = session.exec(select(Matter).where(col(Matter.ended_at).is_(None))).all()
    waits = (waiting_until(facts_of(session, matter, now)) for matter in found)
    return min((instant for instant in waits if instant), default=None)


routes = [
    get("/matters", list_matters),
    get("/communities/{id}/matters", list_of_community),
    get("/matters/new", new_matter),
    post("/matters", propose, Act.MATTER_PROPOSED, again=new_matter),
    get("/matters/{id}", show_matter),
    get("/matters/{id}/now", show_now),
    socket("/matters/{id}/live", follow_matter),
    get("/documents/{id}", show_document),
    get("/attachments/{id}", send_attachment),
    *routes_acts.routes,
    *routes_demands.routes,
]
