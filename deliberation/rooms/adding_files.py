"""The verb of handing in a file later to what one said oneself: shown beside the words, and entered by its digest."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import record
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms.attaching import KeptFiles, state_of
from deliberation.rooms.content_models import bytes_of, files_of
from deliberation.rooms.content_rules import may_add_files, may_bring
from deliberation.rooms.models import Room, Statement
from deliberation.rooms.rules import Part, may
from deliberation.rooms.telling import acting, tell_statement_changed, topic_of
from deliberation.vocabulary import Act


def why_no_files(session: Session, *, room: Room, said: Statement, part: Part, more: int = 1) -> Refusal | None:
    """Why this person adds no file here now: the same hides the form and guards the act."""
    if no := may("add_file", part, is_open=room.is_open, owner_id=said.person_id):
        return no
    return may_add_files(state_of(session, said), len(files_of(session, said.id)), more)


def add_files(session: Session, now: datetime, *, room: Room, said: Statement, files: KeptFiles, part: Part) -> None:
    """Hand in further files to one's own statement while the room is open. Raises Refused, Invalid (``file``)."""
    refuse_if(why_no_files(session, room=room, said=said, part=part, more=len(files.files)))
    more = sum(each.size for each in files.files)
    if no := may_bring(bytes_of(session, room.id, said.person_id), more):
        raise Invalid({"file": no})
    before = len(files_of(session, said.id))
    files.attach(session, now, room, said)
    record(
        session,
        Act.STATEMENT_FILED,
        room.community_id,
        f"statement/{said.id}",
        actor=acting(part),
        data={"room": room.id, "files": len(files.files)},
        secrets={f"file_{number}": each.sha256 for number, each in enumerate(files.files, before + 1)},
        topic=topic_of(room),
        owner=said.person_id,
    )
    tell_statement_changed(session, room, said.id)
