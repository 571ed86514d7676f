"""What the pages of a meeting show: the meeting of a path, who is there beside who it takes, what each meeting came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.assemblies.models import Standing
from deliberation.communities.models import Community, local_setting
from deliberation.live import Scene
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.inviting import act_here
from deliberation.matters.models import Matter
from deliberation.matters.opening import person_id
from deliberation.matters.reach import matter_within_reach
from deliberation.matters.rules import may
from deliberation.refusal import Missing, Refusal, Refused
from deliberation.vocabulary import _
from deliberation.voting import meeting_rules as rules
from deliberation.voting.door import facts_for_rules, last_poll, polls_of_meeting, quorum_now
from deliberation.voting.meeting_models import (
    Meeting,
    head_counts_of,
    meetings_of,
    pauses_of,
    presence_of,
    present_at,
    standing_proxies,
)
from deliberation.voting.meetings import against_opening, against_vote
from deliberation.voting.models import Poll, shown_result
from deliberation.voting.presets import PRESETS
from deliberation.voting.result_view import OUTCOMES, share
from deliberation.voting.rules import AT_THE_DOOR, ONLINE_SETTING, SIGNS_IN, online_way
from deliberation.voting.tally_result import Finding, amount_text
from deliberation.voting.tally_terms import Base, Measure
from deliberation.voting.turnout import turnout
from deliberation.voting.turnout_view import turnout_view
from deliberation.web import Visit


@dataclass(frozen=True)
class Here:
    """A meeting that a visitor has opened, its matter and place, and what the visitor is there."""

    meeting: Meeting
    matter: Matter
    place: Community
    standing: Standing

    @property
    def keeps_door(self) -> bool:
        return bool(SIGNS_IN & self.standing.roles)


def opened_meeting(visit: Visit) -> Here:
    """The meeting of the path, for whom its matter reaches. Raises Missing."""
    meeting = visit.session.get(Meeting, visit.number("id"))
    if meeting is None:
        raise Missing
    matter, place, standing = matter_within_reach(visit.session, meeting.matter_id, person_id(visit), visit.now)
    visit.community = place
    return Here(meeting, matter, place, standing)


# --- the quorum line --------------------------------------------------------------------------------------------------

_SAID = {
    Measure.HEADS: (
        _("应到{whole}人，须到{needed}人，实到{there}人，已经达到"),
        _("应到{whole}人，须到{needed}人，实到{there}人，还差{short}人"),
    ),
    Measure.AREA: (
        _("应到{whole}平方米，须到{needed}平方米，实到{there}平方米，已经达到"),
        _("应到{whole}平方米，须到{needed}平方米，实到{there}平方米，还差{short}平方米"),
    ),
    Measure.HOUSEHOLDS: (
        _("应到{whole}户，须到{needed}户，实到{there}户，已经达到"),
        _("应到{whole}户，须到{needed}户，实到{there}户，还差{short}户"),
    ),
}
_TAKING_PART = {
    Measure.HEADS: _("名册上{whole}人，须有{needed}人参加表决，现在到会{there}人"),
    Measure.AREA: _("名册上{whole}平方米，须有{needed}平方米参加表决，现在到会{there}平方米"),
    Measure.HOUSEHOLDS: _("名册上{whole}户，须有{needed}户参加表决，现在到会{there}户"),
}
_MARKS = {Measure.HEADS: _("须{n}人"), Measure.AREA: _("须{n}平方米"), Measure.HOUSEHOLDS: _("须{n}户")}


def quorum_of(session: Session, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """The line of the quorum, each test said and drawn. Where the records do not settle who counts, why.

    While a vote is open its own number stands here, the one of its page and of its result, and not that of the door.
    """
    here, counts = present_at(session, meeting), head_counts_of(session, meeting.id)
    place = session.get(Community, meeting.community_id)
    shown: dict[str, Any] = {
        "refusal": None,
        "tests": [],
        "holds": False,
        "by_presence": True,
        "signed_in": len(here),
        "votes": votes_now(session, meeting),
        "is_frozen": last_poll(session, meeting.id) is not None,
        "source": PRESETS[meeting.preset].source,
        "count": counts[-1] if counts else None,
        "proxies": len(standing_proxies(session, meeting_id=meeting.id)),
    }
    try:
        quorum = quorum_now(session, now, meeting)
    except Refused as no:
        return {"meeting": meeting, "tz": place.timezone, "quorum": shown | {"refusal": no.refusal}}
    shown |= {
        "tests": [_test(each) for each in quorum.tests if each.needed is not None],
        "holds": quorum.holds and not meeting.is_short,
        "by_presence": quorum.by_presence,
    }
    return {"meeting": meeting, "tz": place.timezone, "quorum": shown}


def votes_now(session: Session, meeting: Meeting) -> list[tuple[Poll, dict[str, Any]]]:
    """The open votes of a meeting, each with who counts as present in it."""
    going = [poll for poll in polls_of_meeting(session, meeting.id) if poll.closed_at is None]
    return [(poll, turnout_view(poll.rule, turnout(session, poll))) for poll in going]


def short_now(session: Session, now: datetime, meeting: Meeting, online: str) -> list[dict[str, Any]]:
    """The tests of the quorum that the door does not meet while a vote may open all the same: it can still be void.

    Where ballots from elsewhere count, whoever casts one is there by it, so the vote itself may reach the quorum.
    """
    if online == AT_THE_DOOR:
        return []
    try:
        quorum = quorum_now(session, now, meeting)
    except Refused:
        return []
    return [_test(each) for each in quorum.tests if quorum.by_presence and not each.holds and each.needed is not None]


def _test(finding: Finding) -> dict[str, Any]:
    test, needed = finding.requirement, finding.needed

    def text(amount: int) -> str:
        return amount_text(test.measure, amount)

    words = _SAID[test.measure][0 if finding.holds else 1] if test.who is Base.PRESENT else _TAKING_PART[test.measure]
    short = max(0, needed - finding.numerator)
    return {
        "said": words,
        "facts": {
            "whole": text(finding.denominator),
            "needed": text(needed),
            "there": text(finding.numerator),
            "short": text(short),
        },
        "is_reached": finding.holds,
        "share": share(finding.numerator, finding.denominator),
        "line": share(test.n, test.d),
        "mark": (_MARKS[test.measure], {"n": text(needed)}),
    }


def quorum_scene(scene: Scene) -> dict[str, Any] | None:
    meeting = scene.session.get(Meeting, int(scene.subject.split("/")[1]))
    return quorum_of(scene.session, meeting, scene.now) if meeting else None


# --- the state, and the meetings before and after ---------------------------------------------------------------------


def state_of(session: Session, meeting: Meeting) -> dict[str, Any]:
    """What the meeting is at, its interruptions, its counts and its votes, and the chain to which it belongs."""
    return {
        "meeting": meeting,
        "tz": session.get(Community, meeting.community_id).timezone,
        "words": rules.ENDS.get(meeting.ended_as) or rules.STATES[meeting.state],
        "pauses": pauses_of(session, meeting.id),
        "counts": head_counts_of(session, meeting.id),
        "polls": [(poll, came_to(poll), present_in(poll)) for poll in polls_of_meeting(session, meeting.id)],
        "chain": chain_of(session, meeting),
    }


def state_scene(scene: Scene) -> dict[str, Any] | None:
    meeting = scene.session.get(Meeting, int(scene.subject.split("/")[1]))
    return state_of(scene.session, meeting) if meeting else None


def came_to(poll: Any) -> str:
    """The seal of a poll's outcome, empty while it is open."""
    result = shown_result(poll)
    return OUTCOMES[result["outcome"]][0] if result else ""


def present_in(poll: Poll) -> int | None:
    """How many were present by the result; None while the poll is open."""
    result = shown_result(poll)
    return result["counts"]["heads"]["present"] if result else None


def chain_of(session: Session, meeting: Meeting) -> list[tuple[Meeting, str]]:
    """All meetings of the matter at this step, each with what it came to; empty for one that stands alone."""
    found = [one for one in meetings_of(session, meeting.matter_id) if one.step == meeting.step]
    return [(one, ending_of(session, one)) for one in found] if len(found) > 1 else []


def ending_of(session: Session, meeting: Meeting) -> str:
    """What a meeting came to, in a word."""
    if meeting.ended_as in (rules.NO_QUORUM, rules.CANCELLED):
        return rules.ENDS[meeting.ended_as]
    poll = last_poll(session, meeting.id)
    if poll is not None and (result := shown_result(poll)):
        return OUTCOMES[result["outcome"]][1]
    return rules.ENDS.get(meeting.ended_as) or rules.STATES[meeting.state]


# --- the visitor's own part -------------------------------------------------------------------------------------------


def mine(visit: Visit, here: Here) -> dict[str, Any]:
    """Whether the visitor is signed in, and what they may do about the meeting, with why not."""
    meeting, session = here.meeting, visit.session
    who = person_id(visit)
    return {
        "visit": visit,
        "meeting": meeting,
        "tz": here.place.timezone,
        "presence": presence_of(session, meeting, who) if who else None,
        "ways": rules.WAYS,
        "keeps_door": here.keeps_door,
        "chairing": _chairing(visit, here),
    }


def _chairing(visit: Visit, here: Here) -> dict[str, Any] | None:
    """For the chair: each act on the meeting with why not yet; None for everybody else."""
    meeting, session, now = here.meeting, visit.session, visit.now
    facts = facts_of(session, here.matter, now, here.place)
    if may("run_meeting", here.standing.roles, facts) or meeting.ended_at is not None:
        return None
    asked, quorum = facts_for_rules(session, meeting), _quorum(session, now, meeting)
    polls = bool(polls_of_meeting(session, meeting.id))
    return {
        "open": rules.may_open(asked, now, here.place.zone) or against_opening(facts, meeting),
        "adjourn": rules.may_adjourn(asked),
        "resume": rules.may_resume(asked, now, here.place.zone),
        "end": rules.may_end(asked),
        "void": rules.may_give_up(asked, quorum, polls) if quorum else None,
        "count": (rules.may_run(asked) or rules.may_count(quorum)) if quorum else rules.may_run(asked),
        "vote": _vote(visit, here, facts),
        "vote_title": act_here("open_poll", facts),
    }


def _quorum(session: Session, now: datetime, meeting: Meeting) -> rules.Quorum | None:
    try:
        return quorum_now(session, now, meeting)
    except Refused:
        return None


def _vote(visit: Visit, here: Here, facts: Facts) -> Refusal | None:
    """Why no vote can be opened now: the dossier's reasons, then the meeting's own."""
    if no := may("open_poll", here.standing.roles, facts):
        return no
    try:
        return against_vote(visit.session, visit.now, here.meeting, way_of(visit.session, here))
    except Refused as no:
        return no.refusal


def way_of(session: Session, here: Here) -> str:
    """From where a device counts in this meeting, by the law or the local setting."""
    setting = local_setting(session, here.place, ONLINE_SETTING)
    return online_way(PRESETS[here.meeting.preset], setting is not None and setting.value == "yes")
