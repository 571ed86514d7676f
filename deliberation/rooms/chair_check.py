"""What the chair did and why, and what came of appeals against it, held against the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.matters.text_check import Entered
from deliberation.rooms.chairing_models import Appeal, Intervention
from deliberation.rooms.chairing_rules import (
    CALL,
    CUT,
    EXTEND,
    FINISH,
    FINISHED,
    HIDE,
    HIDE_QUESTION,
    OVERTURNED,
    REFUSE,
    REJECT,
    REORDER,
    UNSEAT,
    UPHOLD,
)
from deliberation.rooms.convening_models import Invitation
from deliberation.rooms.entered import NO_ENTRY, OTHER_FACTS, OTHER_WORDS, Book, Wrong
from deliberation.rooms.models import SpeakingTurn
from deliberation.vocabulary import Act

ACT_OF = {
    CALL: Act.TURN_CALLED, CUT: Act.TURN_CUT, EXTEND: Act.TURN_EXTENDED, FINISH: Act.TURN_ENDED,
    HIDE: Act.STATEMENT_HIDDEN, HIDE_QUESTION: Act.QUESTION_HIDDEN, REFUSE: Act.TURN_REFUSED, REORDER: Act.TURN_GIVEN,
    UPHOLD: Act.POINT_RULED, REJECT: Act.POINT_RULED, UNSEAT: Act.INVITATION_WITHDRAWN,
}  # fmt: skip


def check_interventions(session: Session, book: Book) -> Iterator[Fault | None]:
    known = set()
    withdrawn = _withdrawn(session)
    for done in session.scalars(select(Intervention).order_by(col(Intervention.id))):
        known.add((book.places[done.room_id], done.id))
        yield book.fault(done.room_id, f"intervention/{done.id}", next(_intervention(book, done, withdrawn), None))
    for place, entry in book.interventions.items():
        if place not in known:
            yield book.missing(entry, f"intervention/{place[1]}")


def check_turns(session: Session, book: Book) -> Iterator[Fault | None]:
    """Who gave the word and who ended a speech on the chair's behalf."""
    for turn in session.scalars(select(SpeakingTurn).order_by(col(SpeakingTurn.id))):
        subject = f"turn/{turn.id}"
        own = book.of(turn.room_id, subject)
        given, ended = own.first(Act.TURN_GIVEN), own.first(Act.TURN_ENDED)
        wrong = (
            *_for_chair(book, given, "given_by_id", turn.given_by_id),
            *_for_chair(book, ended, "ended_by_id", turn.ended_by_id),
        )
        yield book.fault(turn.room_id, subject, next(iter(wrong), None))


def _for_chair(book: Book, entry: Entered | None, field: str, by_id: int | None) -> Iterator[Wrong]:
    is_entered = entry is not None and bool(entry.data.get("for_chair"))
    if is_entered != (by_id is not None):
        yield Wrong(OTHER_FACTS, entry, field) if entry else Wrong(NO_ENTRY)
    elif is_entered:
        yield from book.words(entry, {"actor": f"person/{by_id}"})


def check_appeals(session: Session, book: Book) -> Iterator[Fault | None]:
    known = set()
    for appeal in session.scalars(select(Appeal).order_by(col(Appeal.id))):
        subject = f"appeal/{appeal.id}"
        known.add(subject)
        yield book.fault(appeal.room_id, subject, next(_appeal(book, appeal), None))
    yield from book.gone(Act.APPEAL_RAISED, known)


def _entry_of(book: Book, done: Intervention) -> Entered | None:
    if done.kind in (CUT, FINISH):
        return book.of(done.room_id, f"turn/{done.turn_id}").first(ACT_OF[done.kind])
    return book.interventions.get((book.places[done.room_id], done.id))


def _withdrawn(session: Session) -> dict[str, bool]:
    found = session.execute(select(Invitation.id, Invitation.withdrawn_at))
    return {f"invitation/{id}": at is not None for id, at in found}


def _intervention(book: Book, done: Intervention, withdrawn: Mapping[str, bool]) -> Iterator[Wrong]:
    entry = _entry_of(book, done)
    if entry is None:
        yield Wrong(NO_ENTRY)
        return
    if entry.act != ACT_OF.get(done.kind):
        yield Wrong(OTHER_FACTS, entry, "kind")
    if done.kind == FINISH:  # Nobody gave a reason; its entry holds none.
        if done.reason != FINISHED:
            yield Wrong(OTHER_WORDS, entry, "reason")
    else:
        yield from book.words(entry, {"reason": done.reason})
    yield from book.words(entry, {"actor": f"person/{done.by_id}"})
    if bool(entry.data.get("for_chair")) != done.for_chair:
        yield Wrong(OTHER_FACTS, entry, "for_chair")
    yield from book.facts(entry, {"room": done.room_id, "upheld": int(done.kind == UPHOLD)})
    about = f"turn/{done.turn_id}" if done.turn_id else f"statement/{done.statement_id}"
    if done.kind not in (HIDE_QUESTION, UNSEAT) and entry.object != about:
        yield Wrong(OTHER_FACTS, entry, "object")
    if done.kind == UNSEAT and book.of(done.room_id, entry.object).last(entry.act) is entry:
        yield from book.state("withdrawn_at", withdrawn.get(entry.object, False), book.standing(entry))
    yield from _to_whom(book, done, entry)


def _to_whom(book: Book, done: Intervention, entry: Entered) -> Iterator[Wrong]:
    """Of a turn the entry itself says whose it is; of a statement, a question or an invitation the one with which it was
    made."""
    person = f"person/{done.person_id}"
    if done.turn_id:
        yield from book.words(entry, {"speaker": person})
        return
    own = book.of(done.room_id, entry.object)
    if done.kind == UNSEAT:
        made = own.first(Act.INVITATION_MADE)
        yield from book.words(made, {"person": person}) if made else [Wrong(OTHER_FACTS, entry, "object")]
        return
    made = own.first(Act.STATEMENT_MADE) or own.first(Act.QUESTION_PUT)
    if made is not None and not made.data.get("taken_down"):
        yield from book.words(made, {"actor": person})


def _appeal(book: Book, appeal: Appeal) -> Iterator[Wrong]:
    own = book.of(appeal.room_id, f"appeal/{appeal.id}")
    raised, decided = own.first(Act.APPEAL_RAISED), own.last(Act.APPEAL_DECIDED)
    if raised is None:
        yield Wrong(NO_ENTRY)
        return
    yield from book.words(raised, {"body": appeal.body, "actor": f"person/{appeal.person_id}"})
    yield from book.facts(raised, {"room": appeal.room_id, "intervention": appeal.intervention_id})
    yield from book.state("outcome", bool(appeal.outcome), decided)
    if decided is not None:
        hands = {"sustain": appeal.sustain, "overturn": appeal.overturn}
        yield from book.facts(decided, hands | {"overturned": int(appeal.outcome == OVERTURNED)})
        yield from book.words(decided, {"reason": appeal.reason})
