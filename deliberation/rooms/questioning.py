"""The verbs of questions from the floor: putting one, backing it, taking it back; calling up, answering, hiding."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.refusal import Invalid, refuse_if
from deliberation.rooms.chairing_rules import HIDE_QUESTION
from deliberation.rooms.intervening import Doing, intervene
from deliberation.rooms.models import Room
from deliberation.rooms.question_models import FloorQuestion, QuestionMark, backing, questions_of
from deliberation.rooms.question_rules import (
    check_answer,
    may_answer,
    may_back,
    may_call,
    may_drop,
    may_put,
    may_question,
)
from deliberation.rooms.rules import CHAIR, CLERK, Part, may
from deliberation.rooms.telling import acting, tell, topic_of
from deliberation.vocabulary import Act


def put_question(session: Session, now: datetime, *, room: Room, body: str, part: Part) -> FloorQuestion:
    """Put a question from the floor. It takes nobody's time: it waits in the list until the chair calls it up."""
    refuse_if(may("put_question", part, is_open=room.is_open))
    refuse_if(may_question(part))
    refuse_if(may_put(one for one in questions_of(session, room.id) if one.person_id == part.person_id))
    made = FloorQuestion(room_id=room.id, person_id=part.person_id, body=body, at=now)
    session.add(made)
    _enter(session, Act.QUESTION_PUT, room, made, acting(part), secrets={"body": body})
    return made


def back_question(session: Session, now: datetime, *, room: Room, asked: FloorQuestion, part: Part) -> None:
    """Say that one wants a question answered too; said twice it counts once."""
    refuse_if(may("back_question", part, is_open=room.is_open))
    refuse_if(may_question(part))
    refuse_if(may_back(asked, part.person_id))
    if backing(session, asked.id, part.person_id) is not None:
        return
    session.add(QuestionMark(question_id=asked.id, person_id=part.person_id, at=now))
    _enter(session, Act.QUESTION_BACKED, room, asked, acting(part), {"backs": 1})


def unback_question(session: Session, now: datetime, *, room: Room, asked: FloorQuestion, part: Part) -> None:
    """Take that back."""
    refuse_if(may("back_question", part, is_open=room.is_open))
    refuse_if(may_back(asked, part.person_id))
    known = backing(session, asked.id, part.person_id)
    if known is None:
        return
    session.delete(known)
    _enter(session, Act.QUESTION_BACKED, room, asked, acting(part), {"backs": 0})


def drop_question(session: Session, now: datetime, *, room: Room, asked: FloorQuestion, part: Part) -> None:
    """Take back one's own question before it is called up."""
    refuse_if(may("drop_question", part, is_open=room.is_open, owner_id=asked.person_id))
    refuse_if(may_drop(asked))
    asked.withdrawn_at = now
    _enter(session, Act.QUESTION_WITHDRAWN, room, asked, acting(part))


def call_question(session: Session, now: datetime, *, room: Room, asked: FloorQuestion, part: Part) -> None:
    """Call a question up: it is the one that is being answered now."""
    refuse_if(may("call_question", part, is_open=room.is_open))
    refuse_if(may_call(asked, questions_of(session, room.id)))
    asked.called_at = now
    _enter(session, Act.QUESTION_CALLED, room, asked, acting(part, CHAIR))


def answer_question(
    session: Session, now: datetime, *, room: Room, asked: FloorQuestion, answer: str, by: str, part: Part
) -> None:
    """Note that a question was answered: in which words, or by whom, or both."""
    refuse_if(may("answer_question", part, is_open=room.is_open))
    refuse_if(may_answer(asked))
    if no := check_answer(answer, by):
        raise Invalid({"answer": no})
    asked.answered_at, asked.answer, asked.answered_by = now, answer, by
    secrets = {name: words for name, words in (("answer", answer), ("by", by)) if words}
    _enter(session, Act.QUESTION_ANSWERED, room, asked, acting(part, CHAIR, CLERK), secrets=secrets)


def hide_question(
    session: Session, now: datetime, *, room: Room, asked: FloorQuestion, reason: str, part: Part
) -> None:
    """Hide a question, with a reason against which one appeals as against any other intervention."""
    refuse_if(may("hide_question", part, is_open=room.is_open))
    refuse_if(may_answer(asked))
    made = intervene(session, now, room=room, what=Doing(HIDE_QUESTION, reason, question=asked), part=part)
    # Given back after an appeal it waits again: another may have been called up meanwhile.
    asked.hiding_id, asked.called_at = made.id, None
    actor, data = acting(part, CHAIR), {"intervention": made.id}
    _enter(session, Act.QUESTION_HIDDEN, room, asked, actor, data, secrets={"reason": reason})


def _enter(
    session: Session,
    act: Act,
    room: Room,
    asked: FloorQuestion,
    actor: Actor,
    data: dict[str, int] | None = None,
    secrets: dict[str, str] | None = None,
) -> None:
    """Write what changed, enter it in the log and tell the room."""
    session.flush()
    record(
        session,
        act,
        room.community_id,
        f"question/{asked.id}",
        actor=actor,
        data={"room": room.id} | (data or {}),
        secrets=secrets,
        topic=topic_of(room),
        owner=asked.person_id,
    )
    tell(session, room, "questions")
