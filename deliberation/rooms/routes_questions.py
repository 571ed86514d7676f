"""Routes of questions from the floor; each a plain form."""

from __future__ import annotations

from collections.abc import Callable

from deliberation.identity.doors import signed_in
from deliberation.refusal import Missing
from deliberation.rooms import questioning
from deliberation.rooms.actions import attend
from deliberation.rooms.chairing_rules import MOST_REASON
from deliberation.rooms.doors import Entered, back, entered
from deliberation.rooms.models import room
from deliberation.rooms.pages import show_again, whole
from deliberation.rooms.question_models import FloorQuestion, question
from deliberation.rooms.question_rules import MOST_ANSWER, MOST_QUESTION, MOST_WHO
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, post


@signed_in
def put_one(visit: Visit) -> Answer:
    here = entered(visit)
    fields = Fields(visit)
    body = fields.text("asked", most=MOST_QUESTION)
    fields.check()
    questioning.put_question(visit.session, visit.now, room=here.room, body=body, part=here.part)
    attend(visit.session, visit.now, room=here.room, person_id=visit.person.id)
    return back(visit, here.room, "asking")


@signed_in
def back_one(visit: Visit) -> Answer:
    """Back a question, or take that back: what is pressed says which, so that pressing twice is pressing once."""
    here = entered(visit)
    takes_back = bool(visit.text("take_back"))
    asked = _of_room(visit, here, visit.text("take_back") if takes_back else visit.text("back"))
    verb = questioning.unback_question if takes_back else questioning.back_question
    verb(visit.session, visit.now, room=here.room, asked=asked, part=here.part)
    attend(visit.session, visit.now, room=here.room, person_id=visit.person.id)
    return back(visit, here.room, "asking")


def _of_room(visit: Visit, here: Entered, number: str) -> FloorQuestion:
    asked = question(visit.session, whole(number))
    if asked.room_id != here.room.id:
        raise Missing
    return asked


@signed_in
def call_one(visit: Visit) -> Answer:
    here = entered(visit)
    asked = _of_room(visit, here, visit.text("question"))
    questioning.call_question(visit.session, visit.now, room=here.room, asked=asked, part=here.part)
    return back(visit, here.room, "asking")


@signed_in
def hide_one(visit: Visit) -> Answer:
    here = entered(visit)
    asked = _of_room(visit, here, visit.text("question"))
    fields = Fields(visit)
    reason = fields.text("reason", most=MOST_REASON)
    fields.check()
    questioning.hide_question(visit.session, visit.now, room=here.room, asked=asked, reason=reason, part=here.part)
    return back(visit, here.room, "asking")


@signed_in
def answer_one(visit: Visit) -> Answer:
    here = entered(visit)
    asked = _of_room(visit, here, visit.text("question"))
    fields = Fields(visit)
    answer = fields.text("answer", most=MOST_ANSWER, required=False)
    by = fields.text("by", most=MOST_WHO, required=False)
    fields.check()
    said = {"answer": answer, "by": by, "part": here.part}
    questioning.answer_question(visit.session, visit.now, room=here.room, asked=asked, **said)
    return back(visit, here.room, "asking")


def _own(verb: Callable[..., None]) -> Callable[[Visit], Answer]:
    @signed_in
    def do(visit: Visit) -> Answer:
        asked = question(visit.session, visit.number("id"))
        here = Entered(visit, room(visit.session, asked.room_id))
        verb(visit.session, visit.now, room=here.room, asked=asked, part=here.part)
        return back(visit, here.room, "asking")

    return do


routes = [
    post("/rooms/{id}/questions", put_one, Act.QUESTION_PUT, again=show_again("asking")),
    post("/rooms/{id}/backings", back_one, Act.QUESTION_BACKED),
    post("/rooms/{id}/callings", call_one, Act.QUESTION_CALLED),
    post("/rooms/{id}/question-hidings", hide_one, Act.QUESTION_HIDDEN, again=show_again("asking")),
    post("/rooms/{id}/answers", answer_one, Act.QUESTION_ANSWERED, again=show_again("asking")),
    post("/questions/{id}/withdrawal", _own(questioning.drop_question), Act.QUESTION_WITHDRAWN),
]
