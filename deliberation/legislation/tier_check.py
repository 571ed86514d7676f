"""What lies between the tiers against the log: calls and submissions are those whose digests were entered, copies follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.legislation.calling import checked_calls
from deliberation.legislation.draft_reading import digest
from deliberation.legislation.feedback_models import Feedback, FeedbackReceipt, FeedbackText
from deliberation.legislation.feeding_back import facts_of as facts_of_feedback
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.receipt_models import ReceivedOpinion
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_models import Submission, SubmissionText
from deliberation.legislation.submitting import facts_of
from deliberation.matters.text_check import entries_of, origins_of
from deliberation.vocabulary import Act, _

GONE = _("{index} 号记录的 {subject} 已经不在")
OTHER_FACTS = _("{subject} 的“{field}”与 {index} 号记录不符")
NO_ENTRY = _("{subject} 没有存证记录")
OTHER_TEXT = _("{subject} 的文本不是存证的那一版")
STILL_THERE = _("{subject} 还在，它的原件 {source} 已经撤回")


def check_calls(session: Session) -> Iterator[Fault | None]:
    """Every call that was kept against the entry of its opening."""
    entered = {(one.community_id, one.object): one for one in entries_of(session, (Act.SOLICITATION_OPENED,))}
    origins = origins_of(session)
    for asked, kept in checked_calls(session):
        one = entered.get((asked.community_id, asked.subject))
        if one is not None and one.data.get("call") == digest(kept.document):
            yield None
            continue
        reason = OTHER_TEXT if one is not None else NO_ENTRY
        origin, index = origins.get(asked.community_id, ""), one.index if one is not None else None
        yield Fault("document", reason, {"subject": asked.subject}, origin, index, asked.subject)


Kept = Iterable[tuple[int, str, int, dict[str, Any]]]
"""Rows as (community, subject, number, what the entry says of it in clear)."""


def check_submissions(session: Session) -> Iterator[Fault | None]:
    """Every submission against its entry: what is said of it, and its content by the digest; and every copy that stands."""
    yield from _held(session, Act.SUBMISSION_MADE, _submissions(session))
    yield from _left_standing(session, origins_of(session))


def check_feedbacks(session: Session) -> Iterator[Fault | None]:
    """The same of every feedback to a point, and of every one that a point took in."""
    yield from _held(session, Act.ANSWERS_HANDED_DOWN, _feedbacks(session))
    yield from _held(session, Act.ANSWERS_CAME_DOWN, _taken_in(session))


def _submissions(session: Session) -> Kept:
    for made in session.exec(select(Submission).order_by(col(Submission.id))).all():
        of = solicitation(session, made.solicitation_id)
        kept = session.get(SubmissionText, made.id)
        said = facts_of(made, of) | {"content": digest(kept.content) if kept else ""}
        yield of.community_id, made.subject, made.number, said


def _feedbacks(session: Session) -> Kept:
    for made in session.exec(select(Feedback).order_by(col(Feedback.id))).all():
        kept = session.get(FeedbackText, made.id)
        said = facts_of_feedback(made) | {"content": digest(kept.content) if kept else ""}
        yield solicitation(session, made.solicitation_id).community_id, made.subject, made.number, said


def _taken_in(session: Session) -> Kept:
    for made in session.exec(select(FeedbackReceipt).order_by(col(FeedbackReceipt.id))).all():
        of = solicitation(session, made.solicitation_id)
        said = {name: getattr(made, name) for name in ("number", "opinions", "decided")} | {"content": made.sha256}
        yield of.community_id, of.subject, made.number, said


def _held(session: Session, act: Act, kept: Kept) -> Iterator[Fault | None]:
    """Rows against their entries, and what was entered and is not there."""
    entered = {(one.community_id, one.object, one.data.get("number")): one for one in entries_of(session, (act,))}
    origins = origins_of(session)
    for community_id, subject, number, facts in kept:
        one = entered.pop((community_id, subject, number), None)
        index, origin = one.index if one else None, origins.get(community_id, "")
        if one is None:
            yield Fault("document", NO_ENTRY, {"subject": subject}, origin, None, subject)
            continue
        wrong = next((name for name, value in facts.items() if one.data.get(name) != value), None)
        said = {"subject": subject, "field": wrong, "index": index}
        yield Fault("document", OTHER_FACTS, said, origin, index, subject) if wrong else None
    for (community_id, subject, _number), one in entered.items():
        facts = {"subject": subject, "index": one.index}
        yield Fault("document", GONE, facts, origins.get(community_id, ""), one.index, subject)


def _left_standing(session: Session, origins: dict[int, str]) -> Iterator[Fault]:
    """Copies that stand although the opinion itself, here too, was withdrawn."""
    source = aliased(Opinion)
    found = (
        select(Opinion, source.id)
        .join(ReceivedOpinion, col(ReceivedOpinion.opinion_id) == Opinion.id)
        .join(source, source.id == ReceivedOpinion.source_id)
        .where(col(Opinion.withdrawn_at).is_(None), source.withdrawn_at.is_not(None))
        .order_by(col(Opinion.id))
    )
    for copy, id in session.exec(found):
        facts = {"subject": copy.subject, "source": f"opinion/{id}"}
        yield Fault("document", STILL_THERE, facts, origins.get(copy.community_id, ""), copy.entry, copy.subject)
