"""What is the case in a matter, as plain values: the papers so far and what surrounds them.

The caller hands over everything of the matter; the engine itself picks what belongs to the present stay at the present
step, so that a room or a poll of an earlier round never counts for a later one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from types import MappingProxyType

from deliberation.matters.course import Course, follow
from deliberation.matters.papers import Paper
from deliberation.matters.procedure import ENDS, Procedure, Step

__all__ = ["Attached", "Count", "Facts", "Inspection", "MeetingHeld", "Objection", "Paper", "PollHeld", "RoomHeld"]


@dataclass(frozen=True)
class Count:
    """So many are due, so many are done: persons to be told, speakers to be answered, tasks."""

    due: int = 0
    done: int = 0

    @property
    def missing(self) -> int:
        """How many are still to be done, never below 0."""
        return max(0, self.due - self.done)


@dataclass(frozen=True)
class RoomHeld:
    """A room of the matter; ``minuted`` is true once its minutes are drafted. ``form``: under which it is held without a
    hall (书面征询), empty for a hall.
    """

    step: str
    opened_at: datetime
    closed_at: datetime | None = None
    minuted: bool = False
    form: str = ""


@dataclass(frozen=True)
class MeetingHeld:
    """A meeting called for the matter. ``state``: convened, open, adjourned, short; once closed held, no_quorum or
    cancelled. ``short``: the last count in the hall was below the quorum.
    """

    step: str
    convened_at: datetime
    starts_at: datetime | None = None
    closed_at: datetime | None = None
    state: str = "convened"


@dataclass(frozen=True)
class PollHeld:
    """A poll of the matter. ``outcome`` is the tally's: passed, failed, tie or no_quorum; empty until it is closed;
    ``part`` where somebody won and seats are left over. ``is_part``: a vote on one clause, which ends no step.

    ``unsettled`` counts paper ballots on which the two counters do not yet agree; ``plan`` is the version that it froze.
    """

    step: str
    opened_at: datetime
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    unsettled: int = 0
    plan: int = 0
    is_part: bool = False


@dataclass(frozen=True)
class Objection:
    """An objection to what was posted; ``upheld`` once the answer says that it is right."""

    step: str
    received_at: datetime
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    upheld: bool = False


@dataclass(frozen=True)
class Attached:
    """Evidence of a kind of ``words.EVIDENCE`` that was added at a step."""

    kind: str
    step: str
    at: datetime


@dataclass(frozen=True)
class Inspection:
    """What a supervisor found at a step. ``looked_at`` says in what: document/9 (a posting), task/4, matter/2 (the whole)."""

    step: str
    at: datetime
    looked_at: str
    satisfied: bool = True


@dataclass(frozen=True)
class Facts:
    """Everything a rule may know about one matter at one instant (aware ``now``, the community's ``zone``).

    ``choices`` maps a step to the variant in which it is taken, ``conditions`` are words of ``words.CONDITIONS`` that
    hold for the community. ``deliveries`` counts the persons on the list of the present notice,
    ``unlisted`` those who have to be told and are not on it (counted once all who are on it were told), ``speakers`` the
    persons who spoke in any room of the matter, ``tasks`` its tasks (done = reported as done).
    ``whole_days_between`` is the strict reading of "N days before" (domain.md 0). ``plans`` counts the versions of the
    plan, ``plan_at`` is when the latest was written, ``plan_frozen`` says that a poll has been opened on it. ``charter``
    is the kind of charter that the matter is to bring (charter_rules.KINDS), empty for any other matter; ``kind`` is that
    of the community, by which its people are called.
    """

    procedure: Procedure
    now: datetime
    zone: tzinfo
    papers: tuple[Paper, ...] = ()
    begun_at: datetime | None = None
    rooms: tuple[RoomHeld, ...] = ()
    polls: tuple[PollHeld, ...] = ()
    meetings: tuple[MeetingHeld, ...] = ()
    objections: tuple[Objection, ...] = ()
    attached: tuple[Attached, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    deliveries: Count = Count()
    unlisted: int = 0
    speakers: Count = Count()
    tasks: Count = Count()
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    conditions: frozenset[str] = frozenset()
    whole_days_between: bool = True
    plans: int = 0
    plan_frozen: bool = False
    plan_at: datetime | None = None
    charter: str = ""
    kind: str = ""

    @cached_property
    def course(self) -> Course:
        """The way the matter went, read from its papers. Raises :class:`course.OutOfOrder`."""
        return follow(self.procedure, self.papers, self.begun_at)

    @property
    def stage(self) -> str:
        """The id of the present step, or an end (words.CLOSED, words.REFUSED)."""
        return self.course.stage

    @property
    def is_ended(self) -> bool:
        """True for a matter that is closed or was refused."""
        return self.stage in ENDS

    @cached_property
    def step(self) -> Step:
        """The present step in the variant that was chosen. Raises KeyError for a matter that has ended."""
        return self.taken(self.stage)

    def taken(self, id: str) -> Step:
        """A step in the variant that was chosen for it."""
        return self.procedure.step(id).taken_as(self.choices.get(id, ""))

    def papers_now(self, kind: str) -> tuple[Paper, ...]:
        """Papers of this kind made in the present stay at the present step."""
        return tuple(paper for paper in self.course.papers_since if paper.kind == kind)

    def is_here(self, step: str, at: datetime) -> bool:
        """True for what happened at the present step since the matter came to it."""
        since = self.course.entered_at
        return step == self.stage and (since is None or at >= since)
