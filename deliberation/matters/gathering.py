"""Gathering the facts of a matter from its tables, for the engine, the page and whoever checks."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

import holidays
from sqlalchemy import func
from sqlmodel import Session, col, select

from deliberation.communities.models import Community, LocalSetting, calendar_days, settings_of
from deliberation.delivery.models import delivery_count
from deliberation.matters.days import WorkingDays
from deliberation.matters.facts import Attached, Count, Facts, Inspection, Paper, PollHeld, RoomHeld
from deliberation.matters.facts import Objection as ObjectionFact
from deliberation.matters.models import Document, Evidence, Matter, Objection, ProcedureText, ReplyOwed, proceedings_of
from deliberation.matters.procedure import Procedure
from deliberation.matters.procedure_file import load
from deliberation.matters.words import CONDITIONS

CALENDAR_VERSION = f"holidays {holidays.__version__} CN"
"""Stored with each deadline, because next year's make-up days are published late."""


_procedures: dict[str, Procedure] = {}
"""Procedures by the fingerprint of their text, which is never overwritten."""


def procedure_of(session: Session, matter: Matter) -> Procedure:
    """The procedure in the version with which the matter began."""
    wanted = ProcedureText.id == matter.procedure_id
    fingerprint = session.exec(select(ProcedureText.fingerprint).where(wanted)).one()
    if fingerprint not in _procedures:
        _procedures[fingerprint] = load(session.exec(select(ProcedureText.toml).where(wanted)).one())
    return _procedures[fingerprint]


def facts_of(session: Session, matter: Matter, now: datetime, community: Community | None = None) -> Facts:
    """Everything that a rule may know about a matter at this instant."""
    community = community or session.get(Community, matter.community_id)
    documents = _documents(session, matter.id)
    rooms, polls, tasks, inspections = _proceedings(session, matter.id)
    settings = settings_of(session, community)
    return Facts(
        procedure=procedure_of(session, matter),
        now=now,
        zone=community.zone,
        papers=_papers(documents),
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
        conditions=frozenset(name for name in CONDITIONS if _is_on(settings, name)),
        whole_days_between=_is_on(settings, "whole_days_between", default=True),
    )


def papers_of(session: Session, matter_id: int) -> tuple[Paper, ...]:
    """The papers of a matter as its rows say them, for whoever follows them again."""
    return _papers(_documents(session, matter_id))


def _papers(rows: list[Any]) -> tuple[Paper, ...]:
    return tuple(
        Paper(row.kind, row.step, row.issued_at, row.closed_at, row.outcome, bool(row.facts.get("short")))
        for row in rows
    )


def _is_on(settings: dict[str, LocalSetting], name: str, default: bool = False) -> bool:
    """A community says yes or no; a fact about it under which a variant of a step is open is off unless it says yes."""
    return settings[name].value == "yes" if name in settings else default


def _documents(session: Session, matter_id: int) -> list[Any]:
    """Papers in the order of their making. Corrections are left out: they stand beside a paper and move nothing."""
    columns = (Document.id, Document.kind, Document.step, Document.issued_at, Document.closed_at, Document.outcome)
    found = select(*columns, Document.facts).where(Document.matter_id == matter_id, col(Document.corrects_id).is_(None))
    return list(session.execute(found.order_by(col(Document.id))).all())


def _proceedings(
    session: Session, matter_id: int
) -> tuple[tuple[RoomHeld, ...], tuple[PollHeld, ...], Count, tuple[Inspection, ...]]:
    rooms, polls, inspections, tasks, done = [], [], [], 0, 0
    for each in proceedings_of(session, matter_id):
        match each.kind:
            case "room":
                rooms.append(RoomHeld(each.step, each.opened_at, each.closed_at, each.is_minuted))
            case "poll":
                polls.append(
                    PollHeld(each.step, each.opened_at, each.due_at, each.closed_at, each.outcome, each.unsettled)
                )
            case "task":
                tasks, done = tasks + 1, done + (each.closed_at is not None)
            case "inspection":
                inspections.append(Inspection(each.step, each.opened_at, each.outcome != "not_satisfied"))
    return tuple(rooms), tuple(polls), Count(tasks, done), tuple(inspections)


def _objections(session: Session, matter_id: int) -> tuple[ObjectionFact, ...]:
    found = select(
        Objection.step, Objection.received_at, Objection.acknowledged_at, Objection.answered_at, Objection.is_upheld
    ).where(Objection.matter_id == matter_id)
    return tuple(ObjectionFact(*row) for row in session.execute(found.order_by(col(Objection.id))))


def _attached(session: Session, matter_id: int) -> tuple[Attached, ...]:
    found = select(Evidence.kind, Evidence.step, Evidence.added_at).where(Evidence.matter_id == matter_id)
    return tuple(Attached(*row) for row in session.execute(found.order_by(col(Evidence.id))))


def _deliveries(session: Session, matter: Matter, documents: list[Any]) -> Count:
    """Of the latest notice given at the present stage."""
    notices = [row.id for row in documents if row.kind == "notice" and row.step == matter.stage]
    return Count(*delivery_count(session, f"document/{notices[-1]}")) if notices else Count()


def _speakers(session: Session, matter_id: int) -> Count:
    row = session.exec(
        select(func.count(col(ReplyOwed.id)), func.count(col(ReplyOwed.answered_at))).where(
            ReplyOwed.matter_id == matter_id
        )
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
