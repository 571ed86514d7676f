"""Exports of a solicitation: asked for, looked at, taken away; a download that broke off goes on where it was."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.responses import FileResponse

from deliberation.identity.doors import signed_in
from deliberation.legislation.export_making import FOLDER, Exporter
from deliberation.legislation.export_models import OpinionExport, opinion_export
from deliberation.legislation.export_rules import FULL, Wanted
from deliberation.legislation.export_telling import ENDED, PACE, RUNNING, topic_of
from deliberation.legislation.export_tickets import is_valid, ticket_for
from deliberation.legislation.export_view import TYPES, ended_scene, filename, listed, plain_name, running_scene, shown
from deliberation.legislation.exporting import ask_export, record_taken
from deliberation.legislation.layout_models import layouts_of
from deliberation.legislation.solicitation_view import Asked
from deliberation.refusal import Missing
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, part, post, public, redirect, socket


@signed_in
def show_exports(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor("export_opinions")
    return page(visit, "legislation/exports.html", **shown(here))


@signed_in
def show_made(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor("export_opinions")
    return part(visit, "legislation/_exports_table.html", visit=visit, **listed(here))


def follow_exports(visit: Visit) -> tuple[str, int]:
    if visit.person is None:
        raise Missing
    here = Asked(visit, visit.number("id"))
    here.actor("export_opinions")
    return topic_of(here.one.id), here.place.id


@signed_in
def ask_one(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor("export_opinions")
    fields = Fields(visit)
    purpose = fields.text("purpose", most=500, required=False)
    kept = {str(each.id): each for each in layouts_of(visit.session, here.one.community_id)}
    chosen = kept.get(fields.choice("layout", ["", *kept]))
    fields.check()
    laid = (chosen.name, chosen.chosen) if chosen else ("", ())
    wanted = Wanted(visit.text("edition"), visit.text("format"), purpose, *laid)
    ask_export(visit.session, visit.now, one=here.one, wanted=wanted, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/exports#made")


def _there(visit: Visit) -> tuple[Asked, OpinionExport, Path]:
    """Raises Missing for a file that is not there, or not for this visitor."""
    here = Asked(visit, visit.number("id"))
    made = opinion_export(visit.session, visit.number("export"))
    path = visit.house.settings.data / FOLDER / made.stored
    may_have = made.edition != FULL or here.allows("export_opinions")
    if made.solicitation_id != here.one.id or not may_have or not made.is_there or not path.is_file():
        raise Missing
    return here, made, path


@signed_in
def take_full(visit: Visit) -> Answer:
    """Write that somebody takes the full edition, and send them to it with a ticket."""
    here, made, _path = _there(visit)
    if made.edition != FULL:
        raise Missing
    record_taken(visit.session, made=made, one=here.one, actor=here.actor("export_opinions"))
    return redirect(f"{visit.path}?ticket={ticket_for(made, visit.call.token_hash, visit.now)}")


@public
def send_export(visit: Visit) -> Any:
    """The file: the public edition to everybody, the full one with a ticket; also a part of it (RFC 9110, 14)."""
    here, made, path = _there(visit)
    ticket = visit.query.get("ticket", "")
    if made.edition == FULL and not is_valid(ticket, made, visit.call.token_hash, visit.now):
        raise Missing
    name = quote(filename(here, made), safe="")
    return FileResponse(
        path,
        media_type=TYPES[made.format],
        headers={
            "content-disposition": f"attachment; filename=\"{plain_name(made)}\"; filename*=UTF-8''{name}",
            "content-security-policy": "sandbox; default-src 'none'",
            "cache-control": "no-store",
            "repr-digest": f"sha-256=:{_base64(made.sha256)}:",
        },
    )


def _base64(digest: str) -> str:
    """As RFC 9530 writes a digest."""
    return b64encode(bytes.fromhex(digest)).decode()


def furnish(house: Any) -> None:
    """Make what is asked for, and put away what is kept no more."""
    house.exporter = Exporter(house)
    house.hub.fragment(RUNNING, running_scene, pace=PACE)
    house.hub.fragment(ENDED, ended_scene)


routes = [
    get("/solicitations/{id}/exports", show_exports),
    get("/solicitations/{id}/exports/table", show_made),
    socket("/solicitations/{id}/exports/live", follow_exports),
    post("/solicitations/{id}/exports", ask_one, Act.EXPORT_ASKED, again=show_exports),
    get("/solicitations/{id}/exports/{export}/file", send_export),
    post("/solicitations/{id}/exports/{export}/file", take_full, Act.EXPORT_TAKEN),
]
