"""The verbs of a meeting: call it, open it, interrupt it and go on, count the hall again, end it or declare it void."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation import live
from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.matters import reasons
from deliberation.matters.deciders import body_of, body_words
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.moving import issue_document, permit, topic_of
from deliberation.matters.procedure import Step
from deliberation.matters.proceedings import Attendance, begin_proceeding, settle_proceeding
from deliberation.refusal import Invalid, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting import meeting_rules as rules
from deliberation.voting.door import QUORUM, facts_for_rules, lines_of, polls_of_meeting, quorum_now, rule_of_meeting
from deliberation.voting.meeting_models import (
    HeadCount,
    Meeting,
    MeetingPause,
    locked_meeting,
    meetings_of,
    pauses_of,
    present_at,
)
from deliberation.voting.meeting_words import void_paper
from deliberation.voting.presets import PRESETS
from deliberation.voting.proxy_terms import as_columns, in_entry, terms_today
from deliberation.voting.rules import AT_THE_DOOR

STATE = "voting/_meeting_state.html"
SHORT = "short"
"""Beside the words of ``meeting_rules.STATES`` what the dossier knows of a meeting: counted again, and too few."""


@dataclass(frozen=True, slots=True)
class Call:
    """What the convenor writes: 时间、地点、议题."""

    title: str
    place: str
    starts_at: datetime


def meeting_here(session: Session, facts: Facts, matter_id: int) -> Meeting | None:
    """The latest meeting of the matter's present stay at its step."""
    here = [one for one in meetings_of(session, matter_id) if facts.is_here(one.step, one.convened_at)]
    return here[-1] if here else None


def may_convene(session: Session, matter: Matter, facts: Facts) -> Refusal | None:
    """Why no meeting can be called at the matter's present step, whoever asks."""
    if facts.is_ended or facts.step.poll not in PRESETS or PRESETS[facts.step.poll].rule is None:
        return Refusal(_("这一环节不用开会表决"), late=facts.is_ended)
    before = meeting_here(session, facts, matter.id)
    if before is not None and before.ended_at is None:
        return Refusal(_("这一环节已经召集了会议"), remedy=_("先开完或者取消那次会议"), late=True)
    return None


def convene_meeting(
    session: Session, now: datetime, *, matter: Matter, community: Community, call: Call, standing: Standing
) -> Meeting:
    """Call a meeting of the body of the matter's present step. Raises Refused, Invalid (``starts_at``)."""
    facts = facts_of(session, matter, now, community)
    actor = permit("convene_meeting", standing, facts)
    refuse_if(may_convene(session, matter, facts))
    if no := rules.may_plan(call.starts_at, now):
        raise Invalid({"starts_at": no})
    step, before = facts.step, _repeated(session, matter.id, facts.step.id)
    made = Meeting(
        community_id=community.id,
        matter_id=matter.id,
        step=step.id,
        body=body_of(step),
        preset=step.poll,
        title=call.title,
        place=call.place,
        starts_at=call.starts_at,
        convened_by_id=actor.person_id,
        convened_at=now,
        follows_id=before,
        secret=secrets.token_hex(32),
        **as_columns(terms_today(session, community, step.poll)),
    )
    session.add(made)
    session.flush()
    data = {
        "matter": matter.id,
        "step": step.id,
        "body": made.body,
        "starts": _utc(call.starts_at),
        "follows": before or 0,
    } | in_entry(made)
    _enter(session, made, Act.MEETING_CONVENED, actor, data, {"title": call.title, "place": call.place})
    begin_proceeding(
        session, now, matter=matter, kind="meeting", subject=made.topic, title=made.title, due_at=made.starts_at
    )
    settle_proceeding(session, now, subject=made.topic, outcome=rules.CONVENED, closes=False)
    return made


def _repeated(session: Session, matter_id: int, step: str) -> int | None:
    """The meeting that a new one at this step repeats: the last that was really called together."""
    found = select(Meeting.id).where(Meeting.matter_id == matter_id, Meeting.step == step)
    held = found.where(col(Meeting.ended_at).is_not(None), Meeting.ended_as != rules.CANCELLED)
    return session.exec(held.order_by(col(Meeting.id).desc()).limit(1)).first()


def open_meeting(session: Session, now: datetime, *, meeting: Meeting, standing: Standing) -> None:
    """宣布开会. The notice of the step must have run, as the engine says. Raises Refused."""
    meeting, matter, facts, actor = _begin(session, now, meeting, standing)
    refuse_if(rules.may_open(facts_for_rules(session, meeting), now, facts.zone))
    refuse_if(against_opening(facts, meeting))
    meeting.opened_at = now
    _keep(session, now, meeting, Act.MEETING_OPENED, actor, {"matter": matter.id}, rules.OPEN)


def against_opening(facts: Facts, meeting: Meeting) -> Refusal | None:
    """The matter stands where the meeting was called for, and the notice has run its days."""
    if facts.is_ended or not facts.is_here(meeting.step, meeting.convened_at):
        return Refusal(_("议题已经不在这次会议的环节"), late=True)
    return next(reasons.notice_given(facts.step, facts), None)


def adjourn_meeting(
    session: Session, now: datetime, *, meeting: Meeting, reason: str, until: datetime, standing: Standing
) -> None:
    """休会 until an announced instant. Raises Refused, Invalid (``until``)."""
    meeting, matter, _facts, actor = _begin(session, now, meeting, standing)
    refuse_if(rules.may_adjourn(facts_for_rules(session, meeting)))
    if until <= now or until > now + rules.LATEST:
        raise Invalid({"until": Refusal(_("继续开会的时间要在现在以后、一年以内"))})
    session.add(MeetingPause(meeting_id=meeting.id, at=now, reason=reason, until=until, by_id=actor.person_id))
    meeting.adjourned_at, meeting.adjourned_until = now, until
    data = {"matter": matter.id, "until": _utc(until)}
    _keep(session, now, meeting, Act.MEETING_ADJOURNED, actor, data, rules.ADJOURNED, {"reason": reason})


def resume_meeting(session: Session, now: datetime, *, meeting: Meeting, standing: Standing) -> None:
    """复会: a new day at the door, on which everybody signs in anew and the quorum is reached anew. Raises Refused."""
    meeting, matter, facts, actor = _begin(session, now, meeting, standing)
    refuse_if(rules.may_resume(facts_for_rules(session, meeting), now, facts.zone))
    pause = pauses_of(session, meeting.id)[-1]
    pause.resumed_at = now
    session.add(pause)
    meeting.adjourned_at = meeting.adjourned_until = None
    meeting.sitting, meeting.is_short = meeting.sitting + 1, False
    data = {"matter": matter.id, "sitting": meeting.sitting}
    _keep(session, now, meeting, Act.MEETING_RESUMED, actor, data, rules.OPEN)


def count_again(session: Session, now: datetime, *, meeting: Meeting, counted: int, standing: Standing) -> bool:
    """重新清点人数: how many sit in the hall. Too few, and no poll opens until a later count is enough. Raises Refused."""
    meeting, matter, _facts, actor = _begin(session, now, meeting, standing, "keep_door")
    refuse_if(rules.may_run(facts_for_rules(session, meeting)))
    quorum = quorum_now(session, now, meeting)
    refuse_if(rules.may_count(quorum))
    enough = rules.enough_counted(quorum, rule_of_meeting(session, meeting), counted)
    here = len(present_at(session, meeting))
    if counted > quorum.tests[0].denominator:
        raise Invalid({"counted": Refusal(_("清点的人数比名册上的还多，旁听的人不要算进去"))})
    count = HeadCount(meeting_id=meeting.id, at=now, counted=counted, signed_in=here, is_enough=enough)
    count.by_id = actor.person_id
    session.add(count)
    meeting.is_short = not enough
    data = {"matter": matter.id, "counted": counted, "signed_in": here, "enough": int(enough)}
    _keep(session, now, meeting, Act.MEETING_COUNTED, actor, data, rules.OPEN if enough else SHORT)
    return enough


def end_meeting(session: Session, now: datetime, *, meeting: Meeting, standing: Standing) -> None:
    """散会; one that was never opened is called off. Raises Refused."""
    meeting, matter, _facts, actor = _begin(session, now, meeting, standing)
    refuse_if(rules.may_end(facts_for_rules(session, meeting)))
    _end(session, now, matter, meeting, actor, rules.HELD if meeting.opened_at else rules.CANCELLED)


def declare_void(session: Session, now: datetime, *, meeting: Meeting, standing: Standing) -> Document | None:
    """宣布会议不成立 for want of a quorum: the paper that says so leads where the procedure says. Raises Refused.

    A stay at the step ends with it, so what comes next is a meeting with a notice of its own.
    """
    meeting, matter, facts, actor = _begin(session, now, meeting, standing)
    quorum, polls = quorum_now(session, now, meeting), polls_of_meeting(session, meeting.id)
    refuse_if(rules.may_give_up(facts_for_rules(session, meeting), quorum, bool(polls)))
    here = len(present_at(session, meeting))
    _end(session, now, matter, meeting, actor, rules.NO_QUORUM)
    if facts.is_ended or not facts.is_here(meeting.step, meeting.convened_at) or not _leads_on(facts.step):
        return None
    return _void_document(session, now, matter, meeting, actor, here, quorum)


def _leads_on(step: Step) -> bool:
    return bool(step.on_no_quorum or step.on_fail)


def _void_document(
    session: Session, now: datetime, matter: Matter, meeting: Meeting, actor: Actor, here: int, quorum: rules.Quorum
) -> Document:
    place = session.get(Community, meeting.community_id)
    facts = facts_of(session, matter, now, place)
    title, body = void_paper(matter, place, meeting, now, quorum)
    return issue_document(
        session,
        now,
        matter=matter,
        kind=facts.step.closes_with,
        title=title,
        body=body,
        actor=actor,
        issued_by=body_words(meeting.body, matter.scope),
        outcome="no_quorum",
        facts={"meeting": meeting.id, "signed_in": here, "result": "no_quorum"},
    )


def _end(session: Session, now: datetime, matter: Matter, meeting: Meeting, actor: Actor, how: str) -> None:
    came = _attendance(session, now, meeting) if how != rules.CANCELLED else None
    data = {"matter": matter.id, "ended_as": how, "signed_in": len(present_at(session, meeting))}
    meeting.ended_at, meeting.ended_as = now, how
    _keep(session, now, meeting, Act.MEETING_ENDED, actor, data, how, closes=True, came=came)


def _attendance(session: Session, now: datetime, meeting: Meeting) -> Attendance | None:
    """How many were to come and how many came, in people; nothing where the records no longer settle who counts."""
    try:
        people = {line.person_id for line in lines_of(session, now, meeting)}
    except Refused:
        return None
    return Attendance(len(people), len(people & present_at(session, meeting)))


# --- a poll in a meeting ----------------------------------------------------------------------------------------------


ENDED = Refusal(_("会议已经结束，不能再打开表决"), remedy=_("请重新通知、重新召集会议"))


def meeting_to_vote(session: Session, facts: Facts, matter_id: int) -> Meeting | None:
    """The latest meeting of the present stay that was not called off. Raises Refused where it is over: call another."""
    called = [one for one in meetings_of(session, matter_id) if facts.is_here(one.step, one.convened_at)]
    held = [one for one in called if one.ended_as != rules.CANCELLED]
    if held and held[-1].ended_at is not None:
        raise Refused(ENDED)
    return held[-1] if held else None


def meeting_for_poll(session: Session, now: datetime, *, matter: Matter, facts: Facts, online: str) -> Meeting | None:
    """The meeting in which a poll opens now; none where none was called. Raises Refused: not begun, or too few there.

    ``online``: from where a device counts. Only where nobody votes from elsewhere does the door decide by itself.
    """
    meeting = meeting_to_vote(session, facts, matter.id)
    if meeting is None:
        return None
    meeting = locked_meeting(session, meeting.id)
    refuse_if(against_vote(session, now, meeting, online))
    return meeting


def against_vote(session: Session, now: datetime, meeting: Meeting, online: str) -> Refusal | None:
    """Why no poll can be opened in this meeting now; the page asks the same. Raises Refused."""
    quorum = quorum_now(session, now, meeting)
    needs_door = online == AT_THE_DOOR and quorum.by_presence
    return rules.may_vote_now(facts_for_rules(session, meeting), quorum, needs_door)


# --- writing ----------------------------------------------------------------------------------------------------------


def _begin(
    session: Session, now: datetime, meeting: Meeting, standing: Standing, act: str = "run_meeting"
) -> tuple[Meeting, Matter, Facts, Actor]:
    meeting = locked_meeting(session, meeting.id)
    matter = session.get(Matter, meeting.matter_id)
    facts = facts_of(session, matter, now)
    return meeting, matter, facts, permit(act, standing, facts)


def _keep(
    session: Session,
    now: datetime,
    meeting: Meeting,
    act: Act,
    actor: Actor,
    data: dict[str, Any],
    outcome: str,
    texts: dict[str, str] | None = None,
    *,
    closes: bool = False,
    came: Attendance | None = None,
) -> None:
    session.add(meeting)
    session.flush()
    _enter(session, meeting, act, actor, data, texts)
    settle_proceeding(session, now, subject=meeting.topic, outcome=outcome, closes=closes, attendance=came)
    tell_meeting(session, meeting.id)


def tell_meeting(session: Session, meeting_id: int | None) -> None:
    """Something of the meeting or of a vote in it has changed; who has its page open sees it."""
    topic = f"meeting/{meeting_id}"
    for fragment in (STATE, QUORUM) if meeting_id is not None else ():
        live.announce(session, topic, fragment, topic)


def _enter(
    session: Session,
    meeting: Meeting,
    act: Act,
    actor: Actor,
    data: dict[str, Any],
    texts: dict[str, str] | None = None,
) -> None:
    matter = session.get(Matter, meeting.matter_id)
    record(
        session, act, meeting.community_id, meeting.topic, actor=actor, data=data, secrets=texts, topic=topic_of(matter)
    )


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
