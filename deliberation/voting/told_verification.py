"""What a vote told its matter, from which dossier, chain and shelf speak, held against what its count found."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.matters.models import Proceeding
from deliberation.matters.text_check import Entered, entries_of, origins_of
from deliberation.vocabulary import Act, _
from deliberation.voting.electing import told_outcome
from deliberation.voting.kinds import chosen
from deliberation.voting.models import Poll, shown_result


def check_told(session: Session) -> Iterator[Fault | None]:
    """Outcome and winners as the dossier has them of every poll, of open ones too, against the counted result."""
    closings = {(one.community_id, one.object): one for one in entries_of(session, [Act.POLL_CLOSED])}
    origins = origins_of(session)
    told = {one.subject: one for one in session.exec(select(Proceeding).where(Proceeding.kind == "poll"))}
    for poll in session.exec(select(Poll).order_by(col(Poll.id))).all():
        subject = f"poll/{poll.id}"
        closing = closings.get((poll.community_id, subject))
        at, origin = closing.index if closing else None, origins.get(poll.community_id, "")
        reason = _("表决{poll}在议题中的结果与计票的结果不符")
        holds = _holds(session, poll, told.get(subject), closing)
        yield None if holds else Fault("tally", reason, {"poll": poll.id}, origin, at, subject)


def _holds(session: Session, poll: Poll, told: Proceeding | None, closing: Entered | None) -> bool:
    if told is None or told.matter_id != poll.matter_id or (told.closed_at is None) != (closing is None):
        return False
    if closing is None or poll.result is None:
        return (told.outcome, told.won, closing) == ("", "", None)
    # Votes of before 29 November 2026 told their own outcome, whatever vote was to follow.
    known = {told_outcome(session, poll)} | ({poll.outcome} if "edition" not in closing.data else set())
    won = [list(each) for each in chosen(shown_result(poll)) or ()]
    return told.outcome in known and (json.loads(told.won) if told.won else []) == won
