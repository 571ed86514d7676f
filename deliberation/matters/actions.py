"""The verbs of a dossier: beginning a matter, screening it, choosing how a step is taken; and the door for the wings.

A wing takes every verb that it needs from here: ``begin_proceeding``, ``settle_proceeding``, ``issue_document``,
``owe_reply``, ``add_evidence``, ``freeze_plan``, ``start_clock``, ``stop_clock``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community, local_setting
from deliberation.matters.answers import owe_reply
from deliberation.matters.charter_adopting import Aim, aim_at
from deliberation.matters.convening import demands_of
from deliberation.matters.engine import may_choose
from deliberation.matters.evidence import add_evidence
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter, ProcedureText
from deliberation.matters.moving import close_document, issue_document, tell, topic_of
from deliberation.matters.owners_rules import against_item
from deliberation.matters.planning import freeze_plan, revise_plan
from deliberation.matters.procedure import Procedure
from deliberation.matters.proceedings import begin_proceeding, settle_proceeding
from deliberation.matters.reach import today_in
from deliberation.matters.screening import exclusions, faults, screen
from deliberation.matters.search import normal
from deliberation.matters.shipped import shipped, text_of
from deliberation.matters.timing import start_clock, stop_clock
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _

DEMANDED = _("这件事由联名提请开会表决，已经达到法定人数，不能以不纳入协商了结；不召集的，在提请的页面写明理由")

__all__ = [
    "add_evidence",
    "begin_matter",
    "begin_proceeding",
    "choose_variant",
    "close_document",
    "freeze_plan",
    "issue_document",
    "owe_reply",
    "revise_plan",
    "screen_matter",
    "settle_proceeding",
    "start_clock",
    "stop_clock",
    "topic_of",
]


def begin_matter(
    session: Session,
    now: datetime,
    *,
    community: Community,
    procedure: str,
    title: str,
    summary: str,
    actor: Actor,
    scope: dict[str, str] | None = None,
    is_public: bool = True,
    item: int | None = None,
    aim: Aim | None = None,
    about: str = "",
) -> Matter:
    """Propose a matter under a shipped procedure (its id). ``scope``: building, entrance and their words for owners;
    ``aim``: the charter that it is to bring; ``about``: the article of a draft law that it is about (about_rules.py).

    Where nothing but the proposal itself is asked for, its document is issued at once and the matter goes on.
    """
    text, read = keep_procedure(session, now, procedure)
    year = today_in(community, now).year
    place = scope or {}
    matter = Matter(
        community_id=community.id,
        procedure_id=text.id,
        year=year,
        number=_next_number(session, community.id, year),
        title=title,
        summary=summary,
        proposer_id=actor.person_id,
        scope=place.get("title", ""),
        building=place.get("building", ""),
        entrance=place.get("entrance", ""),
        item=item,
        about=about or None,
        stage=read.first.id,
        ring=read.first.ring,
        is_public=is_public,
        search=normal(f"{title} {summary}"),
        begun_at=now,
        staged_at=now,
    )
    session.add(matter)
    session.flush()
    if aim is not None:
        aim_at(session, matter=matter, aim=aim)
    data = {
        "procedure": read.id,
        "version": read.version,
        "fingerprint": read.fingerprint,
        "stage": matter.stage,
        "number": matter.number,
        "item": item or 0,
    } | ({"charter": aim.kind, "amends": aim.charter_id or 0} if aim else {})
    data |= {"about": about} if about else {}
    record(
        session,
        Act.MATTER_PROPOSED,
        community.id,
        topic_of(matter),
        actor=actor,
        data=data,
        secrets={"title": title, "summary": summary},
    )
    owe_reply(session, now, matter=matter, person_id=actor.person_id, source=topic_of(matter), said=title)
    if not read.first.poll and not read.first.evidence:
        issue_document(
            session, now, matter=matter, kind="proposal", title=_("议题提议书"), body=summary, actor=actor, issued_by=""
        )
    return matter


def keep_procedure(session: Session, now: datetime, id: str) -> tuple[ProcedureText, Procedure]:
    """The stored text of a shipped procedure, added once a version. Raises Refused for an unknown one."""
    if id not in shipped():
        raise Refused(Refusal(_("没有这种程序")))
    read = shipped()[id]
    known = session.exec(
        select(ProcedureText).where(
            ProcedureText.code == id,
            ProcedureText.fingerprint == read.fingerprint,
            col(ProcedureText.community_id).is_(None),
        )
    ).first()
    if known is None:
        known = ProcedureText(
            code=id,
            version=read.version,
            title=read.title,
            fingerprint=read.fingerprint,
            toml=text_of(id),
            added_at=now,
        )
        session.add(known)
        session.flush()
    return known, read


def screen_matter(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    findings: dict[int, bool],
    reason: str,
    actor: Actor,
    private_disputes: bool,
    item: int | None = None,
) -> Document:
    """Hold the matter against the exclusions; one that applies refuses it, with the reason and the way onward.

    ``item`` of 民法典 278 is what the screening finds the owners to decide; it may put right what was proposed, as long
    as the procedure stays the one that it asks for.
    """
    refuse_if(next(iter(faults(findings, reason, private_disputes=private_disputes)), None))
    result = screen(findings, private_disputes=private_disputes)
    if result.outcome == "refused" and (asked := demands_of(session, matter.id)):
        raise Refused(Refusal(DEMANDED, source=asked[0].source))
    facts: dict[str, Any] = {
        "asked": [one.number for one in exclusions(private_disputes=private_disputes)],
        "hits": [one.number for one in result.hits],
        "onward": list(result.onward),
    }
    if item is not None:
        refuse_if(against_item(facts_of(session, matter, now).procedure.id, item))
        facts["item"] = item
        matter.item = item
        session.add(matter)
        session.flush()
    return issue_document(
        session,
        now,
        matter=matter,
        kind="screening",
        title=_("准入审查意见"),
        body=reason,
        actor=actor,
        outcome=result.outcome,
        facts=facts,
    )


def choose_variant(session: Session, now: datetime, *, matter: Matter, step: str, variant: str, actor: Actor) -> None:
    """Take a step in one of its lawful variants (merged, by the assembly, by households …), before it begins."""
    known = facts_of(session, matter, now)
    asked = known.procedure.step(step)
    refuse_if(may_choose(asked, variant, known))
    matter.choices = matter.choices | {step: variant}
    session.add(matter)
    session.flush()
    data = {"step": step, "variant": variant}
    if needs := asked.variants[variant].needs if variant else "":
        data |= _ground_for(session, matter, needs)
    record(session, Act.VARIANT_CHOSEN, matter.community_id, topic_of(matter), actor=actor, data=data)
    tell(session, matter)


def _ground_for(session: Session, matter: Matter, needs: str) -> dict[str, Any]:
    """The fact on which a variant rests: who says so since when, so that it can be held against whoever used it."""
    setting = local_setting(session, session.get(Community, matter.community_id), needs)
    if setting is None:
        return {"needs": needs}
    place = session.get(Community, setting.community_id)
    since = today_in(place, setting.set_at).isoformat()
    return {"needs": needs, "said_in": place.name, "said_on": since, "source": setting.source}


def _next_number(session: Session, community_id: int, year: int) -> int:
    found = select(func.max(Matter.number)).where(Matter.community_id == community_id, Matter.year == year)
    return (session.exec(found).first() or 0) + 1
