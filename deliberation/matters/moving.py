"""Documents and the stage they move: the one way in which a matter goes on (state is documents)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor, record
from deliberation.matters import words
from deliberation.matters.engine import may_close, outcomes, possible_acts
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.reasons import not_here
from deliberation.matters.rules import PERMITS, may
from deliberation.matters.search import normal
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _

TAKES_TIME = ("notice", "minutes", "disclosure")
"""Papers with a beginning and an end: a notice until it is delivered, minutes until confirmed, a posting until it has run."""

_ISSUING = {
    "proposal": Act.DOCUMENT_ISSUED,
    "notice": Act.NOTICE_ISSUED,
    "resolution": Act.RESOLUTION_ISSUED,
    "disclosure": Act.DISCLOSURE_OPENED,
    "minutes": Act.MINUTES_DRAFTED,
    "feedback": Act.FEEDBACK_GIVEN,
}
_ROLES = {permit.act: permit.roles.split() for permit in PERMITS}


def topic_of(matter: Matter) -> str:
    return f"matter/{matter.id}"


def permit(act: str, standing: Standing, facts: Facts | None) -> Actor:
    """Who acts, if they may: the table of rights and the engine's reasons. Raises Refused."""
    refuse_if(may(act, standing.roles, facts))
    role = next(role for role in _ROLES[act] if role in standing.roles)
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
    refuse_if(next(iter(not_here(known.step, known)), None) if not known.is_ended else _ended(known))
    step = known.step
    is_waiver = kind == "waiver"
    closes = is_waiver or (kind == step.closes_with and kind not in TAKES_TIME)
    if is_waiver:
        outcome = "skipped"
        refuse_if(_may_skip(known))
    elif closes:
        outcome = outcome or next(iter(outcomes(known)), "")
        refuse_if(next(iter(may_close(step, known, outcome)), None))
    document = Document(
        matter_id=matter.id,
        kind=kind,
        step=step.id,
        outcome=outcome if closes else "",
        title=title,
        body=body,
        issuer_id=actor.person_id,
        issuer_role=actor.role,
        issued_by=issued_by,
        issued_at=now,
        closed_at=None if kind in TAKES_TIME and not _is_short_lived(kind, step) else now,
        search=normal(f"{title} {body}"),
        facts=facts or {},
    )
    session.add(document)
    session.flush()
    data = {"kind": kind, "step": step.id, "outcome": document.outcome, "matter": matter.id}
    secrets = {"title": title, "body": body}
    act = _ISSUING.get(kind, Act.DOCUMENT_ISSUED)
    record(session, act, matter.community_id, f"document/{document.id}", actor=actor, data=data, secrets=secrets, topic=topic_of(matter))
    move(session, now, matter, actor)
    return document


def close_document(session: Session, now: datetime, *, matter: Matter, document: Document, actor: Actor, outcome: str = "") -> None:
    """Complete a notice, minutes or a posting; where it is what its step closes with, the matter moves on."""
    known = facts_of(session, matter, now)
    step = known.step
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
    data = {"kind": document.kind, "step": step.id, "outcome": document.outcome, "matter": matter.id}
    record(session, act, matter.community_id, f"document/{document.id}", actor=actor, data=data, topic=topic_of(matter))
    move(session, now, matter, actor)


def move(session: Session, now: datetime, matter: Matter, actor: Actor) -> None:
    """Bring the matter's index up to what its papers say, with an entry if it moved; tell who follows."""
    known = facts_of(session, matter, now)
    before, after = matter.stage, known.course.stage
    if after != before:
        matter.stage, matter.staged_at = after, now
        if after in words.END_NAMES:
            matter.ended_at = now
        else:
            matter.ring = known.procedure.step(after).ring
        session.add(matter)
        session.flush()
        act = {words.CLOSED: Act.MATTER_CLOSED, words.REFUSED: Act.MATTER_REFUSED}.get(after, Act.MATTER_MOVED)
        data = {"from": before, "to": after, "outcome": known.course.stays[-1].outcome}
        record(session, act, matter.community_id, topic_of(matter), actor=actor, data=data)
    tell(session, matter)


def tell(session: Session, matter: Matter) -> None:
    """Have everybody who has the dossier open see its live parts anew."""
    for fragment in ("matters/_rail.html", "matters/_file.html"):
        live.announce(session, topic_of(matter), fragment)


def _is_short_lived(kind: str, step: Any) -> bool:
    """Minutes of a step that closes with something else are complete when they are issued."""
    return kind == "minutes" and step.closes_with != "minutes"


def _ended(facts: Facts) -> Refusal:
    return Refusal(_("议题已经结束，不再办理"), late=True)


def _may_skip(facts: Facts) -> Refusal | None:
    here = [one for one in possible_acts(facts) if one.act == "skip_step"]
    return here[0].refusal if here else Refusal(_("这一环节不能省略"), source=facts.step.source)
