"""Gathering the facts of a matter from its tables, for the engine, the page and whoever checks."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

import holidays
from sqlalchemy import func
from sqlmodel import Session, col, select

from deliberation.communities.models import Community, calendar_days, local_setting
from deliberation.delivery.models import delivery_count
from deliberation.matters.days import WorkingDays
from deliberation.matters.facts import Attached, Count, Facts, Inspection, Paper, PollHeld, RoomHeld
from deliberation.matters.facts import Objection as ObjectionFact
from deliberation.matters.models import Document, Evidence, Matter, Objection, ProcedureText, Proceeding, ReplyOwed
from deliberation.matters.procedure import Procedure
from deliberation.matters.procedure_file import load
from deliberation.matters.words import CONDITIONS

CALENDAR_VERSION = f"holidays {holidays.__version__} CN"
"""Stored with each deadline, because next year's make-up days are published late."""


@lru_cache(256)
def _read_procedure(fingerprint: str, toml: str) -> Procedure:
    return load(toml)


def procedure_of(session: Session, matter: Matter) -> Procedure:
    """The procedure in the version with which the matter began."""
    text = session.get(ProcedureText, matter.procedure_id)
    return _read_procedure(text.fingerprint, text.toml)


def facts_of(session: Session, matter: Matter, now: datetime, community: Community | None = None) -> Facts:
    """Everything that a rule may know about a matter at this instant."""
    community = community or session.get(Community, matter.community_id)
    documents = session.execute(
        select(Document.id, Document.kind, Document.step, Document.issued_at, Document.closed_at, Document.outcome, Document.facts)
        .where(Document.matter_id == matter.id)
        .order_by(col(Document.id))
    ).all()
    papers = tuple(
        Paper(row.kind, row.step, row.issued_at, row.closed_at, row.outcome, bool(row.facts.get("short"))) for row in documents
    )
    rooms, polls, tasks, inspections = _proceedings(session, matter.id)
    return Facts(
        procedure=procedure_of(session, matter),
        now=now,
        zone=community.zone,
        papers=papers,
        begun_at=matter.begun_at,
        rooms=rooms,
        polls=polls,
        objections=_objections(session, matter.id),
        attached=_attached(session, matter.id),
        inspections=inspections,
        deliveries=_deliveries(session, matter, documents),
        speakers=_speakers(session, matter.id),
        tasks=tasks,
        choices=matter.choices,
        conditions=conditions_of(session, community),
        whole_days_between=_is_on(session, community, "whole_days_between", default=True),
    )


def conditions_of(session: Session, community: Community) -> frozenset[str]:
    """Facts about the community under which a variant of a step is open: local settings that are on."""
    return frozenset(name for name in CONDITIONS if _is_on(session, community, name))


def _is_on(session: Session, community: Community, name: str, default: bool = False) -> bool:
    setting = local_setting(session, community, name)
    return default if setting is None else setting.value == "yes"


def _proceedings(session: Session, matter_id: int) -> tuple[tuple[RoomHeld, ...], tuple[PollHeld, ...], Count, tuple[Inspection, ...]]:
    rooms, polls, inspections, tasks, done = [], [], [], 0, 0
    found = select(Proceeding).where(Proceeding.matter_id == matter_id).order_by(col(Proceeding.id))
    for each in session.exec(found):
        match each.kind:
            case "room":
                rooms.append(RoomHeld(each.step, each.opened_at, each.closed_at, each.is_minuted))
            case "poll":
                polls.append(PollHeld(each.step, each.opened_at, each.due_at, each.closed_at, each.outcome, each.unsettled))
            case "task":
                tasks, done = tasks + 1, done + (each.closed_at is not None)
            case "inspection":
                inspections.append(Inspection(each.step, each.opened_at, each.outcome != "not_satisfied"))
    return tuple(rooms), tuple(polls), Count(tasks, done), tuple(inspections)


def _objections(session: Session, matter_id: int) -> tuple[ObjectionFact, ...]:
    found = select(Objection).where(Objection.matter_id == matter_id).order_by(col(Objection.id))
    return tuple(
        ObjectionFact(each.step, each.received_at, each.acknowledged_at, each.answered_at, each.is_upheld)
        for each in session.exec(found)
    )


def _attached(session: Session, matter_id: int) -> tuple[Attached, ...]:
    found = select(Evidence.kind, Evidence.step, Evidence.added_at).where(Evidence.matter_id == matter_id)
    return tuple(Attached(*row) for row in session.exec(found.order_by(col(Evidence.id))))


def _deliveries(session: Session, matter: Matter, documents: list) -> Count:
    """Of the latest notice given at the present stage."""
    notices = [row.id for row in documents if row.kind == "notice" and row.step == matter.stage]
    return Count(*delivery_count(session, f"document/{notices[-1]}")) if notices else Count()


def _speakers(session: Session, matter_id: int) -> Count:
    row = session.exec(
        select(func.count(col(ReplyOwed.id)), func.count(col(ReplyOwed.answered_at))).where(ReplyOwed.matter_id == matter_id)
    ).one()
    return Count(row[0], row[1])


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
