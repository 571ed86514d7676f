"""Rooms over HTTP: opening and closing, minutes, the table of routes, and what is live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from deliberation.assemblies.models import Standing
from deliberation.communities.models import Community, local_setting
from deliberation.identity.doors import signed_in
from deliberation.live import Scene
from deliberation.matters import words
from deliberation.matters.about import subject_of
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter
from deliberation.matters.moving import permit
from deliberation.matters.opening import opened
from deliberation.matters.rules import may as may_in_matter
from deliberation.refusal import Invalid, Missing, Refusal, Word, refuse_if
from deliberation.rooms import (
    routes_acts,
    routes_chairing,
    routes_content,
    routes_convening,
    routes_gauging,
    routes_hybrid,
    routes_inviting,
    routes_maps,
    routes_minutes,
    routes_questions,
)
from deliberation.rooms.actions import Plan, attend, close_room, open_room
from deliberation.rooms.chairing_rules import DECIDERS, HALL
from deliberation.rooms.convening import Call, convene, give_room, vacant_roles, waiting_here
from deliberation.rooms.convening_models import convening, convening_of_room
from deliberation.rooms.doors import Entered, entered
from deliberation.rooms.form_file import FIRST
from deliberation.rooms.form_minutes import with_form
from deliberation.rooms.form_rules import FormRole
from deliberation.rooms.hall import PARTS, hall_of
from deliberation.rooms.invitations import SOURCE
from deliberation.rooms.limits_rules import PRESETS, TURN_SECONDS, TURNS_EACH, Limits, preset
from deliberation.rooms.lines import deed_scene, statement_scene
from deliberation.rooms.minutes import MOST_MINUTED, draft
from deliberation.rooms.minutes_exits import offered
from deliberation.rooms.minutes_gathering import lines_of_article
from deliberation.rooms.minutes_keeping import Wording
from deliberation.rooms.minutes_rules import MOST_DAYS, days_of
from deliberation.rooms.minuting import exits_of, file_minutes, may_draft, meeting_of
from deliberation.rooms.models import Room
from deliberation.rooms.pages import (
    PERSONAL,
    follow_room,
    follow_screen,
    list_rooms,
    rooms_at_home,
    show_mine,
    show_parts,
    show_room,
    show_screen,
)
from deliberation.rooms.unseated import unseating_scene
from deliberation.rooms.voiced import Voiced
from deliberation.translation import translate
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect, socket


@signed_in
def new_room(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    refusal = may_in_matter("open_room", standing.roles, facts_of(visit.session, matter, visit.now, place))
    limits, minutes = usual_limits(visit, place)
    waiting = waiting_here(visit.session, matter.id)
    asked = visit.typed("convening", visit.query.get("convening", ""))
    called = next((one for one in waiting if str(one.id) == asked), None)
    chosen = preset(visit.query.get("preset", "") or (called.rules.order if called else ""))
    return page(
        visit,
        "rooms/new.html",
        matter=matter,
        refusal=refusal,
        limits=chosen.limits if chosen else limits,
        plan_minutes=minutes,
        presets=PRESETS,
        deciders=list(DECIDERS.items()),
        waiting=waiting,
        chosen=called,
        vacant=vacant_roles(visit.session, visit.now, convening=called, community=place) if called else (),
    )


def usual_limits(visit: Visit, place: Community) -> tuple[Limits, int]:
    """The community's own numbers where it has set any, else the common ones; minutes of a meeting."""

    def number(name: str, usual: int) -> int:
        known = local_setting(visit.session, place, name)
        return int(known.value) if known and known.value.isdigit() else usual

    limits = Limits(
        number("turn_seconds", TURN_SECONDS),
        number("turns_each", TURNS_EACH),
        number("again_seconds", 0),
        number("person_seconds", 0),
    )
    return limits, number("room_minutes", 60)


@signed_in
def open_one(visit: Visit) -> Answer:
    matter, place, standing = opened(visit)
    actor = permit("open_room", standing, facts_of(visit.session, matter, visit.now, place))
    fields = Fields(visit)
    title = fields.text("title", most=60)
    minutes = fields.integer("minutes", least=5, most=600)
    first = fields.integer("turn_minutes", least=1, most=30)
    turns_each = fields.integer("turns_each", least=1, most=10)
    later = fields.integer("again_minutes", least=1, most=30, required=False)
    in_all = fields.integer("person_minutes", least=1, most=300, required=False)
    decider = fields.choice("decider", DECIDERS) if visit.text("decider") else HALL
    fields.check()
    again = (later or 0) * 60 if later != first else 0
    plan = Plan(title, Limits(first * 60, turns_each, again, (in_all or 0) * 60), minutes, decider)
    made = open_room(visit.session, visit.now, matter=matter, plan=plan, actor=actor)
    hold_under_form(visit, made, title=title, standing=standing)
    attend(visit.session, visit.now, room=made, person_id=visit.person.id)
    return redirect(f"/rooms/{made.id}")


def _nobody(roles: Sequence[FormRole]) -> Refusal:
    names = [Word(role.title) for role in roles]
    return Refusal(
        _("还没有人担任：{roles}"), {"roles": names}, remedy=_("先邀请，或者勾选仍然打开"), source=_("本地设置")
    )


def hold_under_form(visit: Visit, made: Room, *, title: str, standing: Standing) -> None:
    """The room is that of the convening which the form names; one opened straight away is a residents' council."""
    session, now, number = visit.session, visit.now, visit.text("convening")
    place = session.get(Community, made.community_id)
    if number.isascii() and number.isdigit() and len(number) < 10:
        called = convening(session, int(number))
        if called.matter_id != made.matter_id:
            raise Missing
        if visit.text("vacant") != "yes" and (lacking := vacant_roles(session, now, convening=called, community=place)):
            raise Invalid({"vacant": _nobody(lacking)})
    else:
        call = Call(FIRST, title, now, is_at_once=True)
        matter = session.get(Matter, made.matter_id)
        called = convene(session, now, matter=matter, community=place, call=call, standing=standing)
    give_room(session, now, convening=called, community=place, room=made, standing=standing)


@signed_in
def close_one(visit: Visit) -> Answer:
    here = entered(visit)
    close_room(visit.session, visit.now, room=here.room, part=here.part)
    return redirect(f"/rooms/{here.room.id}/minutes")


@signed_in
def edit_minutes(visit: Visit) -> Answer:
    here = entered(visit)
    facts = facts_of(visit.session, here.matter, visit.now, here.community)
    exits = offered(facts, exits_of(facts, here.room, here.part), visit.locale)
    called = convening_of_room(visit.session, here.room.id)
    return page(
        visit,
        "rooms/minutes_new.html",
        of=here.room,
        matter=here.matter,
        back=(f"/rooms/{here.room.id}", translate(visit.locale, _("第{n}次协商"), n=here.room.number)),
        action=f"/rooms/{here.room.id}/minutes",
        most=MOST_MINUTED,
        refusal=may_draft(here.room, here.part),
        title=f"第{here.room.number}次协商会议纪要",
        draft=with_form(
            visit.session,
            here.room,
            draft(
                replace(meeting_of(visit.session, here.room, here.community, visit.now), article=_article(visit, here))
            ),
        ),
        asks_form=called is not None,
        days=days_of(called.rules if called else None, None),
        exits=exits,
    )


def _article(visit: Visit, here: Entered) -> tuple[str, ...]:
    """The article that was talked about, as it stood when the room was opened, and what the public has said on it."""
    about = subject_of(visit, here.matter.about, here.room.opened_at)
    return lines_of_article(about, visit.now.astimezone(here.community.zone)) if about else ()


@signed_in
def file_one(visit: Visit) -> Answer:
    here = entered(visit)
    refuse_if(may_draft(here.room, here.part))
    fields = Fields(visit)
    wording = Wording(
        fields.text("title", most=60),
        fields.text("body", most=MOST_MINUTED),
        fields.choice("outcome", ("", *words.OUTCOMES)),
        fields.text("explained", most=500, required=False),
        fields.integer("days", least=1, most=MOST_DAYS, required=False),
    )
    fields.check()
    file_minutes(
        visit.session,
        visit.now,
        room=here.room,
        wording=wording,
        part=here.part,
        roles=here.standing.roles,
    )
    return redirect(f"/matters/{here.matter.id}")


def _deed(scene: Scene) -> dict[str, Any]:
    return unseating_scene(scene) if scene.subject.startswith("unseating/") else deed_scene(scene)


def furnish(house: Any) -> None:
    """Live fragments of the hall and the projector; who is there, at most once a second."""
    for name, gather in PARTS.items():
        # Marks of a gauge come in hundreds; nobody reads faster than three times a second.
        pace = {"presence": 1.0, "gauge": 0.3, "appeals": 0.3, "questions": 0.3, "wall": 0.3}.get(name, 0.0)
        house.hub.fragment(f"rooms/_{name}.html", lambda scene, gather=gather: gather(hall_of(scene)), pace=pace)
    house.hub.fragment("rooms/_statement.html", statement_scene)
    house.hub.fragment("rooms/_deed.html", _deed)
    house.voiced = Voiced(house)
    routes_convening.furnish(house)
    routes_maps.furnish(house)
    routes_minutes.furnish(house)
    house.home_sections.append(rooms_at_home)
    house.letters["invitation"] = SOURCE
    house.hub.presence("room/", "rooms/_presence.html")


routes = [
    get("/rooms", list_rooms),
    get("/rooms/{id}", show_room),
    get("/rooms/{id}/parts", show_parts, together=True),
    *(get(f"/rooms/{{id}}/{element}", show_mine) for element in PERSONAL),
    socket("/rooms/{id}/live", follow_room),
    get("/rooms/{id}/screen", show_screen),
    socket("/rooms/{id}/screen/live", follow_screen),
    get("/matters/{id}/rooms/new", new_room),
    post("/matters/{id}/rooms", open_one, Act.ROOM_OPENED, Act.CONVENING_MADE, again=new_room),
    post("/rooms/{id}/closing", close_one, Act.ROOM_CLOSED, Act.TURN_ENDED, Act.GAUGE_CLOSED),
    get("/rooms/{id}/minutes", edit_minutes),
    post(
        "/rooms/{id}/minutes", file_one, Act.MINUTES_DRAFTED, Act.DOCUMENT_CLOSED, Act.MATTER_MOVED, again=edit_minutes
    ),
    *routes_acts.routes,
    *routes_chairing.routes,
    *routes_content.routes,
    *routes_gauging.routes,
    *routes_hybrid.routes,
    *routes_questions.routes,
    *routes_maps.routes,
    *routes_minutes.routes,
    *routes_convening.routes,
    *routes_inviting.routes,
]
