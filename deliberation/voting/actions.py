"""The verbs of a poll: open it on a frozen roster and text, close and count it, make its document."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.freezing import freeze_roster
from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community, local_setting
from deliberation.jobs import plan_job
from deliberation.matters.deciders import body_of, body_words, part_of
from deliberation.matters.engine import MAKING
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter, documents_of, plan_versions
from deliberation.matters.moving import issue_document, permit, topic_of
from deliberation.matters.planning import freeze_plan
from deliberation.matters.procedure import Step
from deliberation.matters.proceedings import FrozenText, begin_proceeding, settle_proceeding
from deliberation.matters.words import BODIES
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting.box_closing import settle_box
from deliberation.voting.counting import Counted, count, count_or_refuse
from deliberation.voting.desk import counting_refusal
from deliberation.voting.door import seat_present
from deliberation.voting.electing import told_outcome
from deliberation.voting.kinds import chosen, open_kind, rule_under_setting
from deliberation.voting.kinds_rules import CIRCULATION, YES_NO, Kind
from deliberation.voting.meeting_models import Meeting
from deliberation.voting.meetings import meeting_for_poll, tell_meeting
from deliberation.voting.models import Poll, locked_poll, roll, shown_result
from deliberation.voting.presets import LOCAL, PRESETS, Preset
from deliberation.voting.proxy_terms import as_columns, frozen_terms, in_entry, terms_today
from deliberation.voting.published import record_closing
from deliberation.voting.rules import (
    ONLINE_SETTING,
    base_of,
    may_set_end,
    online_way,
    rule_under,
)
from deliberation.voting.secrecy_rules import BOOTH, CONFIDENTIAL, NAMED, may_keep_confidential, weighs_by_heads_alone
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.tally_rule import read_rule, rule_as_json
from deliberation.voting.turnout import TURNOUT

STATE = "voting/_state.html"


@dataclass(frozen=True, slots=True)
class Question:
    """What the chair decides about a poll; roster, text and rule are not theirs to choose."""

    words: str
    closes_at: datetime | None = None
    is_changeable: bool = True
    secrecy: str = NAMED
    kind: Kind = YES_NO


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a poll at this step would open: its rule with where it comes from, and the text as it stands."""

    step: Step
    preset: Preset
    rule: dict[str, Any]
    online: str
    online_source: str
    text: str
    plan_number: int | None
    rule_source: str = ""


def ground_of(session: Session, now: datetime, *, matter: Matter, community: Community) -> Ground:
    """The ground of a poll at the matter's present step. Raises Refused where the step asks for none."""
    facts = facts_of(session, matter, now)
    if facts.is_ended or facts.step.poll not in PRESETS:
        raise Refused(Refusal(_("这一环节不用表决"), late=facts.is_ended))
    text, number = _text_of(session, matter)
    preset = PRESETS[facts.step.poll]
    rule, rule_source, way, source = rule_here(session, community, preset)
    return Ground(facts.step, preset, rule, way, source, text, number, rule_source)


def rule_here(session: Session, community: Community, preset: Preset) -> tuple[dict[str, Any], str, str, str]:
    """A preset under the local settings: the rule and the source of its setting, from where a device counts and by what."""
    setting = local_setting(session, community, ONLINE_SETTING)
    way = online_way(preset, setting is not None and setting.value == "yes")
    source = setting.source if setting is not None and way != online_way(preset, False) else ""
    rule, rule_source = rule_under_setting(session, community, preset, rule_under(preset, way))
    return rule_as_json(rule), rule_source, way, source


def _text_of(session: Session, matter: Matter) -> tuple[str, int | None]:
    """The latest version of the plan; before there is one, the latest document, at last the proposal's own words."""
    if versions := plan_versions(session, matter.id):
        return versions[-1].body, versions[-1].number
    papers = [each for each in documents_of(session, matter.id) if each.kind in ("proposal", "review") and each.body]
    return (papers[-1].body if papers else matter.summary), None


def open_poll(
    session: Session, now: datetime, *, matter: Matter, community: Community, question: Question, standing: Standing
) -> Poll:
    """Open a poll: roster, text and rule are frozen here and now. Raises Refused, Invalid (``closes_at``)."""
    facts = facts_of(session, matter, now)
    actor = permit("open_poll", standing, facts)
    if no := may_set_end(now, question.closes_at):
        raise Invalid({"closes_at": no})
    ground = ground_of(session, now, matter=matter, community=community)
    meeting = None
    if question.kind.way != CIRCULATION:
        meeting = meeting_for_poll(session, now, matter=matter, facts=facts, online=ground.online)
    given = {
        "closes_at": question.closes_at,
        "rule": ground.rule,
        "text": ground.text,
        "rule_source": ground.rule_source,
    }
    opening = open_kind(session, matter, facts, ground.preset, question.kind, given=given)
    secrecy = BOOTH if ground.preset.is_booth else question.secrecy
    if secrecy == CONFIDENTIAL:
        refuse_if(may_keep_confidential(ground.preset.id, read_rule(opening.rule)))
    freeze_plan(session, now, matter=matter)
    poll = Poll(
        community_id=community.id,
        matter_id=matter.id,
        meeting_id=meeting.id if meeting else None,
        step=ground.step.id,
        preset=ground.preset.id,
        question=question.words,
        text=ground.text,
        text_sha256=hashlib.sha256(ground.text.encode()).hexdigest(),
        plan_number=ground.plan_number,
        rule=opening.rule,
        source=ground.preset.source,
        online=ground.online,
        online_source=ground.online_source,
        is_changeable=question.is_changeable and secrecy == NAMED,
        secrecy=secrecy,
        opened_by_id=actor.person_id,
        opened_at=now,
        closes_at=question.closes_at,
        **as_columns(frozen_terms(meeting) if meeting else terms_today(session, community, ground.preset.id)),
        **opening.columns,
    )
    session.add(poll)
    session.flush()
    _freeze(session, now, poll, matter, community, ground, actor)
    if poll.closes_at is not None:
        plan_job(session, "close_poll", f"close_poll/{poll.id}", poll.closes_at, poll=poll.id)
    subject = f"poll/{poll.id}"
    tell_meeting(session, poll.meeting_id)
    begin_proceeding(
        session,
        now,
        matter=matter,
        kind="poll",
        subject=subject,
        title=poll.question,
        due_at=poll.closes_at,
        text=FrozenText(poll.plan_number or 0, poll.text_sha256),
        clause=int(poll.clause or 0),
    )
    return poll


def _freeze(
    session: Session, now: datetime, poll: Poll, matter: Matter, community: Community, ground: Ground, actor: Actor
) -> None:
    subject = f"poll/{poll.id}"
    roster = freeze_roster(
        session,
        now,
        community=community,
        body=body_of(ground.step),
        base=base_of(poll.preset),
        subject=subject,
        title=BODIES.get(body_of(ground.step), ground.step.body),
        part=part_of(matter, ground.step.body),
        topic=topic_of(matter),
        actor=actor,
    )
    poll.roster_id = roster.id
    session.add(poll)
    session.flush()
    if poll.meeting_id is not None:
        poll.present_at_opening = seat_present(session, now, poll, session.get(Meeting, poll.meeting_id))
    if poll.secrecy == CONFIDENTIAL:
        refuse_if(weighs_by_heads_alone((line.heads, line.owner) for line in roll(session, poll)))
    data = {
        "matter": matter.id,
        "step": poll.step,
        "preset": poll.preset,
        "rule": poll.rule,
        "online": poll.online,
        "changeable": int(poll.is_changeable),
        "secrecy": poll.secrecy,
        "closes": poll.closes_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if poll.closes_at else "",
        "text": poll.text_sha256,
        "plan": poll.plan_number or 0,
        "item": poll.item or 0,
        "clause": int(poll.clause or 0),
        "way": poll.way,
        "follows": poll.follows_id or 0,
        "roster": roster.id,
        "root": roster.root,
    } | in_entry(poll)
    if poll.meeting_id is not None:
        data |= {"meeting": poll.meeting_id, "present": poll.present_at_opening}
    secrets = {"question": poll.question}
    record(
        session, Act.POLL_OPENED, community.id, subject, actor=actor, data=data, secrets=secrets, topic=topic_of(matter)
    )


def close_poll(
    session: Session, now: datetime, *, poll_id: int, standing: Standing | None = None, ahead: Counted | None = None
) -> Poll:
    """Close a poll and count it, by the chair or a counter, or (without ``standing``) because its hour has come.

    ``ahead``: what was counted before the writer's door; it is held against every ballot here.
    """
    poll = locked_poll(session, poll_id)
    if poll is None:
        raise Missing
    if poll.closed_at is not None:
        raise Refused(Refusal(_("表决已经结束"), late=True))
    matter = session.get(Matter, poll.matter_id)
    actor = permit("close_poll", standing, facts_of(session, matter, now)) if standing else Actor()
    refuse_if(counting_refusal(session, poll))
    settle_box(session, now, poll)
    counted = count_or_refuse(session, poll, ahead)
    poll.result, poll.tally_sha256, poll.published = counted.result, counted.sha256, counted.published
    poll.closed_at = now
    session.add(poll)
    session.flush()
    subject = f"poll/{poll.id}"
    record_closing(session, poll, actor, topic_of(matter))
    settle_proceeding(
        session, now, subject=subject, outcome=told_outcome(session, poll), won=chosen(shown_result(poll))
    )
    for fragment in (STATE, TURNOUT):
        live.announce(session, subject, fragment, subject)
    tell_meeting(session, poll.meeting_id)
    return poll


def close_due_poll(session: Session, now: datetime, payload: dict[str, Any], ahead: Counted | None = None) -> None:
    """The job at the announced instant; a poll that was closed meanwhile, or whose paper is being counted, is left alone."""
    poll = locked_poll(session, payload["poll"])
    if poll is None or poll.closed_at is not None or poll.closes_at is None or now < poll.closes_at:
        return
    if counting_refusal(session, poll) is not None:
        return  # The second seal of the counters closes it.
    try:
        counted = count_or_refuse(session, poll, ahead)
    except Refused:
        return  # Nobody votes any more; whoever closes it by hand is told what does not fit.
    close_poll(session, now, poll_id=poll.id, ahead=counted)


def count_due_poll(session: Session, payload: dict[str, Any]) -> Counted | None:
    """What that job counts outside the writer, where nobody waits for it; never a confidential poll before its end."""
    poll = session.get(Poll, payload["poll"])
    if poll is None or poll.closed_at is not None or poll.secrecy == CONFIDENTIAL:
        return None
    if counting_refusal(session, poll) is not None:
        return None
    try:
        return count(session, poll)
    except TallyRefused:
        return None


def issue_resolution(
    session: Session, now: datetime, *, poll: Poll, title: str, body: str, standing: Standing
) -> Document:
    """Make the document with which the poll's step closes; what the count found moves the matter. Raises Refused."""
    poll = locked_poll(session, poll.id)
    if poll.closed_at is None:
        raise Refused(Refusal(_("表决还没有结束"), remedy=_("先结束表决并计票")))
    if poll.resolution_id is not None:
        raise Refused(Refusal(_("这次表决已经形成文件"), late=True))
    if poll.clause:
        raise Refused(
            Refusal(_("单独表决不形成决议，结果供全文表决参照"), remedy=_("请接着对方案全文表决"), source=LOCAL)
        )
    matter = session.get(Matter, poll.matter_id)
    facts = facts_of(session, matter, now)
    if facts.is_ended or facts.stage != poll.step:
        raise Refused(Refusal(_("议题已经不在这次表决的环节"), late=True))
    kind = facts.step.closes_with
    actor = permit(MAKING[kind], standing, facts)
    shown = shown_result(poll)
    document = issue_document(
        session,
        now,
        matter=matter,
        kind=kind,
        title=title,
        body=body,
        actor=actor,
        issued_by=body_words(body_of(facts.step), matter.scope),
        facts={"poll": poll.id, "result": poll.outcome, "counts": shown["counts"], "tests": shown["tests"]},
    )
    poll.resolution_id = document.id
    session.add(poll)
    session.flush()
    live.announce(session, f"poll/{poll.id}", STATE, f"poll/{poll.id}")
    return document
