"""Texts held against the commitments with which they were entered: whatever was changed later no longer opens them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry, LogHead, Opening
from deliberation.audit.reading import data_of
from deliberation.bulk import select_many
from deliberation.matters.concern_models import Concern, Response
from deliberation.matters.demand_models import Contest, MeetingRecord
from deliberation.matters.gathering import procedure_of
from deliberation.matters.models import Demand, Document, Evidence, Matter, Objection, PlanVersion, ReplyOwed
from deliberation.vocabulary import Act, _

ISSUING = frozenset({
    Act.DOCUMENT_ISSUED, Act.NOTICE_ISSUED, Act.RESOLUTION_ISSUED, Act.DISCLOSURE_OPENED, Act.MINUTES_DRAFTED,
    Act.FEEDBACK_GIVEN, Act.DOCUMENT_CORRECTED,
})  # fmt: skip
# A notice, minutes or a posting begin with one entry and are completed, with their outcome, by another.
COMPLETING = frozenset({Act.DOCUMENT_CLOSED, Act.DISCLOSURE_CLOSED})
# Act on a demand -> the words of its entry, the column that keeps them, and that of its hour.
DEMANDED = {
    Act.DEMAND_ANSWERED: ("answer", "answer", "answered_at"),
    Act.DEMAND_REFUSED: ("refusal", "refusal", "refused_at"),
    Act.DEMAND_ORDERED: ("order", "order_words", "ordered_at"),
    Act.DEMAND_TAKEN_OVER: ("takeover", "takeover", "taken_over_at"),
    Act.DEMAND_CLAIMED: ("claim", "claim", "claimed_at"),
    Act.DEMAND_CALLED: ("called", "called", "called_at"),
}
COMPARED = (
    *ISSUING, *COMPLETING, Act.PLAN_REVISED, Act.CONCERN_ANSWERED, Act.EVIDENCE_ADDED, Act.OBJECTION_RAISED, Act.OBJECTION_ANSWERED,
    Act.MATTER_PROPOSED, Act.DEMAND_RAISED, *DEMANDED, Act.DEMAND_HELD, Act.DEMAND_CONTESTED, Act.DEMAND_JUDGED,
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A row as the log must know it: its word (``document/3``), the community of its log, the texts it began with.

    ``plain`` are the values that its entry says in plain words.
    """

    object: str
    community_id: int
    texts: Mapping[str, str]
    plain: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entered:
    """An entry as far as rows are held against it."""

    community_id: int
    object: str
    index: int
    act: str
    data: Mapping[str, Any]


def check_documents(session: Session) -> Iterator[Fault | None]:
    """Texts of documents, plans, evidence, objections, answers, matters and demands against their openings."""
    origins = origins_of(session)
    log = entries_of(session, COMPARED)
    openings = openings_for(session, log)
    completed = _first(log, COMPLETING)
    for acts, rows in (
        (ISSUING, list(_documents(session, completed))),
        (COMPLETING, list(_completions(session, completed))),
        ({Act.PLAN_REVISED}, list(_plans(session))),
        ({Act.CONCERN_ANSWERED}, list(_responses(session))),
        ({Act.EVIDENCE_ADDED}, list(_evidence(session))),
        ({Act.OBJECTION_RAISED}, list(_objections(session, answered=False))),
        ({Act.OBJECTION_ANSWERED}, list(_objections(session, answered=True))),
        ({Act.FEEDBACK_GIVEN}, list(_replies(session))),
        ({Act.MATTER_PROPOSED}, list(_matters(session))),
        ({Act.DEMAND_RAISED}, list(_demands(session))),
        *_on_meetings(session),
        *(({act}, list(_on_demands(session, *names))) for act, names in DEMANDED.items()),
    ):
        entries = _first(log, acts)
        for row in rows:
            yield _compare(row, entries.pop((row.community_id, row.object), None), openings, origins)
        if acts == ISSUING:
            yield from _gone(entries, origins)


def origins_of(session: Session) -> dict[int, str]:
    """The origin of each community's log."""
    return dict(session.execute(select(LogHead.community_id, LogHead.origin)).all())


Key = tuple[int, str]


def entries_of(session: Session, acts: Collection[str]) -> list[Entered]:
    """The entries of these acts in their order: asked for at once, because the whole log is gone through to find them."""
    found = select(Entry.community_id, Entry.object, Entry.index, Entry.act, Entry.body)
    found = found.where(col(Entry.act).in_(list(acts))).order_by(Entry.community_id, col(Entry.index))
    # A damaged one is named by the check of the log; it still has its place among the others and its openings.
    return [
        Entered(place, object_, index, act, data_of(body) or {})
        for place, object_, index, act, body in session.execute(found)
    ]


def _first(log: Iterable[Entered], acts: Collection[str]) -> dict[Key, Entered]:
    """The first entry of these acts on each object."""
    entries: dict[Key, Entered] = {}
    for one in log:
        if one.act in acts:
            entries.setdefault((one.community_id, one.object), one)
    return entries


_OPENED = select(Opening.community_id, Opening.index, Opening.field, Opening.value).where(
    Opening.community_id == bindparam("community"), col(Opening.index).in_(bindparam("indexes", expanding=True))
)
AT_ONCE = 512


def openings_for(session: Session, log: Iterable[Entered]) -> dict[tuple[int, int], dict[str, str]]:
    """What opens the commitments of these entries, by (community, index): field → value. Erased ones are not there."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for one in log:
        wanted[one.community_id].append(one.index)
    openings: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for community_id, indexes in wanted.items():
        for first in range(0, len(indexes), AT_ONCE):
            given = {"community": community_id, "indexes": indexes[first : first + AT_ONCE]}
            for _community, index, name, value in select_many(session, _OPENED, **given):
                openings[community_id, index][name] = value
    return openings


def _compare(
    row: Kept, entry: Entered | None, openings: Mapping[tuple[int, int], Mapping[str, str]], origins: Mapping[int, str]
) -> Fault | None:
    origin = origins.get(row.community_id, "")
    if entry is None:
        return Fault("document", _("{subject} 没有存证记录"), {"subject": row.object}, origin, None, row.object)
    opened = openings.get((row.community_id, entry.index), {})
    for name, value in row.texts.items():
        # Where the person's values were erased there is nothing to compare; the entry and its proofs still hold.
        if name in opened and opened[name] != value:
            facts = {"subject": row.object, "field": name, "index": entry.index}
            reason = _("{subject} 的“{field}”不是 {index} 号记录存证的原文")
            return Fault("document", reason, facts, origin, entry.index, row.object)
    for name, value in row.plain.items():
        if name in entry.data and entry.data[name] != value:
            facts = {"subject": row.object, "field": name, "index": entry.index}
            reason = _("{subject} 的“{field}”与 {index} 号记录不符")
            return Fault("document", reason, facts, origin, entry.index, row.object)
    return None


_ALL_DOCUMENTS = (
    select(Document, Matter.community_id).join(Matter, col(Matter.id) == Document.matter_id).order_by(col(Document.id))
)


def _gone(entries: Mapping[Key, Entered], origins: Mapping[int, str]) -> Iterator[Fault]:
    """Documents that were entered and are no longer there."""
    for (community_id, object_), entry in entries.items():
        if object_.startswith("document/"):
            facts = {"subject": object_, "index": entry.index}
            reason = _("{index} 号记录的 {subject} 已经不在")
            yield Fault("document", reason, facts, origins.get(community_id, ""), entry.index, object_)


def _documents(session: Session, completed: Mapping[Key, Entered]) -> Iterator[Kept]:
    for one, community_id in session.exec(_ALL_DOCUMENTS):
        texts = {"title": one.title, "body": one.body}
        if one.corrects_id is not None:
            texts["reason"] = one.facts.get("reason", "")
        plain = {"kind": one.kind, "step": one.step, "matter": one.matter_id, "corrects": one.corrects_id}
        if (community_id, f"document/{one.id}") not in completed:
            plain["outcome"] = one.outcome
        yield Kept(f"document/{one.id}", community_id, texts, plain)


def _completions(session: Session, completed: Mapping[Key, Entered]) -> Iterator[Kept]:
    for one, community_id in session.exec(_ALL_DOCUMENTS):
        if (community_id, f"document/{one.id}") in completed:
            yield Kept(f"document/{one.id}", community_id, {}, {"outcome": one.outcome, "step": one.step})


def _plans(session: Session) -> Iterator[Kept]:
    found = select(PlanVersion, Matter.community_id).join(Matter, col(Matter.id) == PlanVersion.matter_id)
    for one, community_id in session.exec(found.order_by(col(PlanVersion.id))):
        yield Kept(f"plan/{one.id}", community_id, {"body": one.body, "note": one.note}, {"number": one.number})


def _responses(session: Session) -> Iterator[Kept]:
    found = (
        select(Response, Concern.source, PlanVersion.number, Matter.community_id)
        .join(Concern, col(Concern.id) == Response.concern_id)
        .join(Matter, col(Matter.id) == Concern.matter_id)
        .outerjoin(PlanVersion, col(PlanVersion.id) == Response.plan_id)
    )
    for one, source, number, community_id in session.exec(found.order_by(col(Response.id))):
        yield Kept(f"response/{one.id}", community_id, {"reason": one.reason}, {"to": source, "plan": number or 0})


def _evidence(session: Session) -> Iterator[Kept]:
    found = select(Evidence, Matter.community_id).join(Matter, col(Matter.id) == Evidence.matter_id)
    for one, community_id in session.exec(found.order_by(col(Evidence.id))):
        yield Kept(f"evidence/{one.id}", community_id, {"note": one.note}, {"kind": one.kind, "step": one.step})


def _objections(session: Session, *, answered: bool) -> Iterator[Kept]:
    found = select(Objection, Matter.community_id).join(Matter, col(Matter.id) == Objection.matter_id)
    for one, community_id in session.exec(found.order_by(col(Objection.id))):
        if not answered:
            yield Kept(f"objection/{one.id}", community_id, {"body": one.body}, {"document": one.document_id})
        elif one.answered_at is not None:
            yield Kept(f"objection/{one.id}", community_id, {"answer": one.answer}, {"upheld": int(one.is_upheld)})


def _replies(session: Session) -> Iterator[Kept]:
    found = select(ReplyOwed, Matter.community_id).join(Matter, col(Matter.id) == ReplyOwed.matter_id)
    for one, community_id in session.exec(found.where(col(ReplyOwed.answered_at).is_not(None))):
        yield Kept(f"reply/{one.id}", community_id, {"answer": one.answer})


def _matters(session: Session) -> Iterator[Kept]:
    for one in session.exec(select(Matter).order_by(col(Matter.id))):
        texts = {"title": one.title, "summary": one.summary}
        fingerprint = procedure_of(session, one).fingerprint
        yield Kept(
            f"matter/{one.id}",
            one.community_id,
            texts,
            {"number": one.number, "fingerprint": fingerprint, "about": one.about},
        )


def _demands(session: Session) -> Iterator[Kept]:
    for one in session.exec(select(Demand).order_by(col(Demand.id))):
        plain = {"base": one.base, "needed": one.needed}
        if one.area_base is not None:
            plain |= {"area_base": one.area_base, "area_needed": one.area_needed}
        yield Kept(f"demand/{one.id}", one.community_id, {"title": one.title, "reason": one.reason}, plain)


def _on_meetings(session: Session) -> Iterator[tuple[set[str], list[Kept]]]:
    """What was recorded, contested and found of demanded meetings that were held elsewhere."""
    held = list(session.exec(select(MeetingRecord).order_by(col(MeetingRecord.id))))
    yield (
        {Act.DEMAND_HELD},
        [
            Kept(
                f"record/{one.id}",
                one.community_id,
                {"words": one.words, "place": one.place},
                {"day": one.held_on.isoformat()},
            )
            for one in held
        ],
    )
    yield (
        {Act.DEMAND_JUDGED},
        [
            Kept(f"record/{one.id}", one.community_id, {"finding": one.finding}, {"upheld": int(one.upheld)})
            for one in held
            if one.upheld is not None
        ],
    )
    contests = session.exec(select(Contest).order_by(col(Contest.id)))
    yield (
        {Act.DEMAND_CONTESTED},
        [Kept(f"contest/{one.id}", one.community_id, {"words": one.words}) for one in contests],
    )


def _on_demands(session: Session, word: str, text: str, at: str) -> Iterator[Kept]:
    """What was done on demands, where it was; a notice given here as a document has no words beside it."""
    for one in session.exec(select(Demand).where(getattr(Demand, at).is_not(None)).order_by(col(Demand.id))):
        said = getattr(one, text)
        yield Kept(f"demand/{one.id}", one.community_id, {word: said} if said else {})
