"""What a copy does when its original is taken back: it follows, on this installation at once, tier by tier."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col

from deliberation.audit.actions import Actor, record
from deliberation.legislation.adopting import uncount_decided
from deliberation.legislation.desking import leave_cluster
from deliberation.legislation.opinion_models import Opinion, author_of
from deliberation.legislation.opinion_rules import KEPT_BACK
from deliberation.legislation.opinion_writing import Tally, keep_tally
from deliberation.legislation.receipt_models import copies_of
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_rules import HIDDEN, UNNAMED, WITHDRAWN
from deliberation.vocabulary import Act


def follow(session: Session, now: datetime, one: Opinion, change: str, actor: Actor) -> None:
    """Have every copy of an opinion here do as its original did."""
    for copy in copies_of(session, one.id):
        apply_change(session, now, copy, change, actor)


def apply_change(session: Session, now: datetime, one: Opinion, change: str, actor: Actor) -> None:
    """Take a copy back, let it be read by nobody else, or name its author no more; what was done is done once.

    Public files that hold it are spoilt by whoever begins this (``export_spoiling``): once, not for each copy.
    """
    if one.withdrawn_at is not None:
        return
    if change == WITHDRAWN:
        _withdraw(session, now, one)
        _record(session, Act.OPINION_WITHDRAWN, one, actor, {})
    elif change == HIDDEN and one.state != KEPT_BACK:
        _hide(session, one)
        _record(session, Act.OPINION_CONSENT_CHANGED, one, actor, {"words": True})
    elif change == UNNAMED and (one.names or one.name or author_of(session, one.id) is not None):
        one.names, one.name = False, ""
        session.add(one)
        if author := author_of(session, one.id):
            session.delete(author)
        session.flush()
        _record(session, Act.OPINION_CONSENT_CHANGED, one, actor, {"words": False})
    follow(session, now, one, change, actor)


def _withdraw(session: Session, now: datetime, one: Opinion) -> None:
    if one.cluster_id is not None:
        leave_cluster(session, now, one)
    # It counts nowhere any more, so nothing of what was decided on it or told does.
    uncount_decided(session, solicitation(session, one.solicitation_id), (col(Opinion.id) == one.id,))
    tally = Tally()
    tally.add(one, -1, -int(one.is_public))
    one.withdrawn_at = now
    session.add(one)
    session.flush()
    keep_tally(session, tally)


def _hide(session: Session, one: Opinion) -> None:
    tally = Tally()
    tally.add(one, 0, -int(one.is_public))
    one.names, one.name, one.publishes, one.state, one.state_reason = False, "", False, KEPT_BACK, ""
    session.add(one)
    session.flush()
    keep_tally(session, tally)


def _record(session: Session, act: Act, one: Opinion, actor: Actor, more: dict[str, bool]) -> None:
    data = {"solicitation": one.solicitation_id, "number": one.number} | more
    record(
        session, act, one.community_id, one.subject, actor=actor, data=data, topic=f"solicitation/{one.solicitation_id}"
    )
