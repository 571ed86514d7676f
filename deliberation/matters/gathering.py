"""Gathering the facts of a matter from its tables, for the engine, the page and whoever checks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import holidays
from sqlalchemy import Text, bindparam, cast, func
from sqlmodel import Session, col, select

from deliberation.bulk import select_many
from deliberation.communities.models import Community, LocalSetting, calendar_days
from deliberation.delivery.models import deliveries_of, delivery_count
from deliberation.matters.charter_models import CharterAim
from deliberation.matters.days import WorkingDays
from deliberation.matters.facts import Attached, Count, Facts, Inspection, MeetingHeld, Paper, PollHeld, RoomHeld
from deliberation.matters.facts import Objection as ObjectionFact
from deliberation.matters.models import (
    Document,
    Evidence,
    Matter,
    Objection,
    PlanVersion,
    ProcedureText,
    ReplyOwed,
    opened_for,
)
from deliberation.matters.noticing import left_out
from deliberation.matters.procedure import Procedure, Step
from deliberation.matters.procedure_file import load
from deliberation.matters.without_hall import form_without_hall
from deliberation.matters.words import CONDITIONS

CALENDAR_VERSION = f"holidays {holidays.__version__} CN"
"""Stored with each deadline, because next year's make-up days are published late."""


_procedures: dict[str, Procedure] = {}
"""Procedures by the fingerprint of their text, which is never overwritten."""
_FINGERPRINT = select(ProcedureText.fingerprint).where(ProcedureText.id == bindparam("id"))


def procedure_of(session: Session, matter: Matter) -> Procedure:
    """The procedure in the version with which the matter began."""
    [(fingerprint,)] = select_many(session, _FINGERPRINT, id=matter.procedure_id)
    if fingerprint not in _procedures:
        wanted = ProcedureText.id == matter.procedure_id
        _procedures[fingerprint] = load(session.exec(select(ProcedureText.toml).where(wanted)).one())
    return _procedures[fingerprint]


def merger_of(session: Session, matter: Matter, step: str) -> Step | None:
    """The step as it is taken, where it is taken together with a later one (书记、主任“一肩挑”)."""
    taken = procedure_of(session, matter).step(step).taken_as(matter.choices.get(step, ""))
    return taken if taken.merges_with else None


WHOLE_DAYS = "whole_days_between"
_CHOICES = select(LocalSetting.community_id, LocalSetting.name, LocalSetting.value).where(
    col(LocalSetting.community_id).in_(bindparam("above", expanding=True)),
    col(LocalSetting.name).in_(bindparam("names", expanding=True)),
)


def choices_of(session: Session, ancestry: Sequence[int]) -> dict[str, str]:
    """What communities have chosen of the things that count in a procedure, the nearest one's word of each."""
    found = select_many(session, _CHOICES, above=list(ancestry), names=[*CONDITIONS, WHOLE_DAYS])
    return {name: value for _id, name, value in sorted(found, key=lambda row: ancestry.index(row[0]))}


def facts_of(session: Session, matter: Matter, now: datetime, community: Community | None = None) -> Facts:
    """Everything that a rule may know about a matter at this instant."""
    community = community or session.get(Community, matter.community_id)
    documents = _documents(session, matter.id)
    rooms, polls, meetings, tasks, inspections = _proceedings(session, matter.id)
    choices = choices_of(session, community.ancestry)
    plans = plans_of(session, matter.id)
    facts = Facts(
        procedure=procedure_of(session, matter),
        now=now,
        zone=community.zone,
        papers=_papers(documents),
        begun_at=matter.begun_at,
        rooms=rooms,
        polls=polls,
        meetings=meetings,
        objections=_objections(session, matter.id),
        attached=_attached(session, matter.id),
        inspections=inspections,
        deliveries=_deliveries(session, matter, documents),
        speakers=_speakers(session, matter.id),
        tasks=tasks,
        choices=matter.choices,
        # A fact about the community under which a variant of a step is open is off unless it says yes.
        conditions=frozenset(name for name in CONDITIONS if choices.get(name) == "yes"),
        whole_days_between=choices.get(WHOLE_DAYS, "yes") == "yes",
        plans=len(plans),
        plan_frozen=bool(plans) and plans[-1][1] is not None,
        plan_at=plans[-1][2] if plans else None,
        charter=next((kind for (kind,) in select_many(session, _AIM, matter=matter.id)), ""),
        kind=community.kind,
    )
    return replace(facts, unlisted=_unlisted(session, matter, community, facts, documents))


# Without the texts: the rules ask only how many versions there are.
_PLANS = (
    select(PlanVersion.number, PlanVersion.frozen_at, PlanVersion.at)
    .where(PlanVersion.matter_id == bindparam("matter"))
    .order_by(PlanVersion.number)
)


_AIM = select(CharterAim.kind).where(CharterAim.matter_id == bindparam("matter"))


def plans_of(session: Session, matter_id: int) -> list[tuple[int, datetime | None]]:
    """(number, frozen since) of every version of the plan."""
    return select_many(session, _PLANS, matter=matter_id)


def papers_of(session: Session, matter_id: int) -> tuple[Paper, ...]:
    """The papers of a matter as its rows say them, for whoever follows them again."""
    return _papers(_documents(session, matter_id))


def _papers(rows: list[_Paper]) -> tuple[Paper, ...]:
    return tuple(
        Paper(row.kind, row.step, row.issued_at, row.closed_at, row.outcome, row.is_short, row.plan, row.id)
        for row in rows
    )


_PAPERS = (
    select(Document.id, Document.kind, Document.step, Document.issued_at, Document.closed_at, Document.outcome,
           cast(Document.facts, Text))
    .where(Document.matter_id == bindparam("matter"), col(Document.corrects_id).is_(None))
    .order_by(col(Document.id))
)  # fmt: skip


class _Paper(NamedTuple):
    id: int
    kind: str
    step: str
    issued_at: datetime
    closed_at: datetime | None
    outcome: str
    facts: str

    @property
    def is_short(self) -> bool:
        """Whether the time was shortened. The text is asked first: it is parsed for none but those that name it."""
        return '"short"' in self.facts and bool(json.loads(self.facts).get("short"))

    @property
    def plan(self) -> int:
        """The version of the plan that a notice announced."""
        return int(json.loads(self.facts).get("plan") or 0) if '"plan"' in self.facts else 0


def _documents(session: Session, matter_id: int) -> list[_Paper]:
    """Papers in the order of their making. Corrections are left out: they stand beside a paper and move nothing."""
    return [_Paper._make(row) for row in select_many(session, _PAPERS, is_lasting=True, matter=matter_id)]


def _proceedings(
    session: Session, matter_id: int
) -> tuple[tuple[RoomHeld, ...], tuple[PollHeld, ...], tuple[MeetingHeld, ...], Count, tuple[Inspection, ...]]:
    rooms, polls, meetings, inspections, tasks, done = [], [], [], [], 0, 0
    for each in opened_for(session, matter_id):
        match each.kind:
            case "room":
                form = form_without_hall(each.subject, each.title)
                rooms.append(RoomHeld(each.step, each.opened_at, each.closed_at, each.is_minuted, form))
            case "poll":
                times = each.opened_at, each.due_at, each.closed_at
                polls.append(PollHeld(each.step, *times, each.outcome, each.unsettled, each.plan, each.is_part))
            case "meeting":
                meetings.append(MeetingHeld(each.step, each.opened_at, each.due_at, each.closed_at, each.outcome))
            case "task":
                tasks, done = tasks + 1, done + (each.closed_at is not None)
            case "inspection":
                is_satisfied = each.outcome != "not_satisfied"
                inspections.append(Inspection(each.step, each.opened_at, each.looked_at, is_satisfied))
    return tuple(rooms), tuple(polls), tuple(meetings), Count(tasks, done), tuple(inspections)


_OBJECTIONS = (
    select(Objection.step, Objection.received_at, Objection.acknowledged_at, Objection.answered_at, Objection.is_upheld)
    .where(Objection.matter_id == bindparam("matter"))
    .order_by(col(Objection.id))
)
_ATTACHED = (
    select(Evidence.kind, Evidence.step, Evidence.added_at)
    .where(Evidence.matter_id == bindparam("matter"))
    .order_by(col(Evidence.id))
)
_SPEAKERS = select(func.count(col(ReplyOwed.id)), func.count(col(ReplyOwed.answered_at))).where(
    ReplyOwed.matter_id == bindparam("matter")
)


def _objections(session: Session, matter_id: int) -> tuple[ObjectionFact, ...]:
    return tuple(ObjectionFact(*row) for row in select_many(session, _OBJECTIONS, matter=matter_id))


def _attached(session: Session, matter_id: int) -> tuple[Attached, ...]:
    return tuple(Attached(*row) for row in select_many(session, _ATTACHED, is_lasting=True, matter=matter_id))


def _deliveries(session: Session, matter: Matter, documents: list[_Paper]) -> Count:
    """Of the latest notice given at the present stage."""
    notices = [row.id for row in documents if row.kind == "notice" and row.step == matter.stage]
    return Count(*delivery_count(session, f"document/{notices[-1]}")) if notices else Count()


def _unlisted(session: Session, matter: Matter, community: Community, facts: Facts, documents: list[_Paper]) -> int:
    """Of the running notice; asked only once everybody on its list was told, for it may mean a look at a whole roster."""
    notices = [row for row in documents if row.kind == "notice" and row.step == matter.stage]
    if not notices or notices[-1].closed_at is not None or not facts.deliveries.due or facts.deliveries.missing:
        return 0
    listed = {each.person_id for each in deliveries_of(session, f"document/{notices[-1].id}")}
    return len(left_out(session, matter, community, facts, listed))


def _speakers(session: Session, matter_id: int) -> Count:
    [(due, done)] = select_many(session, _SPEAKERS, matter=matter_id)
    return Count(due, done)


def working_days(session: Session, community: Community) -> WorkingDays:
    """Whether a day is worked in a community: the national calendar with its make-up days, then local changes."""
    own = calendar_days(session, community)
    national = _national_calendar()

    def is_working_day(day: date) -> bool:
        return own[day] if day in own else national.is_working_day(day)

    return is_working_day


@lru_cache(1)
def _national_calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")
