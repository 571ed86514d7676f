"""What lies between the tiers against the log: calls and submissions are those whose digests were entered, copies follow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
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
from deliberation.legislation.solicitation_models import Solicitation, solicitation
from deliberation.legislation.submission_models import Submission, SubmissionText, SubmittedOpinion
from deliberation.legislation.submitting import facts_of
from deliberation.matters.text_check import entries_of, origins_of
from deliberation.vocabulary import Act, _

GONE = _("{index} 号记录的 {subject} 已经不在")
OTHER_FACTS = _("{subject} 的“{field}”与 {index} 号记录不符")
NO_ENTRY = _("{subject} 没有存证记录")
OTHER_TEXT = _("{subject} 的文本不是存证的那一版")
NOT_GONE_UP = _("{subject} 的上报登记与 {submission} 的内容不符")
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
    """Every submission against its entry: what is said of it, its content by the digest, which opinions are down as gone up;

    and every copy that stands.
    """
    yield from _held(session, Act.SUBMISSION_MADE, _submissions(session))
    origins = origins_of(session)
    yield from _went_up(session, origins)
    yield from _left_standing(session, origins)


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


def _went_up(session: Session, origins: dict[int, str]) -> Iterator[Fault | None]:
    """The opinions that are down as gone up are those of the content, with how they could be read then."""
    rows = select(Submission, Solicitation.community_id).join(
        Solicitation, col(Solicitation.id) == Submission.solicitation_id
    )
    for made, community_id in session.exec(rows.order_by(col(Submission.id))).all():
        kept = session.get(SubmissionText, made.id)
        if kept is None or digest(kept.content) != made.sha256:
            continue  # Told above.
        said = dict(_said(kept.content))
        session.expunge(kept)
        found = select(SubmittedOpinion, Opinion.entry).join(Opinion, col(Opinion.id) == SubmittedOpinion.opinion_id)
        found = found.where(SubmittedOpinion.submission_id == made.id).order_by(col(SubmittedOpinion.opinion_id))
        wrong = [
            f"opinion/{row.opinion_id}"
            for row, entry in session.exec(found)
            if said.pop((entry, row.change), None) != (row.was_public, row.was_named)
        ]
        for subject in wrong or [made.subject] * bool(said):
            facts = {"subject": subject, "submission": made.subject}
            yield Fault("document", NOT_GONE_UP, facts, origins.get(community_id, ""), None, subject)


def _said(content: str) -> Iterator[tuple[tuple[int, str], tuple[bool, bool]]]:
    """Entry and change of each line after the head → whether everybody read it, and whether a name or contact went with it."""
    for line in islice(content.split("\n"), 1, None):
        if line:
            one = json.loads(line)
            named = bool(one.get("name") or one.get("contact") or one.get("names"))
            yield (one["entry"], one.get("change", "")), (one.get("is_public", False), named)


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
