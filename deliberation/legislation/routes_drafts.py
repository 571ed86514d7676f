"""Pages of drafts: all within reach, one with its text, one article, and bringing in what came."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from deliberation.communities.models import Community, community, subtree_ids
from deliberation.files import content_of
from deliberation.identity.doors import signed_in
from deliberation.legislation.adoption_models import carried_on
from deliberation.legislation.draft_doors import Opened, drafts_within_reach, opened, points_of
from deliberation.legislation.draft_models import (
    DraftVersion,
    article_keyed,
    frame_of,
    reading_in_force,
    source_file,
    versions_of,
)
from deliberation.legislation.draft_view import (
    found_in,
    heat,
    outline_of,
    rows_of,
    shown_alone,
    text_of_part,
    url_of,
)
from deliberation.legislation.drafting import publish_draft
from deliberation.legislation.solicitation_models import solicitations_of
from deliberation.legislation.solicitation_rules import CLOSED, OPEN
from deliberation.matters.days import day_of, days_left
from deliberation.matters.opening import near_of
from deliberation.refusal import Missing
from deliberation.vocabulary import Act
from deliberation.web import (
    Answer,
    Visit,
    download,
    get,
    page,
    part,
    post,
    public,
    redirect,
)

MOST_ASKED = 60
# --- all


@public
def list_drafts(visit: Visit) -> Answer:
    """All within reach, by the contact point to which they came; ``community`` narrows to one and what lies below it."""
    where = _where(visit)
    drafts = drafts_within_reach(visit, of=subtree_ids(visit.session, where) if where else None)
    wanted = {one.community_id for one in drafts}
    places = {each.id: each for each in visit.session.exec(select(Community).where(col(Community.id).in_(wanted)))}
    rows: dict[int, list[Any]] = {}
    for one in drafts:
        newest = versions_of(visit.session, one.id)[-1]
        running = _running(visit, places[one.community_id], one.id, newest)
        rows.setdefault(one.community_id, []).append((one, newest, reading_in_force(visit.session, newest), running))
    groups = [(places[id], of_place) for id, of_place in rows.items()]
    return page(visit, "legislation/drafts.html", groups=groups, where=where, points=points_of(visit))


def _where(visit: Visit) -> Community | None:
    asked = visit.query.get("community", "")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        raise Missing
    where = community(visit.session, int(asked))
    visit.community = where if where.parent_id else None
    return where


# --- one


@public
def show_draft(visit: Visit) -> Answer:
    """Outline, one part of the text, and where people speak; ``q`` finds words."""
    one = opened(visit)
    version = one.version(visit.query.get("version", ""))
    asked = visit.query.get("q", "").strip()[:MOST_ASKED]
    rows = rows_of(visit.session, version)
    last = rows[-1].section
    section = _number(visit.query.get("part", ""), last)
    is_whole = last == 1 or visit.query.get("part") == "all"
    return page(
        visit,
        "legislation/draft.html",
        **_about(visit, one, version),
        asked=asked,
        answered=[each for each in solicitations_of(visit.session, one.draft.id) if each.stage_at(visit.now) == CLOSED],
        finds=found_in(visit.session, version, asked) if asked else [],
        outline=outline_of(rows, section),
        strip=_strip(rows, section),
        section=section,
        sections=last,
        frame=frame_of(visit.session, reading_in_force(visit.session, version)),
        is_whole=is_whole,
        text=[] if asked else text_of_part(visit.session, version, None if is_whole else section),
    )


def _number(said: str, most: int) -> int:
    return min(max(1, int(said)), most) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _about(visit: Visit, one: Opened, version: DraftVersion) -> dict[str, Any]:
    """What every page of a draft says of it."""

    def url(path: str = "", **query: Any) -> str:
        return url_of(one.draft.id, version, one.newest, path, **query)

    return {
        "one": one,
        "draft": one.draft,
        "place": one.place,
        "edition": version,
        "reading": reading_in_force(visit.session, version),
        "running": _running(visit, one.place, one.draft.id, version),
        "url": url,
    }


def _running(visit: Visit, place: Community, draft_id: int, version: DraftVersion) -> dict[str, Any] | None:
    """The solicitation that asks for opinions on this version now: its page, where one is given, until when, how many."""
    found = (each for each in solicitations_of(visit.session, draft_id) if each.version_id == version.id)
    asked = next((each for each in found if each.stage_at(visit.now) == OPEN), None)
    if asked is None:
        return None
    zone = place.zone
    return {
        "page": f"/solicitations/{asked.id}",
        "give": f"/solicitations/{asked.id}/opinions/new",
        "last_day": day_of(asked.last_moment, zone),
        "left": days_left(visit.now, asked.closes_at, zone),
        "received": asked.standing,
    }


def _strip(rows: list[Any], section: int) -> list[tuple[Any, int]]:
    """The articles of the part that is shown, each with its heat; nothing where nobody has spoken yet."""
    most = max((row.opinions for row in rows), default=0)
    return [(row, heat(row.opinions, most)) for row in rows if row.section == section] if most else []


@public
def show_article(visit: Visit) -> Answer:
    """One article by itself: a page, or for htmx the sheet alone."""
    one = opened(visit)
    version = one.version(visit.query.get("version", ""))
    article = article_keyed(visit.session, version, visit.call.params["key"])
    rows = rows_of(visit.session, version)
    at = article.position - 1
    context = _about(visit, one, version) | {
        "shown": shown_alone(article),
        "belongs": bool(near_of(visit)),
        "is_carried": bool(carried_on(visit.session, version.id, article.key, limit=1)),
        "before": rows[at - 1] if at else None,
        "after": rows[at + 1] if at + 1 < len(rows) else None,
    }
    if visit.is_htmx:
        wanted = ("shown", "url", "running", "is_carried")
        return part(visit, "legislation/_article.html", **{name: context[name] for name in wanted})
    return page(visit, "legislation/article.html", **context)


@public
def send_source(visit: Visit) -> Answer:
    """The file of a version as it came."""
    one = opened(visit)
    version = one.version(str(visit.number("no")))
    file = source_file(visit.session, version)
    if file is None:
        raise Missing
    return download(content_of(visit.house.settings.data, file), file.name, file.media_type)


@signed_in
def publish(visit: Visit) -> Answer:
    one = opened(visit)
    publish_draft(visit.session, visit.now, draft=one.draft, actor=one.actor("publish_draft"))
    return redirect(f"/drafts/{one.draft.id}")


routes = [
    get("/drafts", list_drafts),
    get("/drafts/{id}", show_draft),
    get("/drafts/{id}/articles/{key}", show_article),
    get("/drafts/{id}/versions/{no}/file", send_source),
    post("/drafts/{id}/publication", publish, Act.DRAFT_PUBLISHED, again=show_draft),
]  # fmt: skip
