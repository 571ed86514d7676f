"""Routes of the hall beside phones: the door, guests added on the spot, the plain page, the hand-out, the desk."""

from __future__ import annotations

import segno

from deliberation.identity.doors import signed_in
from deliberation.rooms.door import Guest, admit_guest
from deliberation.rooms.doors import back, entered
from deliberation.rooms.hybrid_pages import show_desk, show_door, show_handout, show_keys, show_plain, show_writing
from deliberation.rooms.pages import show_again
from deliberation.rooms.routes_acts import seat_clerk
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, post


@signed_in
def admit_one(visit: Visit) -> Answer:
    """A guest at the door; with a phone they are shown their one-time link, on this page and nowhere else."""
    here = entered(visit)
    fields = Fields(visit)
    name, office = fields.text("guest", most=40), fields.text("office", most=60, required=False)
    phone = fields.choice("phone", ("yes", "no"))
    fields.check()
    guest = Guest(name, visit.text("role"), office, phone == "yes")
    seat_clerk(visit, here)
    who, token = admit_guest(visit.session, visit.now, room=here.room, guest=guest, part=here.part)
    if not token:
        return back(visit, here.room, "mine")
    link = f"{visit.house.settings.address}/sign-in/{token}?next=/rooms/{here.room.id}"
    return page(
        visit, "rooms/guest_admitted.html", room=here.room, name=who.name, link=link,
        qr=segno.make(link, error="m").svg_data_uri(scale=6, border=2, light="#fff"),
    )  # fmt: skip


routes = [
    get("/rooms/{id}/door", show_door),
    get("/rooms/{id}/plain", show_plain),
    get("/rooms/{id}/plain/write", show_writing),
    get("/rooms/{id}/handout", show_handout),
    get("/rooms/{id}/desk", show_desk),
    get("/rooms/{id}/keys", show_keys),
    post(
        "/rooms/{id}/guests",
        admit_one,
        Act.INVITATION_MADE,
        Act.PERSON_ADDED,
        Act.LINK_ISSUED,
        again=show_again("mine"),
    ),
]
