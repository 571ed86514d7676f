"""A demanded meeting held outside the platform: recorded with its minutes, contested by signers, judged by the authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.files import KeptFile
from deliberation.jobs import plan_job
from deliberation.matters import contest_rules as rules
from deliberation.matters.convening import call, enter, stand_of
from deliberation.matters.demand_models import Contest, MeetingRecord, contests_of, records_of
from deliberation.matters.demanding import signers
from deliberation.matters.demands import share
from deliberation.matters.models import Clock, Demand
from deliberation.matters.reach import today_in
from deliberation.refusal import Invalid, refuse_if
from deliberation.vocabulary import Act


@dataclass(frozen=True)
class Held:
    """What the convenor says of a meeting that was held."""

    held_on: date
    place: str
    words: str


def disputed(session: Session, demand: Demand, now: datetime) -> rules.Disputed:
    """What can be contested of a demand, and whether that was done."""
    stand, records = stand_of(session, demand, now), records_of(session, demand.id)
    latest = records[-1] if records and records[-1].upheld is not False else None
    about = [each.about for each in contests_of(session, demand.id)]
    return rules.disputed(stand, latest.id if latest else 0, latest is not None and latest.upheld is True, about)


def record_meeting(
    session: Session, now: datetime, *, demand: Demand, held: Held, kept_file: KeptFile, actor: Actor
) -> MeetingRecord:
    """The meeting was held elsewhere: the clocks stop, and the minutes lie open. Raises Refused, Invalid (``held_on``)."""
    refuse_if(rules.may_record(stand_of(session, demand, now)))
    place = session.get(Community, demand.community_id)
    if no := rules.day_refusal(held.held_on, today_in(place, demand.reached_at), today_in(place, now)):
        raise Invalid({"held_on": no})
    file = kept_file.attach(session, demand.community_id, actor.person_id, now)
    made = MeetingRecord(
        community_id=demand.community_id,
        demand_id=demand.id,
        held_on=held.held_on,
        place=held.place,
        words=held.words,
        attachment_id=file.id,
        entered_by_id=actor.person_id,
        entered_at=now,
    )
    session.add(made)
    session.flush()
    secrets = {"words": held.words, "place": held.place, "file": file.sha256}
    enter(
        session, demand, Act.DEMAND_HELD, actor, {"day": held.held_on.isoformat()}, secrets, subject=f"record/{made.id}"
    )
    call(session, now, demand, actor, {"record": made.id}, "")
    return made


def contest(session: Session, now: datetime, *, demand: Demand, words: str, actor: Actor) -> Contest:
    """Somebody who signed contests what the convenor says just now. Raises Refused."""
    at = disputed(session, demand, now)
    has_contested = any(
        each.person_id == actor.person_id and each.about == at.about for each in contests_of(session, demand.id)
    )
    refuse_if(rules.may_contest(at, actor.person_id in signers(session, demand.id), has_contested))
    made = Contest(
        community_id=demand.community_id,
        demand_id=demand.id,
        person_id=actor.person_id,
        about=at.about,
        words=words,
        at=now,
    )
    session.add(made)
    session.flush()
    data = {"demand": demand.id, "about": at.about.split("/")[0]}
    enter(session, demand, Act.DEMAND_CONTESTED, actor, data, {"words": words}, subject=f"contest/{made.id}")
    return made


def judge_record(
    session: Session, now: datetime, *, demand: Demand, upheld: bool, words: str, actor: Actor
) -> MeetingRecord:
    """The authority that may order the meeting says whether the record holds; if not, the clocks run on. Raises Refused."""
    refuse_if(rules.may_judge(disputed(session, demand, now), is_party(session, demand, actor.person_id)))
    found = records_of(session, demand.id)[-1]
    found.upheld, found.finding, found.judged_by_id, found.judged_at = upheld, words, actor.person_id, now
    session.add(found)
    if not upheld:
        demand.called, demand.called_at = "", None
        session.add(demand)
        _resume(session, now, demand, found)
    session.flush()
    data = {"upheld": int(upheld), "source": rules.ground(share(demand.share).body)}
    enter(session, demand, Act.DEMAND_JUDGED, actor, data, {"finding": words}, subject=f"record/{found.id}")
    return found


def is_party(session: Session, demand: Demand, person_id: int | None) -> bool:
    """Whether somebody takes part in the dispute: signed the demand, or entered a record of its meeting."""
    entered = {each.entered_by_id for each in records_of(session, demand.id)}
    return person_id in entered or person_id in signers(session, demand.id)


def _resume(session: Session, now: datetime, demand: Demand, record: MeetingRecord) -> None:
    """A meeting that was not held stopped no clock; what has run out meanwhile is breached at once."""
    for subject in (f"demand/{demand.id}", f"order/{demand.id}"):
        clock = session.exec(select(Clock).where(Clock.subject == subject)).first()
        if clock is not None:
            clock.stopped_at = None
            session.add(clock)
            # A key is done once: that of an earlier record may have come due while this one stopped the clock.
            key = f"clock/{clock.id}/resumed/{record.id}"
            plan_job(session, "breach_clock", key, max(clock.due_at, now), clock=clock.id)
