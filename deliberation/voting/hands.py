"""A show of hands by number: two counters count apart, in rounds, until they agree or a third person settles it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.refusal import Invalid, Refused, refuse_if
from deliberation.vocabulary import Act
from deliberation.voting.count_join import THIRD, hands_of
from deliberation.voting.count_models import HandsCount, hands_counts
from deliberation.voting.desk import enter, note_unsettled, opened_desk
from deliberation.voting.handing import hands_in_writing, hands_late, kind_of
from deliberation.voting.models import Poll, roll
from deliberation.voting.paper_rules import (
    COUNTED_ALREADY,
    NAMED,
    NEITHER_COUNTED,
    NO_HANDS,
    TOO_MANY_HANDS,
    may_show_hands,
)
from deliberation.voting.readings import PROGRESS

Figures = dict[str, int]
"""among (present without a ballot), yes, no, abstain."""


def count_hands(session: Session, now: datetime, *, poll_id: int, figures: Figures, standing: Standing) -> HandsCount:
    """Hand in what this counter counted. Once a round has both numbers the next one begins. Raises Refused, Invalid."""
    poll, actor = opened_desk(session, poll_id, "count_hands", standing)
    guard_hands(session, poll)
    _guard(figures)
    counts = hands_counts(session, poll.id)
    number = counts[-1].round if counts else 1
    here = [each for each in counts if each.round == number]
    if len([each for each in here if each.place < THIRD]) == 2:
        number, here = number + 1, []
    if any(each.counter_id == actor.person_id for each in here):
        raise Refused(COUNTED_ALREADY)
    refuse_if(hands_late(poll, now) if not here else None)
    place = 1 + len(here)
    row = HandsCount(poll_id=poll.id, round=number, place=place, counter_id=actor.person_id, at=now, **figures)
    return _keep(session, now, poll, actor, row)


def settle_hands(
    session: Session, now: datetime, *, poll_id: int, figures: Figures, reason: str, standing: Standing
) -> HandsCount:
    """A third person says which numbers count and why, where two counted differently. Raises Refused, Invalid.

    Of two numbers one, never a third: hands leave no sheet that could be looked at again, they can be raised again.
    """
    poll, actor = opened_desk(session, poll_id, "settle", standing)
    _guard(figures)
    hands = hands_of(session, poll.id)
    if hands is None or not hands.differs or any(who == actor.person_id for who, _figures in hands.counts):
        raise Refused(NO_HANDS)
    if all(figures != dict(counted) for _who, counted in hands.counts):
        raise Invalid({"among": NEITHER_COUNTED})
    row = HandsCount(
        poll_id=poll.id, round=hands.round, place=THIRD, counter_id=actor.person_id, reason=reason, at=now, **figures
    )
    return _keep(session, now, poll, actor, row)


def guard_hands(session: Session, poll: Poll) -> None:
    """Raises Refused where a poll cannot be counted by hands whose owners nobody notes."""
    heads = {line.heads for line in roll(session, poll)}
    refuse_if(hands_in_writing(poll) or may_show_hands(poll.rule, is_named=kind_of(poll) == NAMED, heads=heads))


def _guard(figures: Figures) -> None:
    if figures["yes"] + figures["no"] + figures["abstain"] > figures["among"]:
        raise Invalid({"among": TOO_MANY_HANDS})


def _keep(session: Session, now: datetime, poll: Poll, actor: Actor, row: HandsCount) -> HandsCount:
    session.add(row)
    session.flush()
    counter = (f"person/{row.counter_id}", row.counter_id)
    secrets = {"figures": (row.said, None), "counter": counter, "round": (str(row.round), None)}
    if row.reason:
        secrets["reason"] = (row.reason, row.counter_id)
    act = Act.HANDS_SETTLED if row.place == THIRD else Act.HANDS_COUNTED
    enter(session, act, poll, actor, {"poll": poll.id, "round": row.round}, secrets)
    note_unsettled(session, now, poll)
    live.announce(session, f"count/{poll.id}", PROGRESS, f"count/{poll.id}")
    return row
