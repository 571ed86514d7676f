"""Writing down what the chair does to a debate. The verbs that do it stand in ``chairing`` and ``speaking``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.rooms.chairing_models import Intervention
from deliberation.rooms.chairing_rules import FINISH, UNSEAT
from deliberation.rooms.convening_models import Invitation
from deliberation.rooms.models import Room, SpeakingTurn, Statement
from deliberation.rooms.question_models import FloorQuestion
from deliberation.rooms.rules import CHAIR, Part
from deliberation.rooms.telling import tell, tell_deed


@dataclass(frozen=True)
class Doing:
    """What the chair does, why, and to which turn, statement, question or invitation."""

    kind: str
    reason: str
    turn: SpeakingTurn | None = None
    statement: Statement | None = None
    question: FloorQuestion | None = None
    invitation: Invitation | None = None

    @property
    def person_id(self) -> int:
        """Whom it is done to."""
        return (self.turn or self.statement or self.question or self.invitation).person_id


def intervene(session: Session, now: datetime, *, room: Room, what: Doing, part: Part) -> Intervention:
    """Note an intervention, and show it in the running minutes. The entry is written by the verb whose act it is."""
    made = Intervention(
        room_id=room.id,
        kind=what.kind,
        turn_id=what.turn.id if what.turn else None,
        statement_id=what.statement.id if what.statement else None,
        person_id=what.person_id,
        reason=what.reason,
        by_id=part.person_id,
        for_chair=CHAIR not in part.roles and what.kind != UNSEAT,  # Whoever convenes withdraws in their own right.
        at=now,
    )
    session.add(made)
    session.flush()
    if what.kind != FINISH:  # Said every few minutes; it stands in the list from which one appeals.
        tell_deed(session, room, f"intervention/{made.id}")
    tell(session, room, "appeals")
    return made
