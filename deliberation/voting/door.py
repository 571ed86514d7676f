"""The door of a meeting: who counts today, who has signed in and how, and what a poll takes over from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from deliberation import live
from deliberation.assemblies.electorate import electorate
from deliberation.assemblies.models import RosterLine, Standing
from deliberation.audit.actions import Actor, PendingEntry, record_many
from deliberation.bulk import insert_many
from deliberation.communities.models import Community
from deliberation.matters.deciders import part_of
from deliberation.matters.models import Matter
from deliberation.matters.reach import today_in
from deliberation.matters.words import base_of
from deliberation.refusal import Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, Role, _
from deliberation.voting import meeting_rules as rules
from deliberation.voting.meeting_models import Meeting, MeetingPresence, locked_meeting, present_at
from deliberation.voting.models import Poll, PollPresence
from deliberation.voting.presence_guard import guard_seals, guard_withdrawal
from deliberation.voting.presets import PRESETS
from deliberation.voting.rules import SIGNS_IN
from deliberation.voting.tally_rule import read_rule
from deliberation.voting.tally_terms import Rule
from deliberation.voting.turnout import QUORUM

PERSONS_AN_ENTRY = 500
"""Commitments of persons in one entry, which C2SP tlog-tiles keeps below 64 KiB."""
NOT_OF_THE_BODY = Refusal(_("您不在这次会议的名册上，不用签到；您可以旁听，也可以看会议进展"))
_KEPT = ("meeting_id", "sitting", "person_id", "way", "at", "by_id")
_LATE = ("poll_id", "person_id", "marked_at", "marked_by_id", "is_late")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has scanned the code and pressed the button; ``shown`` is the ticket of their form."""

    meeting_id: int
    person_id: int
    shown: str


def lines_of(session: Session, now: datetime, meeting: Meeting) -> list[rules.Counts]:
    """Who counts: the frozen roster of the meeting's last poll, before there is one the records of the day.

    Raises Refused where the records do not settle it.
    """
    poll = last_poll(session, meeting.id)
    if poll is not None:
        found = session.execute(
            select(RosterLine.person_id, RosterLine.household, RosterLine.area, RosterLine.label)
            .where(RosterLine.roster_id == poll.roster_id)
            .order_by(col(RosterLine.number))
        )
        return [rules.Counts(*row) for row in found]
    place, matter = session.get(Community, meeting.community_id), session.get(Matter, meeting.matter_id)
    base, part = base_of(meeting.preset), part_of(matter, meeting.body)
    lines = electorate(session, today_in(place, now), community=place, body=meeting.body, base=base, part=part)
    return [rules.Counts(line.person_id, line.household, line.area, line.label) for line in lines]


def polls_of_meeting(session: Session, meeting_id: int) -> list[Poll]:
    return list(session.exec(select(Poll).where(Poll.meeting_id == meeting_id).order_by(col(Poll.id))))


def last_poll(session: Session, meeting_id: int) -> Poll | None:
    found = select(Poll).where(Poll.meeting_id == meeting_id, col(Poll.roster_id).is_not(None))
    return session.exec(found.order_by(col(Poll.id).desc()).limit(1)).first()


def rule_of_meeting(session: Session, meeting: Meeting) -> Rule:
    """The rule whose quorum counts: that of the last poll, before there is one that of the step's preset."""
    poll = last_poll(session, meeting.id)
    return read_rule(poll.rule) if poll is not None else PRESETS[meeting.preset].rule


def quorum_now(session: Session, now: datetime, meeting: Meeting) -> rules.Quorum:
    """The quorum put to who is signed in at this instant. Raises Refused where the records do not settle who counts."""
    lines, here = lines_of(session, now, meeting), present_at(session, meeting)
    return rules.quorum_of(rule_of_meeting(session, meeting), rules.amounts(lines, here), rules.amounts(lines))


def facts_for_rules(session: Session, meeting: Meeting) -> rules.Standing:
    """What of a meeting its rules ask for."""
    going = select(func.count()).where(Poll.meeting_id == meeting.id, col(Poll.closed_at).is_(None))
    open_polls = session.execute(going).scalar_one()
    return rules.Standing(meeting.state, meeting.starts_at, meeting.adjourned_until, open_polls, meeting.is_short)


# --- coming in --------------------------------------------------------------------------------------------------------


def come_in(session: Session, now: datetime, arrivals: list[Arrival]) -> list[Exception | None]:
    """Sign these people in by their own devices: a bulk verb, for a hall that scans at once. For each why not, or None.

    Twice is once: whoever is there already is answered like the first time.
    """
    by_meeting: dict[int, list[int]] = defaultdict(list)
    for place, arrival in enumerate(arrivals):
        by_meeting[arrival.meeting_id].append(place)
    answers: list[Exception | None] = [None] * len(arrivals)
    for meeting_id in sorted(by_meeting):
        some = [arrivals[place] for place in by_meeting[meeting_id]]
        for place, answer in zip(by_meeting[meeting_id], _arrive(session, now, meeting_id, some), strict=True):
            answers[place] = answer
    return answers


def _arrive(session: Session, now: datetime, meeting_id: int, some: list[Arrival]) -> list[Exception | None]:
    meeting = locked_meeting(session, meeting_id)
    if meeting is None:
        return [Missing() for _one in some]
    try:
        refuse_if(_door_shut(session, now, meeting))
        entitled = {line.person_id for line in lines_of(session, now, meeting)}
    except Refused as no:
        return [no] * len(some)
    there = present_at(session, meeting)
    answers = [None if each.person_id in there else _against(meeting, each, entitled, now) for each in some]
    come = {each.person_id for each, no in zip(some, answers, strict=True) if no is None}
    actor = Actor((Role.MEMBER if base_of(meeting.preset) == "members" else Role.RESIDENT).value)
    _enter(session, now, meeting, come, rules.BY_CODE, actor)
    return [Refused(no) if no else None for no in answers]


def _against(meeting: Meeting, arrival: Arrival, entitled: Collection[int], now: datetime) -> Refusal | None:
    if arrival.person_id not in entitled:
        return NOT_OF_THE_BODY
    return rules.may_use_ticket(meeting.secret, meeting.id, arrival.person_id, arrival.shown, now)


def _door_shut(session: Session, now: datetime, meeting: Meeting) -> Refusal | None:
    """Why nobody is entered now. Raises Refused while a vote of the meeting is sealed and not closed."""
    guard_seals(session, polls_of_meeting(session, meeting.id))
    zone = session.get(Community, meeting.community_id).zone
    return rules.may_sign_in(facts_for_rules(session, meeting), now, zone)


def may_keep_door(roles: Collection[str]) -> Refusal | None:
    return None if SIGNS_IN & set(roles) else Refusal(_("到会由主持人或者记录员登记"))


def enter_people(
    session: Session,
    now: datetime,
    *,
    meeting: Meeting,
    was: set[int],
    here: set[int],
    way: str,
    standing: Standing,
) -> None:
    """Enter who is there (``here``), by the chair or the clerk at the door. Raises Refused.

    ``was`` are those who were shown as there: who of them was entered by mistake and has not voted may be taken out again.
    Whoever else signed in or was taken out since the list was shown stays so: a list that is old says nothing of them.
    """
    meeting = locked_meeting(session, meeting.id)
    refuse_if(may_keep_door(standing.roles) or _door_shut(session, now, meeting))
    entitled = {line.person_id for line in lines_of(session, now, meeting)}
    refuse_if(NOT_OF_THE_BODY_LIST if here - entitled else None)
    role = next(role for role in ("clerk", "chair") if role in standing.roles)
    actor = Actor(role, standing.person_id or None)
    gone = ((was & entitled) - here) & present_at(session, meeting)
    if gone:
        _withdraw(session, meeting, gone)
    _enter(session, now, meeting, here - was, way, actor, gone)


NOT_OF_THE_BODY_LIST = Refusal(_("名册上没有这个人，不能登记到会；可以请他旁听"))


def _enter(
    session: Session,
    now: datetime,
    meeting: Meeting,
    people: set[int],
    way: str,
    actor: Actor,
    gone: Iterable[int] = (),
) -> None:
    """Write who came; polls that are open take them as late, so that they are counted if they vote."""
    known = present_at(session, meeting)
    come, by = sorted(people - known), actor.person_id
    if come:
        rows = [(meeting.id, meeting.sitting, each, way, now, by) for each in come]
        insert_many(session, MeetingPresence.__table__, _KEPT, rows)
        late = [(poll, each, now, by, True) for poll, each in _open_rosters(session, meeting.id, come)]
        if late:
            insert_many(session, PollPresence.__table__, _LATE, late)
    if come or gone:
        words = {"way": way}
        record_presence(session, meeting.topic, meeting.community_id, (come, sorted(gone)), actor, len(known), words)
        live.announce(session, meeting.topic, QUORUM, meeting.topic)


def _open_rosters(session: Session, meeting_id: int, people: list[int]) -> list[tuple[int, int]]:
    """(poll, person) of the meeting's open polls on whose rosters these people are and are not entered yet."""
    entered = select(PollPresence.person_id).where(PollPresence.poll_id == Poll.id)
    found = (
        select(Poll.id, RosterLine.person_id)
        .join(RosterLine, col(RosterLine.roster_id) == Poll.roster_id)
        .where(Poll.meeting_id == meeting_id, col(Poll.closed_at).is_(None), col(RosterLine.person_id).in_(people))
        .where(col(RosterLine.person_id).not_in(entered))
        .distinct()
    )
    return [tuple(row) for row in session.execute(found)]


def _withdraw(session: Session, meeting: Meeting, gone: set[int]) -> None:
    """By mistake only: whoever has voted in this meeting, or was seated in an open vote, was there (domain.md 0)."""
    polls = polls_of_meeting(session, meeting.id)
    guard_withdrawal(session, polls, gone)
    still_open = [poll.id for poll in polls if poll.closed_at is None]
    session.exec(
        delete(MeetingPresence).where(
            col(MeetingPresence.meeting_id) == meeting.id,
            col(MeetingPresence.sitting) == meeting.sitting,
            col(MeetingPresence.person_id).in_(gone),
        )
    )
    session.exec(
        delete(PollPresence).where(col(PollPresence.poll_id).in_(still_open), col(PollPresence.person_id).in_(gone))
    )


def record_presence(
    session: Session,
    subject: str,
    community_id: int,
    changes: tuple[list[int], list[int]],
    actor: Actor,
    before: int,
    words: dict[str, Any] | None = None,
) -> None:
    """Each person is a commitment of their own, owned by them: erasing one opens or closes nobody else (audit.md 1.7)."""
    named = [("come", each) for each in changes[0]] + [("withdrawn", each) for each in changes[1]]
    present, entries = before, []
    for start in range(0, len(named), PERSONS_AN_ENTRY):
        part = named[start : start + PERSONS_AN_ENTRY]
        arrived = sum(word == "come" for word, _person in part)
        present += 2 * arrived - len(part)
        data = {"come": arrived, "withdrawn": len(part) - arrived, "present": present} | (words or {})
        secrets = {f"{word}.{number}": (f"person/{who}", who) for number, (word, who) in enumerate(part, 1)}
        entries.append(PendingEntry(community_id, Act.PRESENCE_MARKED.value, subject, subject, actor, data, secrets))
    record_many(session, entries)


# --- what a poll takes over -------------------------------------------------------------------------------------------


def seat_present(session: Session, now: datetime, poll: Poll, meeting: Meeting) -> int:
    """Whoever is signed in now and on the frozen roster is present at this poll, whether they go home or not."""
    on_roster = set(
        session.exec(select(RosterLine.person_id).where(RosterLine.roster_id == poll.roster_id).distinct()).all()
    )
    here = sorted(present_at(session, meeting) & on_roster)
    if here:
        rows = [(poll.id, each, now, None, False) for each in here]
        insert_many(session, PollPresence.__table__, _LATE, rows)
    return len(here)
