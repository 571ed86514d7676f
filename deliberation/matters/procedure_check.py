"""What makes a set of steps a procedure: words that exist, targets that exist, a ring that only failure turns back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator

from deliberation.matters import words
from deliberation.matters.procedure import ENDS, Procedure, Step, targets

# The kind says what closes the step, so that state can be read from the documents alone.
CLOSING = {
    "proposal": ("proposal",),
    "screening": ("screening",),
    "composition": ("participants",),
    "format": ("format",),
    "notice": ("notice",),
    "consultation": ("minutes",),
    "review": ("review", "minutes"),
    "legal_review": ("legal_opinion",),
    "poll": ("resolution",),
    "filing": ("filing",),
    "disclosure": ("disclosure",),
    "feedback": ("feedback",),
    "implementation": ("implementation",),
    "evaluation": ("evaluation",),
}

# Where each kind of step may stand; nobody has the right to its acts elsewhere (rules.py), so it would be stuck there.
RINGS_OF = {
    "proposal": ("propose",),
    "screening": ("propose",),
    "composition": ("propose", "notify", "consult"),
    "format": ("propose", "notify", "consult"),
    "notice": tuple(words.RINGS),
    "consultation": ("propose", "consult", "decide"),
    "review": ("propose", "consult", "decide"),
    "legal_review": ("consult", "decide"),
    "poll": ("decide",),
    "filing": ("feed_back", "supervise"),
    "disclosure": ("notify", "consult", "decide", "feed_back", "supervise"),
    "feedback": ("feed_back", "supervise"),
    "implementation": ("feed_back", "supervise"),
    "evaluation": ("supervise",),
}


def faults(procedure: Procedure) -> Iterator[str]:
    """Every fault of a procedure as a sentence with its place; none if it can be run."""
    yield from (f"scope: unknown word {word}" for word in procedure.scope if word not in words.SCOPES)
    twice = [id for id, times in Counter(step.id for step in procedure.steps).items() if times > 1]
    yield from (f"steps: the id {id} is used more than once" for id in twice)
    if twice:
        return
    for step in procedure.steps:
        yield from (f"step {step.id}: {fault}" for fault in _step_faults(procedure, step))
    yield from _ring_faults(procedure)
    yield from _unreached(procedure)


def _step_faults(procedure: Procedure, step: Step) -> Iterator[str]:
    yield from _strange((step.ring,), words.RINGS, "ring")
    yield from _strange((step.kind,), words.KINDS, "kind")
    yield from _strange(step.documents, words.PAPERS, "document")
    yield from _strange(step.exits, words.EXITS, "exit")
    if step.ring in words.RINGS and step.ring not in RINGS_OF.get(step.kind, (step.ring,)):
        yield f"a step of kind {step.kind} cannot stand on the ring {step.ring}"
    if step.id in ENDS:
        yield f"{step.id} is the name of an end and not of a step"
    if step.closes_with not in CLOSING.get(step.kind, (step.closes_with,)):
        yield f"a step of kind {step.kind} does not close with {step.closes_with}"
    if not step.documents or step.documents[-1] != step.closes_with:
        yield "the last of the documents must be closes_with"
    if step.exits and step.kind != "consultation":
        yield "only a consultation has exits"
    for form in (step, *map(step.taken_as, step.variants)):
        yield from _form_faults(procedure, form)
    for variant in step.variants.values():
        yield from _strange((variant.needs,) if variant.needs else (), words.CONDITIONS, "condition")
    yield from _target_faults(procedure, step)


def _form_faults(procedure: Procedure, form: Step) -> Iterator[str]:
    """Faults that a variant may have as well as the step itself."""
    yield from _strange((form.body,), words.BODIES, "body")
    yield from _strange((form.poll,) if form.poll else (), words.POLLS, "poll")
    yield from _strange(form.evidence, words.EVIDENCE, "evidence")
    yield from _strange(form.electorates, words.ELECTORATES, "electorate")
    if form.kind == "poll" and not form.poll:
        yield "a step of kind poll needs a poll"
    if form.kind == "consultation" and form.poll:
        yield "a consultation has no poll: a room advises and never decides"
    if form.poll and not form.on_fail:
        yield "a step with a poll needs on_fail: a vote can be lost"
    if form.kind in ("legal_review", "evaluation") and not form.on_fail:
        yield f"a step of kind {form.kind} needs on_fail"
    if form.kind == "disclosure" and "posting" not in form.days:
        yield "a disclosure needs days.posting"
    if "notice" in form.days and "notice" not in form.documents:
        yield "days.notice needs a notice among the documents"
    if form.merges_with and not _later(procedure, form, form.merges_with):
        yield f"merges_with: {form.merges_with} is no later step"


def _target_faults(procedure: Procedure, step: Step) -> Iterator[str]:
    known = {one.id for one in procedure.steps} | set(ENDS)
    dangling = [target for target in targets(step) if target not in known]
    yield from (f"leads to {target}, which does not exist" for target in dangling)
    if dangling:
        return
    for target in (step.next, *step.exits.values()):
        if target not in ENDS and not _later(procedure, step, target):
            yield f"leads back to {target}: only on_fail may go back"
    if step.on_change and step.on_change.step not in (step.id, *_earlier(procedure, step)):
        yield f"on_change: {step.on_change.step} is no earlier step"
    if step.notice_step and step.notice_step != step.id and not _gives_notice_before(procedure, step):
        yield f"notice_step: {step.notice_step} is no earlier step with a notice"


def _ring_faults(procedure: Procedure) -> Iterator[str]:
    rings = list(words.RINGS)
    on = [step.ring for step in procedure.steps]
    if any(ring not in rings for ring in on):
        return
    yield from (f"steps: the ring {ring} has no step" for ring in rings if ring not in on)
    for earlier, later in zip(procedure.steps, procedure.steps[1:], strict=False):
        if rings.index(later.ring) < rings.index(earlier.ring):
            yield f"step {later.id}: the ring goes back from {earlier.ring} to {later.ring}"


def _unreached(procedure: Procedure) -> Iterator[str]:
    reached, waiting = set(), [procedure.steps[0].id]
    while waiting:
        id = waiting.pop()
        if id in reached or id in ENDS or id not in {step.id for step in procedure.steps}:
            continue
        reached.add(id)
        waiting += targets(procedure.step(id))
    yield from (f"step {step.id}: no step leads here" for step in procedure.steps if step.id not in reached)


def _strange(used: Iterable[str], known: Container[str], what: str) -> Iterator[str]:
    return (f"unknown {what} {word}" for word in used if word not in known)


def _later(procedure: Procedure, step: Step, id: str) -> bool:
    ids = [one.id for one in procedure.steps]
    return id in ids and ids.index(id) > ids.index(step.id)


def _earlier(procedure: Procedure, step: Step) -> list[str]:
    return [one.id for one in procedure.steps[: procedure.place(step.id)]]


def _gives_notice_before(procedure: Procedure, step: Step) -> bool:
    earlier = procedure.steps[: procedure.place(step.id)]
    return any(one.id == step.notice_step and "notice" in one.documents for one in earlier)
