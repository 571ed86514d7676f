"""The verb of taking back what one said: the words leave the page, their place and the reason stay."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import record
from deliberation.refusal import refuse_if
from deliberation.rooms.attaching import state_of
from deliberation.rooms.content_rules import may_take_back
from deliberation.rooms.minutes import WITHDRAWN
from deliberation.rooms.models import Room, Statement
from deliberation.rooms.rewording import reword
from deliberation.rooms.rules import Part, may
from deliberation.rooms.telling import acting, tell, tell_deed, tell_statement_changed, topic_of
from deliberation.vocabulary import Act


def withdraw_statement(
    session: Session, now: datetime, *, room: Room, said: Statement, reason: str, part: Part
) -> None:
    """Take back what one said oneself, while the room is open. That it was said, and why it was taken back, stays."""
    refuse_if(may("take_back", part, is_open=room.is_open, owner_id=said.person_id))
    refuse_if(may_take_back(state_of(session, said)))
    said.withdrawn_at, said.withdrawn_reason = now, reason
    session.add(said)
    session.flush()
    reword(session, room=room, said=said, now=WITHDRAWN)
    record(
        session,
        Act.STATEMENT_WITHDRAWN,
        room.community_id,
        f"statement/{said.id}",
        actor=acting(part),
        data={"room": room.id},
        secrets={"reason": reason},
        topic=topic_of(room),
        owner=said.person_id,
    )
    tell_statement_changed(session, room, said.id)
    tell_deed(session, room, f"withdrawal/{said.id}")
    tell(session, room, "gone")
