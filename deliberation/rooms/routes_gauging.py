"""Routes of gauges: asking, marking, counting hands, closing, releasing; each a plain form."""

from __future__ import annotations

from typing import Any

from deliberation.identity.doors import signed_in
from deliberation.refusal import Missing
from deliberation.rooms.actions import attend
from deliberation.rooms.doors import Entered, back, entered
from deliberation.rooms.gauge_rules import KINDS, MOST_HANDS, OPTIONS, STATEMENT, USUAL_STEPS
from deliberation.rooms.gauging import Asked, close_gauge, count_hands, mark_gauge, open_gauge, release_gauge
from deliberation.rooms.models import gauge, room, statement
from deliberation.rooms.pages import show_again, whole
from deliberation.rooms.routes_acts import seat_clerk
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, post


@signed_in
def open_one(visit: Visit) -> Answer:
    here = entered(visit)
    open_gauge(visit.session, visit.now, room=here.room, asked=asked_by(visit, here), part=here.part)
    return back(visit, here.room, "my-gauge", "gauge")


def asked_by(visit: Visit, here: Entered) -> Asked:
    """What the form asks. Raises Invalid, Missing."""
    fields = Fields(visit)
    kind = fields.choice("kind", KINDS) if visit.text("kind") else OPTIONS
    question = fields.text("question", most=100, required=False)
    lines = fields.text("options", most=200, required=kind == OPTIONS).split("\n")
    low, high = (fields.text(name, most=20, required=False) for name in ("low", "high"))
    steps = fields.integer("steps", least=1, most=99, required=False)
    fields.check()
    said = statement(visit.session, whole(visit.text("statement"))) if kind == STATEMENT else None
    if said is not None and said.room_id != here.room.id:
        raise Missing
    options = [line.strip() for line in lines if line.strip()]
    return Asked(question, options, kind, said, steps or USUAL_STEPS, low, high)


def _about(verb: Any, got: str = "gauge") -> Any:
    """The route of a verb about one gauge."""

    @signed_in
    def do(visit: Visit) -> Answer:
        meant = gauge(visit.session, visit.number("id"))
        here = Entered(visit, room(visit.session, meant.room_id))
        verb(visit, here, meant)
        return back(visit, here.room, "my-gauge", got)

    return do


def _mark(visit: Visit, here: Entered, meant: Any) -> None:
    option = whole(visit.text("option"))
    mark_gauge(visit.session, visit.now, room=here.room, gauge=meant, option=option, part=here.part)
    attend(visit.session, visit.now, room=here.room, person_id=visit.person.id)


def _hands(visit: Visit, here: Entered, meant: Any) -> None:
    hands = [
        int(each) if each.isascii() and each.isdigit() and len(each) <= 4 else MOST_HANDS + 1
        for each in visit.texts("hands")
    ]
    count_hands(visit.session, visit.now, room=here.room, gauge=meant, hands=hands, part=here.part)
    seat_clerk(visit, here)


def _plainly(verb: Any) -> Any:
    return _about(
        lambda visit, here, meant: verb(visit.session, visit.now, room=here.room, gauge=meant, part=here.part)
    )


@signed_in
def hands_again(visit: Visit) -> Answer:
    """The form of hands once more, which stands in the room of its gauge."""
    visit.call.params["id"] = str(gauge(visit.session, visit.number("id")).room_id)
    return show_again("my-gauge")(visit)


routes = [
    post("/rooms/{id}/gauges", open_one, Act.GAUGE_OPENED, again=show_again("my-gauge")),
    post("/gauges/{id}/marks", _about(_mark, "mark"), Act.GAUGE_MARKED),
    post("/gauges/{id}/hands", _about(_hands, "hands"), Act.GAUGE_HANDS_COUNTED, again=hands_again),
    post("/gauges/{id}/closing", _plainly(close_gauge), Act.GAUGE_CLOSED),
    post("/gauges/{id}/release", _plainly(release_gauge), Act.GAUGE_RELEASED),
]
