"""Why who is there cannot be changed any more: the number of those present decides, and nobody leaves it (domain.md 0)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlmodel import Session, col, select

from deliberation.refusal import Refusal, refuse_if
from deliberation.vocabulary import _
from deliberation.voting.count_models import Handed, PaperSheet, Reading, hands_counts, seals_of
from deliberation.voting.models import Poll, PollPresence, voters_of
from deliberation.voting.rules import may_withdraw

SEALED_DOOR = Refusal(_("计票已经封票，到会人数不能再改"), remedy=_("表决结束以后再登记"), late=True)
COUNTING = Refusal(_("已经开始计票，到会人数不能再改"), late=True)
SEATED = Refusal(_("表决打开时已经到会的人一直算到会，不能撤回"), late=True)


def guard_seals(session: Session, polls: Iterable[Poll]) -> None:
    """Raises Refused once a counter has sealed who was there."""
    refuse_if(SEALED_DOOR if any(seals_of(session, poll.id) for poll in polls if poll.closed_at is None) else None)


def guard_change(session: Session, poll: Poll, come: Collection[int], gone: Collection[int]) -> None:
    """Of a poll without a meeting: while it is counted only whose own sheet is in the box can still be entered."""
    if not come and not gone:
        return
    guard_seals(session, [poll])
    refuse_if(may_withdraw(taking_part(session, poll, gone)))
    read = read_people(session, poll)
    if gone or set(come) - read:
        refuse_if(COUNTING if is_counting(session, poll) else None)


def guard_withdrawal(session: Session, polls: Iterable[Poll], gone: Collection[int]) -> None:
    """At the door of a meeting: nobody who takes part in one of its votes, or was there when an open one began."""
    for poll in polls:
        refuse_if(may_withdraw(taking_part(session, poll, gone)))
        seated = select(PollPresence.person_id).where(
            PollPresence.poll_id == poll.id,
            col(PollPresence.person_id).in_(gone),
            col(PollPresence.is_late).is_(False),
        )
        is_seated = poll.closed_at is None and session.exec(seated.limit(1)).first() is not None
        refuse_if(SEATED if is_seated else None)


def is_counting(session: Session, poll: Poll) -> bool:
    """Whether a sheet was read, or hands were counted."""
    found = session.exec(select(Reading.id).where(Reading.poll_id == poll.id).limit(1)).first()
    return found is not None or bool(hands_counts(session, poll.id))


def read_people(session: Session, poll: Poll) -> set[int]:
    """Persons of whom a sheet or a hand by name was read."""
    found = select(PaperSheet.person_id).join(Reading, col(Reading.sheet_id) == PaperSheet.id)
    return set(session.exec(found.where(PaperSheet.poll_id == poll.id)).all()) - {None}


def taking_part(session: Session, poll: Poll, people: Collection[int]) -> set[int]:
    """Those of these people who have voted on a device, hold paper, or of whom a sheet or a hand was read."""
    out = select(Handed.person_id).where(
        Handed.poll_id == poll.id, col(Handed.is_out), col(Handed.person_id).in_(people)
    )
    return voters_of(session, poll, people) | set(session.exec(out).all()) | (read_people(session, poll) & set(people))
