"""反馈 between installations: a body writes down what its points have not heard; a point takes it in, whole or not at all."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from deliberation.audit.actions import Actor, record
from deliberation.audit.models import log_head
from deliberation.communities.models import Community, community
from deliberation.files import KeptFile
from deliberation.identity.reach import roles_of
from deliberation.legislation.adoption_models import Adoption, OpinionAnswer
from deliberation.legislation.adoption_rules import POINT, Decision, mistakes
from deliberation.legislation.answering import answered
from deliberation.legislation.feedback_models import (
    Feedback,
    FeedbackReceipt,
    FeedbackText,
    feedback_receipts_of,
    last_to,
)
from deliberation.legislation.feedback_rules import (
    MOST_AT_ONCE,
    NO_SUCH,
    NOTHING_NEW,
    OTHER_CONTENT,
    Fate,
    FedBack,
    Head,
    Line,
    content_of,
    may_follow,
    may_take,
)
from deliberation.legislation.handing_down import fate_in, hand_down
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_writing import Tally, keep_tally
from deliberation.legislation.receipt_models import ReceivedOpinion, SubmissionReceipt
from deliberation.legislation.receiving import Keyed, trust
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.solicitation_rules import may
from deliberation.legislation.submission_models import Submission, SubmittedOpinion
from deliberation.matters.days import day_of
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, Role


@dataclass(frozen=True)
class Returned(Keyed):
    """A feedback that came as a file, and what it says."""

    found: FedBack


# --- down


def untold(session: Session, of: Solicitation, source: SubmissionReceipt) -> int:
    """How many answers a point elsewhere has not heard; ``source``: one of its receipts."""
    return session.exec(_untold(of, source, func.count(Adoption.id))).one()


def _untold(of: Solicitation, source: SubmissionReceipt, *what: object):
    return (
        select(*what)
        .select_from(OpinionAnswer)
        .join(Opinion, col(Opinion.id) == OpinionAnswer.opinion_id)
        .join(Adoption, col(Adoption.id) == OpinionAnswer.adoption_id)
        .join(ReceivedOpinion, col(ReceivedOpinion.opinion_id) == Opinion.id)
        .join(SubmissionReceipt, col(SubmissionReceipt.id) == ReceivedOpinion.receipt_id)
        .where(
            OpinionAnswer.solicitation_id == of.id,
            OpinionAnswer.way == POINT,
            col(OpinionAnswer.told_at).is_(None),
            col(Opinion.adoption_id) == Adoption.id,
            col(Opinion.withdrawn_at).is_(None),
            SubmissionReceipt.origin == source.origin,
            SubmissionReceipt.asked == source.asked,
        )
    )


def feed_back(
    session: Session, now: datetime, *, of: Solicitation, source: SubmissionReceipt, actor: Actor
) -> Feedback:
    """Write down what a point on another installation is to hear; with it the opinions count as answered. Raises Refused."""
    where = community(session, of.community_id)
    refuse_if(may("feed_back", roles_of(session, actor, where, now), of.stage_at(now)))
    what = (OpinionAnswer, Opinion, Adoption, ReceivedOpinion.entry, SubmissionReceipt.number)
    rows = _untold(of, source, *what).order_by(col(ReceivedOpinion.entry))
    chosen = list(session.exec(rows.limit(MOST_AT_ONCE)).all())
    if not chosen:
        raise Refused(NOTHING_NEW)
    lines = [_line(entry, fate_in(made, number, where.zone)) for _answer, _one, made, entry, number in chosen]
    head = _head(session, of, where, source, len(lines))
    content = content_of(head, lines)
    made = Feedback(
        solicitation_id=of.id, origin=source.origin, asked=source.asked, number=head.number, body=source.body,
        opinions=len(lines), sha256=hashlib.sha256(content).hexdigest(), at=now, person_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(FeedbackText(feedback_id=made.id, content=content.decode()))
    tally = Tally()
    for answer, one, decision, _entry, _number in chosen:
        answer.told_at, answer.told_by_id = now, actor.person_id
        session.add(answer)
        answered(session, tally, decision, one, (now, where))
    session.flush()
    keep_tally(session, tally)
    record(
        session, Act.ANSWERS_HANDED_DOWN, of.community_id, made.subject, actor=actor, data=facts_of(made), topic=of.topic
    )  # fmt: skip
    return made


def _line(entry: int, fate: Fate) -> Line:
    return Line(entry, fate.submission, fate.kind, fate.reason, fate.label, fate.text, fate.told_on.isoformat())


def _head(session: Session, of: Solicitation, where: Community, source: SubmissionReceipt, count: int) -> Head:
    return Head(
        origin=log_head(session, of.community_id).origin, solicitation=of.id,
        number=last_to(session, of.id, source.origin, source.asked) + 1, body=where.name, to=source.origin,
        asked=source.asked, opinions=count, nonce=secrets.token_hex(32),
    )  # fmt: skip


def facts_of(made: Feedback) -> dict[str, int | str]:
    """What the log says of a feedback in clear."""
    return {
        "solicitation": made.solicitation_id, "number": made.number, "opinions": made.opinions, "content": made.sha256,
        "to": made.origin, "asked": made.asked,
    }  # fmt: skip


# --- taken in


def take_feedback(
    session: Session, now: datetime, *, of: Solicitation, came: Returned, file: KeptFile | None, actor: Actor
) -> FeedbackReceipt:
    """Take in a feedback of the body above; the same one twice changes nothing.

    Raises Invalid (the key waits to be confirmed), Refused; all or nothing.
    """
    where = community(session, of.community_id)
    # The command line is the administrator's, whose right is the machine's.
    roles = roles_of(session, actor, where, now) if actor.person_id else frozenset({Role.LIAISON.value})
    refuse_if(may("take_feedback", roles, of.stage_at(now)))
    head = came.found.head
    refuse_if(may_take(head, (log_head(session, of.community_id).origin, of.id), of.upper))
    trust(session, now, of=of, source=(head.origin, head.body), came=came, actor=actor)
    before = feedback_receipts_of(session, of.id)
    known = next((each for each in before if each.number == head.number), None)
    if known is not None:
        if known.sha256 != came.sha256:
            raise Refused(Refusal(OTHER_CONTENT.reason, {"number": head.number}, OTHER_CONTENT.remedy))
        return known
    refuse_if(may_follow(head.number, before[-1].number if before else 0))
    fates = _fates(session, of, came.found, day_of(now, where.zone))
    decided = hand_down(session, now, of=of, body=head.body, fates=fates, actor=actor)
    made = FeedbackReceipt(
        solicitation_id=of.id, number=head.number, body=head.body, opinions=head.opinions, decided=decided,
        sha256=came.sha256, at=now, person_id=actor.person_id,
    )  # fmt: skip
    if file is not None:
        made.attachment_id = file.attach(session, of.community_id, actor.person_id, now).id
    session.add(made)
    session.flush()
    data = {
        "from": head.origin, "asked": head.solicitation, "number": head.number, "opinions": head.opinions,
        "decided": decided, "content": came.sha256,
    }  # fmt: skip
    record(session, Act.ANSWERS_CAME_DOWN, of.community_id, of.subject, actor=actor, data=data, topic=of.topic)
    return made


def _fates(session: Session, of: Solicitation, found: FedBack, today: date) -> list[tuple[int, Fate]]:
    """The opinions here that the lines are on. Raises Refused where one never went up so, or is decided as nothing can be."""
    ids = _handed_up(session, of, [line.entry for line in found.lines])
    fates = []
    for line in found.lines:
        id = ids.get((line.entry, line.submission))
        if id is None:
            raise Refused(Refusal(NO_SUCH.reason, {"entry": line.entry}, NO_SUCH.remedy))
        told_on = date.fromisoformat(line.decided_on)
        made = Decision(line.decision, line.reason, "", line.text, told_by=found.head.body, told_on=told_on)
        if wrong := mistakes(made, today):
            raise Refused(next(iter(wrong.values())))
        fates.append((id, Fate(line.submission, line.decision, line.reason, line.label, line.text, told_on)))
    return fates


def _handed_up(session: Session, of: Solicitation, entries: Sequence[int]) -> dict[tuple[int, int], int]:
    """What went up of these: by entry and number of the submission the opinion."""
    found = (
        select(Opinion.entry, Submission.number, Opinion.id)
        .join(SubmittedOpinion, col(SubmittedOpinion.opinion_id) == Opinion.id)
        .join(Submission, col(Submission.id) == SubmittedOpinion.submission_id)
        .where(Opinion.solicitation_id == of.id, col(Opinion.entry).in_(entries), SubmittedOpinion.change == "")
    )
    return {(entry, number): id for entry, number, id in session.exec(found)}
