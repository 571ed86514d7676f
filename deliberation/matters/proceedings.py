"""What wings report of theirs (a room, a poll, a task, an inspection), in the transaction of their own acts."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from deliberation.matters.models import Matter, Proceeding
from deliberation.matters.moving import tell


def begin_proceeding(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    kind: str,
    subject: str,
    title: str,
    due_at: datetime | None = None,
) -> Proceeding:
    """A wing has opened something for the matter at its present step: a room, a poll, a task, an inspection."""
    made = Proceeding(
        matter_id=matter.id, kind=kind, subject=subject, step=matter.stage, title=title, opened_at=now, due_at=due_at
    )
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
    closes: bool = True,
) -> Proceeding:
    """A wing's proceeding has ended (or, with ``closes=False``, has only got further)."""
    known = session.exec(select(Proceeding).where(Proceeding.subject == subject)).one()
    if closes and known.closed_at is None:
        known.closed_at = now
    if outcome:
        known.outcome = outcome
    if is_minuted is not None:
        known.is_minuted = is_minuted
    if unsettled is not None:
        known.unsettled = unsettled
    session.add(known)
    session.flush()
    tell(session, session.get(Matter, known.matter_id))
    return known
