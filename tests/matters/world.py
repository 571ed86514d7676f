"""A matter walking through its procedure in memory: does what the engine allows, as the slice's actions would."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from deliberation.matters import reasons, words
from deliberation.matters.course import MARKED_BY, any_merges
from deliberation.matters.engine import CLOSING_ACT, Possible, outcomes, possible_acts, waiting_until
from deliberation.matters.facts import Attached, Count, Facts, Inspection, Objection, Paper, PollHeld, RoomHeld
from deliberation.matters.procedure import Procedure, Step

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)


def facts_of(procedure: Procedure, **more) -> Facts:
    """A matter that has just begun, with three persons to be told and two who will have spoken."""
    given = {"now": START, "zone": SHANGHAI, "begun_at": START, "deliveries": Count(3, 0), "speakers": Count(2, 0)}
    return Facts(procedure, **(given | more))


def mark(kind: str, step: str, at: datetime, outcome: str = "done") -> Paper:
    """A paper that closes a step."""
    return Paper(kind, step, at, closed_at=at, outcome=outcome)


def closing(step: Step, at: datetime, outcome: str) -> Paper:
    """The paper with which this step ends so."""
    return mark(MARKED_BY.get(outcome, step.closes_with), step.id, at, outcome)


def ways(step: Step) -> list[str]:
    """Every word with which a step may end, whatever the facts."""
    found = ["submit", *step.exits] if step.exits else ["done"]
    if any_merges(step):
        found.append("merged")
    if step.on_fail:
        found.append("failed")
    if step.on_no_quorum and step.poll:
        found.append("no_quorum")
    if step.optional:
        found.append("skipped")
    if step.on_change:
        found.append("changed")
    return [*found, "refused"] if step.kind == "screening" else found


class World:
    """One matter and a source of chance; every act moves the clock a minute."""

    def __init__(self, facts: Facts, chance: Random):
        self.facts, self.chance = facts, chance

    def change(self, **fields) -> None:
        self.facts = replace(self.facts, **fields)

    def open_acts(self) -> list[Possible]:
        """What can be done at the present step now."""
        return [one for one in possible_acts(self.facts) if not one.refusals and one.step.id == self.facts.stage]

    def do(self, act: str) -> None:
        """Do an act that the engine allows; fails if it does not."""
        assert act in {one.act for one in self.open_acts()}, (self.facts.stage, act)
        self.change(now=self.facts.now + timedelta(minutes=1))
        step = self.facts.step
        if act == CLOSING_ACT.get(step.closes_with):
            self.close(self.chance.choice(outcomes(self.facts)))
        else:
            getattr(self, f"_{act}")()

    def close(self, outcome: str) -> None:
        """Issue the closing paper; a paper that was open becomes the closing one."""
        step, now = self.facts.step, self.facts.now
        begun = () if outcome in MARKED_BY else self.facts.papers_now(step.closes_with)
        rest = tuple(one for one in self.facts.papers if not begun or one is not begun[-1])
        issued_at = begun[-1].issued_at if begun else now
        kind = MARKED_BY.get(outcome, step.closes_with)
        self.change(papers=(*rest, Paper(kind, step.id, issued_at, now, outcome)))

    def wait(self) -> None:
        """Let time pass to the next instant at which time alone helps."""
        self.change(now=waiting_until(self.facts))

    def help(self) -> None:
        """Whatever people have to bring by themselves: deliveries, evidence, reports, answers, an end of the count."""
        step, now = self.facts.step, self.facts.now
        needed = [word for word in step.evidence if word in words.ATTACHED]
        self.change(
            deliveries=Count(3, 3),
            speakers=Count(2, 2),
            tasks=replace(self.facts.tasks, done=self.facts.tasks.due),
            attached=(*self.facts.attached, *(Attached(kind, step.id, now) for kind in needed)),
        )

    def _issue(self, kind: str, closed_at: datetime | None = None, plan: int = 0) -> None:
        paper = Paper(kind, self.facts.stage, self.facts.now, closed_at, plan=plan)
        self.change(papers=(*self.facts.papers, paper))

    def _return_matter(self):
        self.close("changed")

    def _skip_step(self):
        self.close("skipped")

    def _issue_notice(self):
        self.change(deliveries=Count(3, 0))
        self._issue("notice", plan=self.facts.plans)

    def _close_notice(self):
        notice = self.facts.papers_now("notice")[-1]
        rest = tuple(one for one in self.facts.papers if one is not notice)
        self.change(papers=(*rest, replace(notice, closed_at=self.facts.now)))

    def _open_room(self):
        self.change(rooms=(*self.facts.rooms, RoomHeld(self.facts.stage, self.facts.now)))

    def _close_room(self):
        *rest, last = self.facts.rooms
        self.change(rooms=(*rest, replace(last, closed_at=self.facts.now)))

    def _draft_minutes(self):
        self.change(rooms=tuple(replace(room, minuted=room.closed_at is not None) for room in self.facts.rooms))
        if not self.facts.papers_now("minutes"):
            self._issue("minutes")

    def _open_poll(self):
        closes_at = self.facts.now + timedelta(hours=self.chance.choice([1, 48]))
        held = PollHeld(self.facts.stage, self.facts.now, closes_at, plan=self.facts.plans)
        self.change(polls=(*self.facts.polls, held))

    def _close_poll(self):
        *rest, last = self.facts.polls
        outcome = self.chance.choice(["passed", "passed", "passed", "failed", "no_quorum"])
        self.change(polls=(*rest, replace(last, closed_at=self.facts.now, outcome=outcome)))

    def _open_disclosure(self):
        self._issue("disclosure")

    def _raise_objection(self):
        if len(reasons.open_objections(self.facts)) < 2:
            self.change(objections=(*self.facts.objections, Objection(self.facts.stage, self.facts.now)))

    def _answer_objection(self):
        now, upheld = self.facts.now, self.chance.random() < 0.2
        self.change(
            objections=tuple(
                one if one.answered_at else replace(one, answered_at=now, upheld=upheld)
                for one in self.facts.objections
            )
        )

    def _revise_plan(self):
        self.change(plans=self.facts.plans + 1)

    def _add_evidence(self):
        self.help()

    def _give_feedback(self):
        self.change(speakers=replace(self.facts.speakers, done=self.facts.speakers.done + 1))

    def _assign_task(self):
        self.change(tasks=replace(self.facts.tasks, due=min(3, self.facts.tasks.due + 1)))

    def _report_task(self):
        self.change(tasks=replace(self.facts.tasks, done=self.facts.tasks.due))

    def _inspect(self):
        asked = reasons.to_inspect(self.facts)
        seen = Inspection(self.facts.stage, self.facts.now, asked, satisfied=self.chance.random() < 0.8)
        self.change(inspections=(*self.facts.inspections, seen))
