"""The door of a meeting: the code on the wall, the page that a scan leads to, and the clerk's list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.models import log_size
from deliberation.identity.doors import signed_in
from deliberation.matters.printing import qr_path
from deliberation.people_list import one_page, read_asked
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act
from deliberation.voting import meeting_rules as rules
from deliberation.voting.door import (
    NOT_OF_THE_BODY,
    Arrival,
    come_in,
    enter_people,
    facts_for_rules,
    lines_of,
    may_keep_door,
    polls_of_meeting,
)
from deliberation.voting.meeting_models import presence_of, present_at
from deliberation.voting.meeting_view import Here, opened_meeting, quorum_of
from deliberation.voting.models import Ballot
from deliberation.voting.roll_view import people_of_lines
from deliberation.web import Answer, Visit, get, page, part, post, redirect


@signed_in
def show_code(visit: Visit) -> Answer:
    """For the projector: the code of this half minute, huge, and the line of the quorum; it renews itself."""
    here = opened_meeting(visit)
    refuse_if(may_keep_door(here.standing.roles))
    refuse_if(_shut(visit, here))
    code = _code(visit, here)
    if visit.is_htmx:
        return part(visit, "voting/_code.html", **code)
    return page(
        visit,
        "voting/meeting_code.html",
        meeting=here.meeting,
        place=here.place,
        code=code,
        quorum=quorum_of(visit.session, here.meeting, visit.now),
        seen=log_size(visit.session, here.place.id),
    )


def _code(visit: Visit, here: Here) -> dict[str, Any]:
    meeting = here.meeting
    code = rules.door_code(meeting.secret, meeting.id, rules.window_of(visit.now))
    size, path = qr_path(f"{visit.house.settings.address}/meetings/{meeting.id}/door/{code}")
    return {"meeting": meeting, "size": size, "path": path}


def _shut(visit: Visit, here: Here) -> Refusal | None:
    return rules.may_sign_in(facts_for_rules(visit.session, here.meeting), visit.now, here.place.zone)


@signed_in
def show_scan(visit: Visit) -> Answer:
    """Where the code leads: one button, or why there is none. A page that is only looked at signs nobody in."""
    here = opened_meeting(visit)
    meeting, who = here.meeting, visit.person.id
    presence = presence_of(visit.session, meeting, who)
    refusal = _against_scan(visit, here)
    shown = "" if refusal else rules.ticket(meeting.secret, meeting.id, who, rules.window_of(visit.now))
    return page(
        visit,
        "voting/meeting_scan.html",
        meeting=meeting,
        matter=here.matter,
        place=here.place,
        presence=presence,
        refusal=refusal,
        is_guest=refusal is NOT_OF_THE_BODY,
        ticket=shown,
    )


def _against_scan(visit: Visit, here: Here) -> Refusal | None:
    meeting = here.meeting
    if no := _shut(visit, here):
        return no
    try:
        entitled = {line.person_id for line in lines_of(visit.session, visit.now, meeting)}
    except Refused as no:
        return no.refusal
    if visit.person.id not in entitled:
        return NOT_OF_THE_BODY
    return rules.may_scan(meeting.secret, meeting.id, visit.call.params["code"], visit.now)


@signed_in
def sign_in(visit: Visit) -> Answer:
    """One arrival. The server hands over a whole batch at once (``sign_all_in``); this is a batch of one."""
    answer = sign_all_in(visit.session, [visit], visit.now)[0]
    if isinstance(answer, Exception):
        raise answer
    return answer


def sign_all_in(session: Session, visits: list[Visit], now: datetime) -> list[Any]:
    """The arrivals of one batch: a hall that scans at once."""
    answers: list[Any] = [None] * len(visits)
    arrivals, places = [], []
    for place, visit in enumerate(visits):
        try:
            arrivals.append(Arrival(visit.number("id"), visit.person.id, visit.text("ticket")[:80]))
            places.append(place)
        except Exception as error:
            answers[place] = error
    for place, one, error in zip(places, arrivals, come_in(session, now, arrivals), strict=True):
        answers[place] = error or redirect(f"/meetings/{one.meeting_id}")
    return answers


# --- the clerk's page -------------------------------------------------------------------------------------------------


@signed_in
def show_door(visit: Visit) -> Answer:
    """Who is there: part of a name and Enter finds somebody, Enter again enters them; below it the whole list."""
    here = opened_meeting(visit)
    refuse_if(may_keep_door(here.standing.roles))
    missing, people = None, []
    try:
        people = _people(visit.session, visit.now, here)
    except Refused as no:
        missing = no.refusal
    asked = read_asked(visit.query)
    return page(
        visit,
        "voting/door.html",
        meeting=here.meeting,
        matter=here.matter,
        place=here.place,
        quorum=quorum_of(visit.session, here.meeting, visit.now),
        seen=log_size(visit.session, here.place.id),
        refusal=_shut(visit, here),
        missing=missing,
        list=one_page(people, asked, f"/meetings/{here.meeting.id}/door"),
        asked=asked,
    )


def _people(session: Session, now: datetime, here: Here) -> list[dict[str, Any]]:
    meeting = here.meeting
    lines = lines_of(session, now, meeting)
    people = people_of_lines(session, lines)
    there = present_at(session, meeting)
    polls = [poll.id for poll in polls_of_meeting(session, meeting.id)]
    voted = set(session.exec(select(Ballot.person_id).where(col(Ballot.poll_id).in_(polls))).all())
    for id, one in people.items():
        one |= {"here": id in there, "voted": id in voted}
    return sorted(people.values(), key=lambda one: one["pinyin"])


@signed_in
def enter(visit: Visit) -> Answer:
    """Enter who of the persons shown is there: one who was searched for, or the ticks of the list."""
    here = opened_meeting(visit)
    was, come = (_numbers(visit, name) for name in ("was", "here"))
    way = rules.BY_SEARCH if visit.text("way") == rules.BY_SEARCH else rules.BY_LIST
    enter_people(
        visit.session,
        visit.now,
        meeting=here.meeting,
        was=was,
        here=come,
        way=way,
        standing=here.standing,
    )
    return redirect(f"/meetings/{here.meeting.id}/door")


def _numbers(visit: Visit, name: str) -> set[int]:
    return {int(each) for each in visit.texts(name) if each.isascii() and each.isdigit() and len(each) < 10}


routes = [
    get("/meetings/{id}/code", show_code),
    get("/meetings/{id}/door", show_door),
    get("/meetings/{id}/door/{code}", show_scan),
    post("/meetings/{id}/arrivals", sign_in, Act.PRESENCE_MARKED, bulk=sign_all_in),
    post("/meetings/{id}/door", enter, Act.PRESENCE_MARKED),
]
