"""Pages on which a poll is run: opening it, signing people in at the door, closing it, issuing what it decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import select

from deliberation.identity.doors import signed_in
from deliberation.matters.deciders import deciders
from deliberation.matters.engine import FURTHER
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of, merger_of
from deliberation.matters.inviting import act_here
from deliberation.matters.models import Matter
from deliberation.matters.opening import opened
from deliberation.matters.procedure import Step
from deliberation.matters.reasons import poll_now
from deliberation.matters.rules import may
from deliberation.people_list import one_page, read_asked
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting.actions import (
    Question,
    close_poll,
    ground_of,
    issue_resolution,
    open_poll,
    rule_here,
)
from deliberation.voting.box_view import offered_secrecy
from deliberation.voting.counting import Counted, count
from deliberation.voting.desk import counting_refusal
from deliberation.voting.electing import election_notice, rule_before
from deliberation.voting.election_rules import is_election
from deliberation.voting.kinds import rule_to_open
from deliberation.voting.kinds_pages import asked_kind, form_words, read_kind
from deliberation.voting.meeting_view import short_now
from deliberation.voting.meetings import against_vote, meeting_to_vote
from deliberation.voting.models import Ballot, present_people, roll
from deliberation.voting.presets import PRESETS
from deliberation.voting.proxy_rules import Terms as ProxyTerms
from deliberation.voting.proxy_terms import frozen_terms, said_terms, terms_today
from deliberation.voting.reaching import (
    lines_in_words,
    opened_poll,
)
from deliberation.voting.resolution import draft, forming
from deliberation.voting.result_view import by_presence
from deliberation.voting.roll_view import people_of_lines
from deliberation.voting.rules import from_where, may_sign_in, note_on_setting
from deliberation.voting.secrecy_rules import CONFIDENTIAL, NAMED, NOBODYS, OFFERED
from deliberation.voting.signing_in import sign_in_people
from deliberation.web import Answer, Fields, Visit, get, page, part, post, public, redirect


@signed_in
def new_poll(visit: Visit) -> Answer:
    """The form: rule, roster and text as they would be frozen; the question and the hour are what the chair writes."""
    matter, place, standing = opened(visit)
    facts = facts_of(visit.session, matter, visit.now, place)
    ground = ground_of(visit.session, visit.now, matter=matter, community=place)
    refusal = may("open_poll", standing.roles, facts)
    kind = asked_kind(visit.session, matter, facts, ground.preset, ground.text)
    count, missing = 0, None
    try:
        lines = deciders(visit.session, visit.now, matter=matter, place=place, step=ground.step)
        count = len({line.person_id for line in lines})
    except Refused as no:
        missing = no.refusal
    return page(
        visit,
        "voting/new.html",
        matter=matter,
        place=place,
        ground=ground,
        sentences=rule_before(ground.preset, rule_to_open(visit.session, matter, facts, ground.rule), visit.locale),
        online=from_where(ground.online, by_presence(ground.rule)),
        note=note_on_setting(ground.preset.id) if ground.online_source else "",
        count=count,
        missing=missing,
        refusal=refusal or missing or _against_meeting(visit, matter, facts, ground.online),
        paragraphs=lines_in_words(ground.text),
        step=ground.step,
        short=_short(visit, matter, facts, ground.online),
        limit=said_terms(_proxy_terms(visit, matter, facts, ground.preset.id)),
        kind=kind,
        naming=form_words(kind, act_here("open_poll", facts), bool(visit.typed("options"))),
        secrecy={"visit": visit} | offered_secrecy(ground.preset.id, ground.rule, count),
    )


@public
def show_coming_rule(visit: Visit) -> Answer:
    """The rule of the vote that comes next, in words with its source; for the dossier to fetch, and a page by itself."""
    matter, place, _standing = opened(visit)
    facts = facts_of(visit.session, matter, visit.now, place)
    values = {"matter": matter, "coming": None}
    if step := _coming_vote(facts):
        preset = PRESETS[step.poll]
        rule, rule_source, way, online_source = rule_here(visit.session, place, preset)
        if step.id == facts.stage:
            rule = rule_to_open(visit.session, matter, facts, rule)
        values["coming"] = {
            "step": step,
            "source": preset.source,
            "sentences": rule_before(preset, rule, visit.locale),
            "rule_source": rule_source,
            "online": from_where(way, by_presence(rule)),
            "note": note_on_setting(preset.id) if online_source else "",
            "online_source": online_source,
        }
    if visit.is_htmx:
        return part(visit, "voting/_coming_rule.html", coming=values["coming"])
    return page(visit, "voting/coming_rule.html", place=place, **values)


def _coming_vote(facts: Facts) -> Step | None:
    """The present step or the first after it whose vote has not been opened yet."""
    if facts.is_ended:
        return None
    steps = facts.procedure.steps[facts.procedure.place(facts.stage) :]
    held = poll_now(facts)
    votes = [
        facts.taken(step.id) for step in steps if step.id != facts.stage or held is None or held.outcome in FURTHER
    ]
    return next((step for step in votes if step.poll in PRESETS), None)


def _against_meeting(visit: Visit, matter: Matter, facts: Facts, online: str) -> Refusal | None:
    """Why the meeting that was called is not ready for a vote: nobody counts as there, or too few do."""
    try:
        meeting = meeting_to_vote(visit.session, facts, matter.id)
        return against_vote(visit.session, visit.now, meeting, online) if meeting else None
    except Refused as no:
        return no.refusal


def _short(visit: Visit, matter: Matter, facts: Facts, online: str) -> list[dict[str, Any]]:
    """What of the quorum the door of the meeting does not meet, where the vote may open all the same."""
    try:
        meeting = meeting_to_vote(visit.session, facts, matter.id)
    except Refused:
        return []
    return short_now(visit.session, visit.now, meeting, online) if meeting else []


def _proxy_terms(visit: Visit, matter: Matter, facts: Facts, preset: str) -> ProxyTerms:
    """Those of the meeting in which the vote would open, else those of today."""
    try:
        meeting = meeting_to_vote(visit.session, facts, matter.id)
    except Refused:
        meeting = None
    return frozen_terms(meeting) if meeting else terms_today(visit.session, visit.community, preset)


@signed_in
def make_poll(visit: Visit) -> Answer:
    """Open it."""
    matter, place, standing = opened(visit)
    fields = Fields(visit)
    words = fields.text("question", most=200)
    closes_at = _instant(fields, "closes_at", place.zone)
    kind = read_kind(fields)
    secrecy = visit.text("secrecy") or NAMED
    if secrecy not in OFFERED:
        fields.errors["secrecy"] = NOBODYS
    fields.check()
    question = Question(words, closes_at, bool(visit.text("is_changeable")), kind=kind, secrecy=secrecy)
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
    if poll.meeting_id is not None:
        return redirect(f"/meetings/{poll.meeting_id}/door")
    refuse_if(may_sign_in(here.standing.roles, poll.closed_at is not None))
    present = present_people(session, poll.id)
    voted = set(session.exec(select(Ballot.person_id).where(Ballot.poll_id == poll.id)).all())
    people = people_of_lines(session, roll(session, poll))
    for id, one in people.items():
        one |= {"here": id in present or id in voted, "voted": id in voted}
    asked = read_asked(visit.query)
    return page(
        visit,
        "voting/attendance.html",
        poll=poll,
        matter=here.matter,
        place=here.place,
        list=one_page(list(people.values()), asked, f"/polls/{poll.id}/attendance"),
        asked=asked,
        there=len(present | voted),
        entitled=len(people),
    )


@signed_in
def sign_in(visit: Visit) -> Answer:
    """Enter who of the persons shown is there."""
    here = opened_poll(visit)
    was, come = (
        {int(each) for each in visit.texts(name) if each.isascii() and each.isdigit() and len(each) < 10}
        for name in ("was", "here")
    )
    sign_in_people(visit.session, visit.now, poll=here.poll, was=was, here=come, standing=here.standing)
    return redirect(f"/polls/{here.poll.id}/attendance")


def count_ahead(visit: Visit) -> Counted | None:
    """Count before the writer's door, for whoever may close; why another may not is said where it is closed.

    The choices of a confidential poll are looked at by nobody and nothing before it is closed.
    """
    here = opened_poll(visit)
    if here.poll.secrecy == CONFIDENTIAL:
        return None
    facts = facts_of(visit.session, here.matter, visit.now, here.place)
    if here.poll.closed_at is not None or may("close_poll", here.standing.roles, facts) is not None:
        return None
    if counting_refusal(visit.session, here.poll) is not None:
        return None
    return count(visit.session, here.poll)


@signed_in
def close(visit: Visit, ahead: Counted | None) -> Answer:
    """Close the vote and count it."""
    here = opened_poll(visit)
    close_poll(visit.session, visit.now, poll_id=here.poll.id, standing=here.standing, ahead=ahead)
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
    if is_election(here.poll.preset):
        drafted = election_notice(visit.session, here.poll, here.matter, here.place)
    else:
        merger = merger_of(visit.session, here.matter, here.poll.step)
        drafted = draft(here.poll, here.matter, here.place, merger.title if merger else "")
    return page(visit, "voting/resolution.html", poll=here.poll, matter=here.matter, place=here.place, draft=drafted,
                forming=forming(visit.session, here.matter, here.poll), step=None if facts.is_ended else facts.step)  # fmt: skip


@signed_in
def make_resolution(visit: Visit) -> Answer:
    """Issue it: the matter goes where the procedure says."""
    here = opened_poll(visit)
    fields = Fields(visit)
    title, body = fields.text("title", most=120), fields.text("body", most=20_000)
    fields.check()
    issue_resolution(visit.session, visit.now, poll=here.poll, title=title, body=body, standing=here.standing)
    return redirect(f"/matters/{here.matter.id}")


_ISSUES = (Act.RESOLUTION_ISSUED, Act.DOCUMENT_ISSUED, Act.MATTER_MOVED, Act.MATTER_CLOSED)
routes = [
    get("/polls/{id}/attendance", show_attendance),
    post("/polls/{id}/attendance", sign_in, Act.PRESENCE_MARKED),
    post("/polls/{id}/closing", close, Act.POLL_CLOSED, prepare=count_ahead),
    get("/polls/{id}/resolution/new", new_resolution),
    post("/polls/{id}/resolution", make_resolution, *_ISSUES, again=new_resolution),
    get("/matters/{id}/polls/new", new_poll),
    get("/matters/{id}/rule", show_coming_rule),
    post("/matters/{id}/polls", make_poll, Act.POLL_OPENED, Act.ROSTER_FROZEN, again=new_poll),
]
