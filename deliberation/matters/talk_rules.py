"""Where a matter is talked about before it is decided, and from which day: what a call must keep to. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from deliberation.matters import days
from deliberation.matters.engine import FURTHER
from deliberation.matters.facts import Facts
from deliberation.matters.procedure import Step
from deliberation.matters.reasons import notice_given, notice_of, poll_now
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _

TALKED_IN = ("propose", "notify", "consult", "decide")
"""The rings in which people are called together: before the matter is decided."""

TALKS = frozenset({"consultation", "review", "poll"})
"""Kinds of steps at which people talk: a vote is talked about until it is over."""


def past_talking(facts: Facts) -> Refusal | None:
    """Why nobody is called together any more: the matter is decided, or nowhere from here until then do people talk."""
    if facts.is_ended or facts.step.ring not in TALKED_IN:
        return Refusal(_("议题已经过了协商的环节"), late=True)
    poll = poll_now(facts) if facts.step.poll else None
    is_voted = poll is not None and poll.closed_at is not None and poll.outcome not in FURTHER
    if (facts.step.kind in TALKS and not is_voted) or any(step.kind in TALKS for step in _to_come(facts)):
        return None
    known = {"step": Word(facts.step.title)}
    if is_voted:
        return Refusal(_("“{step}”已经表决，不再协商"), known, source=facts.step.source, late=True)
    return Refusal(_("“{step}”以后没有协商的环节"), known, source=facts.procedure.source, late=True)


def _to_come(facts: Facts) -> Iterator[Step]:
    """The steps that follow until the matter is decided."""
    after = facts.procedure.steps[facts.procedure.place(facts.stage) + 1 :]
    return (step for step in after if step.ring in TALKED_IN)


class Earliest(NamedTuple):
    """From when, and why not before."""

    at: datetime
    refusal: Refusal


def first_day(facts: Facts) -> Earliest | None:
    """When those who are called can meet at the earliest, by the days of the notice that the next talk needs.

    A notice that is not out yet is taken as delivered today, as its page says; where the law lets it be given at short
    notice nothing is known before it is.
    """
    step = next((one for one in (facts.step, *_to_come(facts)) if one.kind in TALKS), None)
    number = facts.taken(step.notice_step).days.get("notice") if step and step.notice_step else None
    if step is None or number is None:
        return None
    notice = notice_of(step, facts)
    if number.short and (notice is None or notice.short):
        return None
    if notice is not None and notice.closed_at is not None:
        no = next(notice_given(step, facts), None)
        return Earliest(no.facts["from_when"], no) if no else None
    whole = facts.whole_days_between
    from_when = days.meeting_from(facts.now, number.count, facts.zone, whole_days_between=whole)
    known = {"n": number.count, "on": from_when.date()}
    no = Refusal(_("须提前{n}日通知，今天全部送达，最早{on}可以开始"), known, source=number.source)
    return Earliest(from_when, no)
