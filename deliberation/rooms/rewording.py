"""What else shows the words of a statement follows it: the list of concerns, and what is shown beside the answer owed."""

from __future__ import annotations

from sqlmodel import Session

from deliberation.matters.answers import reword_owed
from deliberation.matters.concerns import reword_concern
from deliberation.matters.models import Matter
from deliberation.rooms.models import Room, Statement


def reword(session: Session, *, room: Room, said: Statement, now: str) -> None:
    """Show ``now`` for what was said: a sentence for the words that left the page, or the words again."""
    matter = session.get(Matter, room.matter_id)
    source = f"statement/{said.id}"
    reword_concern(session, matter=matter, source=source, said=now)
    reword_owed(session, matter=matter, source=source, said=now)
