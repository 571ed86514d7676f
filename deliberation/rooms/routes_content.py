"""One statement by itself: its words for those who may read them, its files, taking it back; and what one said oneself."""

from __future__ import annotations

from deliberation.files import Attachment, content_of
from deliberation.identity.doors import signed_in
from deliberation.refusal import Invalid, Missing, Refusal, refuse_if
from deliberation.rooms.adding_files import add_files, why_no_files
from deliberation.rooms.attaching import KeptFiles, state_of
from deliberation.rooms.chairing_models import appeals_of, hiding_of
from deliberation.rooms.chairing_rules import MOST_REASON, may_appeal, may_hide
from deliberation.rooms.content_models import files_of, statement_file
from deliberation.rooms.content_rules import may_read, may_take_back
from deliberation.rooms.doors import Entered, entered, hall_for
from deliberation.rooms.models import Statement, room, statement, statements_by
from deliberation.rooms.pages import show_room
from deliberation.rooms.replying import files_handed_in, replying_to
from deliberation.rooms.rules import may
from deliberation.rooms.withdrawing import withdraw_statement
from deliberation.viewing import send_page, show_file
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, download, get, page, part, post, public, redirect


def _opened(visit: Visit) -> tuple[Statement, Entered]:
    said = statement(visit.session, visit.number("id"))
    return said, Entered(visit, room(visit.session, said.room_id))


@public
def show_statement(visit: Visit) -> Answer:
    """One statement, whatever became of it."""
    said, here = _opened(visit)
    state, hall, is_open = state_of(visit.session, said), hall_for(visit, here.room), here.room.is_open
    refusal = may_read(state, here.part)
    hiding = hiding_of(visit.session, said.id) if said.is_hidden else None
    own = said.person_id == here.part.person_id
    appeals = appeals_of(visit.session, here.room.id)
    may_object = hiding is not None and not may("raise_appeal", here.part, is_open=is_open)
    return page(
        visit,
        "rooms/statement.html",
        room=here.room,
        tz=here.community.timezone,
        line=hall.line_of(said),
        body="" if refusal else said.body,
        files=() if refusal else files_of(visit.session, said.id),
        refusal=refusal,
        is_own=own,
        may_add=own and why_no_files(visit.session, room=here.room, said=said, part=here.part) is None,
        may_withdraw=own and not (may_take_back(state) or _withdrawing(here, said)),
        may_hide=not (
            may("hide_statement", here.part, is_open=is_open) or may_hide(said.is_hidden, state.is_withdrawn)
        ),
        hiding=hiding if may_object and may_appeal(hiding, appeals, here.part.person_id) is None else None,
    )


def _withdrawing(here: Entered, said: Statement):
    return may("take_back", here.part, is_open=here.room.is_open, owner_id=said.person_id)


@signed_in
def withdraw_one(visit: Visit) -> Answer:
    said, here = _opened(visit)
    fields = Fields(visit)
    reason = fields.text("reason", most=MOST_REASON)
    fields.check()
    withdraw_statement(visit.session, visit.now, room=here.room, said=said, reason=reason, part=here.part)
    return redirect(f"/rooms/{here.room.id}#statement-{said.id}")


def keep_added(visit: Visit) -> KeptFiles | None:
    """Before the writer's door: the files are checked and on disk before their rows, if one may add any."""
    said, here = _opened(visit)
    refuse_if(why_no_files(visit.session, room=here.room, said=said, part=here.part))
    return files_handed_in(visit)


@signed_in
def add_to_one(visit: Visit, kept: KeptFiles | None) -> Answer:
    said, here = _opened(visit)
    if kept is None:
        raise Invalid({"file": Refusal(_("请选一个文件"))})
    add_files(visit.session, visit.now, room=here.room, said=said, files=kept, part=here.part)
    return redirect(f"/statements/{said.id}")


def _file(visit: Visit) -> tuple[Attachment, Statement]:
    """A file of a statement that the visitor may read, with the statement. Raises Missing, Refused."""
    meant = statement_file(visit.session, visit.number("id"))
    said = statement(visit.session, meant.statement_id)
    here = Entered(visit, room(visit.session, said.room_id))
    refuse_if(may_read(state_of(visit.session, said), here.part))
    found = visit.session.get(Attachment, meant.attachment_id)
    if found is None:
        raise Missing
    return found, said


@public
def send_file(visit: Visit) -> Answer:
    """The file as it came; never shown in our origin, always to be saved."""
    found, _said = _file(visit)
    return download(content_of(visit.house.settings.data, found), found.name, found.media_type)


@public
def view_file(visit: Visit) -> Answer:
    found, said = _file(visit)
    return show_file(
        visit, found, f"/statement-files/{visit.number('id')}", f"/rooms/{said.room_id}#statement-{said.id}"
    )


@public
def view_page(visit: Visit) -> Answer:
    return send_page(visit, _file(visit)[0])


@signed_in
def list_own(visit: Visit) -> Answer:
    """What the visitor said in a room, with the way to each."""
    here = entered(visit)
    hall = hall_for(visit, here.room)
    said = statements_by(visit.session, here.room.id, visit.person.id)
    lines = [(each, hall.line_of(each)) for each in said]
    return page(visit, "rooms/own.html", room=here.room, tz=here.community.timezone, lines=lines)


@public
def show_replying(visit: Visit) -> Answer:
    """The part of the composer that says what is being replied to."""
    if not visit.is_htmx:
        return show_room(visit)
    here = entered(visit)
    return part(visit, "rooms/_replying.html", room=here.room, to=replying_to(visit, here.room))


routes = [
    get("/rooms/{id}/replying", show_replying),
    get("/rooms/{id}/own", list_own),
    get("/statements/{id}", show_statement),
    post("/statements/{id}/withdrawal", withdraw_one, Act.STATEMENT_WITHDRAWN, again=show_statement),
    post(
        "/statements/{id}/files", add_to_one, Act.STATEMENT_FILED, prepare=keep_added, again=show_statement, upload=True
    ),
    get("/statement-files/{id}", send_file),
    get("/statement-files/{id}/view", view_file),
    get("/statement-files/{id}/pages/{page}", view_page),
]
