"""Pages of polls: the list, the ballot, the result; opening, signing in, closing, the document that follows."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session, col, select

from deliberation.assemblies.models import RosterLine
from deliberation.audit.models import log_size
from deliberation.communities.models import Community
from deliberation.identity.doors import signed_in
from deliberation.matters.gathering import merger_of
from deliberation.matters.models import Matter
from deliberation.matters.opening import near_of, opened
from deliberation.matters.reach import reach_of
from deliberation.matters.ruling_models import states_of
from deliberation.matters.ruling_rules import STATES
from deliberation.matters.ruling_showing import shown_rulings
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.sections import DECIDED, OPEN, WAITING, Item, Section
from deliberation.vocabulary import Act, _
from deliberation.voting import (
    routes_box,
    routes_bundles,
    routes_count,
    routes_door,
    routes_meetings,
    routes_papers,
    routes_presets,
    routes_proxies,
    routes_running,
    routes_screen,
)
from deliberation.voting.actions import STATE, close_due_poll, count_due_poll
from deliberation.voting.box_closing import TIDY, tidy_box
from deliberation.voting.casting import Cast, cast_ballots
from deliberation.voting.counting import tally_document
from deliberation.voting.election_rules import takes_proxies
from deliberation.voting.kinds import voted_on
from deliberation.voting.kinds_pages import terms_shown
from deliberation.voting.models import Poll, polls_of_matter, polls_voted_in, shown_result
from deliberation.voting.presets import PRESETS
from deliberation.voting.reaching import (
    Opened,
    lines_in_words,
    mine,
    opened_poll,
    reviewed,
    roll_refusal,
    roster_of,
    rule_of,
    state_of,
    state_scene,
    turnout_of,
    turnout_scene,
)
from deliberation.voting.result_view import verdict
from deliberation.voting.taking_part import took_part
from deliberation.voting.turnout import TURNOUT
from deliberation.web import Answer, Visit, get, page, part, post, public, redirect, socket, text

LOOK = "the voter looks once more at what they have chosen; only the ballot itself is an act"

# --- seeing -----------------------------------------------------------------------------------------------------------


@public
def list_polls(visit: Visit) -> Answer:
    """Open ones that wait for this person first, then the other open ones, then the results."""
    groups = _groups(visit)
    return page(visit, "voting/list.html", waiting=groups[WAITING], running=groups[OPEN], decided=groups[DECIDED])


def _groups(visit: Visit, only_near: bool = False) -> dict[str, list[dict[str, Any]]]:
    """The polls within reach by what they ask of the visitor; ``only_near``: of where they belong and above, and theirs."""
    session, who, near = visit.session, visit.person.id if visit.person else 0, near_of(visit)
    listed = select(RosterLine.roster_id).where(RosterLine.person_id == who)
    mine = col(Poll.roster_id).in_(listed)
    found = session.exec(
        select(Poll, Matter.title)
        .join(Matter, col(Matter.id) == Poll.matter_id)
        .where((col(Matter.community_id).in_(near) if near and only_near else reach_of(near)) | mine)
        # One's own open polls first: however much goes on elsewhere, the limit never hides what waits for this person.
        .order_by((mine & col(Poll.closed_at).is_(None)).desc(), col(Poll.opened_at).desc())
        .limit(100)
    ).all()
    rosters = [poll.roster_id for poll, _title in found]
    may_vote = set(session.exec(listed.where(col(RosterLine.roster_id).in_(rosters))).all())
    polls = [poll.id for poll, _title in found]
    voted = polls_voted_in(session, who, polls)
    ruled = states_of(session, [poll.resolution_id for poll, _title in found if poll.resolution_id])
    groups: dict[str, list[dict[str, Any]]] = {WAITING: [], OPEN: [], DECIDED: []}
    for poll, title in found:
        open_now = poll.closed_at is None and (poll.closes_at is None or visit.now < poll.closes_at)
        wanted = open_now and poll.roster_id in may_vote and poll.id not in voted
        kind = WAITING if wanted else OPEN if poll.closed_at is None else DECIDED
        groups[kind].append(
            {
                "poll": poll,
                "matter": title,
                "tz": session.get(Community, poll.community_id).timezone,
                "voted": poll.id in voted,
                "outcome": _outcome(poll),
                "ruled": STATES.get(ruled.get(poll.resolution_id, ""), ""),
            }
        )
    groups[WAITING].sort(
        key=lambda one: (one["poll"].closes_at is None, one["poll"].closes_at or one["poll"].opened_at)
    )
    return groups


def _tag(poll: Poll) -> tuple[str, str]:
    """How a vote ended, where nothing stands beside it: a tick is for what was passed and for nothing else."""
    if poll.outcome == "no_quorum":
        return _("人数不足，不成立"), "late"
    return _outcome(poll), "done" if poll.outcome == "passed" else "late" if poll.outcome else ""


def _outcome(poll: Poll) -> str:
    return verdict(shown_result(poll), poll.secrecy)[0] if poll.result else ""


def polls_at_home(visit: Visit) -> list[Section]:
    """For the home page: what waits for this person's vote, and what was decided lately where they belong."""
    groups = _groups(visit, only_near=True)
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
        Item(each["poll"].question, f"/polls/{each['poll'].id}", kind=_("表决"), tag=_tag(each["poll"]))
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
        terms=terms_shown(session, poll, roster),
        seen=log_size(session, here.place.id),
        state=state_of(session, poll, here.place, visit.now),
        turnout=turnout_of(session, poll),
        mine=mine(visit, here),
        held=routes_proxies.proxy_ballots(visit, here),
        proxies_here=proxies_page(poll),
        may_see_roll=roll_refusal(here),
        rulings=shown_rulings(session, poll.resolution_id),
        papers=routes_papers.offered(here) if poll.closed_at else [],
        merger=merger_of(session, here.matter, poll.step),
    )


def proxies_page(poll: Poll) -> str:
    """Where proxies for this poll are given; empty where its rule knows none."""
    if takes_proxies(poll.preset):
        return f"/polls/{poll.id}/proxies"
    if "proxy" not in PRESETS[poll.preset].channels:
        return ""
    return f"/meetings/{poll.meeting_id}/proxies" if poll.meeting_id else f"/polls/{poll.id}/proxies"


@public
def show_mine(visit: Visit) -> Answer:
    """The visitor's own part alone: after casting, and when the poll's state has changed."""
    return part(visit, "voting/_mine.html", **mine(visit, opened_poll(visit)))


def review(visit: Visit) -> Answer:
    """What was chosen, in whose name, who will see it: held before the voter's eyes, nothing is cast yet.

    A POST although it changes nothing: in an address the choice would stand in histories and in the logs of proxies.
    """
    here = opened_poll(visit)
    # The key is the ballot's. Kept for this answer it would answer a second look with the first.
    visit.call.form.pop("key", None)
    if visit.text("back"):
        return show_again(visit)
    values = reviewed(visit, here, visit.texts("choice"))
    if visit.is_htmx:
        return part(visit, "voting/_review.html", **values)
    return page(visit, "voting/review.html", matter=here.matter, poll=here.poll, review=values)


@signed_in
def reviewing(visit: Visit, answer: Answer) -> Answer:
    """It was written before the writer's door; the writer has nothing to write."""
    return answer


@public
def back_to_poll(visit: Visit) -> Answer:
    """The address of the review asked for anew (a refresh, a sign-in in between): nothing of it is kept."""
    return redirect(f"/polls/{visit.number('id')}")


def show_again(visit: Visit) -> Answer:
    """The ballot with what was wrong with it."""
    return show_mine(visit) if visit.is_htmx else show_poll(visit)


@public
def show_result_json(visit: Visit) -> Answer:
    """The result document; public as the result itself."""
    result = shown_result(opened_poll(visit).poll)
    if result is None:
        raise Refused(Refusal(_("表决还没有结束，没有结果")))
    return _json(result)


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
    polls = [(poll, _outcome(poll), voted_on(poll)) for poll in polls_of_matter(visit.session, matter.id)]
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
        proxy = form.get("proxy", [""])[-1]
        number = int(proxy) if proxy.isascii() and proxy.isdigit() and len(proxy) < 10 else -bool(proxy)
        key = form.get("key", [""])[-1][:64]
        casts.append(Cast(poll_id, visit.person.id, _handed(form), key, proxy_id=number))
        places.append(place)
    for place, one, error in zip(places, casts, cast_ballots(session, now, casts), strict=True):
        part = "held" if one.proxy_id else "mine"
        answers[place] = error or _cast_answer(one.poll_id, part if visits[place].is_htmx else "")
    return answers


def _handed(form: dict[str, list[str]]) -> str | tuple[str, ...]:
    """What was chosen; of several marks all, so that one too many is refused and not dropped."""
    values = form.get("choice", [""])
    return values[0] if len(values) == 1 else tuple(values)


@lru_cache(1024)
def _cast_answer(poll_id: int, part: str) -> Answer:
    return redirect(f"/polls/{poll_id}/{part}" if part else f"/polls/{poll_id}")


def furnish(house: Any) -> None:
    """What the running site needs to know of polls."""
    house.hub.fragment(TURNOUT, turnout_scene, pace=1.0)
    house.hub.fragment(STATE, state_scene)
    routes_meetings.furnish(house)
    house.runner.works["close_poll"] = close_due_poll
    house.runner.prepares["close_poll"] = count_due_poll
    house.runner.outsides[TIDY] = lambda _payload: tidy_box(house.database)
    house.home_sections.append(polls_at_home)
    house.took_part.append(took_part)
    routes_count.furnish(house)


routes = [
    # A confidential ballot is no act of the log (security.md L1): an entry, even without a name, would say when it came.
    post("/polls/{id}/ballots", cast, Act.BALLOT_CAST, Act.BALLOT_CHANGED, bulk=cast_all, again=show_again),
    post("/polls/{id}/review", reviewing, no_act=LOOK, prepare=review, again=show_again),
    get("/polls/{id}/review", back_to_poll),
    get("/polls", list_polls),
    get("/polls/{id}", show_poll),
    get("/polls/{id}/mine", show_mine),
    socket("/polls/{id}/live", follow_poll),
    get("/polls/{id}/result.json", show_result_json),
    get("/polls/{id}/tally.json", show_tally_json),
    get("/matters/{id}/polls", polls_in_dossier),
    *routes_box.routes,
    *routes_running.routes,
    *routes_meetings.routes,
    *routes_door.routes,
    *routes_papers.routes,
    *routes_count.routes,
    *routes_proxies.routes,
    *routes_bundles.routes,
    *routes_presets.routes,
    *routes_screen.routes,
]
