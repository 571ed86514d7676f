"""The verbs of a dossier: beginning a matter, screening it, plans, evidence, choices; what wings report of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.files import KeptFile
from deliberation.jobs import plan_job
from deliberation.matters import words
from deliberation.matters.engine import may_choose
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import (
    Clock,
    Document,
    Evidence,
    Matter,
    PlanVersion,
    ProcedureText,
    Proceeding,
    ReplyOwed,
    plan_versions,
)
from deliberation.matters.moving import issue_document, tell, topic_of
from deliberation.matters.procedure import Procedure
from deliberation.matters.reach import today_in
from deliberation.matters.screening import exclusions, faults, screen
from deliberation.matters.search import normal
from deliberation.matters.shipped import shipped, text_of
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _


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
) -> Matter:
    """Propose a matter under a shipped procedure (its id). ``scope``: building, entrance and their words for owners.

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
        stage=read.first.id,
        ring=read.first.ring,
        is_public=is_public,
        search=normal(f"{title} {summary}"),
        begun_at=now,
        staged_at=now,
    )
    session.add(matter)
    session.flush()
    data = {"procedure": read.id, "version": read.version, "fingerprint": read.fingerprint, "stage": matter.stage, "number": matter.number}
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
            ProcedureText.code == id, ProcedureText.fingerprint == read.fingerprint, col(ProcedureText.community_id).is_(None)
        )
    ).first()
    if known is None:
        known = ProcedureText(
            code=id, version=read.version, title=read.title, fingerprint=read.fingerprint, toml=text_of(id), added_at=now
        )
        session.add(known)
        session.flush()
    return known, read


def screen_matter(
    session: Session, now: datetime, *, matter: Matter, findings: dict[int, bool], reason: str, actor: Actor, private_disputes: bool
) -> Document:
    """Hold the matter against the exclusions; one that applies refuses it, with the reason and the way onward."""
    refuse_if(next(iter(faults(findings, reason, private_disputes=private_disputes)), None))
    result = screen(findings, private_disputes=private_disputes)
    facts: dict[str, Any] = {
        "asked": [one.number for one in exclusions(private_disputes=private_disputes)],
        "hits": [one.number for one in result.hits],
        "onward": list(result.onward),
    }
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
    refuse_if(may_choose(known.procedure.step(step), variant, known))
    matter.choices = matter.choices | {step: variant}
    session.add(matter)
    session.flush()
    data = {"step": step, "variant": variant}
    record(session, Act.VARIANT_CHOSEN, matter.community_id, topic_of(matter), actor=actor, data=data)
    tell(session, matter)


def revise_plan(session: Session, now: datetime, *, matter: Matter, body: str, note: str, actor: Actor) -> PlanVersion:
    """Add a version of the plan; the earlier ones stay. A plan frozen by an open poll cannot be revised."""
    earlier = plan_versions(session, matter.id)
    if earlier and earlier[-1].frozen_at is not None and matter.ring in {"decide", "feed_back", "supervise"}:
        raise Refused(Refusal(_("方案第{n}版已经冻结，不能再改"), {"n": earlier[-1].number}, _("要改方案，须退回协商后重新公告和表决"), late=True))
    made = PlanVersion(matter_id=matter.id, number=len(earlier) + 1, body=body, note=note, author_id=actor.person_id, at=now)
    session.add(made)
    session.flush()
    data = {"number": made.number}
    subject = f"plan/{made.id}"
    record(session, Act.PLAN_REVISED, matter.community_id, subject, actor=actor, data=data, secrets={"body": body, "note": note}, topic=topic_of(matter))
    add_evidence(session, now, matter=matter, kind="plan", note=note or _("方案文本"), actor=actor)
    return made


def freeze_plan(session: Session, now: datetime, *, matter: Matter) -> PlanVersion | None:
    """Freeze the latest version, because a poll opens on it; the poll's entry carries its hash."""
    versions = plan_versions(session, matter.id)
    if not versions:
        return None
    versions[-1].frozen_at = versions[-1].frozen_at or now
    session.add(versions[-1])
    session.flush()
    return versions[-1]


def add_evidence(
    session: Session,
    now: datetime,
    *,
    matter: Matter,
    kind: str,
    note: str,
    actor: Actor,
    kept_file: KeptFile | None = None,
    document_id: int | None = None,
) -> Evidence:
    """Attach evidence at the present stage: a note, and a file where there is one."""
    file = kept_file.attach(session, matter.community_id, actor.person_id, now) if kept_file else None
    made = Evidence(
        matter_id=matter.id,
        document_id=document_id,
        step=matter.stage,
        kind=kind,
        note=note,
        attachment_id=file.id if file else None,
        person_id=actor.person_id,
        added_at=now,
    )
    session.add(made)
    session.flush()
    data = {"kind": kind, "step": matter.stage, "file": file.sha256 if file else ""}
    subject = f"evidence/{made.id}"
    record(session, Act.EVIDENCE_ADDED, matter.community_id, subject, actor=actor, data=data, secrets={"note": note}, topic=topic_of(matter))
    tell(session, matter)
    return made


# --- what wings report of theirs, in the transaction of their own acts


def begin_proceeding(
    session: Session, now: datetime, *, matter: Matter, kind: str, subject: str, title: str, due_at: datetime | None = None
) -> Proceeding:
    """A wing has opened something for the matter at its present step: a room, a poll, a task, an inspection."""
    made = Proceeding(
        matter_id=matter.id, kind=kind, subject=subject, step=matter.stage, title=title, opened_at=now, due_at=due_at
    )
    session.add(made)
    session.flush()
    tell(session, matter)
    return made


def settle_proceeding(
    session: Session,
    now: datetime,
    *,
    subject: str,
    outcome: str = "",
    is_minuted: bool | None = None,
    unsettled: int | None = None,
    closes: bool = True,
) -> Proceeding:
    """A wing's proceeding has ended (or, with ``closes=False``, has only got further)."""
    known = session.exec(select(Proceeding).where(Proceeding.subject == subject)).one()
    if closes and known.closed_at is None:
        known.closed_at = now
    if outcome:
        known.outcome = outcome
    if is_minuted is not None:
        known.is_minuted = is_minuted
    if unsettled is not None:
        known.unsettled = unsettled
    session.add(known)
    session.flush()
    tell(session, session.get(Matter, known.matter_id))
    return known


def owe_reply(session: Session, now: datetime, *, matter: Matter, person_id: int, source: str, said: str) -> None:
    """A person who spoke, proposed or objected is owed an answer; once a matter and source.

    Whoever spoke several times is answered once, beside everything they said.
    """
    owed = select(ReplyOwed).where(ReplyOwed.matter_id == matter.id, ReplyOwed.person_id == person_id)
    known = session.exec(owed.where(col(ReplyOwed.answered_at).is_(None))).first()
    if known is not None:
        known.said = f"{known.said}\n{said[:200]}"[:2000]
        session.add(known)
    else:
        session.add(ReplyOwed(matter_id=matter.id, person_id=person_id, source=source, said=said[:200], owed_since=now))
    session.flush()


def start_clock(session: Session, now: datetime, *, matter: Matter | None, community_id: int, **values: Any) -> Clock:
    """Start a clock on ``subject``: kind, title, owner, due_at, source. Its breach falls due by itself."""
    made = Clock(community_id=community_id, matter_id=matter.id if matter else None, started_at=now, **values)
    session.add(made)
    session.flush()
    plan_job(session, "breach_clock", f"clock/{made.id}", made.due_at, clock=made.id)
    return made


def stop_clock(session: Session, now: datetime, *, subject: str) -> None:
    """What was owed has been done; where there is no clock nothing happens."""
    running = session.exec(select(Clock).where(Clock.subject == subject, col(Clock.stopped_at).is_(None))).first()
    if running is not None:
        running.stopped_at = now
        session.add(running)
        session.flush()


def breach_clock(session: Session, now: datetime, payload: dict[str, Any]) -> None:
    """The job at a clock's end: if it still runs, its breach becomes an entry like any other act."""
    clock = session.get(Clock, payload["clock"])
    if clock is None or clock.stopped_at is not None or clock.breached_at is not None or clock.due_at > now:
        return
    clock.breached_at = now
    session.add(clock)
    session.flush()
    topic = f"matter/{clock.matter_id}" if clock.matter_id else clock.subject
    data = {"kind": clock.kind, "due": clock.due_at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    record(session, Act.CLOCK_BREACHED, clock.community_id, clock.subject, actor=Actor(), data=data, topic=topic)
    if clock.matter_id:
        tell(session, session.get(Matter, clock.matter_id))


def attached_word(kind: str) -> bool:
    """Whether a kind of evidence is one that somebody attaches."""
    return kind in words.ATTACHED or kind == "other"


def _next_number(session: Session, community_id: int, year: int) -> int:
    found = select(func.max(Matter.number)).where(Matter.community_id == community_id, Matter.year == year)
    return (session.exec(found).first() or 0) + 1
