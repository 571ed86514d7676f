"""Corrections of minutes 要求更正: a passage, the wording wanted, why; accepted as a new edition, or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.matters.corrections import correct_document
from deliberation.matters.models import Document, Matter
from deliberation.refusal import Invalid, refuse_if
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.minutes_keeping import participant_ids, stands, tell
from deliberation.rooms.minutes_models import (
    Minutes,
    MinutesCorrection,
    MinutesEdition,
    correction,
    minutes_of,
    newest_edition,
    waiting,
)
from deliberation.vocabulary import Act

BESIDE = "第{edition}版。原文：“{passage}”\n改为：“{words}”"


@dataclass(frozen=True)
class Asked:
    """What somebody wants put right. ``typed_by_id``: the clerk, for somebody else."""

    person_id: int
    passage: str
    wording: str
    reason: str
    typed_by_id: int | None = None


@dataclass(frozen=True)
class Answered:
    """What becomes of it: the words that are taken (``None``: nothing is), and why."""

    words: str | None
    answer: str = ""


def why_not_ask(session: Session, now: datetime, minutes: Minutes, person_id: int | None) -> object:
    """The refusal, if there is one: the same greys the button and guards the act."""
    return rules.may_ask(
        stands(session, minutes),
        now,
        takes_part=bool(person_id) and person_id in participant_ids(session, minutes),
        own_waiting=waiting(session, minutes.document_id, person_id) if person_id else 0,
    )


def ask_correction(
    session: Session, now: datetime, *, document_id: int, asked: Asked, actor: Actor
) -> MinutesCorrection:
    """Ask for a correction of the newest text. Raises Refused, Invalid (``passage``, ``wording``)."""
    minutes = minutes_of(session, document_id, locked=True)
    refuse_if(why_not_ask(session, now, minutes, asked.person_id))
    edition = newest_edition(session, document_id)
    if no := rules.check_passage(edition.body, asked.passage, asked.wording):
        raise Invalid({"wording" if asked.passage == asked.wording else "passage": no})
    made = MinutesCorrection(
        document_id=document_id,
        person_id=asked.person_id,
        typed_by_id=asked.typed_by_id,
        edition=edition.number,
        passage=asked.passage,
        wording=asked.wording,
        reason=asked.reason,
        asked_at=now,
    )
    session.add(made)
    session.flush()
    data = {"correction": made.id, "edition": edition.number, "by_clerk": int(asked.typed_by_id is not None)}
    secrets = {"passage": asked.passage, "wording": asked.wording, "reason": asked.reason}
    _enter(session, Act.MINUTES_QUESTIONED, minutes, actor, data, secrets, owner=asked.person_id)
    return made


def answer_correction(
    session: Session, now: datetime, *, correction_id: int, answered: Answered, actor: Actor, keeps: bool
) -> MinutesCorrection:
    """Take words up as a new edition, or keep the text and say why; once. Raises Refused, Invalid."""
    asked = correction(session, correction_id)
    minutes = minutes_of(session, asked.document_id, locked=True)
    session.refresh(asked)
    refuse_if(rules.may_decide(stands(session, minutes), keeps=keeps, is_decided=asked.decided_at is not None))
    asked.decided_at, asked.decided_by_id, asked.answer = now, actor.person_id, answered.answer
    session.add(asked)
    if answered.words is None:
        session.flush()
        data, secrets = {"correction": asked.id}, {"answer": answered.answer}
        _enter(session, Act.MINUTES_UPHELD, minutes, actor, data, secrets)
        return asked
    _take_up(session, now, minutes, asked, answered.words, actor)
    return asked


def _take_up(
    session: Session, now: datetime, minutes: Minutes, asked: MinutesCorrection, words: str, actor: Actor
) -> None:
    edition = newest_edition(session, minutes.document_id)
    if no := rules.check_words(asked.wording, words, asked.answer):
        raise Invalid({"answer": no})
    refuse_if(rules.check_passage(edition.body, asked.passage, words))
    asked.is_accepted, asked.words = True, words
    made = MinutesEdition(
        document_id=minutes.document_id,
        number=edition.number + 1,
        body=rules.amended(edition.body, asked.passage, words),
        at=now,
        by_id=actor.person_id,
        correction_id=asked.id,
    )
    session.add(made)
    session.flush()
    data = {"correction": asked.id, "edition": made.number}
    secrets = {"body": made.body, "answer": asked.answer}
    _enter(session, Act.MINUTES_AMENDED, minutes, actor, data, secrets)
    # Beside the document too, where corrections of any paper are read.
    correct_document(
        session,
        now,
        matter=session.get(Matter, minutes.matter_id),
        document=session.get(Document, minutes.document_id),
        body=BESIDE.format(edition=made.number, passage=asked.passage, words=words),
        reason="；".join(each for each in (asked.reason, asked.answer) if each),
        actor=actor,
    )


def _enter(
    session: Session,
    act: Act,
    minutes: Minutes,
    actor: Actor,
    data: dict[str, int],
    secrets: dict[str, str],
    owner: int | None = None,
) -> None:
    topic = f"matter/{minutes.matter_id}"
    record(
        session, act, minutes.community_id, minutes.topic, actor=actor, data=data, secrets=secrets, topic=topic,
        owner=owner,
    )  # fmt: skip
    tell(session, minutes)
