"""Routes of what people do in a room: coming in, speaking, gauging; each a plain form."""

from __future__ import annotations

from typing import Any

from sqlmodel import and_, col, or_, select

from deliberation.communities.models import Community, subtree_ids
from deliberation.identity.doors import signed_in
from deliberation.identity.models import Person, names_of
from deliberation.refusal import Invalid, Missing, Refusal, refuse_if
from deliberation.rooms.actions import attend, come_in, register_in_hall
from deliberation.rooms.attaching import KeptFiles
from deliberation.rooms.convening_models import Convening, Invitation, convening_of_room, invitations_of
from deliberation.rooms.door import may_speak_here
from deliberation.rooms.doors import Entered, back, entered
from deliberation.rooms.keeping_order import is_for_chair
from deliberation.rooms.models import Attendance, room, turn
from deliberation.rooms.order_rules import ASKED_FOR, SPEECH
from deliberation.rooms.pages import show_again, whole
from deliberation.rooms.replying import beside_of, keep_files
from deliberation.rooms.rules import CLERK, POSITIONS
from deliberation.rooms.seating import role_words
from deliberation.rooms.speaking import (
    Wish,
    ask_turn,
    end_turn,
    give_turn,
    make_statement,
    note_statement,
    withdraw_turn,
)
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, post

MOST_WORDS = 2000


# --- coming in


@signed_in
def sign_attendance(visit: Visit) -> Answer:
    here = entered(visit)
    come_in(visit.session, visit.now, room=here.room, part=here.part)
    return back(visit, here.room, "mine", "attendance")


@signed_in
def register_one(visit: Visit) -> Answer:
    """Somebody in the hall who has no phone: present, and perhaps in the queue."""
    here = entered(visit)
    fields = Fields(visit)
    word, do = fields.text("name", most=40), fields.choice("do", ("turn", "attend"))
    fields.check()
    who = person_in_hall(visit, here.community, word, convening_of_room(visit.session, here.room.id))
    refuse_if(may_speak_here(visit.session, visit.now, here.room, who) if do == "turn" else None)
    seat_clerk(visit, here)
    register_in_hall(visit.session, visit.now, room=here.room, person=who, part=here.part)
    if do == "turn":
        ask_turn(visit.session, visit.now, room=here.room, person_id=who.id, part=here.part)
    return back(visit, here.room, "hall")


def seat_clerk(visit: Visit, here: Entered) -> None:
    """Whoever keeps the desk is there from the first thing that they do at it, as whoever opens the room is."""
    if CLERK in here.part.roles:
        attend(visit.session, visit.now, room=here.room, person_id=visit.person.id)


NOT_REGISTERED = _("本单位没有登记这个人")


def person_in_hall(visit: Visit, place: Community, word: str, called: Convening | None = None) -> Person:
    """The one person of the community, or invited to what was convened, whom a name or number means. Raises Invalid."""
    among, guests = col(Person.community_id).in_(subtree_ids(visit.session, place)), []
    if called is not None:  # A guest belongs to no community; they are known here while their invitation holds.
        everybody = {each.person_id: each for each in invitations_of(visit.session, called.id)}
        invited = {id: each for id, each in everybody.items() if each.holds}
        came = select(Attendance.person_id).where(Attendance.room_id == called.room_id)
        came = came.where(col(Attendance.person_id).not_in(everybody.keys() - invited.keys()))
        among = or_(among, col(Person.id).in_(invited), col(Person.id).in_(came))
        guests = [
            id for id, name in names_of(visit.session, invited).items() if word == _shown(name, invited[id], called)
        ]
    named = and_(among, or_(Person.name == word, Person.number == word))
    found = visit.session.exec(select(Person).where(or_(named, col(Person.id).in_(guests)))).all()
    if not found:
        raise Invalid({"name": Refusal(NOT_REGISTERED, remedy=_("请核对姓名，或者请管理员先登记"))})
    if len(found) > 1:
        remedy = _("请改填人员编号")
        if any(not each.number for each in found):
            remedy = _("请改填人员编号，没有编号的来客填“姓名（身份）”")
        raise Invalid({"name": Refusal(_("有{n}个人叫这个名字"), {"n": len(found)}, remedy=remedy)})
    return found[0]


def _shown(name: str, invitation: Invitation, called: Convening) -> str:
    """A guest with as what they are invited: without a number it is how they are told from others of their name."""
    return f"{name}（{role_words(called.rules.role(invitation.role), invitation.office)}）"


# --- speaking


@signed_in
def ask_one(visit: Visit) -> Answer:
    here = entered(visit)
    kind = visit.text("kind") if visit.text("kind") in ASKED_FOR else SPEECH
    position = visit.text("position") if visit.text("position") in POSITIONS else ""
    wish, who = Wish(kind, position), visit.person.id
    ask_turn(visit.session, visit.now, room=here.room, person_id=who, part=here.part, wish=wish)
    attend(visit.session, visit.now, room=here.room, person_id=visit.person.id)
    return back(visit, here.room, "mine", "asked")


def _turn_verb(verb: Any, got: str) -> Any:
    """The route of a verb about one turn, done by the chair or by whose turn it is."""

    @signed_in
    def do(visit: Visit) -> Answer:
        meant = turn(visit.session, visit.number("id"))
        here = Entered(visit, room(visit.session, meant.room_id))
        verb(visit.session, visit.now, room=here.room, turn=meant, part=here.part)
        if is_for_chair(here.part, meant):
            seat_clerk(visit, here)
        return back(visit, here.room, "mine", got)

    return do


@signed_in
def say_one(visit: Visit, kept: KeptFiles | None) -> Answer:
    here = entered(visit)
    fields = Fields(visit)
    body = fields.text("body", most=MOST_WORDS)
    position = fields.choice("position", POSITIONS) if visit.text("position") else ""
    fields.check()
    said = {"room": here.room, "body": body, "position": position, "part": here.part}
    said["beside"] = beside_of(visit, kept)
    if visit.text("turn"):
        noted = turn(visit.session, whole(visit.text("turn")))
        if noted.room_id != here.room.id:
            raise Missing
        made = note_statement(visit.session, visit.now, turn=noted, **said)
        seat_clerk(visit, here)
    else:
        made = make_statement(visit.session, visit.now, **said)
        attend(visit.session, visit.now, room=here.room, person_id=visit.person.id)
    return back(visit, here.room, "composer", f"statement-{made.id}")


routes = [
    post("/rooms/{id}/attendance", sign_attendance, no_act="attendance is noted, the minutes are the act"),
    post("/rooms/{id}/hall", register_one, Act.TURN_ASKED, again=show_again("hall")),
    post("/rooms/{id}/turns", ask_one, Act.TURN_ASKED),
    post("/turns/{id}/withdrawal", _turn_verb(withdraw_turn, "withdrawn"), Act.TURN_WITHDRAWN),
    post("/turns/{id}/floor", _turn_verb(give_turn, "given"), Act.TURN_GIVEN),
    post("/turns/{id}/end", _turn_verb(end_turn, "ended"), Act.TURN_ENDED),
    post(
        "/rooms/{id}/statements",
        say_one,
        Act.STATEMENT_MADE,
        again=show_again("composer"),
        prepare=keep_files,
        upload=True,
    ),
]
