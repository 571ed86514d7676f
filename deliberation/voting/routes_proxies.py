"""Pages of proxies: giving one in writing, the list of them, and the ballots that a holder casts for others."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, or_, select

from deliberation.assemblies.models import Standing, lines_of_person
from deliberation.communities.models import Community, subtree_ids
from deliberation.identity.doors import signed_in
from deliberation.identity.models import Person, names_of
from deliberation.matters.models import Matter
from deliberation.matters.opening import person_id
from deliberation.refusal import Invalid, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting import proxies, proxy_rules
from deliberation.voting.choice_rules import marked, read_choice
from deliberation.voting.choices_view import choices_of, said_choice
from deliberation.voting.count_join import holds_paper
from deliberation.voting.count_models import shut_polls
from deliberation.voting.meeting_models import Proxy
from deliberation.voting.meeting_view import opened_meeting
from deliberation.voting.models import Ballot, Poll, PollPresence, ballots_of_person
from deliberation.voting.paper_rules import SHUT
from deliberation.voting.proxies import Deed, Scope, held_for, overlapping, scope_of_meeting, scope_of_poll
from deliberation.voting.proxy_terms import said_terms
from deliberation.voting.reaching import Opened, opened_poll, terms_of
from deliberation.voting.rules import AT_THE_DOOR, SIGNS_IN, may_cast
from deliberation.web import Answer, Fields, Visit, get, page, part, post, public, redirect

LOOK = "the holder looks once more at what they have chosen for the giver; only the ballot itself is an act"


def _scope(visit: Visit) -> tuple[Scope, Matter, Community, Standing]:
    """The meeting or the poll of the path, for whom its matter reaches."""
    if visit.path.startswith("/meetings/"):
        here = opened_meeting(visit)
        return scope_of_meeting(visit.session, here.meeting), here.matter, here.place, here.standing
    found = opened_poll(visit)
    return scope_of_poll(found.poll), found.matter, found.place, found.standing


def _home(scope: Scope) -> str:
    return f"/meetings/{scope.meeting.id}" if scope.meeting is not None else f"/polls/{scope.polls[0].id}"


@signed_in
def show_proxies(visit: Visit) -> Answer:
    """The proxies that concern the visitor, for chair and clerk all of them; the form to give one."""
    scope, matter, place, standing = _scope(visit)
    session, who = visit.session, visit.person.id
    keeps = bool(SIGNS_IN & standing.roles)
    standing_now = overlapping(session, scope)
    names = names_of(session, {id for one in standing_now for id in (one.giver_id, one.holder_id)})
    terms = scope.terms
    # The law has both lists of an election made public; elsewhere a proxy is known to those whom it concerns.
    is_open = keeps or terms.of_election
    rows = [
        _row(session, scope, one, names, who) for one in standing_now if is_open or who in (one.giver_id, one.holder_id)
    ]
    return page(
        visit,
        "voting/proxies.html",
        matter=matter,
        place=place,
        home=_home(scope),
        title=scope.meeting.title if scope.meeting is not None else scope.polls[0].question,
        rows=rows,
        count=len(standing_now),
        keeps=keeps,
        terms=terms,
        limit=said_terms(terms),
        refusal=proxies.against_any(scope),
        is_entitled=_is_entitled(visit, scope),
    )


def _row(session: Session, scope: Scope, one: Proxy, names: dict[int, str], who: int) -> dict[str, Any]:
    return {
        "proxy": one,
        "is_mine": one.giver_id == who,
        "giver": names[one.giver_id],
        "holder": names[one.holder_id],
        "way": proxy_rules.WAYS[one.way],
        "used": one.taken_at is not None or proxies.has_voted(session, scope.polls, one.giver_id, only_open=True),
    }


def _is_entitled(visit: Visit, scope: Scope) -> bool:
    try:
        return visit.person.id in proxies.entitled_in(visit.session, visit.now, scope)
    except Refused:
        return False


@signed_in
def give(visit: Visit) -> Answer:
    """Enter one: by the giver, who signs with their name, or by the clerk from a signed paper."""
    scope, _matter, place, standing = _scope(visit)
    fields = Fields(visit)
    way = fields.choice("way", (proxy_rules.PAPER, proxy_rules.SIGNED))
    by_paper = way == proxy_rules.PAPER
    giver = _named(visit, fields, "giver", place) if by_paper else visit.person.id
    holder = _named(visit, fields, "holder", place)
    note = fields.text("note", most=120, required=by_paper)
    if not by_paper and visit.text("signature") != visit.person.name:
        fields.errors["signature"] = Refusal(_("请写下您自己的姓名，作为书面委托的签名"))
    fields.check()
    deed = Deed(giver, holder, way, note if by_paper else "")
    try:
        proxies.give_proxy(visit.session, visit.now, scope=scope, deed=deed, standing=standing)
    except Refused as no:
        if scope.terms.of_election and by_paper and no.refusal is not proxies.OVER:
            raise Invalid({"giver" if no.refusal in _OF_GIVER else "holder": no.refusal}) from no
        raise
    return redirect(f"{_home(scope)}/proxies")


_OF_GIVER = (proxy_rules.HAS_ONE, proxy_rules.HOLDS_OWN, proxy_rules.NOT_ENTITLED)


def _named(visit: Visit, fields: Fields, name: str, place: Community) -> int:
    """The one person of the place with this name or number; whoever shares a name is meant by number."""
    typed = fields.text(name, most=60)
    if name in fields.errors:
        return 0
    found = select(Person.id).where(
        col(Person.community_id).in_(subtree_ids(visit.session, place)),
        or_(Person.name == typed, Person.number == typed),
        col(Person.disabled_at).is_(None),
    )
    ids = list(visit.session.exec(found.limit(3)).all())
    if len(ids) == 1:
        return ids[0]
    fields.errors[name] = (
        Refusal(_("有几个人叫这个名字，请填人员编号")) if ids else Refusal(_("没有找到这个人，请填全名或者人员编号"))
    )
    return 0


@signed_in
def revoke(visit: Visit) -> Answer:
    scope, _matter, _place, standing = _scope(visit)
    number = visit.number("proxy")
    refuse_if(None if any(one.id == number for one in overlapping(visit.session, scope)) else proxy_rules.NO_PROXY)
    proxies.revoke_proxy(visit.session, visit.now, proxy_id=number, standing=standing)
    return redirect(f"{_home(scope)}/proxies")


# --- the ballots of others --------------------------------------------------------------------------------------------


def proxy_ballots(visit: Visit, here: Opened) -> dict[str, Any]:
    """The ballots that the visitor may cast for others in a poll, each with the giver's name and why not."""
    poll, who = here.poll, person_id(visit)
    held = held_for(visit.session, poll, who) if who and poll.closed_at is None else []
    names = names_of(visit.session, {one.giver_id for one in held})
    return {
        "visit": visit,
        "poll": poll,
        "choices": choices_of(poll.rule),
        "most": poll.rule.get("select", 1),
        "held": [_held(visit, poll, one, names[one.giver_id]) for one in held],
    }


def _held(visit: Visit, poll: Poll, one: Proxy, name: str) -> dict[str, Any]:
    lines = lines_of_person(visit.session, poll.roster_id, one.giver_id)
    ballots = ballots_of_person(visit.session, poll.id, one.giver_id)
    return {
        "id": one.id,
        "name": name,
        "numbers": [line.number for line in lines],
        "labels": [line.label for line in lines],
        "area": sum(line.area or 0 for line in lines),
        "choice": said_choice(ballots[0].choice) if ballots and ballots[0].cast_by_id else [],
        "refusal": _against(visit, poll, ballots, one.giver_id, bool(lines)),
    }


def _against(visit: Visit, poll: Poll, ballots: list[Ballot], giver: int, is_listed: bool) -> Refusal | None:
    """Why the holder cannot cast this ballot now: the same that casting asks."""
    is_here = poll.online != AT_THE_DOOR or visit.session.get(PollPresence, (poll.id, visit.person.id)) is not None
    if holds_paper(visit.session, poll.id, giver):
        return proxy_rules.ON_PAPER
    if shut := shut_polls(visit.session, [poll.id]):
        return SHUT[shut[poll.id]]
    by_proxy = ballots[0].cast_by_id is not None if ballots else None
    return proxy_rules.may_use(True, by_proxy, poll.is_changeable) or may_cast(
        terms_of(poll), visit.now, is_listed=is_listed, is_here=is_here, has_cast=bool(ballots)
    )


@public
def show_held(visit: Visit) -> Answer:
    """Those ballots alone: after casting one."""
    return part(visit, "voting/_proxy_ballots.html", **proxy_ballots(visit, opened_poll(visit)))


def review(visit: Visit) -> Answer:
    """What was chosen, and for whom, before it counts. A POST, so that no choice stands in an address."""
    here = opened_poll(visit)
    visit.call.form.pop("key", None)
    if visit.text("back"):
        return show_again(visit)
    values = _reviewed(visit, here)
    if visit.is_htmx:
        return part(visit, "voting/_proxy_review.html", **values)
    return page(visit, "voting/proxy_review.html", matter=here.matter, poll=here.poll, review=values)


def _reviewed(visit: Visit, here: Opened) -> dict[str, Any]:
    asked = visit.text("proxy")
    one = next((one for one in proxy_ballots(visit, here)["held"] if str(one["id"]) == asked), None)
    refuse_if(proxy_rules.NO_PROXY if one is None else one["refusal"])
    choice, no = read_choice(visit.texts("choice"), here.poll.rule)
    if no is not None:
        raise Invalid({"choice": no})
    values = {"visit": visit, "poll": here.poll, "one": one}
    return values | {"values": marked(choice) or [choice], "choice": said_choice(choice)}


@signed_in
def reviewing(visit: Visit, answer: Answer) -> Answer:
    """It was written before the writer's door; the writer has nothing to write."""
    return answer


@public
def back_to_poll(visit: Visit) -> Answer:
    return redirect(f"/polls/{visit.number('id')}")


def show_again(visit: Visit) -> Answer:
    return show_held(visit) if visit.is_htmx else redirect(f"/polls/{visit.number('id')}")


routes = [
    get("/meetings/{id}/proxies", show_proxies),
    post("/meetings/{id}/proxies", give, Act.PROXY_GIVEN, again=show_proxies),
    post("/meetings/{id}/proxies/{proxy}/revocation", revoke, Act.PROXY_REVOKED),
    get("/polls/{id}/proxies", show_proxies),
    post("/polls/{id}/proxies", give, Act.PROXY_GIVEN, again=show_proxies),
    post("/polls/{id}/proxies/{proxy}/revocation", revoke, Act.PROXY_REVOKED),
    get("/polls/{id}/held", show_held),
    post("/polls/{id}/held/review", reviewing, no_act=LOOK, prepare=review, again=show_again),
    get("/polls/{id}/held/review", back_to_poll),
]
