"""Pages of coming in and going out: password, one-time link, sign-out."""

from __future__ import annotations

from dataclasses import dataclass

from deliberation.identity import limits
from deliberation.identity.actions import adopt_preferences, begin_sign_in, end_sign_in, set_password_hash, usable_link
from deliberation.identity.actions import use_link as sign_in_by_link
from deliberation.identity.models import people_signing_in, person, sign_in_link
from deliberation.identity.passwords import hash_password, needs_rehash, verify_password
from deliberation.identity.rules import SIGN_IN_LASTS, WRONG, sign_in_name
from deliberation.refusal import Invalid
from deliberation.translation import LOCALES
from deliberation.web import Answer, Fields, TooMany, Visit, local_path, page, public, redirect, token_hash

LONGEST_TYPED = 1024
"""Characters of a password that are looked at: hashing megabytes would be a way to stop us."""

THEMES = ("system", "light", "dark")
TEXT_SIZES = ("normal", "large")


@dataclass(frozen=True)
class Fitting:
    """Whose password it was; ``rehash`` is the new hash where the old one was made with weaker settings."""

    person_id: int
    rehash: str = ""


@public
def sign_in_form(visit: Visit) -> Answer:
    onward = local_path(visit.typed("next") or visit.query.get("next", "/"))
    if visit.person is not None and not visit.errors:
        return redirect(onward)
    return page(visit, "identity/sign_in.html", onward=onward, is_demo=visit.house.settings.clock == "demo")


def check_password(visit: Visit) -> Fitting:
    """Before the writer's door: the limits, then the slow hash. Raises TooMany, Invalid."""
    fields = Fields(visit)
    word = fields.text("name", most=120)
    password = visit.raw("password")
    if not password:
        fields.text("password")
    fields.check()
    name = sign_in_name(word)
    if seconds := limits.seconds_to_wait(name, visit.call.address):
        raise TooMany(seconds)
    typed = password[:LONGEST_TYPED]
    meant = people_signing_in(visit.session, name)
    fitting = [each for each in meant if verify_password(each.password_hash, typed)]
    if not meant:
        verify_password("", typed)  # As long as for a known name, so that time tells nobody who has an account.
    if len(fitting) != 1 or len(password) > LONGEST_TYPED:
        raise Invalid({"password": WRONG})
    who = fitting[0]
    return Fitting(who.id, hash_password(typed) if needs_rehash(who.password_hash) else "")


@public
def sign_in(visit: Visit, fitting: Fitting) -> Answer:
    if fitting.rehash:
        set_password_hash(visit.session, person_id=fitting.person_id, encoded=fitting.rehash)
    token = begin_sign_in(
        visit.session, visit.now, person_id=fitting.person_id, agent=_agent(visit), replaces=_present_sign_in(visit)
    )
    return _welcome(visit, token, fitting.person_id, local_path(visit.text("next") or "/"))


@public
def link_page(visit: Visit) -> Answer:
    """GET only asks: previews of messages and link checkers open links too, and must not use them up."""
    token = visit.call.params["token"]
    onward = local_path(visit.query.get("next", "/"))
    if _is_own(visit, token):
        return redirect(onward)
    link = usable_link(visit.session, visit.now, token=token)
    name = person(visit.session, link.person_id).name
    is_demo = visit.house.settings.clock == "demo"
    return page(visit, "identity/link.html", name=name, token=token, onward=onward, is_demo=is_demo)


@public
def use_link(visit: Visit) -> Answer:
    token = visit.call.params["token"]
    onward = local_path(visit.text("next") or "/")
    if _is_own(visit, token):  # A second click on the button: the first one has done it.
        return redirect(onward)
    link = usable_link(visit.session, visit.now, token=token)
    if before := _present_sign_in(visit):
        end_sign_in(visit.session, visit.now, sign_in_id=before)
    made = sign_in_by_link(visit.session, visit.now, token=token, agent=_agent(visit))
    return _welcome(visit, made, link.person_id, onward)


@public
def sign_out(visit: Visit) -> Answer:
    if visit.person is not None:
        end_sign_in(visit.session, visit.now, sign_in_id=visit.person.sign_in_id)
    answer = redirect("/")
    answer.headers.append((b"clear-site-data", b'"cache"'))
    return answer.cookie(cookie(visit, "sign-in", "", 0))


def cookie(visit: Visit, name: str, value: str, seconds: int) -> str:
    """A Set-Cookie header of ours; 0 seconds removes the cookie."""
    house = visit.house
    rest = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{house.cookie_suffix}"
    return f"{house.cookie_prefix}{name}={value}; {rest}"


def chosen_before(visit: Visit) -> dict[str, str]:
    """What a visitor's cookies say of language and look, as far as it is one of ours."""
    offered = {"locale": ("locale", LOCALES), "theme": ("theme", THEMES), "text_size": ("text-size", TEXT_SIZES)}
    found = {}
    for name, (crumb, values) in offered.items():
        value = visit.call.cookies.get(visit.house.cookie_prefix + crumb, "")
        if value in values:
            found[name] = value
    return found


def _welcome(visit: Visit, token: str, person_id: int, onward: str) -> Answer:
    adopt_preferences(visit.session, person_id=person_id, **chosen_before(visit))
    return redirect(onward).cookie(cookie(visit, "sign-in", token, int(SIGN_IN_LASTS.total_seconds())))


def _is_own(visit: Visit, token: str) -> bool:
    link = sign_in_link(visit.session, token_hash(token)) if visit.person is not None else None
    return link is not None and link.used_at is not None and link.person_id == visit.person.id


def _present_sign_in(visit: Visit) -> int:
    return visit.person.sign_in_id if visit.person is not None else 0


def _agent(visit: Visit) -> str:
    said = visit.call.headers.get(b"user-agent", b"").decode("latin-1")
    return "".join(char for char in said if char.isprintable())
