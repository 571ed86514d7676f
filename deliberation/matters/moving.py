"""Documents and the stage they move: the one way in which a matter goes on (state is documents)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor, record
from deliberation.matters import words
from deliberation.matters.charter_adopting import adopt
from deliberation.matters.engine import may_close, outcomes, possible_acts
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.procedure import Step
from deliberation.matters.rules import may, roles_of
from deliberation.matters.search import normal
from deliberation.refusal import Refusal, Refused, Word, refuse_if
from deliberation.vocabulary import Act, _

TAKES_TIME = ("notice", "minutes", "disclosure")
"""Papers with a beginning and an end: a notice until delivered, minutes until confirmed, a posting until it has run."""

POSTED = ("starts_on", "ends_on", "closable_on", "days")
"""What of a posting enters the log in plain words, so that its days can be counted again."""

MEETS = ("consultation", "review", "poll")
"""Steps at which people meet, so that there may be minutes."""

_ISSUING = {
    "proposal": Act.DOCUMENT_ISSUED,
    "notice": Act.NOTICE_ISSUED,
    "resolution": Act.RESOLUTION_ISSUED,
    "disclosure": Act.DISCLOSURE_OPENED,
    "minutes": Act.MINUTES_DRAFTED,
    "feedback": Act.FEEDBACK_GIVEN,
}


def topic_of(matter: Matter) -> str:
    return f"matter/{matter.id}"


def permit(act: str, standing: Standing, facts: Facts | None) -> Actor:
    """Who acts, if they may: the table of rights and the engine's reasons. Raises Refused."""
    refuse_if(may(act, standing.roles, facts))
    role = next(role for role in roles_of(act, facts) if role in standing.roles)
    return Actor(role, standing.person_id or None)


def issue_document(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    kind: str,
    title: str,
    body: str,
    actor: Actor,
    issued_by: str = "",
    outcome: str = "",
    facts: dict[str, Any] | None = None,
) -> Document:
    """Issue a document at the present step; if it is the one that closes the step, the matter moves on.

    ``kind`` is a word of ``words.PAPERS``; ``outcome`` one of ``words.OUTCOMES``, the likeliest if empty; ``facts``
    integers, strings and lists for showing. Raises Refused with the engine's first reason against it.
    """
    known = facts_of(session, matter, now)
    step = _open_step(known)
    refuse_if(_not_asked(kind, step))
    outcome = _ending(known, kind, outcome)
    document = Document(
        matter_id=matter.id,
        kind=kind,
        step=step.id,
        outcome=outcome,
        title=title,
        body=body,
        issuer_id=actor.person_id,
        issuer_role=actor.role,
        issued_by=issued_by,
        issued_at=now,
        closed_at=None if _takes_time(kind, step) else now,
        search=normal(f"{title} {body}"),
        facts=facts or {},
    )
    session.add(document)
    session.flush()
    _enter(session, matter, document, actor, _ISSUING.get(kind, Act.DOCUMENT_ISSUED), {"title": title, "body": body})
    if kind == "resolution" and outcome == "done":
        adopt(session, now, matter=matter, document=document, actor=actor)
    move(session, now, matter, actor, outcome)
    return document


def _ending(facts: Facts, kind: str, outcome: str) -> str:
    """The word with which a document of this kind ends the present step, empty if it does not. Raises Refused."""
    step = facts.step
    if kind == "waiver":
        refuse_if(_may_do("skip_step", facts, NOT_SKIPPED))
        return "skipped"
    if kind == "return":
        refuse_if(_may_do("return_matter", facts, NOT_CHANGED))
        return "changed"
    if kind != step.closes_with or kind in TAKES_TIME:
        return ""
    outcome = outcome or next(iter(outcomes(facts)), "")
    refuse_if(next(iter(may_close(step, facts, outcome)), None))
    return outcome


def _enter(
    session: Session, matter: Matter, document: Document, actor: Actor, act: Act, secrets: dict[str, str] | None = None
) -> None:
    """The entry of a document's issue or completion."""
    data = {"kind": document.kind, "step": document.step, "outcome": document.outcome, "matter": matter.id}
    if days := {name: document.facts[name] for name in POSTED if name in document.facts}:
        data["posting"] = days
    object_, topic = f"document/{document.id}", topic_of(matter)
    record(session, act, matter.community_id, object_, actor=actor, data=data, secrets=secrets, topic=topic)


def close_document(
    session: Session, now: datetime, *, matter: Matter, document: Document, actor: Actor, outcome: str = ""
) -> None:
    """Complete a notice, minutes or a posting; where it is what its step closes with, the matter moves on."""
    known = facts_of(session, matter, now)
    step = _open_step(known)
    if document.closed_at is not None or document.step != step.id:
        raise Refused(Refusal(_("这份文件已经办完"), late=True))
    if document.kind == step.closes_with:
        outcome = outcome or next(iter(outcomes(known)), "")
        refuse_if(next(iter(may_close(step, known, outcome)), None))
        document.outcome = outcome
    document.closed_at = now
    session.add(document)
    session.flush()
    act = Act.DISCLOSURE_CLOSED if document.kind == "disclosure" else Act.DOCUMENT_CLOSED
    _enter(session, matter, document, actor, act)
    move(session, now, matter, actor, document.outcome)


def move(session: Session, now: datetime, matter: Matter, actor: Actor, outcome: str) -> None:
    """Bring the matter's index up to what its papers say, with an entry if a step was closed; tell who follows.

    ``outcome`` is that of the closing paper, empty if none. A meeting without quorum moves to the very same step: a
    new stay begins, and what was held before no longer counts.
    """
    known = facts_of(session, matter, now)
    before, after = matter.stage, known.course.stage
    if outcome:
        matter.stage, matter.staged_at = after, now
        if after in words.END_NAMES:
            matter.ended_at = now
        else:
            matter.ring = known.procedure.step(after).ring
        session.add(matter)
        session.flush()
        act = {words.CLOSED: Act.MATTER_CLOSED, words.REFUSED: Act.MATTER_REFUSED}.get(after, Act.MATTER_MOVED)
        data = {"from": before, "to": after, "outcome": outcome}
        record(session, act, matter.community_id, topic_of(matter), actor=actor, data=data)
    tell(session, matter)


def tell(session: Session, matter: Matter) -> None:
    """Something of the matter has changed: what was kept ready is void, and who has the dossier open sees it anew."""
    matter.changes += 1
    session.add(matter)
    for fragment in ("matters/_rail.html", "matters/_file.html"):
        live.announce(session, topic_of(matter), fragment)


def _takes_time(kind: str, step: Step) -> bool:
    """Whether a paper is complete only later; minutes of a step that closes with something else are so at once."""
    return kind in TAKES_TIME and not (kind == "minutes" and step.closes_with != "minutes")


def _open_step(facts: Facts) -> Step:
    """The present step. Raises Refused for a matter that has ended."""
    if facts.is_ended:
        raise Refused(Refusal(_("议题{end}，不再办理"), {"end": Word(words.END_NAMES[facts.stage])}, late=True))
    return facts.step


def _not_asked(kind: str, step: Step) -> Refusal | None:
    """A document that this step does not make: it would be a paper that nobody asked for and nothing counts."""
    asked = (
        *step.documents,
        *(("minutes",) if step.kind in MEETS else ()),
        *(("waiver",) if step.optional or step.once else ()),
        *(("return",) if step.on_change else ()),
    )
    if kind in asked:
        return None
    facts = {"step": Word(step.title), "paper": Word(words.PAPERS[kind])}
    return Refusal(_("“{step}”不形成{paper}"), facts, source=step.source)


NOT_SKIPPED = _("这一环节不能省略")
NOT_CHANGED = _("文本没有改动，不用退回")


def _may_do(act: str, facts: Facts, otherwise: str) -> Refusal | None:
    """The engine's first reason against an act whose paper closes any step; ``otherwise`` if it is not offered here."""
    here = [one for one in possible_acts(facts) if one.act == act]
    return here[0].refusal if here else Refusal(otherwise, source=facts.step.source)
