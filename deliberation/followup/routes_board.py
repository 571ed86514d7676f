"""The public board of deadlines, its table to take away, and the three rates."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from deliberation.communities.models import Community, ancestors, children, community, root, subtree_ids
from deliberation.followup.board import as_csv, duties
from deliberation.followup.rates import rates_of
from deliberation.followup.rules import KINDS, ORDERS, STATES, Duty, counts, in_order
from deliberation.identity.models import person
from deliberation.matters.opening import near_of
from deliberation.matters.reach import today_in
from deliberation.refusal import Missing
from deliberation.web import Answer, Visit, download, get, page, part, public

PER_PAGE = 50
TABLE = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """What a visitor wants to see of the board; words that are not known are as if they were not said."""

    place: Community
    state: str
    kind: str
    order: str
    number: int

    def query(self, **changed: str | int) -> str:
        said = {"community": self.place.id, "state": self.state, "kind": self.kind, "sort": self.order} | changed
        return urlencode({name: value for name, value in said.items() if value})


def _asked(visit: Visit) -> Asked:
    query = visit.query
    return Asked(
        place=_place(visit),
        state=query.get("state", "") if query.get("state") in STATES else "",
        kind=query.get("kind", "") if query.get("kind") in KINDS else "",
        order=query["sort"] if query.get("sort") in ORDERS else "state",
        number=max(1, _integer(query.get("page", "1")) or 1),
    )


def _integer(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else 0


def _place(visit: Visit) -> Community:
    """The community asked for, else the visitor's own, else everything. Raises Missing."""
    asked = visit.query.get("community", "")
    if asked:
        return community(visit.session, _integer(asked))
    if visit.person is not None:
        return community(visit.session, person(visit.session, visit.person.id).community_id)
    top = root(visit.session)
    if top is None:
        raise Missing
    return top


def _found(visit: Visit, asked: Asked) -> tuple[list[Duty], list[Duty]]:
    """(those shown, all of the community)."""
    every = duties(visit.session, visit.now, subtree_ids(visit.session, asked.place), near_of(visit))
    shown = [one for one in every if asked.state in ("", one.state) and asked.kind in ("", one.kind)]
    return in_order(shown, asked.order), every


@public
def show_board(visit: Visit) -> Answer:
    asked = _asked(visit)
    place = asked.place
    visit.community = place if place.parent_id else None
    shown, every = _found(visit, asked)
    start = (asked.number - 1) * PER_PAGE
    return page(
        visit,
        "followup/board.html",
        asked=asked,
        place=place,
        above=[each for each in ancestors(visit.session, place) if each.parent_id],
        below=children(visit.session, place.id),
        rows=shown[start : start + PER_PAGE],
        found=len(shown),
        sums=counts(every),
        pages=-(-len(shown) // PER_PAGE),
        rates=rates_of(visit.session, subtree_ids(visit.session, place), visit.house.took_part),
        states=STATES,
        kinds={kind: name for kind, name in KINDS.items() if kind in {one.kind for one in every} or kind == asked.kind},
        orders=ORDERS,
        today=today_in(place, visit.now),
    )


@public
def send_board(visit: Visit) -> Answer:
    """What the board shows, whole, as a table."""
    asked = _asked(visit)
    shown, _every = _found(visit, asked)
    day = today_in(asked.place, visit.now).isoformat()
    return download(as_csv(shown, visit.locale), f"{asked.place.name}-{day}.csv", TABLE)


@public
def show_rates(visit: Visit) -> Answer:
    """The three rates by themselves, for the community's page."""
    place = community(visit.session, visit.number("id"))
    return part(
        visit,
        "followup/_rates.html",
        rates=rates_of(visit.session, subtree_ids(visit.session, place), visit.house.took_part),
    )


routes = [
    get("/board", show_board),
    get("/board.csv", send_board),
    get("/communities/{id}/rates", show_rates),
]
