"""What stands in the file of a matter: its cards, plans, objections, evidence, meetings, what is still to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.models import Entry
from deliberation.matters import words
from deliberation.matters.cards import COLUMNS, Card, cards_of, files_of
from deliberation.matters.chronicle import Known, Told, chronicle, said
from deliberation.matters.doing import address
from deliberation.matters.facts import Facts
from deliberation.matters.models import Document, Matter, Objection, PlanVersion, Proceeding
from deliberation.matters.procedure import Step
from deliberation.vocabulary import _

MOST_COMING = 12


@dataclass(frozen=True)
class Answered:
    """An objection as everybody may read it: its words and the answer, not whose it is."""

    body: str
    received_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None
    is_upheld: bool


@dataclass(frozen=True)
class Held:
    """A room or a poll of the matter: its page, when it was open, and what came of a poll (words.OUTCOMES or tie)."""

    kind: str
    title: str
    url: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class File:
    """What of the dossier is the same for everybody. ``coming``: (paper, step); ``loose``: (kind, note, address)."""

    cards: tuple[Card, ...]
    coming: tuple[tuple[str, Step], ...]
    plans: tuple[PlanVersion, ...]
    objections: tuple[Answered, ...]
    loose: tuple[tuple[str, str, str], ...]
    held: tuple[Held, ...]
    story: tuple[Told, ...]


def file_of(session: Session, matter: Matter, facts: Facts) -> File:
    """The documents with their evidence and entries, what is still to come, plans, objections, the story."""
    rows = session.execute(select(*COLUMNS).where(Document.matter_id == matter.id).order_by(col(Document.id))).all()
    entries = _entries(session, matter)
    files, loose = files_of(session, matter.id)
    cards = cards_of(session, matter, rows, files, _first_entries(entries))
    known = Known(
        facts.procedure,
        {f"document/{row.id}": row.title for row in rows},
        {f"document/{row.id}": row.facts for row in rows},
    )
    story = chronicle((said(row.at, row.act, row.object, row.body) for row in entries), known)
    return File(
        cards=cards,
        coming=_coming(facts),
        plans=_plans(session, matter.id),
        objections=_objections(session, matter.id),
        loose=loose,
        held=_held(session, matter.id),
        story=story,
    )


def _entries(session: Session, matter: Matter) -> list[Any]:
    found = (
        select(Entry.index, Entry.act, Entry.object, Entry.at, Entry.body)
        .where(Entry.topic == f"matter/{matter.id}", Entry.community_id == matter.community_id)
        .order_by(col(Entry.index))
    )
    return list(session.execute(found).all())


def _first_entries(entries: Iterable[Any]) -> dict[str, int]:
    """Where each thing first stands in the log: the entry of its making."""
    first: dict[str, int] = {}
    for entry in entries:
        first.setdefault(entry.object, entry.index)
    return first


def _coming(facts: Facts) -> tuple[tuple[str, Step], ...]:
    """Documents that are still to be made, in order, with the step that makes them."""
    if facts.is_ended:
        return ()
    found, stage = [], facts.stage
    while stage not in words.END_NAMES and len(found) < MOST_COMING:
        step = facts.taken(stage)
        found.append((words.PAPERS[step.closes_with], step))
        stage = step.next
    return tuple(found)


def _plans(session: Session, matter_id: int) -> tuple[Any, ...]:
    """The versions without their text, which the page of the plan shows."""
    found = select(PlanVersion.number, PlanVersion.at, PlanVersion.note, PlanVersion.frozen_at)
    return tuple(session.execute(found.where(PlanVersion.matter_id == matter_id).order_by(col(PlanVersion.number))))


def _objections(session: Session, matter_id: int) -> tuple[Answered, ...]:
    found = select(
        Objection.body, Objection.received_at, Objection.answer_due_on, Objection.answer, Objection.answered_at,
        Objection.is_upheld,
    ).where(Objection.matter_id == matter_id)  # fmt: skip
    return tuple(Answered(*row) for row in session.execute(found.order_by(col(Objection.id))))


POLL_OUTCOMES: dict[str, str] = {
    "passed": _("通过"),
    "failed": _("没有通过"),
    "tie": _("票数相同"),
    "no_quorum": _("没有达到法定人数"),
}


def _held(session: Session, matter_id: int) -> tuple[Held, ...]:
    """Rooms and polls, newest first; tasks and inspections have a place of their own."""
    found = select(Proceeding).where(Proceeding.matter_id == matter_id, col(Proceeding.kind).in_(("room", "poll")))
    return tuple(
        Held(
            one.kind,
            one.title,
            address(one.subject),
            one.opened_at,
            one.closed_at,
            POLL_OUTCOMES.get(one.outcome, "") if one.kind == "poll" else "",
        )
        for one in session.exec(found.order_by(col(Proceeding.id).desc()))
    )
