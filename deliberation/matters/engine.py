"""The procedure engine: facts in, the next acts out, each with every reason against it.

Pure: it asks no clock and no database. The action asks :func:`may_close` before it makes the closing paper, the page
shows :func:`possible_acts`, and both get the same refusals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from deliberation.matters import clause_rules, reasons, words
from deliberation.matters.agreed import changed
from deliberation.matters.course import may_pass, next_stage
from deliberation.matters.facts import Facts
from deliberation.matters.procedure import ENDS, Step
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

__all__ = ["Possible", "acts_of", "may_choose", "may_close", "next_stage", "outcomes", "possible_acts", "waiting_until"]


@dataclass(frozen=True)
class Possible:
    """An act that belongs to where the matter stands, and every reason why it cannot be done yet."""

    act: str
    step: Step
    refusals: tuple[Refusal, ...] = ()

    @property
    def refusal(self) -> Refusal | None:
        """The first reason, or ``None`` if the act can be done now."""
        return self.refusals[0] if self.refusals else None


# Which act makes a document that is made in one go; notice, minutes and disclosure have a beginning and an end.
MAKING = {
    "proposal": "propose_matter",
    "screening": "screen_matter",
    "participants": "name_participants",
    "format": "choose_format",
    "review": "issue_review",
    "legal_opinion": "give_legal_opinion",
    "resolution": "issue_resolution",
    "filing": "file_result",
    "feedback": "close_feedback",
    "implementation": "record_implementation",
    "evaluation": "close_matter",
}
BEGINNING = MAKING | {"notice": "issue_notice", "minutes": "open_room", "disclosure": "open_disclosure"}
FURTHER = ("tie", "part", "further")
"""Outcomes after which another vote of the same step may be opened: equal votes, or seats left over."""
# … and which act sets the closing paper of a step.
CLOSING_ACT = MAKING | {"notice": "close_notice", "minutes": "confirm_minutes", "disclosure": "close_disclosure"}


OF_KIND = {
    "consultation": ("open_room", "close_room", "draft_minutes"),
    "implementation": ("assign_task", "report_task"),
    "feedback": ("give_feedback",),
}
"""Acts that belong to a kind of step besides making its documents."""


def acts_of(step: Step) -> tuple[str, ...]:
    """The acts for which a step is there."""
    made = [act for kind in step.documents for act in (BEGINNING[kind], CLOSING_ACT[kind])]
    return (*made, *OF_KIND.get(step.kind, ()), *(("open_poll", "close_poll") if step.poll else ()))


def may_close(step: Step, facts: Facts, outcome: str = "") -> tuple[Refusal, ...]:
    """Every reason why the step cannot be closed yet; empty if it can.

    ``outcome`` is the word with which it would end, the likeliest if empty. A step that is lost (failed, no quorum)
    need not wait for its posting or its evidence: a matter that goes back goes back at once.
    """
    if elsewhere := tuple(reasons.not_here(step, facts)):
        return elsewhere
    step = facts.step
    ways = outcomes(facts)
    if outcome and outcome not in ways:
        return (*_unfinished(step, facts), Refusal(_("这一环节不能这样结束"), source=step.source))
    lost = (outcome or ways[0]) in reasons.LOST
    return tuple(_unfinished(step, facts)) + (() if lost else tuple(_incomplete(step, facts)))


def _unfinished(step: Step, facts: Facts) -> Iterator[Refusal]:
    """What must be over however the step ends."""
    if step.kind in ("consultation", "review", "poll"):
        yield from reasons.notice_given(step, facts)
    yield from reasons.rooms_closed(step, facts)
    yield from reasons.rooms_minuted(facts)
    yield from reasons.poll_done(step, facts)
    if step.kind == "disclosure":
        yield from reasons.objections_answered(facts)


def _incomplete(step: Step, facts: Facts) -> Iterator[Refusal]:
    """What must be there for the step to end well."""
    yield from reasons.papers_there(step, facts)
    if step.kind == "notice" and not facts.papers_now("notice"):
        yield Refusal(_("还没有发出通知"), source=step.source)
    if step.kind == "consultation" and not facts.papers_now("minutes"):
        yield Refusal(_("还没有形成会议纪要"), source=step.source)
    yield from reasons.posting_run(step, facts)
    yield from reasons.evidence_there(step, facts)


def outcomes(facts: Facts) -> tuple[str, ...]:
    """The words with which the present step may end as things stand, the likeliest first. Empty for an ended matter."""
    if facts.is_ended:
        return ()
    step = facts.step
    good = "merged" if step.merges_with else "done"
    if step.poll and (poll := reasons.poll_now(facts)) and poll.outcome:
        return {"passed": (good,), "part": (good,), "no_quorum": ("no_quorum",)}.get(poll.outcome, ("failed",))
    if step.poll and reasons.is_void(facts):
        return ("no_quorum",)
    match step.kind:
        case "screening":
            return ("done", "refused")
        case "consultation" if step.exits:
            return ("submit", *(exit for exit in step.exits if exit != "submit"))
        case "legal_review":
            return ("done", "failed")
        case "disclosure" if step.on_fail and _is_upheld(facts):
            return ("failed",)
        case "evaluation" if (seen := reasons.inspections_now(facts)) and not seen[-1].satisfied:
            return ("failed",)
    return (good,)


def _is_upheld(facts: Facts) -> bool:
    return any(one.upheld for one in facts.objections if facts.is_here(one.step, one.received_at))


def may_choose(step: Step, variant: str, facts: Facts) -> Refusal | None:
    """Why this step cannot be taken in this variant; ``""`` is the step as written and always open before it begins."""
    if variant and variant not in step.variants:
        return Refusal(_("没有这种办理方式"), source=facts.procedure.source)
    if step.id == facts.stage and _has_begun(facts):
        return Refusal(_("这一环节已经开始，办理方式不能再改"), late=True)
    needs = step.variants[variant].needs if variant else ""
    if needs and needs not in facts.conditions:
        return Refusal(_NEEDS[needs], source=step.variants[variant].source)
    return None


_NEEDS = {
    "secretary_chairs": _("只有党组织书记兼任村（居）民委员会主任时才能合并办理"),
    "collective_by_committee": _("只有由村民委员会代行农村集体经济组织职能时才能这样办理"),
    "collective_by_group": _("只有由村民小组代行农村集体经济组织职能时才能这样办理"),
    "special_case": _("只有遇有特殊情况时才能这样办理"),
}


def possible_acts(facts: Facts) -> tuple[Possible, ...]:
    """The acts of the present step in the order of its documents, then the first act of the step that follows."""
    if facts.is_ended:
        return ()
    step = facts.step
    acts = [*_meeting_acts(step, facts)]
    back = _return_acts(step, facts)
    for kind in step.documents:
        # Notice comes before the meeting, every other document after it.
        acts = [*_notice_acts(step, facts), *acts] if kind == "notice" else [*acts, *_document_acts(kind, step, facts)]
    return (*back, *acts, *_side_acts(step, facts), *_next_act(step, facts))


def _return_acts(step: Step, facts: Facts) -> list[Possible]:
    """Where the text is no longer the one agreed to, the way back comes before everything else."""
    if changed(facts) is None or reasons.poll_now(facts) is not None:
        return []
    return [Possible("return_matter", step, (*reasons.rooms_over(facts), *reasons.rooms_minuted(facts)))]


def _notice_acts(step: Step, facts: Facts) -> Iterator[Possible]:
    given = facts.papers_now("notice")
    if not given:
        # A step that only gives notice of a vote gives notice of a text: the vote must be on what was announced.
        announces = step.kind == "notice" and "plan" in step.evidence
        yield Possible("issue_notice", step, tuple(reasons.plan_there(step, facts)) if announces else ())
    elif given[-1].closed_at is None:
        against = may_close(step, facts) if step.kind == "notice" else reasons.delivery_complete(facts)
        yield Possible("close_notice", step, tuple(against))


def _meeting_acts(step: Step, facts: Facts) -> Iterator[Possible]:
    poll = reasons.poll_now(facts)
    rooms: list[Possible] = []
    if step.kind in ("review", "poll"):
        if poll is None or poll.closed_at is None or _is_open(facts):
            rooms += _room_acts(step, facts)
        if _unwritten(facts):
            rooms.append(Possible("draft_minutes", step))
    # An opened room is brought to its end first; a further one stays possible, but the vote is what the step is for.
    begun = _is_open(facts) or _unwritten(facts) or not step.poll
    yield from rooms if begun else ()
    yield from _poll_acts(step, facts)
    yield from () if begun else rooms


def _poll_acts(step: Step, facts: Facts) -> Iterator[Possible]:
    poll = reasons.poll_now(facts)
    if not step.poll:
        return
    if clause_rules.clause_open(facts):
        yield Possible("close_poll", step, tuple(reasons.poll_may_close(facts)))
    elif poll is None or poll.outcome in FURTHER:
        gate = (
            *reasons.text_agreed(facts),
            *reasons.body_may_adopt(step, facts),
            *reasons.notice_given(step, facts),
            *reasons.evidence_there(step, facts, only=reasons.BEFORE_VOTE),
            *reasons.meeting_ready(facts),
            *clause_rules.clauses_settled(facts),
        )
        yield Possible("open_poll", step, gate)
    elif poll.closed_at is None:
        yield Possible("close_poll", step, tuple(reasons.poll_may_close(facts)))


def _room_acts(step: Step, facts: Facts) -> Iterator[Possible]:
    if _is_open(facts):
        yield Possible("close_room", step)
    else:
        yield Possible("open_room", step, tuple(reasons.notice_given(step, facts)))


def _is_open(facts: Facts) -> bool:
    return any(room.closed_at is None for room in reasons.rooms_now(facts))


def _unwritten(facts: Facts) -> bool:
    return any(room.closed_at and not room.minuted for room in reasons.rooms_now(facts))


def _document_acts(kind: str, step: Step, facts: Facts) -> Iterator[Possible]:
    if kind == "minutes":
        yield from _minutes_acts(step, facts)
    elif kind == "disclosure":
        yield from _disclosure_acts(step, facts)
    elif kind == step.closes_with:
        yield Possible(MAKING[kind], step, may_close(step, facts))
    elif not facts.papers_now(kind):
        yield Possible(MAKING[kind], step, tuple(reasons.poll_done(step, facts)))


def _minutes_acts(step: Step, facts: Facts) -> Iterator[Possible]:
    rooms = tuple(_room_acts(step, facts)) if step.kind == "consultation" else ()
    # Once there are minutes the way on is to confirm them; meeting again stays possible.
    is_written = bool(facts.papers_now("minutes")) and not _is_open(facts) and not _unwritten(facts)
    # A meeting that was held is written down before another is opened.
    is_next = not is_written and not _unwritten(facts)
    yield from rooms if is_next else ()
    if not is_written:
        yield Possible("draft_minutes", step, tuple(reasons.rooms_closed(step, facts)))
    if step.closes_with == "minutes":
        yield Possible("confirm_minutes", step, may_close(step, facts))
    yield from () if is_next else rooms


def _disclosure_acts(step: Step, facts: Facts) -> Iterator[Possible]:
    if not facts.papers_now("disclosure"):
        yield Possible("open_disclosure", step)
        return
    yield Possible("raise_objection", step)
    if reasons.open_objections(facts):
        yield Possible("answer_objection", step)
    yield Possible("close_disclosure", step, may_close(step, facts))


def _side_acts(step: Step, facts: Facts) -> Iterator[Possible]:
    lacks = ("plan" in step.evidence and not facts.plans) or (step.poll and clause_rules.clause_failed(facts))
    if lacks and not tuple(reasons.plan_may_change(facts)):
        yield Possible("revise_plan", step)
    if any(word in words.ATTACHED for word in step.evidence):
        yield Possible("add_evidence", step)
    if step.kind == "feedback" and facts.speakers.missing:
        yield Possible("give_feedback", step)
    if step.kind == "implementation":
        if facts.tasks.missing:
            yield Possible("report_task", step)
        yield Possible("assign_task", step)
    if "inspected" in step.evidence:
        begun = step.kind != "disclosure" or facts.papers_now("disclosure")
        yield Possible("inspect", step, () if begun else tuple(reasons.posting_run(step, facts)))
    if may_pass(step, facts.course.stays):
        begun = Refusal(_("这一环节已经开始，不能不经此环节"), late=True)
        yield Possible("skip_step", step, (begun,) if _has_begun(facts) else ())


def _has_begun(facts: Facts) -> bool:
    return bool(facts.course.papers_since or reasons.rooms_now(facts) or reasons.poll_now(facts))


def _next_act(step: Step, facts: Facts) -> Iterator[Possible]:
    if step.next in ENDS:
        return
    following = facts.taken(step.next)
    first = "open_poll" if following.poll and "notice" not in following.documents else BEGINNING[following.documents[0]]
    yield Possible(first, following, tuple(reasons.not_here(following, facts)))


def waiting_until(facts: Facts) -> datetime | None:
    """The next instant at which time alone makes something possible; ``None`` if nothing waits for time."""
    waits = (no.facts["from_when"] for one in possible_acts(facts) for no in one.refusals if "from_when" in no.facts)
    return min((instant for instant in waits if instant > facts.now), default=None)
