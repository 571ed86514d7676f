"""Pages of a map of opinion 意见图: opening, marking one statement after the other, what was drawn, the files of Polis."""

from __future__ import annotations

from typing import Any

from deliberation.audit.actions import Actor
from deliberation.audit.models import log_size
from deliberation.identity.doors import signed_in
from deliberation.matters.gathering import facts_of
from deliberation.matters.moving import permit
from deliberation.matters.opening import opened, person_id
from deliberation.matters.reach import matter_within_reach
from deliberation.matters.rules import may
from deliberation.refusal import Invalid, Missing, Refusal, Refused
from deliberation.rooms.map_files import OF_PERSONS, PUBLIC, polis_file
from deliberation.rooms.map_job import prepare_map
from deliberation.rooms.map_models import all_marks, map_named, map_statement, map_statements
from deliberation.rooms.map_rules import MARKS, MOST_EACH, MOST_WORDS
from deliberation.rooms.map_view import card, figures, figures_scene
from deliberation.rooms.mapping import (
    DRAW,
    against_release,
    close_map,
    hide,
    keep_drawn,
    mark,
    open_map,
    put_in,
    release_map,
)
from deliberation.vocabulary import Act, Role, _
from deliberation.web import Answer, Fields, Visit, download, get, page, post, public, redirect, socket

ELSEWHERE = Refusal(_("本单位的人才能表态"), remedy=_("您可以看，结果公布以后也看得到"))
MOST_FIRST = 30


class Opened:
    """The map of a path with its matter, and what the visitor is there. Raises Missing beyond their reach."""

    def __init__(self, visit: Visit, id: int):
        self.map = map_named(visit.session, id)
        self.matter, self.place, self.standing = matter_within_reach(
            visit.session, self.map.matter_id, person_id(visit), visit.now
        )
        self.facts = facts_of(visit.session, self.matter, visit.now, self.place)
        visit.community = self.place

    @property
    def runs(self) -> bool:
        return may("run_map", self.standing.roles, self.facts) is None

    @property
    def files(self) -> tuple[str, ...]:
        """Those that the visitor may have: none before the figures are there for everybody, those of persons after the end."""
        if self.map.released_at is None or self.map.drawn is None:
            return ()
        return PUBLIC + (OF_PERSONS if self.runs and not self.map.is_open else ())

    @property
    def takes_part(self) -> bool:
        return bool(self.standing.person_id) and self.standing.is_near

    def actor(self) -> Actor:
        """The visitor as somebody of the community. Raises Refused."""
        if not self.takes_part:
            raise Refused(ELSEWHERE)
        # Nobody reads whose statement it is: in the log an office that one person holds would name them.
        return Actor(Role.RESIDENT.value, self.standing.person_id)

    def chair(self) -> Actor:
        """The visitor as the one who runs the map. Raises Refused."""
        return permit("run_map", self.standing, self.facts)


# --- opening


@signed_in
def new_map(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    refusal = may("open_map", standing.roles, facts_of(visit.session, matter, visit.now, place))
    return page(visit, "rooms/map_new.html", matter=matter, place=place, refusal=refusal)


@signed_in
def open_one(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    actor = permit("open_map", standing, facts_of(visit.session, matter, visit.now, place))
    fields = Fields(visit)
    question, typed = fields.text("question", most=100), fields.text("first", most=MOST_FIRST * (MOST_WORDS + 1))
    first = list(dict.fromkeys(line.strip() for line in typed.split("\n") if line.strip()))
    if len(first) < 2 or len(first) > MOST_FIRST:
        fields.errors["first"] = Refusal(_("请写2到{most}条说法，每行一条"), {"most": MOST_FIRST})
    elif any(len(line) > MOST_WORDS for line in first):
        fields.errors["first"] = Refusal(_("每条最多{most}字，只说一件事"), {"most": MOST_WORDS})
    fields.check()
    made = open_map(visit.session, visit.now, matter=matter, question=question, first=first, actor=actor)
    return redirect(f"/maps/{made.id}")


# --- marking


@public
def show_map(visit: Visit) -> Answer:
    return _shown(visit, Opened(visit, visit.number("id")))


def _shown(visit: Visit, here: Opened) -> Answer:
    return page(
        visit,
        "rooms/map.html",
        matter=here.matter,
        place=here.place,
        takes_part=here.takes_part,
        runs=here.runs,
        no_release=against_release(visit.session, visit.now, here.map) if here.runs else None,
        marks=MARKS,
        most_words=MOST_WORDS,
        most_each=MOST_EACH,
        files=here.files,
        seen=log_size(visit.session, here.place.id),
        figures=figures(visit.session, here.map),
        map=here.map,
        **card(visit.session, here.map, person_id(visit)),
    )


def _at_statement(visit: Visit) -> tuple[Opened, Any]:
    found = map_statement(visit.session, visit.number("id"))
    return Opened(visit, found.map_id), found


@signed_in
def mark_one(visit: Visit) -> Answer:
    here, statement = _at_statement(visit)
    word = visit.text("mark")
    if word not in MARKS:
        raise Invalid({"mark": Refusal(_("请从列出的选项中选择"))})
    mark(visit.session, visit.now, map=here.map, statement=statement, word=word, actor=here.actor())
    return redirect(f"/maps/{here.map.id}#card")


@signed_in
def put_in_one(visit: Visit) -> Answer:
    here = Opened(visit, visit.number("id"))
    actor = here.actor()
    fields = Fields(visit)
    body = fields.text("body", most=MOST_WORDS)
    fields.check()
    put_in(visit.session, visit.now, map=here.map, body=" ".join(body.split()), actor=actor)
    return redirect(f"/maps/{here.map.id}#card")


@signed_in
def hide_one(visit: Visit) -> Answer:
    here, statement = _at_statement(visit)
    actor = here.chair()
    fields = Fields(visit)
    reason = fields.text("reason", most=200)
    fields.check()
    hide(visit.session, visit.now, map=here.map, statement=statement, reason=reason, actor=actor)
    return redirect(f"/maps/{here.map.id}#all")


@signed_in
def again_at_statement(visit: Visit) -> Answer:
    here, _statement = _at_statement(visit)
    return _shown(visit, here)


# --- what was drawn


@signed_in
def close_one(visit: Visit) -> Answer:
    here = Opened(visit, visit.number("id"))
    close_map(visit.session, visit.now, map=here.map, actor=here.chair())
    return redirect(f"/maps/{here.map.id}")


@signed_in
def release_one(visit: Visit) -> Answer:
    here = Opened(visit, visit.number("id"))
    release_map(visit.session, visit.now, map=here.map, actor=here.chair())
    return redirect(f"/maps/{here.map.id}")


@public
def send_file(visit: Visit) -> Answer:
    """A file of Polis' format: of no person for everybody once released, of persons for those who run the map once it is
    closed too: before that rows which come one by one would be told apart by when they came."""
    here, name = Opened(visit, visit.number("id")), visit.call.params["name"].removesuffix(".csv")
    if name not in here.files:
        raise Missing
    statements, marks = map_statements(visit.session, here.map.id), all_marks(visit.session, here.map.id)
    address = f"{visit.house.settings.address}/maps/{here.map.id}"
    return download(polis_file(name, here.map, statements, marks, address), f"{name}.csv", "text/csv; charset=utf-8")


def follow_map(visit: Visit) -> tuple[str, int]:
    here = Opened(visit, visit.number("id"))
    return f"map/{here.map.id}", here.place.id


def furnish(house: Any) -> None:
    """The job that draws, and the figures on the wire."""
    house.hub.fragment("rooms/_map.html", figures_scene)
    house.runner.prepares[DRAW] = prepare_map
    house.runner.works[DRAW] = keep_drawn


routes = [
    get("/matters/{id}/maps/new", new_map),
    post("/matters/{id}/maps", open_one, Act.MAP_OPENED, Act.MAP_STATEMENT_MADE, again=new_map),
    get("/maps/{id}", show_map),
    socket("/maps/{id}/live", follow_map),
    post("/maps/{id}/statements", put_in_one, Act.MAP_STATEMENT_MADE, again=show_map),
    post("/map-statements/{id}/marks", mark_one, Act.MAP_MARKED, again=again_at_statement),
    post("/map-statements/{id}/hiding", hide_one, Act.MAP_STATEMENT_HIDDEN, again=again_at_statement),
    post("/maps/{id}/closing", close_one, Act.MAP_CLOSED),
    post("/maps/{id}/release", release_one, Act.MAP_RELEASED),
    get("/maps/{id}/{name}", send_file),
]
