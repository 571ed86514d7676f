"""What a composer sends beside the words: the statement that is replied to, and files."""

from __future__ import annotations

from dataclasses import dataclass

from deliberation.identity.models import names_of
from deliberation.refusal import Missing, Refusal, refuse_if
from deliberation.rooms.attaching import Beside, KeptFiles, state_of
from deliberation.rooms.content_rules import MOST_FILES, may_reply
from deliberation.rooms.doors import entered
from deliberation.rooms.models import Room, statement
from deliberation.rooms.rules import may
from deliberation.viewing import draw_ahead
from deliberation.web import Visit

FILE_FIELDS = ("file", *(f"file_{number}" for number in range(2, MOST_FILES + 1)))
SHORT = 40


@dataclass(frozen=True)
class ReplyTo:
    """The statement that is being replied to, as the composer shows it; ``refusal``: why that cannot be."""

    id: int
    name: str
    words: str
    refusal: Refusal | None


def replying_to(visit: Visit, room: Room) -> ReplyTo | None:
    """What the address or the form says; nothing for whatever is no statement of this room."""
    number = visit.typed("reply_to", visit.query.get("reply", ""))
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    try:
        said = statement(visit.session, int(number))
    except Missing:
        return None
    if said.room_id != room.id:
        return None
    refusal = may_reply(state_of(visit.session, said))
    name = names_of(visit.session, {said.person_id})[said.person_id]
    return ReplyTo(said.id, name, "" if refusal else said.body[:SHORT], refusal)


def keep_files(visit: Visit) -> KeptFiles | None:
    """Before the writer's door: the files are checked and on disk before their rows, if one may speak at all."""
    here = entered(visit)
    refuse_if(may("note_statement" if visit.text("turn") else "make_statement", here.part, is_open=here.room.is_open))
    return files_handed_in(visit)


def files_handed_in(visit: Visit) -> KeptFiles | None:
    """The files of a form, checked and kept; nothing where none came."""
    uploads = {field: upload for field in FILE_FIELDS if (upload := visit.call.files.get(field)) is not None}
    if not uploads:
        return None
    kept = KeptFiles(visit.house.settings.data, uploads)
    for each in kept.files:
        draw_ahead(visit.house.views, each, visit.house.settings.data)
    return kept


def beside_of(visit: Visit, kept: KeptFiles | None) -> Beside:
    """Raises Missing where the form names no statement that there is."""
    number = visit.text("reply_to")
    if not number:
        return Beside(None, kept)
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Missing
    return Beside(statement(visit.session, int(number)), kept)
