"""Opening the poll that a path names, and what its pages and fragments show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from deliberation.assemblies.models import Roster, RosterLine, Standing, lines_of_person, standing_of
from deliberation.audit.models import Entry
from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.live import Scene
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter
from deliberation.matters.reach import matter_within_reach, today_in
from deliberation.matters.rules import may
from deliberation.refusal import Invalid, Missing, Refusal, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting.box_view import entitled_to, given_away, secrecy_of, took_ballot
from deliberation.voting.choice_rules import marked, read_choice
from deliberation.voting.choices_view import choices_of, said_choice
from deliberation.voting.count_join import at_desk, holds_paper
from deliberation.voting.count_models import shut_polls
from deliberation.voting.desk import counting_refusal, sealed_figures
from deliberation.voting.electing import rule_of_poll, winners_of_all
from deliberation.voting.election_rules import is_election
from deliberation.voting.kinds import further_of
from deliberation.voting.kinds_rules import CIRCULATION
from deliberation.voting.models import (
    Ballot,
    Poll,
    PollPresence,
    ballots_of_person,
    entry_of_ballot,
    shown_result,
)
from deliberation.voting.paper_rules import HOLDS_PAPER, SHUT, may_at_desk
from deliberation.voting.resolution import forming
from deliberation.voting.result_view import (
    by_presence,
    named_winners,
    shown_tests,
    table,
    turnout_view,
    verdict,
)
from deliberation.voting.rules import (
    ALREADY,
    AT_THE_DOOR,
    CLOSES,
    RESOLVES,
    SIGNS_IN,
    Terms,
    from_where,
    may_cast,
    may_see_roll,
    note_on_setting,
)
from deliberation.voting.secrecy_rules import BOOTH, CONFIDENTIAL, may_export
from deliberation.voting.turnout import turnout
from deliberation.web import Visit


@dataclass(frozen=True)
class Opened:
    """A poll, its matter and place, and what the visitor is there; ``lines`` are those for which they cast."""

    poll: Poll
    matter: Matter
    place: Community
    standing: Standing
    lines: list[RosterLine]


def opened_poll(visit: Visit) -> Opened:
    """The poll of the path, for whom its matter reaches or who is on its roster. Raises Missing."""
    poll = visit.session.get(Poll, visit.number("id"))
    if poll is None:
        raise Missing
    who = visit.person.id if visit.person else None
    lines = lines_of_person(visit.session, poll.roster_id, who) if who else []
    try:
        matter, place, standing = matter_within_reach(visit.session, poll.matter_id, who, visit.now)
    except Missing:
        if not lines:
            raise
        # Whoever was removed after the roster was frozen still counts, and so still sees the poll.
        matter, place = visit.session.get(Matter, poll.matter_id), visit.session.get(Community, poll.community_id)
        standing = standing_of(visit.session, who, place, today_in(place, visit.now))
    visit.community = place
    return Opened(poll, matter, place, standing, lines)


def terms_of(poll: Poll) -> Terms:
    return Terms(frozenset(poll.rule["choices"]), poll.online, poll.is_changeable, poll.closes_at, poll.closed_at)


# --- the visitor's own part -------------------------------------------------------------------------------------------


def mine(visit: Visit, here: Opened) -> dict[str, Any]:
    """The visitor's own part: the ballot, the receipt of one, what they may do about the poll, and why not."""
    poll, session = here.poll, visit.session
    who = visit.person.id if visit.person else None
    ballots = ballots_of_person(session, poll.id, who) if who and here.lines else []
    took = took_ballot(session, poll, who)
    return {
        "visit": visit,
        "poll": poll,
        "tz": here.place.timezone,
        "listed": bool(here.lines),
        "refusal": casting_refusal(visit, here, bool(ballots) or took),
        "ballot": _ballot(session, ballots, who),
        "choices": choices_of(poll.rule),
        "most": poll.rule.get("select", 1),
        "took": took,
        "desk": at_desk(session, poll, who) if here.lines else None,
        "secrecy": secrecy_of(poll, entitled_to(session, poll)),
        "weight": _weight(here.lines, poll),
        "doings": doings(visit, here),
        "may_export": may_export(here.standing.roles, poll.secrecy) is None,
        "closing": _closing(visit, here),
    }


def casting_refusal(visit: Visit, here: Opened, has_cast: bool) -> Refusal | None:
    """Why the visitor cannot cast now, or change what they have cast."""
    poll, who = here.poll, visit.person.id if visit.person else None
    is_here = poll.online != AT_THE_DOOR or (
        who is not None and visit.session.get(PollPresence, (poll.id, who)) is not None
    )
    refusal = may_cast(terms_of(poll), visit.now, is_listed=bool(here.lines), is_here=is_here, has_cast=has_cast)
    if refusal is None and holds_paper(visit.session, poll.id, who):
        return HOLDS_PAPER
    if refusal in (None, ALREADY) and (shut := shut_polls(visit.session, [poll.id])):
        return SHUT[shut[poll.id]]
    return refusal


def reviewed(visit: Visit, here: Opened, handed: Sequence[str]) -> dict[str, Any]:
    """What somebody has chosen, held before their eyes before it counts. Raises Refused, Invalid."""
    poll = here.poll
    ballots = ballots_of_person(visit.session, poll.id, visit.person.id)
    refuse_if(casting_refusal(visit, here, bool(ballots) or took_ballot(visit.session, poll, visit.person.id)))
    choice, no = read_choice(handed, poll.rule)
    if no is not None:
        raise Invalid({"choice": no})
    return {
        "visit": visit,
        "poll": poll,
        "tz": here.place.timezone,
        "values": marked(choice) or [choice],
        "choice": said_choice(choice),
        "before": said_choice(ballots[0].choice) if ballots else [],
        "weight": _weight(here.lines, poll),
        "secrecy": secrecy_of(poll, entitled_to(visit.session, poll)),
    }


def _ballot(session: Session, ballots: list[Ballot], who: int | None) -> dict[str, Any] | None:
    if not ballots:
        return None
    first = ballots[0]
    entry = entry_of_ballot(session, first.poll_id, who)
    return {
        "choice": said_choice(first.choice),
        "value": first.choice,
        "at": first.changed_at or first.cast_at,
        "is_changed": first.changed_at is not None,
        "entry": entry.index if entry else None,
        "cast_by": names_of(session, {first.cast_by_id}).get(first.cast_by_id, "") if first.cast_by_id else "",
    }


def _weight(lines: list[RosterLine], poll: Poll) -> dict[str, Any]:
    """What the one ballot weighs, and for which lines it is cast: all units of one owner together."""
    return {
        "labels": [line.label for line in lines],
        "numbers": [line.number for line in lines],
        "area": sum(line.area or 0 for line in lines),
        "has_area": any(line.area for line in lines),
        "household": lines[0].household if lines and poll.preset.endswith("_households") else "",
    }


def doings(visit: Visit, here: Opened) -> list[tuple[str, str]]:
    """What the chair, the clerk and the officer may do about the poll: (words, url)."""
    poll, roles = here.poll, here.standing.roles
    base = f"/polls/{poll.id}"
    if poll.closed_at is None:
        door = f"/meetings/{poll.meeting_id}/door" if poll.meeting_id else f"{base}/attendance"
        desk = [(_("计票台：纸质票和举手"), f"{base}/count")] if may_at_desk("see_desk", roles) is None else []
        return (
            [(_("登记到会"), door)] if SIGNS_IN & roles and poll.way != CIRCULATION and poll.secrecy != BOOTH else []
        ) + desk
    paper = _("形成选举结果公告") if is_election(poll.preset) else forming(visit.session, here.matter, poll)
    if poll.clause:
        return [(_("回到议题"), f"/matters/{poll.matter_id}")]
    if further_of(poll) and poll.resolution_id is None and RESOLVES & roles:
        words = _("打开另行选举") if is_election(poll.preset) else _("打开再次表决")
        return [(words, f"/matters/{poll.matter_id}/polls/new"), (paper, f"{base}/resolution/new")]
    return [(paper, f"{base}/resolution/new")] if poll.resolution_id is None and RESOLVES & roles else []


def _closing(visit: Visit, here: Opened) -> dict[str, Any] | None:
    """For those who may close the vote: why not yet, and how many have not voted, of whom one is reminded before."""
    poll, roles = here.poll, here.standing.roles
    if poll.closed_at is not None or not CLOSES & roles:
        return None
    counted, paper = turnout(visit.session, poll), sealed_figures(visit.session, poll)
    short = any(not test["is_reached"] for test in turnout_view(poll.rule, counted)["tests"])
    return {
        "refusal": may("close_poll", roles, facts_of(visit.session, here.matter, visit.now))
        or counting_refusal(visit.session, poll),
        "entitled": counted["entitled"],
        "left": paper.left if paper else counted["entitled"] - counted["cast"],
        # What is shown of a confidential vote lags on purpose, so nothing can be said for sure before it is counted.
        "is_short": poll.secrecy != CONFIDENTIAL and (paper.is_short if paper else short),
        "is_unsure": poll.secrecy == CONFIDENTIAL and (paper.is_short if paper else short),
    }


# --- what everybody sees ----------------------------------------------------------------------------------------------


def turnout_of(session: Session, poll: Poll) -> dict[str, Any]:
    return {"poll": poll, "turnout": turnout_view(poll.rule, turnout(session, poll))}


def state_of(session: Session, poll: Poll, place: Community, now: Any) -> dict[str, Any]:
    """The public state: when it closes, or the result. The tests are said in the language of the fragment."""
    entry = None
    if poll.closed_at is not None:
        entry = session.exec(
            select(Entry.index).where(
                Entry.community_id == poll.community_id,
                Entry.object == f"poll/{poll.id}",
                Entry.act == Act.POLL_CLOSED.value,
            )
        ).first()
    return {
        "poll": poll,
        "tz": place.timezone,
        "now": now,
        "result": result_of(poll) | {"of_all": winners_of_all(session, poll)} if poll.result else None,
        "secrecy": secrecy_of(poll),
        "entry": entry,
    }


def result_of(poll: Poll) -> dict[str, Any]:
    """The result as it is shown, from what may be shown of it."""
    result = shown_result(poll)
    seal, sentence = verdict(result, poll.secrecy)
    return {
        "seal": seal,
        "sentence": sentence,
        "is_passed": poll.outcome == "passed",
        "winners": named_winners(result, poll.secrecy),
        "tests": {locale: shown_tests(poll.rule, result, locale) for locale in ("zh-Hans", "zh-Hant", "en")},
        "table": table(result),
        "notes": given_away(poll),
        "withheld": [each["sentence"] for each in result.get("withheld", ())],
        "received": result["received"],
        "counted": result["counted"],
        "hands": result.get("hands", {}).get("among", 0),
    }


def rule_of(poll: Poll, locale: str) -> dict[str, Any]:
    """The rule in words, with where each part comes from."""
    by_setting = bool(poll.online_source)
    return {
        "sentences": rule_of_poll(poll, locale),
        "source": poll.source,
        "online": from_where(poll.online, by_presence(poll.rule)),
        "note": note_on_setting(poll.preset) if by_setting else "",
        "online_source": poll.online_source,
    }


def roll_refusal(here: Opened) -> Refusal | None:
    """Why the visitor gets no exact count: tally document, certificate, roll or choices, full bundle."""
    is_withheld = here.poll.secrecy == CONFIDENTIAL and here.poll.published is not None
    return may_see_roll(here.standing.roles, bool(here.lines), is_withheld)


def turnout_scene(scene: Scene) -> dict[str, Any] | None:
    poll = scene.session.get(Poll, int(scene.subject.split("/")[1]))
    return turnout_of(scene.session, poll) if poll else None


def state_scene(scene: Scene) -> dict[str, Any] | None:
    poll = scene.session.get(Poll, int(scene.subject.split("/")[1]))
    return state_of(scene.session, poll, scene.session.get(Community, poll.community_id), scene.now) if poll else None


def lines_in_words(text: str) -> list[str]:
    """The paragraphs of a frozen text."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def roster_of(session: Session, poll: Poll) -> Roster:
    return session.get(Roster, poll.roster_id)
