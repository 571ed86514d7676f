"""Pages of minutes: reading them, asking for a correction, answering it. The rest: ``routes_minutes_sealing``."""

from __future__ import annotations

from typing import Any

from deliberation.audit.models import log_size
from deliberation.identity.doors import signed_in
from deliberation.refusal import refuse_if
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms import routes_minutes_echoes, routes_minutes_sealing
from deliberation.rooms.minutes_correcting import (
    Answered,
    Asked,
    answer_correction,
    ask_correction,
    why_not_ask,
    why_not_type,
    why_not_withdraw,
    withdraw_correction,
)
from deliberation.rooms.minutes_doors import Here, here_of, mine_of, page_of
from deliberation.rooms.minutes_echoes import open_echoes
from deliberation.rooms.minutes_home import minutes_at_home, minutes_deadlines, next_minutes
from deliberation.rooms.minutes_keeping import SHOWN, participants
from deliberation.rooms.minutes_models import correction, corrections_of, newest_edition
from deliberation.rooms.minutes_view import shown, shown_scene
from deliberation.rooms.passage_rules import EVERYWHERE, places_of
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, part, post, public, redirect, socket

MOST_PASSAGE, MOST_REASON = 2000, 500


# --- reading


@public
def show_minutes(visit: Visit) -> Answer:
    """The summary first, then the text, what was asked to be put right, and who signed."""
    here = here_of(visit)
    return page(
        visit, "rooms/minutes.html", matter=here.matter, place=here.place, document_id=here.id,
        seen=log_size(visit.session, here.place.id), shown=shown(visit.session, here.minutes),
        mine=mine_of(visit, here),
    )  # fmt: skip


@public
def show_mine(visit: Visit) -> Answer:
    return part(visit, "rooms/_minutes_mine.html", **mine_of(visit, here_of(visit)))


def follow_minutes(visit: Visit) -> tuple[str, int]:
    here = here_of(visit)
    return here.minutes.topic, here.place.id


# --- corrections


@signed_in
def new_correction(visit: Visit) -> Answer:
    here = here_of(visit)
    people = participants(visit.session, here.minutes)
    others = [(str(id), name) for id, name in people.items() if id != visit.person.id] if here.keeps else []
    refusal = why_not_ask(visit.session, visit.now, here.minutes, visit.person.id)
    if others and refusal is not None:  # Who keeps the minutes hands in for others.
        refusal = why_not_type(visit.session, visit.now, here.minutes)
    passage = visit.text("passage").replace("\r\n", "\n")
    places = places_of(newest_edition(visit.session, here.id).body, passage)
    return page_of(visit, "rooms/minutes_correct.html", here, refusal=refusal, others=others, places=places)


@signed_in
def ask_one(visit: Visit) -> Answer:
    here = here_of(visit)
    fields = Fields(visit)
    passage = fields.text("passage", most=MOST_PASSAGE, turns=True)
    wording = fields.text("wording", most=MOST_PASSAGE, required=False)
    reason = fields.text("reason", most=MOST_REASON)
    who, typed_by = visit.person.id, None
    if visit.text("for"):
        refuse_if(None if here.keeps else rules.NOT_KEEPER)
        known = {str(id): id for id in participants(visit.session, here.minutes)}
        who, typed_by = known.get(fields.choice("for", known), who), visit.person.id
    place = fields.integer("place", least=EVERYWHERE, most=9999, required=False)
    fields.check()
    if visit.text("edition") != str(newest_edition(visit.session, here.id).number):
        place = None  # Chosen in another text: its places are counted anew.
    asked = Asked(who, passage, wording, reason, typed_by, place)
    ask_correction(visit.session, visit.now, document_id=here.id, asked=asked, actor=here.actor())
    return redirect(f"/minutes/{here.id}#corrections")


@signed_in
def show_corrections(visit: Visit) -> Answer:
    """Those that wait, each with its answer, for who keeps the minutes."""
    return _answering(visit, here_of(visit), 0)


def _answering(visit: Visit, here: Here, at: int) -> Answer:
    refuse_if(None if here.keeps else rules.NOT_KEEPER)  # Those who asked are named here.
    waiting = [each for each in corrections_of(visit.session, here.id) if each.decided_at is each.withdrawn_at is None]
    if at:  # What was typed for one is shown beside no other.
        waiting = [each for each in waiting if each.id == at]
    people = participants(visit.session, here.minutes)
    return page_of(visit, "rooms/minutes_answer.html", here, waiting=waiting, people=people, at=at)


def _at_correction(visit: Visit) -> tuple[Here, int]:
    found = correction(visit.session, visit.number("id"))
    return Here(visit, found.document_id), found.id


@signed_in
def answer_one(visit: Visit) -> Answer:
    here, id = _at_correction(visit)
    fields = Fields(visit)
    does = fields.choice("do", ("accept", "refuse"))
    words = fields.text("words", most=MOST_PASSAGE, required=False)
    answer = fields.text("answer", most=MOST_REASON, required=does == "refuse")
    fields.check()
    answered = Answered(words if does == "accept" else None, answer)
    answer_correction(
        visit.session, visit.now, correction_id=id, answered=answered, actor=here.actor(), keeps=here.keeps
    )
    if does == "accept" and open_echoes(visit.session, here.minutes):
        return redirect(f"/minutes/{here.id}/echoes")
    return redirect(f"/minutes/{here.id}#corrections")


@signed_in
def withdrawing(visit: Visit) -> Answer:
    """Why it is taken back, asked of whoever typed it for somebody else."""
    here, id = _at_correction(visit)
    asked = correction(visit.session, id)
    refuse_if(why_not_withdraw(visit.session, here.minutes, asked, visit.person.id))
    nth = [each.id for each in corrections_of(visit.session, here.id)].index(id) + 1
    is_askers = asked.person_id == visit.person.id
    return page_of(visit, "rooms/minutes_withdraw.html", here, asked=asked, nth=nth, is_askers=is_askers)


@signed_in
def withdraw_one(visit: Visit) -> Answer:
    here, id = _at_correction(visit)
    fields = Fields(visit)
    reason = fields.text("reason", most=MOST_REASON, required=False)
    fields.check()
    withdraw_correction(visit.session, visit.now, correction_id=id, actor=here.actor(), reason=reason)
    return redirect(f"/minutes/{here.id}#c{id}")


@signed_in
def answer_again(visit: Visit) -> Answer:
    here, id = _at_correction(visit)
    return _answering(visit, here, id)


def furnish(house: Any) -> None:
    """The shared part of the page on the wire; what waits for somebody at home."""
    house.hub.fragment(SHOWN, shown_scene)
    house.home_sections.append(minutes_at_home)
    house.next_instants.append(next_minutes)
    house.deadlines.append(minutes_deadlines)


routes = [
    get("/minutes/{id}", show_minutes),
    socket("/minutes/{id}/live", follow_minutes),
    get("/minutes/{id}/mine", show_mine),
    get("/minutes/{id}/corrections/new", new_correction),
    get("/minutes/{id}/corrections", show_corrections),
    post("/minutes/{id}/corrections", ask_one, Act.MINUTES_QUESTIONED, again=new_correction),
    post(
        "/minutes-corrections/{id}/answer", answer_one, Act.MINUTES_AMENDED, Act.MINUTES_UPHELD, Act.DOCUMENT_CORRECTED,
        again=answer_again,
    ),
    get("/minutes-corrections/{id}/withdrawal", withdrawing),
    post("/minutes-corrections/{id}/withdrawal", withdraw_one, Act.MINUTES_UNQUESTIONED, again=withdrawing),
    *routes_minutes_sealing.routes,
    *routes_minutes_echoes.routes,
]  # fmt: skip
