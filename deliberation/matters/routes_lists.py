"""Pages of many matters: all within reach, those of a community, what a search finds; and proposing one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from deliberation.assemblies.models import Standing, standing_of
from deliberation.communities.models import Community, community, subtree_ids
from deliberation.matters import words
from deliberation.matters.about_rules import Article, against_about, article_of
from deliberation.matters.bringing import against_bringing, against_procedure, against_title, bring, in_their_words
from deliberation.matters.charter_rules import kinds_for
from deliberation.matters.charter_showing import aim_asked, charters_to_bring
from deliberation.matters.models import Demand
from deliberation.matters.naming import OF_ONE, against_name, named_in
from deliberation.matters.opening import near_of
from deliberation.matters.owners_rules import BY_ITEM, ITEMS, Item, against_item, decides_items, procedure_by
from deliberation.matters.proposing import (
    Proposal,
    charter_refusal,
    deciding_parts,
    fitting,
    part_refusal,
    propose_matter,
)
from deliberation.matters.reach import matters_within_reach, today_in
from deliberation.matters.rules import may
from deliberation.matters.ruling_models import states_of_matters
from deliberation.matters.ruling_rules import STATES as RULINGS
from deliberation.matters.search import Find, found_by
from deliberation.matters.shipped import shipped
from deliberation.refusal import Invalid, Missing, Refusal, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, part, post, public, redirect, signed_in

MOST_ASKED = 60
STATES = ("", "open", "decided", "refused")


@public
def list_matters(visit: Visit) -> Answer:
    """Everything open and decided within reach; ``q`` searches matters, documents and resolutions."""
    asked = visit.query.get("q", "").strip()[:MOST_ASKED]
    state = visit.query.get("state", "")
    state = state if state in STATES else ""
    own = near_of(visit)
    if asked:
        finds = found_by(visit.session, asked, own)
    else:
        finds = [Find(one) for one in matters_within_reach(visit.session, own, state=state)]
    return page(
        visit, "matters/list.html", matters=_rows(visit, finds), asked=asked, state=state, places=_proposing(visit, own)
    )


def _proposing(visit: Visit, own: list[int]) -> list[Community]:
    """Communities in which the visitor may propose something, the smallest first."""
    if not own:
        return []
    found = visit.session.exec(select(Community).where(col(Community.id).in_(own), Community.kind != "installation"))
    return sorted(found, key=lambda one: (-len(one.ancestry), one.id))[:8]


@public
def list_of_community(visit: Visit) -> Answer:
    """The matters of one community and the parts of it, as a fragment for its page."""
    place = community(visit.session, visit.number("id"))
    return part(visit, "matters/_rows.html", matters=rows_of_community(visit, place), asked="")


def rows_of_community(visit: Visit, place: Community) -> list[dict[str, Any]]:
    """The latest matters of a community and its parts, as ``_rows.html`` shows them."""
    found = matters_within_reach(visit.session, near_of(visit), of=subtree_ids(visit.session, place), limit=30)
    return _rows(visit, [Find(one) for one in found])


def _rows(visit: Visit, finds: list[Find]) -> list[dict[str, Any]]:
    wanted = {one.matter.community_id for one in finds}
    places = {each.id: each for each in visit.session.exec(select(Community).where(col(Community.id).in_(wanted)))}
    ruled = states_of_matters(visit.session, [one.matter.id for one in finds])
    return [
        _row(one, places[one.matter.community_id]) | {"ruled": RULINGS.get(ruled.get(one.matter.id, ""), "")}
        for one in finds
    ]


def _row(find: Find, place: Community) -> dict[str, Any]:
    one = find.matter
    return {
        "url": f"/matters/{one.id}",
        "title": one.title,
        "where": place.name,
        "tz": place.timezone,
        "ring": words.END_NAMES.get(one.stage) or words.RINGS[one.ring],
        "at": list(words.RINGS).index(one.ring) + 1,
        "is_ended": one.stage in words.END_NAMES,
        "is_closed": one.stage == words.CLOSED,
        "staged_at": one.staged_at,
        "summary": one.summary[:90] + ("…" if len(one.summary) > 90 else ""),
        "papers": find.papers,
    }


# --- proposing


def _place(visit: Visit, named: str) -> tuple[Community, Standing]:
    """The community in which somebody wants to propose, and what they are there. Raises Missing."""
    if not named.isascii() or not named.isdigit() or len(named) > 9:
        raise Missing
    place = community(visit.session, int(named))
    visit.community = place
    standing = standing_of(visit.session, visit.person.id, place, today_in(place, visit.now))
    if not standing.is_near:
        raise Missing
    return place, standing


@signed_in
def new_matter(visit: Visit) -> Answer:
    asked = visit.query.get("community") or visit.text("community")
    # A link from elsewhere need not know where its reader belongs: the smallest of their communities.
    own = _proposing(visit, near_of(visit))
    demand = _demand(visit)
    if demand is not None:
        asked = str(demand.community_id)
    place, standing = _place(visit, asked or (str(own[0].id) if own else ""))
    about = _about(visit)
    # Who may not bring it, or comes second, still has a form of their own: what they typed stands in it.
    apart = against_bringing(visit.session, demand, place.id, standing) if demand is not None else None
    return page(
        visit,
        "matters/new.html",
        place=place,
        others=[one for one in own if one.id != place.id] if not asked else [],
        procedures=_choices(visit, place),
        asks=_asks(visit, place),
        about=about,
        named=visit.query.get("title", "")[:60] if about else "",
        items=_items(visit, place),
        parts=list(_parts(visit, place).items()),
        names=named_in(visit.session, place).offered,
        charters=_charters(visit, place),
        demand=demand if apart is None else None,
        apart=apart,
        other=demand,
        refusal=may("propose_matter", standing.roles, None, place.kind),
    )


@signed_in
def propose(visit: Visit) -> Answer:
    place, standing = _place(visit, visit.text("community"))
    refuse_if(may("propose_matter", standing.roles, None, place.kind))
    fields, parts, demand = Fields(visit), _parts(visit, place), _demand(visit)
    if demand is not None and (no := against_bringing(visit.session, demand, place.id, standing)):
        raise Invalid({"title": no})
    title, summary = fields.text("title", most=60), fields.text("summary", most=5000)
    procedure = fields.choice(
        "procedure",
        {*_choices(visit, place), *(one.id for one in fitting(visit.session, place, today_in(place, visit.now)))},
    )
    item = fields.integer("item", least=1, most=9, required=False)
    if not {"procedure", "item"} & fields.errors.keys():
        if no := against_item(procedure, item):
            fields.errors["item"] = no
        procedure = procedure_by(procedure, item)
    part = fields.choice("part", parts) if visit.text("part") else ""
    building, _slash, entrance = part.partition("/")
    if not {"procedure", "item"} & fields.errors.keys() and (no := part_refusal(procedure, building)):
        fields.errors["part"] = no
    named = named_in(visit.session, place)
    name = fields.choice("name", {"", *named.offered}) if visit.text("name") else ""
    if not {"procedure", "item", "name"} & fields.errors.keys() and (no := against_name(named, procedure, name)):
        fields.errors["name"] = no
    aim = aim_asked(visit.session, place, fields.choice("charter", {"", *(id for id, _w in _charters(visit, place))}))
    about = _about(visit)
    proposal = Proposal(procedure, title, summary, building, entrance, item, aim, name, about.word if about else "")
    if not {"procedure", "item"} & fields.errors.keys() and (no := charter_refusal(proposal)):
        fields.errors["charter"] = no
    if demand is not None and not {"procedure", "item", "title"} & fields.errors.keys():
        fields.errors |= _against_demand(demand, proposal)
        proposal = replace(proposal, summary=in_their_words(demand, summary))
    fields.check()
    made = propose_matter(visit.session, visit.now, community=place, proposal=proposal, standing=standing)
    if demand is not None:
        bring(visit.session, demand=demand, matter=made, standing=standing)
    return redirect(f"/matters/{made.id}")


def _against_demand(demand: Demand, proposal: Proposal) -> dict[str, Refusal]:
    """What of the form does not do what was demanded, by field."""
    found = {
        "procedure": against_procedure(demand, shipped()[proposal.procedure]),
        "title": against_title(demand, proposal.title),
    }
    return {name: no for name, no in found.items() if no is not None}


def _about(visit: Visit) -> Article | None:
    """The article of a draft law from whose page somebody came.

    Raises Missing for a word of another shape, Refused where there is no such article.
    """
    word = visit.query.get("about") or visit.text("about")
    if against_about(word):
        raise Missing
    if word:
        refuse_if(visit.house.subjects[word.partition("/")[0]](visit, word))
    return article_of(word)


def _demand(visit: Visit) -> Demand | None:
    """The demand that is brought as a matter, if one is named."""
    named = visit.query.get("demand") or visit.text("demand")
    if not named:
        return None
    if not named.isascii() or not named.isdigit() or len(named) > 9:
        raise Missing
    found = visit.session.get(Demand, int(named))
    if found is None:
        raise Missing
    return found


def _choices(visit: Visit, place: Community) -> dict[str, str]:
    """The procedures that are offered, by value. Whether owners decide an ordinary or a special item is no choice."""
    found = [
        (BY_ITEM if decides_items(one.id) else one.id, one)
        for one in fitting(visit.session, place, today_in(place, visit.now))
    ]
    return {value: _("业主共同决定") if value == BY_ITEM else one.title for value, one in found}


def _asks(visit: Visit, place: Community) -> dict[str, str]:
    """What the form asks besides under each procedure that it offers."""
    found: dict[str, str] = {}
    for one in fitting(visit.session, place, today_in(place, visit.now)):
        asked = {
            "owners": decides_items(one.id),
            "one": one.id in OF_ONE,
            "charter": bool(kinds_for(one.scope, one.id)),
        }
        found.setdefault(
            BY_ITEM if asked["owners"] else one.id, " ".join(word for word, is_so in asked.items() if is_so)
        )
    return found


def _items(visit: Visit, place: Community) -> list[Item]:
    return list(ITEMS.values()) if BY_ITEM in _choices(visit, place) else []


def _charters(visit: Visit, place: Community) -> list[tuple[str, Any]]:
    """What a matter here may adopt or amend: the form's value to its words."""
    scopes = [(one.scope, one.id) for one in fitting(visit.session, place, today_in(place, visit.now))]
    return charters_to_bring(visit.session, place, scopes)


def _parts(visit: Visit, place: Community) -> dict[str, str]:
    """The parts that may decide by themselves: value of the form's field to its words."""
    found = deciding_parts(visit.session, place)
    return {f"{building}/{entrance}".rstrip("/"): building + entrance for building, entrance in found}


routes = [
    get("/matters", list_matters),
    get("/communities/{id}/matters", list_of_community),
    get("/matters/new", new_matter),
    post(
        "/matters",
        propose,
        Act.MATTER_PROPOSED,
        Act.DOCUMENT_ISSUED,
        Act.MATTER_MOVED,
        Act.DEMAND_BROUGHT,
        again=new_matter,
    ),
]
