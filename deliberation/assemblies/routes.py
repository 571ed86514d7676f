"""Addresses of bodies and rosters: who sits where, importing a roster from a file."""

from __future__ import annotations

from deliberation.assemblies.import_pages import prepare_roster, send_bad_rows, show_roster, take_roster
from deliberation.assemblies.seat_pages import show_assembly, show_assembly_of_seat, take_ending, take_member
from deliberation.vocabulary import Act
from deliberation.web import get, post

routes = [
    get("/communities/{id}/roster", show_roster),
    post(
        "/communities/{id}/roster",
        take_roster,
        Act.ROSTER_IMPORTED,
        Act.ASSEMBLY_FOUNDED,
        prepare=prepare_roster,
        again=show_roster,
        upload=True,
    ),
    get("/imports/{id}/bad", send_bad_rows),
    get("/assemblies/{id}", show_assembly),
    post("/assemblies/{id}/members", take_member, Act.MEMBER_SEATED, again=show_assembly),
    post("/members/{id}/ending", take_ending, Act.MEMBER_ENDED, again=show_assembly_of_seat),
]
