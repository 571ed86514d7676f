"""A person's own page: who I am here, my password, where I am signed in; language and look, also for visitors."""

from __future__ import annotations

from dataclasses import dataclass

from deliberation.communities.models import Community, all_communities, community
from deliberation.identity import limits
from deliberation.identity.actions import end_other_sign_ins, set_password_hash, set_preferences
from deliberation.identity.entering import LONGEST_TYPED, TEXT_SIZES, THEMES, cookie
from deliberation.identity.models import Person, appointments_of, links_of, open_sign_ins, person
from deliberation.identity.passwords import common_passwords, hash_password, verify_password, with_readings
from deliberation.identity.rules import STAFF, check_password
from deliberation.refusal import Invalid, Refusal
from deliberation.roles import role_name
from deliberation.translation import LOCALES
from deliberation.vocabulary import _
from deliberation.web import Answer, TooMany, Visit, local_path, page, public, redirect, signed_in

A_YEAR = 365 * 24 * 3600
PLATFORM = ("议事", "议事平台", "民主协商", "deliberation")


@signed_in
def own_page(visit: Visit) -> Answer:
    me = person(visit.session, visit.person.id)
    visit.community = home_of(visit)
    places = {each.id: each for each in all_communities(visit.session)}
    held = appointments_of(visit.session, me.id, _today(visit, visit.community))
    at = [(each, places[each.community_id]) for each in held]
    roles = [(role_name(each.role, where.kind), where.name, each.until_on) for each, where in at]
    return page(
        visit,
        "identity/me.html",
        me=me,
        roles=roles,
        manages=any(each.role in STAFF for each in held),
        least=15 if any(each.role in STAFF for each in held) else 8,
        sign_ins=open_sign_ins(visit.session, me.id, visit.now),
        links=links_of(visit.session, me.id),
        done=visit.query.get("done", ""),
    )


@dataclass(frozen=True)
class NewPassword:
    encoded: str


def prepare_password(visit: Visit) -> NewPassword:
    """Before the writer's door: the old password, the rules, the slow hash. Raises TooMany, Invalid."""
    me = person(visit.session, visit.person.id)
    old, new = visit.raw("old"), visit.raw("new")
    if me.password_hash:
        if seconds := limits.seconds_to_wait(f"person/{me.id}", visit.call.address):
            raise TooMany(seconds)
        if not verify_password(me.password_hash, old[:LONGEST_TYPED]):
            raise Invalid({"old": Refusal(_("现在的密码不对"))})
    context, is_staff = _context(visit, me), _is_staff(visit, me)
    if no := check_password(new, context=context, is_staff=is_staff, common=common_passwords()):
        raise Invalid({"new": no})
    if new != visit.raw("again"):
        raise Invalid({"again": Refusal(_("两次输入的新密码不一样"))})
    return NewPassword(hash_password(new))


@signed_in
def change_password(visit: Visit, new: NewPassword) -> Answer:
    set_password_hash(visit.session, person_id=visit.person.id, encoded=new.encoded)
    if visit.text("others"):
        end_other_sign_ins(visit.session, visit.now, person_id=visit.person.id, keep=visit.person.sign_in_id)
    return redirect("/me?done=password")


@signed_in
def end_others(visit: Visit) -> Answer:
    """End one's sign-ins on other devices: all, or the one that is named."""
    only = visit.text("sign_in")
    chosen = int(only) if only.isascii() and only.isdigit() and len(only) < 10 else 0
    if chosen or not only:
        keep = visit.person.sign_in_id
        end_other_sign_ins(visit.session, visit.now, person_id=visit.person.id, keep=keep, only=chosen)
    return redirect("/me?done=others")


@public
def set_look(visit: Visit) -> Answer:
    """Language, theme, text size: with the person, or for a visitor in cookies."""
    offered = {"locale": LOCALES, "theme": THEMES, "text_size": TEXT_SIZES}
    chosen = {name: visit.text(name) for name, values in offered.items() if visit.text(name) in values}
    answer = redirect(local_path(visit.text("back") or "/"))
    if visit.person is not None:
        set_preferences(visit.session, person_id=visit.person.id, **chosen)
        return answer
    for name, value in chosen.items():
        answer.cookie(cookie(visit, name.replace("_", "-"), value, A_YEAR))
    return answer


def home_of(visit: Visit) -> Community:
    """The community in which the visitor is registered."""
    return community(visit.session, person(visit.session, visit.person.id).community_id)


def _context(visit: Visit, me: Person) -> tuple[str, ...]:
    home = community(visit.session, me.community_id)
    above = [community(visit.session, id).name for id in home.ancestry[1:]]
    lives = [word for source in visit.house.own_words for word in source(visit.session, me.id, home, visit.now)]
    own = (me.name, me.phone, me.email.split("@")[0], me.number)
    return with_readings((*own, *above, home.name, *lives, *PLATFORM))


def _is_staff(visit: Visit, me: Person) -> bool:
    home = community(visit.session, me.community_id)
    return any(each.role in STAFF for each in appointments_of(visit.session, me.id, _today(visit, home)))


def _today(visit: Visit, where: Community):
    return visit.now.astimezone(where.zone).date()
