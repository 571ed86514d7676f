"""What wings report of theirs (a room, a poll, a task, an inspection), in the transaction of their own acts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, select

from deliberation.matters.models import Matter, Proceeding
from deliberation.matters.moving import tell


class Attendance(NamedTuple):
    """应到、实到 of a meeting that is over."""

    expected: int
    present: int


class FrozenText(NamedTuple):
    """The text on which a poll opens: the version of the plan (0: it is no plan's) and its SHA-256 in hex."""

    plan: int
    sha256: str


def begin_proceeding(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    kind: str,
    subject: str,
    title: str,
    due_at: datetime | None = None,
    text: FrozenText | None = None,
    looked_at: str = "",
    clause: int = 0,
    source: str = "",
) -> Proceeding:
    """A wing has opened something for the matter at its present step: a room, a poll, a task, an inspection.

    ``looked_at`` names what was inspected: an inspection counts for that and for nothing else. ``clause`` is the
    paragraph that is voted on apart.
    """
    made = Proceeding(
        matter_id=matter.id,
        kind=kind,
        subject=subject,
        step=matter.stage,
        title=title,
        opened_at=now,
        due_at=due_at,
        looked_at=looked_at,
        is_part=bool(clause),
        clause=clause,
        source=source,
    )
    if text is not None:
        made.plan, made.text = text
    session.add(made)
    session.flush()
    tell(session, matter)
    return made


def settle_proceeding(
    session: Session,
    now: datetime,
    *,
    subject: str,
    outcome: str = "",
    is_minuted: bool | None = None,
    unsettled: int | None = None,
    attendance: Attendance | None = None,
    won: Sequence[tuple[str, int | None]] | None = None,
    closes: bool = True,
) -> Proceeding:
    """A wing's proceeding has ended (or, with ``closes=False``, has only got further).

    ``won`` is what a vote among options chose, each with its votes where they are published.
    """
    known = session.exec(select(Proceeding).where(Proceeding.subject == subject)).one()
    if closes and known.closed_at is None:
        known.closed_at = now
    if outcome:
        known.outcome = outcome
    if is_minuted is not None:
        known.is_minuted = is_minuted
    if attendance is not None:
        known.expected, known.present = attendance
    if won is not None:
        known.won = json.dumps(list(won), ensure_ascii=False)
    if unsettled is not None:
        known.unsettled = unsettled
    session.add(known)
    session.flush()
    tell(session, session.get(Matter, known.matter_id))
    return known


def replace_proceeding(session: Session, *, subject: str, by: str = "", kind: str = "", title: str = "") -> None:
    """What was only planned goes over into what is held: ``by`` (a room opened for it) takes its place in the dossier
    under its title and source; without it the same thing begins as this ``kind``.
    """
    known = session.exec(select(Proceeding).where(Proceeding.subject == subject)).one()
    if by:
        heir = session.exec(select(Proceeding).where(Proceeding.subject == by)).one()
        heir.title, heir.source = title or known.title, known.source
        session.delete(known)
        session.add(heir)
    else:
        known.kind = kind
        session.add(known)
    session.flush()
    tell(session, session.get(Matter, known.matter_id))


def begin_planned(session: Session, now: datetime, *, subject: str, step: str) -> None:
    """What was planned without a meeting begins at the present step, and counts as the room of this step."""
    known = session.exec(select(Proceeding).where(Proceeding.subject == subject)).one()
    known.step, known.opened_at = step, now
    session.add(known)
    replace_proceeding(session, subject=subject, kind="room")
