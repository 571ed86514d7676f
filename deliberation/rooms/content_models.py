"""What hangs on a statement: what it replies to, and its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select

from deliberation.bulk import select_many
from deliberation.communities.models import Community
from deliberation.db import Row
from deliberation.drawing import is_picture, length_of, shown_at
from deliberation.files import Attachment
from deliberation.identity.models import Person
from deliberation.refusal import Missing
from deliberation.rooms.models import Attendance, Room, Statement


class Reply(Row, table=True):
    """That a statement replies to another, which is no reply itself."""

    statement_id: int = Field(primary_key=True, foreign_key="statement.id")
    to_id: int = Field(foreign_key="statement.id", index=True)


class StatementFile(Row, table=True):
    """A file that came with a statement."""

    id: int | None = Field(default=None, primary_key=True)
    statement_id: int = Field(foreign_key="statement.id", index=True)
    attachment_id: int = Field(foreign_key="attachment.id", unique=True)


class FileShown(NamedTuple):
    """A file as it is listed: its own number, its name, its size in bytes, its kind, and when it came; ``is_later``: after
    the words."""

    id: int
    name: str
    size: int
    media_type: str
    came_at: datetime
    is_later: bool

    @property
    def at(self) -> str:
        """Where it is shown, or only saved where nothing of its kind can be shown."""
        return shown_at(f"/statement-files/{self.id}", self.media_type)

    @property
    def picture(self) -> str:
        """The address of the photo that it is, drawn anew; nothing for a paper."""
        return f"/statement-files/{self.id}/pages/1" if is_picture(self.media_type) else ""

    @property
    def length(self) -> str:
        """How large, in a unit that every language writes alike."""
        return length_of(self.size)


class Told(NamedTuple):
    """A statement with the words around it, as those who listen are told it."""

    id: int
    at: datetime
    turn_id: int | None
    position: str
    body: str
    who: str
    capacity: str | None
    clerk: str | None
    timezone: str
    is_hidden: bool
    withdrawn_at: datetime | None
    withdrawn_reason: str
    room_id: int
    reply_to: int | None
    reply_name: str | None
    files: int


_CLERK, _OTHER, _TO = aliased(Person), aliased(Person), aliased(Statement)
_FILES = select(func.count(col(StatementFile.id))).where(StatementFile.statement_id == Statement.id)
_TOLD = (
    select(
        Statement.id, Statement.at, Statement.turn_id, Statement.position, Statement.body,
        Person.name, Attendance.capacity, _CLERK.name, Community.timezone, Statement.is_hidden,
        Statement.withdrawn_at, Statement.withdrawn_reason, Statement.room_id,
        Reply.to_id, _OTHER.name, _FILES.correlate(Statement).scalar_subquery(),
    )
    .join(Person, col(Person.id) == Statement.person_id)
    .join(Room, col(Room.id) == Statement.room_id)
    .join(Community, col(Community.id) == Room.community_id)
    .outerjoin(Reply, col(Reply.statement_id) == Statement.id)
    .outerjoin(_TO, col(_TO.id) == Reply.to_id)
    .outerjoin(_OTHER, col(_OTHER.id) == _TO.person_id)
    .outerjoin(_CLERK, col(_CLERK.id) == Statement.typed_by_id)
    .outerjoin(
        Attendance,
        and_(col(Attendance.room_id) == Statement.room_id, col(Attendance.person_id) == Statement.person_id),
    )
    .where(col(Statement.id).in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def statement_told(session: Session, id: int) -> Told:
    """In one question, because thousands wait for it. Raises Missing."""
    found = select_many(session, _TOLD, ids=[id])
    if not found:
        raise Missing
    return Told(*found[0])


def statement_file(session: Session, id: int) -> StatementFile:
    """Raises Missing."""
    found = session.get(StatementFile, id)
    if found is None:
        raise Missing
    return found


def is_reply(session: Session, statement_id: int) -> bool:
    return session.get(Reply, statement_id) is not None


def replies_in(session: Session, room_id: int) -> dict[int, int]:
    """Each reply of a room, and to which statement."""
    found = select(Reply.statement_id, Reply.to_id).join(Statement, col(Statement.id) == Reply.statement_id)
    return dict(session.exec(found.where(Statement.room_id == room_id)).all())


def files_in(session: Session, room_id: int) -> dict[int, tuple[FileShown, ...]]:
    """The files of each statement of a room, in the order in which they were handed in."""
    of_room = select(Statement.id).where(Statement.room_id == room_id)
    return _files(session, col(StatementFile.statement_id).in_(of_room))


def files_of(session: Session, statement_id: int) -> tuple[FileShown, ...]:
    return _files(session, StatementFile.statement_id == statement_id).get(statement_id, ())


def _files(session: Session, which) -> dict[int, tuple[FileShown, ...]]:
    found = (
        select(
            StatementFile.statement_id, Statement.at, Attachment.at,
            StatementFile.id, Attachment.name, Attachment.size, Attachment.media_type,
        )
        .join(Attachment, col(Attachment.id) == StatementFile.attachment_id)
        .join(Statement, col(Statement.id) == StatementFile.statement_id)
    )  # fmt: skip
    by_statement: dict[int, list[FileShown]] = defaultdict(list)
    for statement_id, said_at, came_at, *file in session.exec(found.where(which).order_by(col(StatementFile.id))):
        by_statement[statement_id].append(FileShown(*file, came_at, came_at > said_at))
    return {id: tuple(files) for id, files in by_statement.items()}


def bytes_of(session: Session, room_id: int, person_id: int) -> int:
    """How large the files are together that came with somebody's statements in a room."""
    found = select(func.sum(Attachment.size)).join(StatementFile, col(StatementFile.attachment_id) == Attachment.id)
    found = found.join(Statement, col(Statement.id) == StatementFile.statement_id)
    return session.exec(found.where(Statement.person_id == person_id, Statement.room_id == room_id)).one() or 0


def said_in(session: Session, turn_id: int, person_id: int) -> int:
    """How many statements somebody has written themselves in a turn of theirs."""
    found = select(func.count(col(Statement.id))).where(Statement.person_id == person_id, Statement.turn_id == turn_id)
    return session.exec(found.where(col(Statement.typed_by_id).is_(None))).one()


def gone_in(statements: Iterable[Statement]) -> tuple[int, int]:
    """How many of these are hidden, and how many withdrawn."""
    hidden = withdrawn = 0
    for each in statements:
        hidden, withdrawn = hidden + each.is_hidden, withdrawn + (each.withdrawn_at is not None)
    return hidden, withdrawn
