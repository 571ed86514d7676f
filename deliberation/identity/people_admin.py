"""Administration of people: list and search, register, correct, one-time links, appointments, ending sign-ins."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import segno

from deliberation.communities.models import community, subtree_ids
from deliberation.identity.actions import (
    appoint,
    correct_person,
    end_all_sign_ins,
    end_appointment,
    issue_link,
    register_person,
    set_disabled,
)
from deliberation.identity.admin import Desk, desk_of, desk_of_person
from deliberation.identity.models import (
    all_appointments_of,
    appointment,
    appointments_of,
    links_of,
    open_sign_ins,
    people_found,
    person,
)
from deliberation.identity.reach import account_refusal
from deliberation.identity.rules import check_email, check_name, check_phone, may_appoint, sign_in_name
from deliberation.refusal import Missing, Refusal
from deliberation.roles import role_name
from deliberation.vocabulary import Role, _
from deliberation.web import Answer, Fields, Visit, page, redirect, signed_in

PAGE = 50
GENDERS = ("", "男", "女")


@signed_in
def people_page(visit: Visit) -> Answer:
    desk = desk_of(visit, visit.number("id"))
    return _people_page(visit, desk)


def _people_page(visit: Visit, desk: Desk) -> Answer:
    word = visit.query.get("q", "").strip()[:60]
    at = visit.query.get("page", "1")
    number = max(1, int(at)) if at.isascii() and at.isdigit() and len(at) < 6 else 1
    people, count = people_found(visit.session, desk.community.id, word, start=(number - 1) * PAGE, limit=PAGE)
    held = {each.id: _current_roles(visit, each.id, desk) for each in people}
    return page(
        visit,
        "identity/people.html",
        desk=desk,
        people=people,
        held=held,
        count=count,
        word=word,
        number=number,
        pages=-(-count // PAGE),
    )


def _current_roles(visit: Visit, person_id: int, desk: Desk) -> list[str]:
    held = appointments_of(visit.session, person_id, desk.today)
    return [role_name(each.role, community(visit.session, each.community_id).kind) for each in held]


def _particulars(visit: Visit) -> dict[str, object]:
    """The fields of the form, each by name; nothing else of what was sent is looked at. Raises Invalid."""
    fields = Fields(visit)
    name = unicodedata.normalize("NFC", fields.text("name", most=60))
    phone, email = sign_in_name(visit.text("phone")), visit.text("email")
    number = fields.text("number", most=40, required=False)
    born_on = fields.day("born_on", required=False)
    gender = fields.choice("gender", GENDERS)
    checks = {
        "name": check_name(name),
        "number": check_name(number),
        "phone": check_phone(phone),
        "email": check_email(email),
    }
    for field, no in checks.items():
        if no is not None:
            fields.errors.setdefault(field, no)
    fields.check()
    return {"name": name, "phone": phone, "email": email, "number": number, "born_on": born_on, "gender": gender}


@signed_in
def add_one(visit: Visit) -> Answer:
    desk = desk_of(visit, visit.number("id"))
    made = register_person(visit.session, visit.now, community=desk.community, actor=desk.actor, **_particulars(visit))
    return redirect(f"/admin/people/{made.id}")


@signed_in
def person_page(visit: Visit) -> Answer:
    return _person_page(visit)


def _person_page(visit: Visit, link: str = "", status: int = 200) -> Answer:
    desk, who = desk_of_person(visit, visit.number("id"))
    session = visit.session
    return page(
        visit,
        "identity/person.html",
        status=status,
        desk=desk,
        who=who,
        appointments=[
            (each, role_name(each.role, where.kind), where.name, _may_end(visit, each, desk))
            for each in all_appointments_of(session, who.id)
            for where in [community(session, each.community_id)]
        ],
        roles=[(role.value, role_name(role, desk.community.kind)) for role in Role if role is not Role.VISITOR],
        places=[(id_, community(session, id_).name) for id_ in subtree_ids(session, desk.community)],
        sign_ins=open_sign_ins(session, who.id, visit.now),
        links=links_of(session, who.id),
        no_account=account_refusal(session, visit.now, who=who, actor=desk.actor),
        no_appointing=may_appoint(desk.roles, Role.MEMBER.value),
        link=link,
        qr=segno.make(link, error="m").svg_data_uri(scale=5, border=2, light="#fff") if link else "",
    )


def _may_end(visit: Visit, held, desk: Desk) -> Refusal | None:
    """Why this appointment cannot be ended here; one that is over shows no button at all."""
    where = community(visit.session, held.community_id)
    if desk.community.id not in where.ancestry:
        return Refusal(_("这是上级单位的任职，请到上级单位办理"))
    return may_appoint(desk.roles, held.role)


@signed_in
def correct(visit: Visit) -> Answer:
    desk, who = desk_of_person(visit, visit.number("id"))
    given = _particulars(visit)
    changed = {name: value for name, value in given.items() if getattr(who, name) != value}
    if changed:
        correct_person(visit.session, visit.now, who=who, actor=desk.actor, **changed)
    return redirect(f"/admin/people/{who.id}")


@signed_in
def make_link(visit: Visit) -> Answer:
    """Shows the link in its own answer: an address to be read later would have to keep the token somewhere."""
    desk, who = desk_of_person(visit, visit.number("id"))
    token = issue_link(visit.session, visit.now, who=who, actor=desk.actor)
    answer = _person_page(visit, f"{visit.house.settings.address}/sign-in/{token}")
    answer.location = f"/admin/people/{who.id}"  # Where a repeat of this form leads: the link is not shown again.
    return answer


@signed_in
def end_theirs(visit: Visit) -> Answer:
    desk, who = desk_of_person(visit, visit.number("id"))
    end_all_sign_ins(visit.session, visit.now, who=who, actor=desk.actor)
    return redirect(f"/admin/people/{who.id}")


@signed_in
def disable(visit: Visit) -> Answer:
    desk, who = desk_of_person(visit, visit.number("id"))
    set_disabled(visit.session, visit.now, who=who, disabled=visit.text("disabled") == "1", actor=desk.actor)
    return redirect(f"/admin/people/{who.id}")


@signed_in
def make_appointment(visit: Visit) -> Answer:
    desk, who = desk_of_person(visit, visit.number("id"))
    fields = Fields(visit)
    role = fields.choice("role", {each.value for each in Role} - {Role.VISITOR.value})
    where = fields.choice("community", {str(id_) for id_ in subtree_ids(visit.session, desk.community)})
    from_on, until_on = fields.day("from"), fields.day("until", required=False)
    if from_on and until_on and until_on < from_on:
        fields.errors["until"] = Refusal(_("截止日不能早于起始日"))
    fields.check()
    appoint(
        visit.session,
        who=who,
        role=Role(role),
        community=community(visit.session, int(where)),
        actor=desk.actor,
        from_on=from_on,
        until_on=until_on,
        now=visit.now,
    )
    return redirect(f"/admin/people/{who.id}")


@signed_in
def end_one_appointment(visit: Visit) -> Answer:
    held = appointment(visit.session, visit.number("id"))
    desk = desk_of(visit, held.community_id)
    if held.until_on is not None and held.until_on < desk.today:
        raise Missing
    last = desk.today - timedelta(days=1) if visit.text("at_once") else desk.today
    end_appointment(visit.session, appointment=held, last_day=last, actor=desk.actor, now=visit.now)
    return redirect(f"/admin/people/{person(visit.session, held.person_id).id}")
