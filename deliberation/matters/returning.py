"""Going back because the text was changed: the step that the procedure names takes the matter up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.matters.agreed import Agreed, bound, changed
from deliberation.matters.difference import Piece, difference
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter, plan_versions
from deliberation.matters.moving import issue_document
from deliberation.matters.procedure import Step
from deliberation.matters.words import BODIES
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Cost:
    """What a change of the text costs at the present step: where it leads back to, and what has to be done anew."""

    to: Step
    source: str
    anew: tuple[tuple[Step, Agreed], ...]


def cost_of_change(facts: Facts) -> Cost | None:
    """What has to be done anew if the text is changed now; ``None`` where nobody has agreed to it yet."""
    found = bound(facts)
    if not found:
        return None
    back = facts.step.on_change
    anew = tuple((facts.taken(one.step), one) for one in found)
    return Cost(facts.taken(back.step), back.source, anew)


def what_changed(session: Session, matter: Matter, facts: Facts) -> tuple[Piece, ...]:
    """The newest version against the one agreed to."""
    found = changed(facts)
    if found is None:
        return ()
    texts = {one.number: one.body for one in plan_versions(session, matter.id)}
    return difference(texts[found.plan], texts[facts.plans])


def return_matter(session: Session, now: datetime, *, matter: Matter, reason: str, actor: Actor) -> Document:
    """Send the matter back to the step that the procedure names, with the reason. Raises Refused."""
    facts = facts_of(session, matter, now)
    found = changed(facts) if not facts.is_ended else None
    known = {"agreed": found.plan, "plan": facts.plans, "agreed_by": found.step} if found else {}
    return issue_document(
        session,
        now,
        matter=matter,
        kind="return",
        title=_("文本改动退回说明"),
        body=reason,
        actor=actor,
        issued_by="" if facts.is_ended else BODIES[facts.step.body],
        facts=known,
    )
