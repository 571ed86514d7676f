"""The visitor at the door of a room: which room, its matter, and what they are in it."""

from __future__ import annotations

import time
from collections.abc import Hashable
from urllib.parse import urlsplit

from deliberation.audit.models import sizes_of
from deliberation.keeping import Kept
from deliberation.matters.opening import person_id
from deliberation.refusal import Missing
from deliberation.rooms.actions import part_of
from deliberation.rooms.hall import Hall
from deliberation.rooms.models import Room, registered_at, room
from deliberation.rooms.seating import seated, within_reach
from deliberation.web import Answer, Visit, redirect


class Entered:
    """The room of a path, with its matter, and what the visitor is in it. Raises Missing beyond their reach."""

    def __init__(self, visit: Visit, found: Room):
        self.room = found
        self.matter, self.community, self.standing = within_reach(visit.session, found, person_id(visit), visit.now)
        self.part = seated(visit.session, found, self.standing, part_of(visit.session, found, self.standing))
        visit.community = self.community


def entered(visit: Visit) -> Entered:
    return Entered(visit, room(visit.session, visit.number("id")))


_open: Kept[bool] = Kept(512)


def is_open_to_strangers(visit: Visit, found: Room, log_size: int) -> bool:
    """Whether anybody may see this room, asked once a second at most: then nobody of thousands need be asked who they are."""
    key = (visit.house.hub.process, found.id, log_size, int(time.monotonic()))
    return _open.get(key, lambda: _is_reached(visit, found))


_registered: Kept[frozenset[int]] = Kept(512)


def logs_of_names(visit: Visit, found: Room, state: Hashable) -> int:
    """How much stands in the logs in which the names of this room's people are put right: where each is registered.

    Where that is changes with ``state`` only, so it is asked once for all who arrive in it.
    """
    key = (visit.house.hub.process, found.id, state)
    return sizes_of(visit.session, _registered.get(key, lambda: registered_at(visit.session, found)))


def _is_reached(visit: Visit, found: Room) -> bool:
    try:
        within_reach(visit.session, found, None, visit.now)
    except Missing:
        return False
    return True


def hall_for(visit: Visit, found: Room) -> Hall:
    """The room as it is shown now, with who is there."""
    return Hall(visit.session, found, visit.now, visit.house.hub.present(found.topic))


SENT_FROM = {"desk": "desk", "plain/write": "plain"}
"""Pages beside the room that hold its forms, and where each leads when one was taken."""


def sent_from(visit: Visit, room_id: int) -> str:
    """The page of ``SENT_FROM`` on which a form stood; empty for the room itself."""
    if visit.text("desk"):
        return "desk"
    path = urlsplit(visit.call.headers.get(b"referer", b"").decode("latin-1")).path
    return next((name for name in SENT_FROM if path == f"/rooms/{room_id}/{name}"), "")


def back(visit: Visit, found: Room, personal: str, got: str = "") -> Answer:
    """Where a form leads: the visitor's own element if htmx asked, else the page on which it stood. ``got``: what was
    received (``received.py``), which the plain page then says.
    """
    if visit.is_htmx:
        return redirect(f"/rooms/{found.id}/{'keys' if visit.text('desk') else personal}")
    beside = SENT_FROM.get(sent_from(visit, found.id), "")
    if beside == "plain" and got:
        return redirect(f"/rooms/{found.id}/plain?got={got}")
    # Without scripts a page begins at its oldest line: what one just said stands at the end.
    end = "#feed-end" if personal == "composer" else ""
    return redirect(f"/rooms/{found.id}/{beside}" if beside else f"/rooms/{found.id}{end}")
