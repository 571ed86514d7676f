"""Pages of a meeting: calling it, following it, and what the chair does in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from deliberation.audit.models import log_size
from deliberation.identity.doors import signed_in
from deliberation.matters.opening import act_page, dossier
from deliberation.refusal import Refusal
from deliberation.vocabulary import Act, _
from deliberation.voting import meetings
from deliberation.voting.door import QUORUM
from deliberation.voting.meeting_view import (
    mine,
    opened_meeting,
    quorum_of,
    quorum_scene,
    state_of,
    state_scene,
    way_of,
)
from deliberation.voting.meetings import STATE, Call
from deliberation.voting.presets import PRESETS
from deliberation.voting.proxy_terms import frozen_terms, said_terms, terms_today
from deliberation.voting.result_view import by_presence
from deliberation.voting.rules import ANYWHERE, ONLINE_SETTING, from_where, note_on_setting
from deliberation.voting.tally_rule import rule_as_json
from deliberation.web import Answer, Fields, Visit, get, page, part, post, public, redirect, socket


@signed_in
def new_meeting(visit: Visit) -> Answer:
    """The form: when, where, under what title; body and rule are those of the step."""
    one = dossier(visit)
    preset = PRESETS.get(one.step.poll) if one.step else None
    against = meetings.may_convene(visit.session, one.matter, one.facts)
    limit = said_terms(terms_today(visit.session, one.place, preset.id)) if preset else None
    values = {"preset": preset, "against": against, "limit": limit}
    return act_page(visit, one, "voting/meeting_new.html", "convene_meeting", **values)


@signed_in
def make_meeting(visit: Visit) -> Answer:
    one = dossier(visit)
    fields = Fields(visit)
    title, place = fields.text("title", most=80), fields.text("place", most=120)
    starts_at = instant(fields, "starts_at", one.place.zone)
    fields.check()
    made = meetings.convene_meeting(
        visit.session,
        visit.now,
        matter=one.matter,
        community=one.place,
        call=Call(title, place, starts_at),
        standing=one.standing,
    )
    return redirect(f"/meetings/{made.id}")


def instant(fields: Fields, name: str, zone: ZoneInfo) -> datetime | None:
    """An hour of a form, in the community's time zone."""
    value = fields.text(name)
    try:
        found = datetime.fromisoformat(value) if value else None
    except ValueError:
        fields.errors[name] = Refusal(_("请按年-月-日 时:分填写，例如2026-11-30 20:00"))
        return None
    return found.replace(tzinfo=zone) if found is not None and found.tzinfo is None else found


@public
def show_meeting(visit: Visit) -> Answer:
    """What the meeting is at, who is there beside who it takes, its votes; for the chair what can be done now."""
    here = opened_meeting(visit)
    meeting, session = here.meeting, visit.session
    preset, way = PRESETS[meeting.preset], way_of(visit.session, here)
    return page(
        visit,
        "voting/meeting.html",
        meeting=meeting,
        matter=here.matter,
        place=here.place,
        seen=log_size(session, here.place.id),
        state=state_of(session, meeting),
        quorum=quorum_of(session, meeting, visit.now),
        mine=mine(visit, here),
        preset=preset,
        online=from_where(way, by_presence(rule_as_json(preset.rule))),
        note=note_on_setting(preset.id) if way == ANYWHERE and preset.strict_presence else "",
        setting=ONLINE_SETTING,
        limit=said_terms(frozen_terms(meeting)),
    )


@public
def show_mine(visit: Visit) -> Answer:
    """The visitor's own part alone."""
    return part(visit, "voting/_my_meeting.html", **mine(visit, opened_meeting(visit)))


def show_again(visit: Visit) -> Answer:
    return show_mine(visit) if visit.is_htmx else show_meeting(visit)


def follow_meeting(visit: Visit) -> tuple[str, int]:
    here = opened_meeting(visit)
    return here.meeting.topic, here.place.id


@signed_in
def open_one(visit: Visit) -> Answer:
    return _do(visit, meetings.open_meeting)


@signed_in
def resume_one(visit: Visit) -> Answer:
    return _do(visit, meetings.resume_meeting)


@signed_in
def end_one(visit: Visit) -> Answer:
    return _do(visit, meetings.end_meeting)


@signed_in
def declare_one_void(visit: Visit) -> Answer:
    return _do(visit, meetings.declare_void)


@signed_in
def adjourn_one(visit: Visit) -> Answer:
    """休会: why, and when it goes on."""
    zone = opened_meeting(visit).place.zone
    fields = Fields(visit)
    reason, until = fields.text("reason", most=500), instant(fields, "until", zone)
    fields.check()
    return _do(visit, meetings.adjourn_meeting, reason=reason, until=until)


@signed_in
def count_one(visit: Visit) -> Answer:
    """重新清点人数."""
    fields = Fields(visit)
    counted = fields.integer("counted", most=1_000_000)
    fields.check()
    return _do(visit, meetings.count_again, counted=counted)


def _do(visit: Visit, verb: Any, **values: Any) -> Answer:
    here = opened_meeting(visit)
    verb(visit.session, visit.now, meeting=here.meeting, standing=here.standing, **values)
    return redirect(f"/meetings/{here.meeting.id}")


def furnish(house: Any) -> None:
    """Live fragments of a meeting: the quorum line at most once a second, however many come through the door."""
    house.hub.fragment(QUORUM, quorum_scene, pace=1.0)
    house.hub.fragment(STATE, state_scene)


_VOID = (Act.MEETING_ENDED, Act.RESOLUTION_ISSUED, Act.DOCUMENT_ISSUED, Act.MATTER_MOVED, Act.MATTER_CLOSED)
routes = [
    get("/matters/{id}/meetings/new", new_meeting),
    post("/matters/{id}/meetings", make_meeting, Act.MEETING_CONVENED, again=new_meeting),
    get("/meetings/{id}", show_meeting),
    get("/meetings/{id}/mine", show_mine),
    socket("/meetings/{id}/live", follow_meeting),
    post("/meetings/{id}/opening", open_one, Act.MEETING_OPENED),
    post("/meetings/{id}/adjourning", adjourn_one, Act.MEETING_ADJOURNED, again=show_again),
    post("/meetings/{id}/resuming", resume_one, Act.MEETING_RESUMED),
    post("/meetings/{id}/counts", count_one, Act.MEETING_COUNTED, again=show_again),
    post("/meetings/{id}/ending", end_one, Act.MEETING_ENDED),
    post("/meetings/{id}/voiding", declare_one_void, *_VOID),
]
