"""What a room shows: the list, the hall, one person's own elements, the projector, and who may follow."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from deliberation.audit.models import log_size
from deliberation.communities.models import Community
from deliberation.identity.doors import signed_in
from deliberation.keeping import once
from deliberation.matters.about import subject_of
from deliberation.matters.about_rules import article_of
from deliberation.matters.opening import near_of, person_id
from deliberation.matters.planning import plan_values
from deliberation.matters.printing import qr_path
from deliberation.refusal import Missing
from deliberation.rooms.convening_models import convening_of_room
from deliberation.rooms.door import roles_at_door
from deliberation.rooms.doors import entered, hall_for, is_open_to_strangers, logs_of_names, sent_from
from deliberation.rooms.hall import LIVE, PARTS, Hall
from deliberation.rooms.hybrid_pages import AGAIN, address_of, show_keys
from deliberation.rooms.me import me_of
from deliberation.rooms.me_chairing import appealing_of, chairing_of
from deliberation.rooms.models import Room, attendance_count, room, rooms_within_reach
from deliberation.rooms.questions_view import asking_of
from deliberation.rooms.replying import replying_to
from deliberation.rooms.telling import screen_of
from deliberation.rooms.voiced import Beside
from deliberation.sections import WAITING, Item, Section
from deliberation.templating import fragment
from deliberation.vocabulary import _
from deliberation.web import Answer, Visit, bare, page, part, public

PERSONAL = {
    "mine": "rooms/_mine.html",
    "composer": "rooms/_composer.html",
    "my-gauge": "rooms/_my_gauge.html",
    "hall": "rooms/_hall_register.html",
    "chairing": "rooms/_chairing.html",
    "appealing": "rooms/_appealing.html",
    "asking": "rooms/_asking.html",
}
"""Elements that belong to one person, by the last word of their address."""


MOST_AT_HOME = 5


@public
def list_rooms(visit: Visit) -> Answer:
    """Rooms of every matter within reach, one's own open ones first, then the other open ones."""
    found = rooms_within_reach(visit.session, near_of(visit), person_id(visit))
    places = {
        each.id: each
        for each in visit.session.exec(
            select(Community).where(col(Community.id).in_({one.community_id for one in found}))
        )
    }
    rows = [
        {"room": one, "where": places[one.community_id].name, "tz": places[one.community_id].timezone} for one in found
    ]
    return page(visit, "rooms/list.html", rooms=rows)


def rooms_at_home(visit: Visit) -> list[Section]:
    """For the home page: the rooms that are open now where this person belongs, so may come in and speak."""
    if visit.person is None:
        return []
    near = near_of(visit)
    found = rooms_within_reach(visit.session, near, visit.person.id, MOST_AT_HOME)
    here = [one for one in found if one.is_open and one.community_id in near]
    items = tuple(
        Item(one.title, f"/rooms/{one.id}", kind=_("协商正在进行"), action=_("进入协商室"), is_now=True) for one in here
    )
    return [Section(_("正在开的协商会"), items, WAITING, more="/rooms")] if items else []


@public
def show_room(visit: Visit) -> Answer:
    """The hall."""
    here = entered(visit)
    scene, beside = hall_for(visit, here.room), visit.house.voiced.beside(visit.session, here.room)
    return page(
        visit,
        "rooms/room.html",
        room=here.room,
        matter=here.matter,
        about=article_of(here.matter.about),
        plan=plan_values(visit.session, here.matter),
        me=me_of(scene, here.part),
        chairing=chairing_of(scene, here.part),
        appealing=appealing_of(scene, here.part),
        replying=replying_to(visit, here.room),
        asking=asking_of(scene, here.part),
        parts=(*LIVE, "voiced") if beside.mark else LIVE,
        voiced=beside.mark,
        called=convening_of_room(visit.session, here.room.id),
        roles=roles_at_door(visit.session, here.room),
        seen=beside.seen,
        **shown_in(scene),
    )


def shown_in(scene: Hall) -> dict[str, dict[str, Any]]:
    """The values of each live fragment of the hall."""
    return {name: gather(scene) for name, gather in PARTS.items() if name != "wall"}


@dataclass(frozen=True)
class Region:
    """The live parts of the hall as they are at one moment; the same for all who read them then."""

    room: Room
    is_open: bool
    beside: Beside
    state: Hashable

    @classmethod
    def of(cls, visit: Visit) -> Region:
        found = room(visit.session, visit.number("id"))
        beside = visit.house.voiced.beside(visit.session, found)
        # Who came is no act, so the size of the log does not tell; nor does it of names that other logs put right.
        came = attendance_count(visit.session, found.id)
        state = (beside, came, logs_of_names(visit, found, (beside.seen, came)))
        return cls(found, is_open_to_strangers(visit, found, beside.seen), beside, state)

    def shown(self, visit: Visit) -> bytes:
        """In the visitor's language; drawn once for as long as nothing changes."""

        def draw() -> str:
            scene = hall_for(visit, self.room)
            plan = plan_values(visit.session, scene.matter)
            values = {"seen": self.beside.seen, "shown": shown_in(scene), "plan": plan, "voiced": self.beside.mark}
            return fragment("rooms/_parts.html", visit.locale, **values)

        return visit.house.hub.regions.region(self.room.topic, visit.locale, self.state, visit.now, draw).encode()


@public
def show_parts(visit: Visit) -> Answer:
    """The live parts of the hall by themselves, for whoever arrives again."""
    number = visit.number("id")
    region = once(visit.session, ("region", number), lambda: Region.of(visit))
    if not region.is_open:
        entered(visit)
    return bare(once(visit.session, ("shown", number, visit.locale), lambda: region.shown(visit)))


def show_personal(visit: Visit, element: str) -> Answer:
    """One of the visitor's own elements by itself."""
    here = entered(visit)
    scene = hall_for(visit, here.room)
    gather = {
        "hall": dict,
        "asking": lambda: {"asking": asking_of(scene, here.part)},
        "composer": lambda: {"me": me_of(scene, here.part), "replying": replying_to(visit, here.room)},
        "chairing": lambda: {"can": chairing_of(scene, here.part)},
        "appealing": lambda: {"can": appealing_of(scene, here.part)},
    }.get(element, lambda: {"me": me_of(scene, here.part)})
    return part(visit, PERSONAL[element], visit=visit, room=here.room, **gather())


def show_again(element: str) -> Any:
    """The form once more with what was typed: the personal element for htmx, else the page on which it stood."""

    @signed_in
    def show(visit: Visit) -> Answer:
        if visit.is_htmx:
            return show_keys(visit) if visit.text("desk") else show_personal(visit, element)
        return AGAIN.get(sent_from(visit, visit.number("id")), show_room)(visit)

    return show


def whole(value: str) -> int:
    """A number that a form carries. Raises Missing."""
    value = unicodedata.normalize("NFKC", value)
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Missing
    return int(value)


@public
def show_mine(visit: Visit) -> Answer:
    return show_personal(visit, visit.path.rsplit("/", 1)[1])


@public
def show_screen(visit: Visit) -> Answer:
    """The projector: huge type, no controls."""
    here = entered(visit)
    address = address_of(visit, here.room.id)
    size, path = qr_path(address)
    return page(
        visit,
        "rooms/screen.html",
        room=here.room,
        wall=hall_for(visit, here.room).wall(),
        seen=log_size(visit.session, here.community.id),
        qr_path=path,
        qr_size=size,
        address=address.split("://", 1)[1],
        subject=subject_of(visit, here.matter.about),
    )


def follow_room(visit: Visit) -> tuple[str, int]:
    here = entered(visit)
    visit.house.voiced.follow(visit.session, here.room)
    return here.room.topic, here.community.id


def follow_screen(visit: Visit) -> tuple[str, int]:
    here = entered(visit)
    return screen_of(here.room.id), here.community.id
