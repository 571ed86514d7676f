"""What comes with a statement: the one that it replies to, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from deliberation.files import KeptFile, keep_upload
from deliberation.refusal import Invalid, Missing
from deliberation.rooms.content_models import Reply, StatementFile, bytes_of, is_reply
from deliberation.rooms.content_rules import State, may_bring, may_reply
from deliberation.rooms.models import Room, Statement
from deliberation.web import Provisional, Upload


class KeptFiles(Provisional):
    """The checked files of one statement, waiting for their rows: all of them, or none."""

    def __init__(self, folder: Path, uploads: dict[str, Upload]):
        self.files: list[KeptFile] = []
        try:
            for field, upload in uploads.items():
                self.files.append(keep_upload(folder, upload, field))
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        for each in self.files:
            each.discard()

    def attach(self, session: Session, now: datetime, room: Room, said: Statement) -> None:
        for each in self.files:
            row = each.attach(session, room.community_id, said.person_id, now)
            session.add(StatementFile(statement_id=said.id, attachment_id=row.id))
        session.flush()
        self.is_used = True


@dataclass(frozen=True)
class Beside:
    """``reply_to`` is the statement that this one replies to, ``files`` what was handed in with it."""

    reply_to: Statement | None = None
    files: KeptFiles | None = None


NOTHING = Beside()


def state_of(session: Session, said: Statement) -> State:
    return State(said.person_id, is_reply(session, said.id), said.is_hidden, said.withdrawn_at is not None)


def check_beside(session: Session, room: Room, person_id: int, beside: Beside) -> None:
    """Raises Invalid, so that what was typed stays; Missing for what was said elsewhere."""
    more = sum(each.size for each in beside.files.files) if beside.files else 0
    if more and (no := may_bring(bytes_of(session, room.id, person_id), more)):
        raise Invalid({"file": no})
    to = beside.reply_to
    if to is None:
        return
    if to.room_id != room.id:
        raise Missing
    if no := may_reply(state_of(session, to)):
        raise Invalid({"reply_to": no})


def keep_beside(
    session: Session, now: datetime, room: Room, said: Statement, beside: Beside
) -> tuple[dict[str, int], dict[str, str]]:
    """Write it beside a new statement; what the log says of it: in clear, and as commitments."""
    if beside.reply_to is not None:
        session.add(Reply(statement_id=said.id, to_id=beside.reply_to.id))
    files = beside.files.files if beside.files else []
    if files:
        beside.files.attach(session, now, room, said)
    session.flush()
    data = {"reply_to": beside.reply_to.id if beside.reply_to else 0, "files": len(files)}
    # The digest of a short file can be guessed, so it enters as a commitment like the words beside it.
    return data, {f"file_{number}": each.sha256 for number, each in enumerate(files, 1)}
