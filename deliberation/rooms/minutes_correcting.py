"""Corrections of minutes 要求更正: a passage, the wording wanted, why; accepted as a new edition, or refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.matters.corrections import correct_document
from deliberation.matters.models import Document, Matter
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.minutes_keeping import lead_to, participant_ids, stands, tell
from deliberation.rooms.minutes_models import (
    Minutes,
    MinutesCorrection,
    MinutesEdition,
    correction,
    minutes_of,
    newest_edition,
    times_asked,
    waiting,
)
from deliberation.rooms.minutes_places import starts_now
from deliberation.rooms.passage_rules import EVERYWHERE, replaced, starts_of
from deliberation.vocabulary import Act, _

BESIDE = "第{edition}版。原文：“{passage}”{where}\n改为：“{words}”"
CHANGED_MEANWHILE = Refusal(
    _("这段话在后来的一版里已经改了"), remedy=_("不采纳的，在理由里说明；还要改的，照现在的正文重新提出"), late=True
)


@dataclass(frozen=True)
class Asked:
    """What somebody wants put right. ``typed_by_id``: the clerk, for somebody else."""

    person_id: int
    passage: str
    wording: str
    reason: str
    typed_by_id: int | None = None
    place: int | None = None
    """Which of the passage's places is meant, from 1; 0: all; None where there is only one."""


@dataclass(frozen=True)
class Answered:
    """What becomes of it: the words that are taken (``None``: nothing is), and why."""

    words: str | None
    answer: str = ""


def why_not_ask(
    session: Session, now: datetime, minutes: Minutes, person_id: int | None, *, is_typed: bool = False
) -> Refusal | None:
    """The refusal, if there is one: the same greys the button and guards the act. ``is_typed``: by another."""
    id = minutes.document_id
    return rules.may_ask(
        stands(session, minutes),
        now,
        takes_part=bool(person_id) and person_id in participant_ids(session, minutes),
        own_waiting=waiting(session, id, person_id) if person_id else 0,
        asked=times_asked(session, id, person_id, is_typed=is_typed) if person_id else 0,
    )


def why_not_type(session: Session, now: datetime, minutes: Minutes) -> Refusal | None:
    """Why nothing is typed for others: what is against everybody, and not against one person."""
    return rules.may_ask(stands(session, minutes), now, takes_part=True, own_waiting=0)


def ask_correction(
    session: Session, now: datetime, *, document_id: int, asked: Asked, actor: Actor
) -> MinutesCorrection:
    """Ask for a correction of the newest text. Raises Refused, Invalid (``passage``, ``wording``, ``place``)."""
    minutes = minutes_of(session, document_id, locked=True)
    is_typed = asked.typed_by_id is not None
    refuse_if(why_not_ask(session, now, minutes, asked.person_id, is_typed=is_typed))
    edition = newest_edition(session, document_id)
    if no := rules.check_passage(edition.body, asked.passage, asked.wording):
        is_there = bool(starts_of(edition.body, asked.passage))
        raise Invalid({"wording" if is_there else "passage": no})
    if no := rules.check_place(edition.body, asked.passage, asked.place):
        raise Invalid({"place": no})
    made = MinutesCorrection(
        document_id=document_id,
        person_id=asked.person_id,
        typed_by_id=asked.typed_by_id,
        edition=edition.number,
        place=1 if asked.place is None else asked.place,
        passage=asked.passage,
        wording=asked.wording,
        reason=asked.reason,
        asked_at=now,
    )
    session.add(made)
    session.flush()
    data = {"correction": made.id, "edition": edition.number, "by_clerk": int(is_typed)}
    data["place"] = made.place
    secrets = {"passage": asked.passage, "wording": asked.wording, "reason": asked.reason}
    enter(session, Act.MINUTES_QUESTIONED, minutes, actor, data, secrets, owner=asked.person_id)
    return made


def answer_correction(
    session: Session, now: datetime, *, correction_id: int, answered: Answered, actor: Actor, keeps: bool
) -> MinutesCorrection:
    """Take words up as a new edition, or keep the text and say why; once. Raises Refused, Invalid."""
    asked = correction(session, correction_id)
    minutes = minutes_of(session, asked.document_id, locked=True)
    session.refresh(asked)
    is_decided, is_withdrawn = asked.decided_at is not None, asked.withdrawn_at is not None
    refuse_if(rules.may_decide(stands(session, minutes), keeps=keeps, is_decided=is_decided, is_withdrawn=is_withdrawn))
    asked.decided_at, asked.decided_by_id, asked.answer = now, actor.person_id, answered.answer
    session.add(asked)
    if answered.words is None:
        session.flush()
        data, secrets = {"correction": asked.id}, {"answer": answered.answer}
        enter(session, Act.MINUTES_UPHELD, minutes, actor, data, secrets)
        return asked
    take_up(session, now, minutes, asked, answered.words, actor)
    return asked


def take_up(
    session: Session, now: datetime, minutes: Minutes, asked: MinutesCorrection, words: str, actor: Actor
) -> None:
    """The words into the newest edition, which makes another. Raises Refused, Invalid (``answer``)."""
    edition = newest_edition(session, minutes.document_id)
    if no := rules.check_words(asked.wording, words, asked.answer):
        raise Invalid({"answer": no})
    if asked.passage == words:
        refuse_if(rules.check_passage(edition.body, asked.passage, words))
    starts = starts_now(session, asked)
    refuse_if(None if starts else CHANGED_MEANWHILE)
    asked.is_accepted, asked.words = True, words
    made = MinutesEdition(
        document_id=minutes.document_id,
        number=edition.number + 1,
        body=replaced(edition.body, asked.passage, words, starts),
        at=now,
        by_id=actor.person_id,
        correction_id=asked.id,
    )
    session.add(made)
    session.flush()
    lead_to(session, minutes)
    data = {"correction": asked.id, "edition": made.number}
    secrets = {"body": made.body, "answer": asked.answer}
    enter(session, Act.MINUTES_AMENDED, minutes, actor, data, secrets)
    # Beside the document too, where corrections of any paper are read.
    correct_document(
        session,
        now,
        matter=session.get(Matter, minutes.matter_id),
        document=session.get(Document, minutes.document_id),
        body=BESIDE.format(
            edition=made.number, passage=asked.passage, words=words, where=_where(edition, asked, starts)
        ),
        reason="；".join(each for each in (asked.reason, asked.answer) if each),
        actor=actor,
    )


def _where(edition: MinutesEdition, asked: MinutesCorrection, starts: Sequence[int]) -> str:
    """Which of several places were changed; nothing where there is one."""
    found = starts_of(edition.body, asked.passage)
    if len(found) < 2:
        return ""
    return (
        f"（共{len(found)}处，都改）"
        if asked.place == EVERYWHERE
        else f"（共{len(found)}处，第{found.index(starts[0]) + 1}处）"
    )


def why_not_withdraw(
    session: Session, minutes: Minutes, asked: MinutesCorrection, person_id: int | None
) -> Refusal | None:
    return rules.may_withdraw(
        stands(session, minutes),
        is_own=is_own(asked, person_id),
        is_decided=asked.decided_at is not None,
        is_withdrawn=asked.withdrawn_at is not None,
    )


def withdraw_correction(
    session: Session, now: datetime, *, correction_id: int, actor: Actor, reason: str = ""
) -> MinutesCorrection:
    """Take back what one asked for, or typed for another with a ``reason``, while nobody has answered; it stays, marked
    so. Raises Refused, Invalid (``reason``)."""
    asked = correction(session, correction_id)
    minutes = minutes_of(session, asked.document_id, locked=True)
    session.refresh(asked)
    refuse_if(why_not_withdraw(session, minutes, asked, actor.person_id))
    is_askers = actor.person_id == asked.person_id
    if no := rules.check_withdrawal(reason, is_askers=is_askers):
        raise Invalid({"reason": no})
    asked.withdrawn_at = now
    if not is_askers:
        asked.withdrawn_by_id, asked.withdrawn_reason = actor.person_id, reason
    session.add(asked)
    session.flush()
    data = {"correction": asked.id, "by_clerk": int(not is_askers)}
    secrets = {} if is_askers else {"reason": reason}
    enter(session, Act.MINUTES_UNQUESTIONED, minutes, actor, data, secrets, owner=asked.person_id)
    return asked


def is_own(asked: MinutesCorrection, person_id: int | None) -> bool:
    """Whoever asked, or handed it in for somebody without an account."""
    return person_id is not None and person_id in (asked.person_id, asked.typed_by_id)


def enter(
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
