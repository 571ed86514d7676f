"""Carrying out what was decided: tasks are assigned and reported, supervisors inspect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.followup.models import Inspection, Task, tasks_of
from deliberation.followup.rules import may_be_due, may_inspect_work, office_of
from deliberation.matters.actions import begin_proceeding, settle_proceeding, start_clock, stop_clock
from deliberation.matters.days import midnight
from deliberation.matters.models import Matter, documents_of
from deliberation.matters.moving import topic_of
from deliberation.matters.reach import today_in
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _

LIST = "followup/_tasks.html"


@dataclass(frozen=True)
class Errand:
    """What somebody is asked to do, and until which day (the last on which it is in time)."""

    title: str
    owner_id: int
    due_on: date


def assign_task(session: Session, now: datetime, *, matter: Matter, errand: Errand, actor: Actor) -> Task:
    """Give somebody a part of what was decided; its clock ends at 24:00 of its day. Raises Refused."""
    community = session.get(Community, matter.community_id)
    today = today_in(community, now)
    refuse_if(may_be_due(errand.due_on, today))
    office = office_of(standing_of(session, errand.owner_id, community, today).roles)
    resolution = next((one for one in reversed(documents_of(session, matter.id)) if one.kind == "resolution"), None)
    made = Task(
        community_id=matter.community_id,
        matter_id=matter.id,
        document_id=resolution.id if resolution else None,
        step=matter.stage,
        title=errand.title,
        owner_id=errand.owner_id,
        office=office,
        due_on=errand.due_on,
        assigned_at=now,
        assigned_by_id=actor.person_id,
    )
    session.add(made)
    session.flush()
    _record_assigning(session, matter, made, actor)
    due_at = midnight(errand.due_on + timedelta(days=1), community.zone)
    subject = f"task/{made.id}"
    begin_proceeding(session, now, matter=matter, kind="task", subject=subject, title=made.title, due_at=due_at)
    start_clock(
        session,
        now,
        matter=matter,
        community_id=matter.community_id,
        subject=subject,
        kind="task",
        title=made.title,
        owner=office,
        owner_id=made.owner_id,
        due_at=due_at,
        source=_("交办时确定的期限"),
    )
    _tell(session, matter)
    return made


def _record_assigning(session: Session, matter: Matter, made: Task, actor: Actor) -> None:
    record(
        session,
        Act.TASK_ASSIGNED,
        made.community_id,
        f"task/{made.id}",
        actor=actor,
        data={"matter": matter.id, "step": made.step, "due": made.due_on.isoformat()},
        secrets={"title": made.title, "owner": f"person/{made.owner_id}"},
        topic=topic_of(matter),
        owner=made.owner_id,
    )


def report_task(session: Session, now: datetime, *, matter: Matter, task: Task, report: str, actor: Actor) -> None:
    """Say what was done; once. The clock stops, late or not. Raises Refused."""
    if task.reported_at is not None:
        raise Refused(Refusal(_("这件事已经报告过落实情况"), late=True))
    task.report, task.reported_at, task.reported_by_id = report, now, actor.person_id
    session.add(task)
    session.flush()
    subject = f"task/{task.id}"
    record(
        session,
        Act.TASK_REPORTED,
        task.community_id,
        subject,
        actor=actor,
        data={"matter": matter.id},
        secrets={"report": report},
        topic=topic_of(matter),
    )
    stop_clock(session, now, subject=subject)
    settle_proceeding(session, now, subject=subject)
    _tell(session, matter)


@dataclass(frozen=True)
class Found:
    """What a supervisor looked at (``document/9``, ``task/4``, ``matter/2``), found, and says of it."""

    subject: str
    finding: str
    is_satisfied: bool


def make_inspection(session: Session, now: datetime, *, matter: Matter, found: Found, actor: Actor) -> Inspection:
    """Inspect the matter where it stands; whoever carries out a part of it may not. Raises Refused."""
    refuse_if(may_inspect_work(actor.person_id, {one.owner_id for one in tasks_of(session, matter.id)}))
    made = Inspection(
        community_id=matter.community_id,
        matter_id=matter.id,
        step=matter.stage,
        subject=found.subject,
        finding=found.finding,
        is_satisfied=found.is_satisfied,
        inspector_id=actor.person_id,
        at=now,
    )
    session.add(made)
    session.flush()
    subject = f"inspection/{made.id}"
    record(
        session,
        Act.INSPECTION_MADE,
        made.community_id,
        subject,
        actor=actor,
        data={"matter": matter.id, "step": made.step, "of": made.subject, "satisfied": int(made.is_satisfied)},
        secrets={"finding": made.finding},
        topic=topic_of(matter),
    )
    title, looked_at = _("监督检查"), made.subject
    begin_proceeding(session, now, matter=matter, kind="inspection", subject=subject, title=title, looked_at=looked_at)
    outcome = "satisfied" if made.is_satisfied else "not_satisfied"
    settle_proceeding(session, now, subject=subject, outcome=outcome)
    _tell(session, matter)
    return made


def _tell(session: Session, matter: Matter) -> None:
    live.announce(session, topic_of(matter), LIST)
