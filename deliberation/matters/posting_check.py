"""The days of postings and objections counted again from the instants in the log, by the rules of the act itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry, LogHead
from deliberation.audit.reading import entry_of
from deliberation.communities.models import Community
from deliberation.matters import days
from deliberation.matters.gathering import CALENDAR_VERSION, procedure_of, working_days
from deliberation.matters.models import Disclosure, Document, Matter, Objection
from deliberation.matters.procedure import Step
from deliberation.vocabulary import Act, _

KIND = "day_count"


@dataclass(frozen=True)
class At:
    """An entry as far as days are counted from it."""

    index: int
    at: datetime
    data: Mapping[str, Any]


def check_days(session: Session) -> Iterator[Fault | None]:
    """Every posting and every deadline of an objection."""
    yield from _postings(session)
    yield from _deadlines(session)


def _postings(session: Session) -> Iterator[Fault | None]:
    opened, closed = _entries(session, Act.DISCLOSURE_OPENED), _entries(session, Act.DISCLOSURE_CLOSED)
    found = (
        select(Disclosure, Document, Matter, Community, LogHead.origin)
        .join(Document, col(Document.id) == Disclosure.document_id)
        .join(Matter, col(Matter.id) == Disclosure.matter_id)
        .join(Community, col(Community.id) == Matter.community_id)
        .join(LogHead, col(LogHead.community_id) == Community.id)
        .order_by(col(Disclosure.document_id))
    )
    for posting, document, matter, place, origin in session.exec(found):
        subject = f"document/{document.id}"
        if (place.id, subject) not in opened:
            yield Fault(KIND, _("{subject} 的公示没有存证"), {"subject": subject}, origin, None, subject)
            continue
        if (begun := opened[place.id, subject]) is None:
            continue
        step = procedure_of(session, matter).step(posting.step).taken_as(matter.choices.get(posting.step, ""))
        ended = closed.get((place.id, subject))
        wrong = _wrong_days(posting, document, begun, step, place) or _wrong_end(posting, ended, begun, step, place)
        index = ended.index if ended and wrong == EARLY else begun.index
        facts = {"subject": subject, "index": index}
        yield Fault(KIND, wrong, facts, origin, index, subject) if wrong else None


EARLY = _("{subject} 的公示没有满期就结束了")


def _wrong_days(posting: Disclosure, document: Document, begun: At, step: Step, place: Community) -> str:
    """The days that follow from the entry's instant, against the row, the document and the entry itself."""
    number = step.days.get("posting")
    start = days.day_of(begun.at, place.zone)
    closable = days.first_day_after(start, posting.days)
    right = {"starts_on": start, "ends_on": closable - timedelta(days=1), "closable_on": closable}
    kept = {name: getattr(posting, name) for name in right}
    said = {name: _day(document.facts.get(name)) for name in right}
    entered = {name: _day(begun.data.get("posting", {}).get(name)) for name in right}
    if number is None or posting.days < number.count or kept != right or said != right or entered != right:
        return _("{subject} 的公示日期与 {index} 号记录推算的不符")
    return ""


def _wrong_end(posting: Disclosure, ended: At | None, begun: At, step: Step, place: Community) -> str:
    """A posting that ended well must have run its days; one that was lost may end at once."""
    if ended is None or ended.data.get("outcome") not in ("done", "merged"):
        return ""
    earliest = days.posting_ends(begun.at, step.days["posting"].count, place.zone)
    return EARLY if ended.at < earliest else ""


def _deadlines(session: Session) -> Iterator[Fault | None]:
    raised = _entries(session, Act.OBJECTION_RAISED)
    found = (
        select(Objection, Matter, Community, LogHead.origin)
        .join(Matter, col(Matter.id) == Objection.matter_id)
        .join(Community, col(Community.id) == Matter.community_id)
        .join(LogHead, col(LogHead.community_id) == Community.id)
        .order_by(col(Objection.id))
    )
    for one, matter, place, origin in session.exec(found):
        subject = f"objection/{one.id}"
        if (place.id, subject) not in raised:
            yield Fault(KIND, _("{subject} 的期限没有存证"), {"subject": subject}, origin, None, subject)
            continue
        if (entry := raised[place.id, subject]) is None:
            continue
        step = procedure_of(session, matter).step(one.step).taken_as(matter.choices.get(one.step, ""))
        wrong = _day(entry.data.get("due")) != one.answer_due_on or _other_deadline(session, one, entry, step, place)
        facts = {"subject": subject, "index": entry.index}
        reason = _("{subject} 的答复期限与 {index} 号记录推算的不符")
        yield Fault(KIND, reason, facts, origin, entry.index, subject) if wrong else None


def _other_deadline(session: Session, one: Objection, entry: At, step: Step, place: Community) -> bool:
    """Whether the calendar of that time gives another day; with another calendar nothing can be said."""
    if entry.data.get("calendar") != CALENDAR_VERSION:
        return False
    due_at = days.deadline(entry.at, step.days["answer"].count, place.zone, working_days(session, place))
    return days.day_of(due_at - timedelta(seconds=1), place.zone) != one.answer_due_on


def _entries(session: Session, act: Act) -> dict[tuple[int, str], At | None]:
    """The instants are read from what was hashed, not from the column beside it.

    None where an entry is damaged, which the check of the log has named.
    """
    found = select(Entry.community_id, Entry.object, Entry.index, Entry.body).where(Entry.act == act.value)
    entries = {}
    for community_id, object_, index, body in session.execute(found.order_by(col(Entry.index))):
        said = entry_of(body)
        at = None if said is None else _instant(said.get("at"))
        entries[community_id, object_] = At(index, at, said["data"]) if at else None
    return entries


def _instant(said: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else None


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        return None
