"""Pages of polls: the list, the ballot, the result; opening, signing in, closing, the document that follows."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session, col, select

from deliberation.assemblies.electorate import WHOLE, Part, electorate
from deliberation.assemblies.models import RosterLine
from deliberation.audit.models import log_size
from deliberation.identity.doors import signed_in
from deliberation.identity.models import names_of
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter
from deliberation.matters.opening import near_of, opened
from deliberation.matters.reach import reach_of, today_in
from deliberation.matters.rules import may
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.sections import DECIDED, OPEN, WAITING, Item, Section
from deliberation.vocabulary import Act, _
from deliberation.voting.actions import (
    STATE,
    Question,
    close_due_poll,
    close_poll,
    ground_of,
    issue_resolution,
    open_poll,
    sign_in_people,
)
from deliberation.voting.casting import TURNOUT, Cast, cast_ballots
from deliberation.voting.counting import tally_document
from deliberation.voting.models import Ballot, Poll, polls_of_matter, present_people, roll
from deliberation.voting.reaching import (
    Opened,
    lines_in_words,
    mine,
    opened_poll,
    roll_refusal,
    roster_of,
    rule_of,
    state_of,
    state_scene,
    turnout_of,
    turnout_scene,
)
from deliberation.voting.resolution import draft
from deliberation.voting.result_view import OUTCOMES, rule_sentences
from deliberation.voting.rules import ONLINE, base_of, may_sign_in, note_on_setting
from deliberation.web import Answer, Fields, Visit, get, page, part, post, public, redirect, socket, text

MOST_SHOWN = 300


# --- seeing -----------------------------------------------------------------------------------------------------------


@public
def list_polls(visit: Visit) -> Answer:
    """Open ones that wait for this person first, then the other open ones, then the results."""
    groups = _groups(visit)
    return page(visit, "voting/list.html", waiting=groups[WAITING], running=groups[OPEN], decided=groups[DECIDED])


def _groups(visit: Visit) -> dict[str, list[dict[str, Any]]]:
    session, who = visit.session, visit.person.id if visit.person else 0
    listed = select(RosterLine.roster_id).where(RosterLine.person_id == who)
    mine = col(Poll.roster_id).in_(listed)
    found = session.exec(
        select(Poll, Matter.title)
        .join(Matter, col(Matter.id) == Poll.matter_id)
        .where(reach_of(near_of(visit)) | mine)
        .order_by(col(Poll.opened_at).desc())
        .limit(100)
    ).all()
    rosters = [poll.roster_id for poll, _title in found]
    may_vote = set(session.exec(listed.where(col(RosterLine.roster_id).in_(rosters))).all())
    polls = [poll.id for poll, _title in found]
    voted = set(
        session.exec(select(Ballot.poll_id).where(Ballot.person_id == who, col(Ballot.poll_id).in_(polls))).all()
    )
    groups: dict[str, list[dict[str, Any]]] = {WAITING: [], OPEN: [], DECIDED: []}
    for poll, title in found:
        open_now = poll.closed_at is None and (poll.closes_at is None or visit.now < poll.closes_at)
        wanted = open_now and poll.roster_id in may_vote and poll.id not in voted
        kind = WAITING if wanted else OPEN if poll.closed_at is None else DECIDED
        groups[kind].append({"poll": poll, "matter": title, "voted": poll.id in voted, "outcome": _outcome(poll)})
    return groups


def _outcome(poll: Poll) -> str:
    return OUTCOMES[poll.outcome][0] if poll.result else ""


def polls_at_home(visit: Visit) -> list[Section]:
    """For the home page: what waits for this person's vote, and what was decided lately."""
    groups = _groups(visit)
    waiting = tuple(
        Item(
            each["poll"].question,
            f"/polls/{each['poll'].id}",
            due=each["poll"].closes_at,
            kind=_("表决"),
            action=_("去投票"),
        )
        for each in groups[WAITING]
    )
    decided = tuple(
        Item(
            each["poll"].question, f"/polls/{each['poll'].id}", kind=_("表决"), tag=(each["outcome"], "done"), station=4
        )
        for each in groups[DECIDED][:5]
    )
    sections = [Section(_("等您投票"), waiting, WAITING, "/polls")] if waiting else []
    return sections + ([Section(_("表决结果"), decided, DECIDED, "/polls")] if decided else [])


@public
def show_poll(visit: Visit) -> Answer:
    """The question, the frozen text, the rule in words; the ballot while it is open, the result afterwards."""
    here = opened_poll(visit)
    return _page(visit, here)


def _page(visit: Visit, here: Opened) -> Answer:
    poll, session = here.poll, visit.session
    roster = roster_of(session, poll)
    return page(
        visit,
        "voting/poll.html",
        poll=poll,
        matter=here.matter,
        place=here.place,
        roster=roster,
        paragraphs=lines_in_words(poll.text),
        rule=rule_of(poll, visit.locale),
        seen=log_size(session, here.place.id),
        state=state_of(session, poll, here.place, visit.now),
        turnout=turnout_of(session, poll),
        mine=mine(visit, here),
        may_see_roll=roll_refusal(here),
    )


@public
def show_mine(visit: Visit) -> Answer:
    """The visitor's own part alone: after casting, and when the poll's state has changed."""
    return part(visit, "voting/_mine.html", **mine(visit, opened_poll(visit)))


def show_again(visit: Visit) -> Answer:
    """The ballot with what was wrong with it."""
    return show_mine(visit) if visit.is_htmx else show_poll(visit)


@public
def show_result_json(visit: Visit) -> Answer:
    """The result document; public as the result itself."""
    poll = opened_poll(visit).poll
    if poll.result is None:
        raise Refused(Refusal(_("表决还没有结束，没有结果")))
    return _json(poll.result)


@public
def show_tally_json(visit: Visit) -> Answer:
    """What was counted, for those who may see who voted for what; while the poll is open for nobody."""
    here = opened_poll(visit)
    refuse_if(roll_refusal(here))
    if here.poll.closed_at is None:
        raise Refused(Refusal(_("表决还没有结束，逐票的情况谁也不能看")))
    return _json(tally_document(visit.session, here.poll))


def _json(document: dict[str, Any]) -> Answer:
    return text(json.dumps(document, ensure_ascii=False, indent=1), media_type="application/json")


@public
def polls_in_dossier(visit: Visit) -> Answer:
    """The polls of one matter, for its dossier to fetch."""
    matter, place, _standing = opened(visit)
    polls = [(poll, _outcome(poll)) for poll in polls_of_matter(visit.session, matter.id)]
    return part(visit, "voting/_polls.html", matter=matter, polls=polls, tz=place.timezone)


def follow_poll(visit: Visit) -> tuple[str, int]:
    here = opened_poll(visit)
    return f"poll/{here.poll.id}", here.place.id


# --- casting ----------------------------------------------------------------------------------------------------------


@signed_in
def cast(visit: Visit) -> Answer:
    """Cast or change one ballot. The server hands over a whole batch at once (``cast_all``); this is a batch of one."""
    answer = cast_all(visit.session, [visit], visit.now)[0]
    if isinstance(answer, Exception):
        raise answer
    return answer


def cast_all(session: Session, visits: list[Visit], now: datetime) -> list[Any]:
    """The ballots of one batch."""
    casts, answers, places = [], [None] * len(visits), []
    for place, visit in enumerate(visits):
        form = visit.call.form
        try:
            poll_id = visit.number("id")
        except Exception as error:
            answers[place] = error
            continue
        casts.append(Cast(poll_id, visit.person.id, form.get("choice", [""])[-1], form.get("key", [""])[-1][:64]))
        places.append(place)
    for place, one, error in zip(places, casts, cast_ballots(session, now, casts), strict=True):
        answers[place] = error or _cast_answer(one.poll_id, visits[place].is_htmx)
    return answers


@lru_cache(1024)
def _cast_answer(poll_id: int, is_htmx: bool) -> Answer:
    return redirect(f"/polls/{poll_id}/mine" if is_htmx else f"/polls/{poll_id}")


# --- opening, signing in, closing -------------------------------------------------------------------------------------


@signed_in
def new_poll(visit: Visit) -> Answer:
    """The form: rule, roster and text as they would be frozen; the question and the hour are what the chair writes."""
    matter, place, standing = opened(visit)
    facts = facts_of(visit.session, matter, visit.now, place)
    ground = ground_of(visit.session, visit.now, matter=matter, community=place)
    refusal = may("open_poll", standing.roles, facts)
    count, missing = 0, None
    try:
        group = matter.scope if ground.step.body == "villagers_group" else ""
        within = Part(matter.building, matter.entrance, group) if matter.building or group else WHOLE
        on = today_in(place, visit.now)
        base = base_of(ground.preset.id)
        lines = electorate(visit.session, on, community=place, body=ground.step.body, base=base, part=within)
        count = len({line.person_id for line in lines})
    except Refused as no:
        missing = no.refusal
    return page(
        visit,
        "voting/new.html",
        matter=matter,
        place=place,
        ground=ground,
        sentences=rule_sentences(ground.rule, visit.locale),
        online=ONLINE[ground.online],
        note=note_on_setting(ground.preset.id) if ground.online_source else "",
        count=count,
        missing=missing,
        refusal=refusal or missing,
        paragraphs=lines_in_words(ground.text),
        step=ground.step,
    )


@signed_in
def make_poll(visit: Visit) -> Answer:
    """Open it."""
    matter, place, standing = opened(visit)
    fields = Fields(visit)
    words = fields.text("question", most=200)
    closes_at = _instant(fields, "closes_at", place.zone)
    fields.check()
    question = Question(words, closes_at, bool(visit.text("is_changeable")))
    poll = open_poll(visit.session, visit.now, matter=matter, community=place, question=question, standing=standing)
    return redirect(f"/polls/{poll.id}")


def _instant(fields: Fields, name: str, zone: Any) -> datetime | None:
    value = fields.visit.text(name)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        fields.errors[name] = Refusal(_("请按年-月-日 时:分填写，例如2026-11-30 20:00"))
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


@signed_in
def show_attendance(visit: Visit) -> Answer:
    """Who is there: the list at the door."""
    here = opened_poll(visit)
    poll, session = here.poll, visit.session
    refuse_if(may_sign_in(here.standing.roles, poll.closed_at is not None))
    asked = visit.query.get("q", "").strip()
    present = present_people(session, poll.id)
    voted = set(session.exec(select(Ballot.person_id).where(Ballot.poll_id == poll.id)).all())
    people: dict[int, dict[str, Any]] = {}
    for line in roll(session, poll):
        one = people.setdefault(line.person_id, {"id": line.person_id, "labels": []})
        one["labels"].append(line.label)
    _name(session, people)
    found = [one for one in people.values() if asked in one["name"] or any(asked in label for label in one["labels"])]
    for one in found:
        one |= {"here": one["id"] in present or one["id"] in voted, "voted": one["id"] in voted}
    return page(
        visit,
        "voting/attendance.html",
        poll=poll,
        matter=here.matter,
        place=here.place,
        people=found[:MOST_SHOWN],
        more=max(0, len(found) - MOST_SHOWN),
        asked=asked,
        there=len(present | voted),
        entitled=len(people),
    )


def _name(session: Session, people: dict[int, dict[str, Any]]) -> None:
    names = names_of(session, set(people))
    for one in people.values():
        one["name"] = names[one["id"]]


@signed_in
def sign_in(visit: Visit) -> Answer:
    """Enter who of the persons shown is there."""
    here = opened_poll(visit)
    listed, come = ({int(each) for each in visit.texts(name) if each.isdigit()} for name in ("listed", "here"))
    sign_in_people(visit.session, visit.now, poll=here.poll, listed=listed, here=come, standing=here.standing)
    return redirect(f"/polls/{here.poll.id}/attendance")


@signed_in
def close(visit: Visit) -> Answer:
    """Close the vote and count it."""
    here = opened_poll(visit)
    close_poll(visit.session, visit.now, poll_id=here.poll.id, standing=here.standing)
    return redirect(f"/polls/{here.poll.id}")


@signed_in
def new_resolution(visit: Visit) -> Answer:
    """The document of the result, drafted; its numbers cannot be edited, they are attached as facts."""
    here = opened_poll(visit)
    if here.poll.resolution_id is not None:
        return redirect(f"/documents/{here.poll.resolution_id}")
    if here.poll.result is None:
        raise Refused(Refusal(_("表决还没有结束"), remedy=_("先结束表决并计票")))
    facts = facts_of(visit.session, here.matter, visit.now, here.place)
    title, body = draft(here.poll, here.matter, here.place)
    return page(visit, "voting/resolution.html", poll=here.poll, matter=here.matter, place=here.place, draft=(title, body),
                step=None if facts.is_ended else facts.step)  # fmt: skip


@signed_in
def make_resolution(visit: Visit) -> Answer:
    """Issue it: the matter goes where the procedure says."""
    here = opened_poll(visit)
    fields = Fields(visit)
    title, body = fields.text("title", most=120), fields.text("body", most=20_000)
    fields.check()
    issue_resolution(visit.session, visit.now, poll=here.poll, title=title, body=body, standing=here.standing)
    return redirect(f"/matters/{here.matter.id}")


def furnish(house: Any) -> None:
    """What the running site needs to know of polls."""
    house.hub.fragment(TURNOUT, turnout_scene, pace=1.0)
    house.hub.fragment(STATE, state_scene)
    house.runner.works["close_poll"] = close_due_poll
    house.home_sections.append(polls_at_home)


_ISSUES = (Act.RESOLUTION_ISSUED, Act.DOCUMENT_ISSUED, Act.MATTER_MOVED, Act.MATTER_CLOSED)
routes = [
    post("/polls/{id}/ballots", cast, Act.BALLOT_CAST, Act.BALLOT_CHANGED, bulk=cast_all, again=show_again),
    get("/polls", list_polls),
    get("/polls/{id}", show_poll),
    get("/polls/{id}/mine", show_mine),
    socket("/polls/{id}/live", follow_poll),
    get("/polls/{id}/result.json", show_result_json),
    get("/polls/{id}/tally.json", show_tally_json),
    get("/polls/{id}/attendance", show_attendance),
    post("/polls/{id}/attendance", sign_in, Act.PRESENCE_MARKED),
    post("/polls/{id}/closing", close, Act.POLL_CLOSED),
    get("/polls/{id}/resolution/new", new_resolution),
    post("/polls/{id}/resolution", make_resolution, *_ISSUES, again=new_resolution),
    get("/matters/{id}/polls", polls_in_dossier),
    get("/matters/{id}/polls/new", new_poll),
    post("/matters/{id}/polls", make_poll, Act.POLL_OPENED, Act.ROSTER_FROZEN, again=new_poll),
]
