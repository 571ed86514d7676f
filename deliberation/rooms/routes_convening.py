"""Convening over HTTP: choose a form, lay papers open, begin, answer, note talks, end, minutes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from deliberation.identity.doors import signed_in
from deliberation.matters import words
from deliberation.matters.about import subject_of
from deliberation.matters.gathering import facts_of
from deliberation.matters.opening import opened, person_id
from deliberation.matters.talk_rules import past_talking
from deliberation.refusal import Invalid, Refusal
from deliberation.rooms import convening_rules as rules
from deliberation.rooms.convening import Call, begin, cancel, close, convene, lay_paper
from deliberation.rooms.convening_coming import convening_deadlines, next_convening
from deliberation.rooms.convening_models import convening
from deliberation.rooms.convening_view import View, paper_title
from deliberation.rooms.form_file import FIRST, shipped
from deliberation.rooms.form_minutes import draft_of, exits_of, file_minutes, may_draft
from deliberation.rooms.form_rules import MANNERS, WRITTEN
from deliberation.rooms.inquiring import Answered, Talked, answer, note_talk
from deliberation.rooms.invitations_home import invitations_at_home
from deliberation.rooms.minutes import MOST_MINUTED
from deliberation.rooms.minutes_exits import offered
from deliberation.rooms.minutes_gathering import lines_of_article
from deliberation.rooms.minutes_keeping import Wording
from deliberation.rooms.minutes_rules import MOST_DAYS, days_of
from deliberation.rooms.routes_acts import person_in_hall
from deliberation.rooms.rules import POSITIONS
from deliberation.rooms.seating import convening_within_reach, place_at
from deliberation.translation import translate
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, public, redirect

MOST_WORDS = 5000


class Called:
    """What was convened, for whoever reaches it or was invited. Raises Missing."""

    def __init__(self, visit: Visit, id: int):
        self.one = convening(visit.session, id)
        self.matter, self.community, self.standing = convening_within_reach(
            visit.session, self.one, person_id(visit), visit.now
        )
        visit.community = self.community

    def view(self, visit: Visit) -> View:
        return View(visit.session, visit.now, self.one, self.community, self.standing)


def called(visit: Visit) -> Called:
    return Called(visit, visit.number("id"))


def back_to(one: Called) -> Answer:
    return redirect(f"/convenings/{one.one.id}")


def instant(visit: Visit, name: str, zone: object) -> datetime:
    """A ``datetime-local`` field in the community's zone. Raises Invalid."""
    try:
        return datetime.fromisoformat(visit.text(name)[:19]).replace(tzinfo=zone)
    except ValueError:
        raise Invalid({name: Refusal(_("请填写日期和时间"))}) from None


@signed_in
def new_convening(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    chosen = visit.typed("form", visit.query.get("form", FIRST))
    return page(
        visit,
        "rooms/convening_new.html",
        matter=matter,
        refusal=rules.may("convene", standing.roles, "")
        or past_talking(facts_of(visit.session, matter, visit.now, place)),
        forms=list(shipped().values()),
        chosen=chosen if chosen in shipped() else FIRST,
        manners=MANNERS,
    )


@signed_in
def convene_one(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    fields = Fields(visit)
    title, where = fields.text("title", most=60), fields.text("place", most=120, required=False)
    body = fields.text("body", most=MOST_WORDS, required=False)
    days = fields.integer("papers_days", least=0, most=365, required=False)
    fields.check()
    call = Call(visit.text("form"), title, instant(visit, "starts_at", place.zone), body, where, days)
    made = convene(visit.session, visit.now, matter=matter, community=place, call=call, standing=standing)
    return redirect(f"/convenings/{made.id}")


@public
def show_convening(visit: Visit) -> Answer:
    return shown(visit, called(visit))


def shown(visit: Visit, here: Called) -> Answer:
    """The page of what was convened; also where a form on it was not taken."""
    view = here.view(visit)
    return page(
        visit, "rooms/convening.html", one=here.one, matter=here.matter, view=view, form=view.form,
        tz=here.community.timezone, states=rules.STATES, manners=MANNERS, replies=list(rules.replies_of(view.form, "").items()),
        positions=[(value, words_) for value, words_ in POSITIONS.items()],
    )  # fmt: skip


@signed_in
def lay_one(visit: Visit) -> Answer:
    here = called(visit)
    subject = visit.text("subject")
    title = paper_title(visit.session, here.matter.id, subject)
    if not title:
        raise Invalid({"subject": Refusal(_("请从列出的选项中选择"))})
    lay_paper(
        visit.session, visit.now, convening=here.one, paper=visit.text("paper"), subject=subject, title=title,
        standing=here.standing,
    )  # fmt: skip
    return back_to(here)


@signed_in
def begin_one(visit: Visit) -> Answer:
    here = called(visit)
    begin(visit.session, visit.now, convening=here.one, community=here.community, standing=here.standing)
    return back_to(here)


@signed_in
def close_one(visit: Visit) -> Answer:
    here = called(visit)
    close(visit.session, visit.now, convening=here.one, standing=here.standing)
    return redirect(f"/convenings/{here.one.id}/minutes")


@signed_in
def cancel_one(visit: Visit) -> Answer:
    here = called(visit)
    fields = Fields(visit)
    reason = fields.text("reason", most=200)
    fields.check()
    cancel(visit.session, visit.now, convening=here.one, reason=reason, standing=here.standing)
    return back_to(here)


@signed_in
def answer_one(visit: Visit) -> Answer:
    """In one's own name, or by the clerk for somebody who wrote on paper."""
    here = called(visit)
    fields = Fields(visit)
    body = fields.text("body", most=MOST_WORDS)
    position = fields.choice("position", POSITIONS) if visit.text("position") else ""
    word = fields.text("name", most=40, required=False)
    fields.check()
    session, standing = visit.session, here.standing
    who, typed_by = visit.person.id, None
    role = place_at(session, here.one, standing)[0]
    if word:
        who, typed_by = person_in_hall(visit, here.community, word, here.one).id, visit.person.id
        role = place_at(session, here.one, convening_within_reach(session, here.one, who, visit.now)[2])[0]
    said = Answered(who, body, position, typed_by)
    answer(session, visit.now, convening=here.one, answered=said, role=role, standing=standing)
    return back_to(here)


@signed_in
def note_one(visit: Visit) -> Answer:
    here = called(visit)
    fields = Fields(visit)
    who, where = fields.text("who", most=60), fields.text("where", most=120, required=False)
    body = fields.text("body", most=MOST_WORDS)
    fields.check()
    held_at = instant(visit, "held_at", here.community.zone)
    known = None
    with suppress(Invalid):  # Whoever is in no register can be talked to as well.
        known = person_in_hall(visit, here.community, who, here.one).id
    talked = Talked(who, held_at, body, where, known)
    note_talk(visit.session, visit.now, convening=here.one, talked=talked, standing=here.standing)
    return back_to(here)


@signed_in
def edit_minutes(visit: Visit) -> Answer:
    here = called(visit)
    facts = facts_of(visit.session, here.matter, visit.now)
    found = exits_of(visit.session, here.one, visit.now, here.standing)
    return page(
        visit,
        "rooms/minutes_new.html",
        of=here.one,
        matter=here.matter,
        back=(f"/convenings/{here.one.id}", translate(visit.locale, here.one.rules.title)),
        action=f"/convenings/{here.one.id}/minutes",
        most=MOST_MINUTED,
        asks_form=True,
        days=days_of(here.one.rules, None),
        refusal=may_draft(here.one, here.standing),
        title=f"{here.one.rules.title}纪要",
        draft=draft_of(visit.session, here.one, visit.now, _article(visit, here)),
        exits=offered(facts, found, visit.locale),
    )


def _article(visit: Visit, here: Called) -> tuple[str, ...]:
    """The article that was asked about, as it stood when that began, and what the public has said on it."""
    about = subject_of(visit, here.matter.about, here.one.begun_at)
    if about is None:
        return ()
    stood = "征询开始时" if here.one.rules.manner == WRITTEN else "走访开始时"
    return lines_of_article(about, visit.now.astimezone(here.community.zone), stood=stood)


@signed_in
def file_one(visit: Visit) -> Answer:
    here = called(visit)
    fields = Fields(visit)
    wording = Wording(
        fields.text("title", most=60),
        fields.text("body", most=MOST_MINUTED),
        fields.choice("outcome", ("", *words.OUTCOMES)),
        fields.text("explained", most=500, required=False),
        fields.integer("days", least=1, most=MOST_DAYS, required=False),
    )
    fields.check()
    file_minutes(visit.session, visit.now, convening=here.one, wording=wording, standing=here.standing)
    return redirect(f"/matters/{here.matter.id}")


def furnish(house: Any) -> None:
    """The hours of what was called, for the demo's clock; at home the invitations that wait for an answer."""
    house.home_sections.append(invitations_at_home)
    house.next_instants.append(next_convening)
    house.deadlines.append(convening_deadlines)


routes = [
    get("/matters/{id}/convenings/new", new_convening),
    post("/matters/{id}/convenings", convene_one, Act.CONVENING_MADE, again=new_convening),
    get("/convenings/{id}", show_convening),
    post("/convenings/{id}/papers", lay_one, Act.MATERIAL_LAID, again=show_convening),
    post("/convenings/{id}/beginning", begin_one, Act.CONVENING_BEGUN),
    post("/convenings/{id}/closing", close_one, Act.CONVENING_CLOSED),
    post("/convenings/{id}/cancellation", cancel_one, Act.CONVENING_CANCELLED, again=show_convening),
    post("/convenings/{id}/answers", answer_one, Act.ANSWER_GIVEN, again=show_convening),
    post("/convenings/{id}/talks", note_one, Act.TALK_NOTED, again=show_convening),
    get("/convenings/{id}/minutes", edit_minutes),
    post(
        "/convenings/{id}/minutes", file_one, Act.MINUTES_DRAFTED, Act.DOCUMENT_CLOSED, Act.MATTER_MOVED,
        again=edit_minutes,
    ),
]  # fmt: skip
