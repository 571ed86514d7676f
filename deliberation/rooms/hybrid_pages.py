"""Pages of a room in the hall and on bad networks: the door, the plain page, the hand-out, the clerk's desk."""

from __future__ import annotations

from typing import Any

from deliberation.identity.doors import signed_in
from deliberation.identity.models import names_of
from deliberation.matters.about import subject_of
from deliberation.matters.about_rules import article_of
from deliberation.matters.models import plan_versions
from deliberation.matters.printing import qr_path
from deliberation.refusal import refuse_if
from deliberation.rooms.chairing_rules import DECIDERS
from deliberation.rooms.convening_models import convening_of_room
from deliberation.rooms.door import roles_at_door
from deliberation.rooms.doors import entered, hall_for
from deliberation.rooms.hall import PARTS, Hall
from deliberation.rooms.me import me_of
from deliberation.rooms.me_chairing import appealing_of, chairing_of
from deliberation.rooms.me_desk import keys_of
from deliberation.rooms.received import own, received
from deliberation.rooms.replying import replying_to
from deliberation.rooms.rules import CHAIR, may
from deliberation.web import Answer, Visit, page, part, public, redirect

MOST_LINES = 12
"""Of the running minutes on the plain page, so that it stays small."""
SECONDS = 15
"""After which the plain page fetches itself."""
LIVE_AT_DESK = ("state", "speaker", "queue", "gauge-now", "appeals")


def address_of(visit: Visit, room_id: int) -> str:
    """Where the code on the wall leads."""
    return f"{visit.house.settings.address}/rooms/{room_id}/door"


@public
def show_door(visit: Visit) -> Answer:
    """Where the code on the wall leads: into the room for whoever is signed in, else to what a guest does.

    Of a room beyond reach the door says as little as every other page of it: that there is none, and where to sign in.
    """
    here = entered(visit)
    if visit.person is not None:
        return redirect(f"/rooms/{here.room.id}")
    return page(visit, "rooms/door.html", room=here.room, roles=roles_at_door(visit.session, here.room))


@public
def show_plain(visit: Visit) -> Answer:
    """The room without scripts and sockets, which fetches itself; nothing is typed on it."""
    here = entered(visit)
    scene = hall_for(visit, here.room)
    got = received(scene, here.part, visit.query.get("got", ""))
    lines = [line for line in scene.feed()["lines"] if line.what in ("statement", "deed")]
    return page(
        visit,
        "rooms/plain.html",
        room=here.room,
        about=article_of(here.matter.about),
        subject=subject_of(visit, here.matter.about),
        seconds=0 if visit.query.get("still") else SECONDS * (2 if got else 1),
        got=got,
        own=own(scene, here.part),
        now=visit.now,
        tz=here.community.timezone,
        said=lines[-MOST_LINES:],
        more=max(0, len(lines) - MOST_LINES),
        speaker=scene.speaker(),
        waiting=scene.queue()["waiting"],
        gauge=scene.gauge(),
        limits=here.room.limits,
        can_write=visit.person is not None and here.room.is_open,
    )


@signed_in
def show_writing(visit: Visit) -> Answer:
    """What one does on a bad network: on a page of its own, which never fetches itself."""
    here = entered(visit)
    scene = hall_for(visit, here.room)
    return page(
        visit,
        "rooms/plain_writing.html",
        room=here.room,
        me=me_of(scene, here.part),
        appeals=scene.appeals(),
        appealing=appealing_of(scene, here.part),
        replying=replying_to(visit, here.room),
        own=own(scene, here.part),
    )


@public
def show_handout(visit: Visit) -> Answer:
    """For people without a phone: agenda, plan and rules of order in big type, to be printed."""
    here = entered(visit)
    plans = plan_versions(visit.session, here.matter.id)
    who = names_of(visit.session, [id for id in (here.room.chair_id, here.room.clerk_id) if id])
    size, path = qr_path(address_of(visit, here.room.id))
    return page(
        visit,
        "rooms/handout.html",
        room=here.room,
        matter=here.matter,
        place=here.community,
        called=convening_of_room(visit.session, here.room.id),
        plan=plans[-1] if plans else None,
        subject=subject_of(visit, here.matter.about),
        chair=who[here.room.chair_id],
        clerk=who.get(here.room.clerk_id, ""),
        limits=here.room.limits,
        decider=DECIDERS[here.room.decider],
        tz=here.community.timezone,
        qr_size=size,
        qr_path=path,
        address=address_of(visit, here.room.id).split("://", 1)[1],
    )


@signed_in
def show_desk(visit: Visit) -> Answer:
    """The page from which chair or clerk run an evening by keyboard."""
    here = entered(visit)
    refuse_if(may("register", here.part, is_open=True))
    scene = hall_for(visit, here.room)
    shown = {name: PARTS[name](scene) for name in ("state", "speaker", "turns", "gauge", "appeals")}
    return page(
        visit,
        "rooms/desk.html",
        room=here.room,
        me=me_of(scene, here.part),
        keys=keys_of(scene, here.part),
        chairs=CHAIR in here.part.roles,
        chairing=chairing_of(scene, here.part),
        appealing=appealing_of(scene, here.part),
        replying=replying_to(visit, here.room),
        roles=roles_at_door(visit.session, here.room),
        parts=LIVE_AT_DESK,
        seen=visit.house.voiced.beside(visit.session, here.room).seen,
        **shown,
    )


@signed_in
def show_keys(visit: Visit) -> Answer:
    """The keys by themselves, as they stand now."""
    here = entered(visit)
    scene: Hall = hall_for(visit, here.room)
    keys, chairs = keys_of(scene, here.part), CHAIR in here.part.roles
    return part(visit, "rooms/_keys.html", visit=visit, room=here.room, keys=keys, chairs=chairs)


AGAIN: dict[str, Any] = {"desk": show_desk, "plain/write": show_writing}
"""Where a refused form is shown once more, by the page from which it was sent."""
