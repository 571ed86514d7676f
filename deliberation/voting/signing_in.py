"""Signing people in for a poll without a meeting, by the chair or the clerk at its door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from deliberation import live
from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.refusal import Refusal, refuse_if
from deliberation.vocabulary import _
from deliberation.voting.door import record_presence
from deliberation.voting.kinds_rules import CIRCULATION, NO_DOOR
from deliberation.voting.models import Poll, PollPresence, locked_poll, present_people, roll
from deliberation.voting.presence_guard import guard_change
from deliberation.voting.rules import may_sign_in
from deliberation.voting.turnout import TURNOUT

AT_ITS_MEETING = Refusal(_("这次表决在会上进行，到会在会议的签到处登记"))


def sign_in_people(
    session: Session, now: datetime, *, poll: Poll, was: set[int], here: set[int], standing: Standing
) -> None:
    """Enter who is there (``here``), by the chair or the clerk at the door. Raises Refused.

    ``was`` are those who were shown as there: who of them was entered by mistake and has not voted may be taken out again.
    Whoever else was entered or taken out since the list was shown stays so.
    """
    poll = locked_poll(session, poll.id)
    refuse_if(NO_DOOR if poll.way == CIRCULATION else None)
    refuse_if(may_sign_in(standing.roles, poll.closed_at is not None))
    refuse_if(AT_ITS_MEETING if poll.meeting_id is not None else None)
    entitled = {line.person_id for line in roll(session, poll)}
    known = present_people(session, poll.id)
    come, gone = sorted(((here - was) & entitled) - known), sorted(((was & entitled) - here) & known)
    guard_change(session, poll, come, gone)
    for person_id in come:
        session.add(PollPresence(poll_id=poll.id, person_id=person_id, marked_at=now, marked_by_id=standing.person_id))
    if gone:
        session.exec(
            delete(PollPresence).where(col(PollPresence.poll_id) == poll.id, col(PollPresence.person_id).in_(gone))
        )
    session.flush()
    if come or gone:
        subject = f"poll/{poll.id}"
        record_presence(session, subject, poll.community_id, (come, gone), _signer(standing), len(known))
        live.announce(session, subject, TURNOUT, subject)


def _signer(standing: Standing) -> Actor:
    role = next(role for role in ("clerk", "chair") if role in standing.roles)
    return Actor(role, standing.person_id or None)
