"""Statements and questions of rooms against the log: words, who, replies, files, what is hidden or taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import func, select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.files import Attachment
from deliberation.rooms.content_models import Reply, StatementFile
from deliberation.rooms.entered import NO_ENTRY, OTHER_FACTS, Book, Wrong
from deliberation.rooms.models import Statement
from deliberation.rooms.question_models import FloorQuestion, QuestionMark
from deliberation.vocabulary import Act


def check_statements(session: Session, book: Book) -> Iterator[Fault | None]:
    replies = dict(session.execute(select(Reply.statement_id, Reply.to_id)).all())
    digests = _digests(session)
    known = set()
    for said in session.scalars(select(Statement).order_by(col(Statement.id))):
        subject = f"statement/{said.id}"
        known.add(subject)
        wrong = next(_statement(book, said, replies.get(said.id, 0), digests.get(said.id, ())), None)
        yield book.fault(said.room_id, subject, wrong)
    yield from book.gone(Act.STATEMENT_MADE, known)


def check_questions(session: Session, book: Book) -> Iterator[Fault | None]:
    counted = select(QuestionMark.question_id, func.count()).group_by(col(QuestionMark.question_id))
    backs: Mapping[int, int] = dict(session.execute(counted).all())
    known = set()
    for asked in session.scalars(select(FloorQuestion).order_by(col(FloorQuestion.id))):
        subject = f"question/{asked.id}"
        known.add(subject)
        yield book.fault(asked.room_id, subject, next(_question(book, asked, backs.get(asked.id, 0)), None))
    yield from book.gone(Act.QUESTION_PUT, known)


def _digests(session: Session) -> Mapping[int, Sequence[str]]:
    """The digests of each statement's files in the order in which they were handed in."""
    found = select(StatementFile.statement_id, Attachment.sha256)
    found = found.join(Attachment, col(Attachment.id) == StatementFile.attachment_id).order_by(col(StatementFile.id))
    digests: dict[int, list[str]] = defaultdict(list)
    for statement_id, digest in session.execute(found):
        digests[statement_id].append(digest)
    return digests


def _statement(book: Book, said: Statement, reply_to: int, digests: Sequence[str]) -> Iterator[Wrong]:
    own = book.of(said.room_id, f"statement/{said.id}")
    made = own.first(Act.STATEMENT_MADE)
    if made is None:
        yield Wrong(NO_ENTRY)
        return
    later = own.get(Act.STATEMENT_FILED, [])
    came = len(digests) - sum(each.data.get("files", 0) for each in later)
    files = {f"file_{number}": digest for number, digest in enumerate(digests[: max(came, 0)], 1)}
    actor = {"actor": f"person/{said.typed_by_id or said.person_id}"}
    yield from book.words(made, {"body": said.body, "position": said.position} | files | actor)
    plain = {"turn": said.turn_id or 0, "taken_down": int(said.typed_by_id is not None)}
    plain |= {"room": said.room_id, "reply_to": reply_to, "files": came}
    yield from book.facts(made, plain)
    for each in later:
        until = came + each.data.get("files", 0)
        more = {f"file_{number}": digests[number - 1] for number in range(came + 1, until + 1)}
        yield from book.words(each, more | {"actor": f"person/{said.person_id}"})
        came = until
    turn = book.of(said.room_id, f"turn/{said.turn_id}")
    if (asked := turn.first(Act.TURN_ASKED) or turn.first(Act.TURN_GIVEN)) is not None:
        yield from book.words(asked, {"speaker": f"person/{said.person_id}"})
    yield from book.state("is_hidden", said.is_hidden, book.standing(own.last(Act.STATEMENT_HIDDEN)))
    back = own.last(Act.STATEMENT_WITHDRAWN)
    yield from book.state("withdrawn_at", said.withdrawn_at is not None, back)
    if back is not None:
        yield from book.words(back, {"reason": said.withdrawn_reason})


def _question(book: Book, asked: FloorQuestion, backs: int) -> Iterator[Wrong]:
    own = book.of(asked.room_id, f"question/{asked.id}")
    put = own.first(Act.QUESTION_PUT)
    if put is None:
        yield Wrong(NO_ENTRY)
        return
    yield from book.words(put, {"body": asked.body, "actor": f"person/{asked.person_id}"})
    yield from book.facts(put, {"room": asked.room_id})
    hidden, answered = book.standing(own.last(Act.QUESTION_HIDDEN)), own.last(Act.QUESTION_ANSWERED)
    called, hid = own.last(Act.QUESTION_CALLED), own.last(Act.QUESTION_HIDDEN)
    if asked.called_at is not None or not (called and hid and called.index < hid.index):  # Hiding ends a call.
        yield from book.state("called_at", asked.called_at is not None, called)
    yield from book.state("answered_at", asked.answered_at is not None, answered)
    yield from book.state("withdrawn_at", asked.withdrawn_at is not None, own.last(Act.QUESTION_WITHDRAWN))
    yield from book.state("hiding_id", asked.hiding_id is not None, hidden)
    if hidden is not None:
        yield from book.facts(hidden, {"intervention": asked.hiding_id})
    # Without an answer there is none to be shown.
    if answered is not None:
        yield from book.words(answered, {"answer": asked.answer, "by": asked.answered_by})
    elif asked.answer or asked.answered_by:
        yield from book.state("answer", is_so=True, act=None)
    backing = own.get(Act.QUESTION_BACKED, [])
    if all(each.data for each in backing) and sum(1 if each.data.get("backs") else -1 for each in backing) != backs:
        yield Wrong(OTHER_FACTS, backing[-1] if backing else put, "backs")
