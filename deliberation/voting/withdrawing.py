"""Readings that are taken back: by the counter who slipped, or by a third person who finds no such sheet in the box.

Whatever was said of the sheet is kept as ``SheetWithdrawal`` and counts nowhere: the sheet stands as if nobody had read it.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.refusal import Missing, Refused
from deliberation.vocabulary import Act
from deliberation.voting.count_join import sheets_of
from deliberation.voting.count_models import PaperBatch, PaperSheet, Reading, Settlement, SheetWithdrawal
from deliberation.voting.desk import enter, opened_desk
from deliberation.voting.models import Poll
from deliberation.voting.paper_rules import HANDS, NOT_READ, SETTLED
from deliberation.voting.readings import changed, guard_third, is_compared, secrets_of
from deliberation.voting.sheet_rules import HAND_STAYS, NOBODY_READ, NOT_COMPARED

READING, SETTLEMENT = "reading", "settlement"


def withdraw_reading(
    session: Session, now: datetime, *, poll_id: int, sheet_id: int, standing: Standing
) -> SheetWithdrawal:
    """A counter takes an own reading back before it was compared; the sheet may be read anew. Raises Refused, Missing."""
    poll, actor = opened_desk(session, poll_id, "read_sheet", standing)
    sheet = _paper(session, poll, sheet_id)
    found = select(Reading).where(Reading.sheet_id == sheet_id, Reading.reader_id == actor.person_id)
    reading = session.exec(found).first()
    if reading is None:
        raise Refused(NOT_READ)
    if session.get(Settlement, sheet_id) is not None:
        raise Refused(SETTLED)
    if is_compared(sheets_of(session, poll.id)):
        raise Refused(NOT_COMPARED)
    secrets = secrets_of(sheet, reading)
    row = _keep(session, now, reading, actor)
    enter(session, Act.SHEET_WITHDRAWN, poll, actor, {"poll": poll.id}, secrets)
    changed(session, now, poll)
    return row


def find_absent(
    session: Session, now: datetime, *, poll_id: int, sheet_id: int, reason: str, standing: Standing
) -> list[SheetWithdrawal]:
    """A third person finds that no such sheet lies in the box: what was read and settled of it counts no more.

    Where it does lie there the sums stop coming out, so that nobody loses a ballot by this. Raises Refused, Missing.
    """
    poll, actor = opened_desk(session, poll_id, "settle", standing)
    sheet = _paper(session, poll, sheet_id)
    guard_third(session, poll, actor)
    readings = list(session.exec(select(Reading).where(Reading.sheet_id == sheet_id).order_by(Reading.place)))
    settlement = session.get(Settlement, sheet_id)
    if not readings and settlement is None:
        raise Refused(NOBODY_READ)
    rows = [_keep(session, now, each, actor, reason) for each in (*readings, settlement) if each is not None]
    data = {"poll": poll.id, "readings": len(readings), "settled": int(settlement is not None)}
    secrets = {"sheet": (f"sheet/{sheet.id}", None), "reason": (reason, actor.person_id)}
    enter(session, Act.SHEET_ABSENT, poll, actor, data, secrets)
    changed(session, now, poll)
    return rows


def _paper(session: Session, poll: Poll, sheet_id: int) -> PaperSheet:
    sheet = session.get(PaperSheet, sheet_id)
    if sheet is None or sheet.poll_id != poll.id:
        raise Missing
    if session.get(PaperBatch, sheet.batch_id).kind == HANDS:
        raise Refused(HAND_STAYS)
    return sheet


def _keep(
    session: Session, now: datetime, said: Reading | Settlement, actor: Actor, reason: str = ""
) -> SheetWithdrawal:
    """Move what was said from where it counts to where it is only kept."""
    is_reading = isinstance(said, Reading)
    row = SheetWithdrawal(
        sheet_id=said.sheet_id,
        poll_id=said.poll_id,
        was=READING if is_reading else SETTLEMENT,
        by_id=said.reader_id if is_reading else said.settled_by_id,
        choice=said.choice,
        note=said.note if is_reading else said.reason,
        at=said.at,
        reason=reason,
        withdrawn_by_id=actor.person_id,
        withdrawn_at=now,
    )
    session.add(row)
    session.delete(said)
    session.flush()
    return row
