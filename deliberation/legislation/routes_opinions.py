"""Pages of 意见建议: giving one, its receipt, changing, withdrawing, cosigning; what was said beside an article."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.buckets import Bucket
from deliberation.communities.models import community
from deliberation.gate import network_of
from deliberation.identity.doors import signed_in
from deliberation.identity.reach import roles_of
from deliberation.legislation.draft_models import article_keyed, draft_law, draft_version, versions_of
from deliberation.legislation.fate_view import said_before, told_to_author
from deliberation.legislation.opining import (
    Given,
    change_opinion,
    code_hash,
    cosign_opinion,
    give_opinions,
    keep_back,
    publish_opinion,
    withdraw_opinion,
)
from deliberation.legislation.opinion_models import Opinion, opinion, opinion_by_code, opinions_in
from deliberation.legislation.opinion_rules import HELD, NAMED, Said, Signature
from deliberation.legislation.opinion_view import (
    CODE,
    PAGE,
    as_given,
    code_of,
    form,
    is_author,
    opinion_shown,
    rows_of,
    seconds_to_wait,
    voices,
)
from deliberation.legislation.solicitation_view import STAFF, Asked
from deliberation.refusal import Invalid, Missing, Refusal
from deliberation.vocabulary import Act, Role, _
from deliberation.web import Answer, Fields, TooMany, Visit, get, page, part, post, public, redirect, token_hash

looked_up = Bucket(20, 600)
"""Codes tried from one network in ten minutes."""
LONGEST = 1_000_000
"""Characters that a field is cut off at before anybody looks at it; what is too long is said by the rules."""


# --- giving one


@public
def new_opinion(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    key = visit.typed("article", visit.query.get("article", ""))
    return page(visit, "legislation/opinion_new.html", **form(here, key))


@public
def give_one(visit: Visit) -> Answer:
    [answer] = give_all(visit.session, [visit], visit.now)
    if isinstance(answer, Exception):
        raise answer
    return answer


def give_all(session: Session, visits: list[Visit], now: datetime) -> list[Answer | Exception]:
    """The bulk verb of the form: those who must wait are told so, the others are taken together."""
    answers: list[Any] = [None] * len(visits)
    given, places = [], []
    for at, visit in enumerate(visits):
        try:
            given.append(_given(visit))
            places.append(at)
        except (Invalid, Missing) as error:
            answers[at] = error
    for at, answer in zip(places, give_opinions(session, now, given), strict=True):
        answers[at] = answer if isinstance(answer, Exception) else redirect(f"/opinions/{answer}")
    return answers


def _given(visit: Visit) -> Given:
    person_id = visit.person.id if visit.person else None
    if person_id is None and (seconds := seconds_to_wait(visit)):
        raise Invalid({"wait": _wait(seconds)})
    fields = Fields(visit)
    name = "" if visit.text("naming") == "anonymous" else fields.text("name", most=40, required=False)
    if visit.text("naming") == NAMED and not name and visit.person:
        name = (
            visit.person.name
        )  # Whoever is signed in need not type it; it is never filled in where a pseudonym may stand.
    signed = Signature(
        naming=visit.text("naming"),
        name=name,
        publishes=bool(visit.text("publishes")),
        names=bool(visit.text("names")) and visit.text("naming") == "named",
        is_child=bool(visit.text("is_child")),
        guardian=fields.text("guardian", most=40, required=False) if visit.text("is_child") else "",
        category=fields.text("category", most=60, required=False),
        province=fields.text("province", most=20, required=False),
        contact=fields.text("contact", most=60, required=False),
        forwards=bool(visit.text("forwards")),
    )
    fields.check()
    nonce = "" if person_id is not None else secrets.token_hex(8)
    visitor = visit.call.visitor
    return Given(
        solicitation_id=visit.number("id"),
        article=visit.text("article")[:24],
        place=visit.text("place")[:20],
        quote=visit.raw("quote")[:LONGEST],
        around=(visit.raw("prefix")[-200:], visit.raw("suffix")[:200]),
        said=_said(visit),
        signed=signed,
        person_id=person_id,
        who=f"person/{person_id}" if person_id is not None else f"visitor/{token_hash(visitor).hex()[:32]}",
        key=visit.raw("key")[:64],
        nonce=nonce,
        code=code_of(visitor, nonce) if nonce else "",
    )


def _said(visit: Visit) -> Said:
    words = {name: visit.text(name).replace("\r\n", "\n")[:LONGEST] for name in ("proposal", "reason")}
    return Said(visit.text("kind"), **words)


def _wait(seconds: int) -> Refusal:
    reason = _("从这台设备或者这个网络交的意见，短时间内太多了，请等{n}秒再交")
    return Refusal(reason, {"n": seconds}, _("写好的都还在这一页，到时候再按一次就行；登录以后不用等"))


# --- one opinion


def _opened(visit: Visit) -> tuple[Asked, Opinion]:
    one = opinion(visit.session, visit.number("id"))
    return Asked(visit, one.solicitation_id), one


def _author(visit: Visit, one: Opinion) -> Actor:
    """The visitor as who acts on it. Raises Missing for what they cannot see."""
    if not (is_author(visit, one) or one.is_public):
        raise Missing
    if visit.person is None:
        return Actor(Role.VISITOR.value)
    return Actor(Role.RESIDENT.value, visit.person.id)


@public
def show_opinion(visit: Visit) -> Answer:
    here, one = _opened(visit)
    told = told_to_author(visit.session, one, is_author(visit, one))
    return page(visit, "legislation/opinion.html", told=told, **opinion_shown(here, one))


@public
def change_one(visit: Visit) -> Answer:
    _here, one = _opened(visit)
    actor = _author(visit, one)
    if visit.person is None and (seconds := seconds_to_wait(visit)):
        raise Invalid({"wait": _wait(seconds)})
    change_opinion(visit.session, visit.now, one=one, said=_said(visit), is_author=is_author(visit, one), actor=actor)
    return redirect(f"/opinions/{one.id}")


@public
def withdraw_one(visit: Visit) -> Answer:
    _here, one = _opened(visit)
    actor = _author(visit, one)
    withdraw_opinion(visit.session, visit.now, one=one, is_author=is_author(visit, one), actor=actor)
    return redirect(f"/opinions/{one.id}")


@signed_in
def cosign_one(visit: Visit) -> Answer:
    _here, one = _opened(visit)
    mine = is_author(visit, one)
    cosign_opinion(visit.session, visit.now, one=one, actor=_author(visit, one), is_author=mine)
    return redirect(f"/opinions/{one.id}")


# --- by its code


@public
def find_opinion(visit: Visit) -> Answer:
    return page(visit, "legislation/opinion_find.html")


@public
def look_up(visit: Visit) -> Answer:
    """By its code: the browser keeps it in a cookie, so that it stands in no address."""
    fields = Fields(visit)
    code = fields.text("code", most=60)
    fields.check()
    network = network_of(visit.call.address)
    if not looked_up.take(network):
        raise TooMany(looked_up.wait(network))
    found = opinion_by_code(visit.session, code_hash(code))
    if found is None:
        raise Invalid({"code": Refusal(_("没有这个回执码的意见"), remedy=_("请对照回执再看一遍，字母不分大小写"))})
    house = visit.house
    cookie = f"{house.cookie_prefix}{CODE}={as_given(code)}; Path=/; HttpOnly; SameSite=Lax{house.cookie_suffix}"
    return redirect(f"/opinions/{found.id}").cookie(cookie)


# --- read before it is public


@signed_in
def read_opinions(visit: Visit) -> Answer:
    """The liaison reads: those that wait first, then all."""
    here = Asked(visit, visit.number("id"))
    here.actor("read_opinions")
    state = visit.query.get("state", HELD)
    before = visit.query.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    found = opinions_in(
        visit.session, here.one.id, state=state if state == HELD else "", before=start, limit=PAGE * 2 + 1
    )
    return page(
        visit, "legislation/opinions_reading.html", rows=rows_of(found[: PAGE * 2]), state=state,
        more=found[PAGE * 2 - 1].id if len(found) > PAGE * 2 else None, **here.base(),
    )  # fmt: skip


@signed_in
def publish_one(visit: Visit) -> Answer:
    here, one = _opened(visit)
    publish_opinion(visit.session, visit.now, one=one, actor=here.actor("publish_opinion"))
    return redirect(_after(visit, one))


@signed_in
def keep_one_back(visit: Visit) -> Answer:
    here, one = _opened(visit)
    actor = here.actor("publish_opinion")
    fields = Fields(visit)
    reason = fields.text("reason", most=300)
    fields.check()
    keep_back(visit.session, visit.now, one=one, reason=reason, actor=actor)
    return redirect(_after(visit, one))


def _after(visit: Visit, one: Opinion) -> str:
    return f"/solicitations/{one.solicitation_id}/reading" if visit.text("back") == "reading" else f"/opinions/{one.id}"


# --- beside the text


@public
def show_voices(visit: Visit) -> Answer:
    """The public opinions on an article (or on the whole draft): a fragment for htmx, a page by itself for others."""
    draft = draft_law(visit.session, visit.number("id"))
    place = community(visit.session, draft.community_id)
    if not draft.is_public and not _is_staff(visit, place):
        raise Missing
    asked = visit.query.get("version", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 6:
        version = draft_version(visit.session, draft.id, int(asked))
    else:
        version = versions_of(visit.session, draft.id)[-1]
    key = visit.call.params.get("key", "")
    article = article_keyed(visit.session, version, key) if key else None
    before = visit.query.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    found = voices(visit, draft, version, article, start)
    then = visit.query.get("then", "")
    then = int(then) if then.isascii() and then.isdigit() and len(then) < 16 else None
    found |= said_before(visit.session, version, key, then) if start is None else {"earlier": [], "earlier_more": None}
    if visit.is_htmx:
        return part(visit, "legislation/_voices.html", **found)
    visit.community = place
    return page(visit, "legislation/voices.html", draft=draft, edition=version, article=article, found=found)


def _is_staff(visit: Visit, place: Any) -> bool:
    if visit.person is None:
        return False
    return bool(roles_of(visit.session, Actor("", visit.person.id), place, visit.now) & STAFF)


routes = [
    get("/solicitations/{id}/opinions/new", new_opinion),
    post("/solicitations/{id}/opinions", give_one, Act.OPINION_GIVEN, bulk=give_all, again=new_opinion),
    get("/solicitations/{id}/reading", read_opinions),
    get("/opinions/find", find_opinion),
    post("/opinions/find", look_up, no_act="looks for one's own opinion by its code", again=find_opinion),
    get("/opinions/{id}", show_opinion),
    post("/opinions/{id}/changes", change_one, Act.OPINION_CHANGED, again=show_opinion),
    post("/opinions/{id}/withdrawal", withdraw_one, Act.OPINION_WITHDRAWN),
    post("/opinions/{id}/cosigners", cosign_one, Act.OPINION_COSIGNED),
    post("/opinions/{id}/publication", publish_one, Act.OPINION_PUBLISHED),
    post("/opinions/{id}/keeping-back", keep_one_back, Act.OPINION_KEPT_BACK, again=show_opinion),
    get("/drafts/{id}/opinions", show_voices),
    get("/drafts/{id}/articles/{key}/opinions", show_voices),
]
