"""Who hears what of a room: its own page by parts, the projector as a whole."""

from __future__ import annotations

from sqlmodel import Session

from deliberation import live
from deliberation.audit.actions import Actor
from deliberation.rooms.models import Room, gauges_of
from deliberation.rooms.rules import Part


def topic_of(room: Room) -> str:
    """The matter in whose dossier and log a room's acts belong."""
    return f"matter/{room.matter_id}"


def screen_of(room_id: int) -> str:
    """What the projector follows: one fragment, so that phones are not sent the wall."""
    return f"screen/{room_id}"


def acting(part: Part, *preferred: str) -> Actor:
    """Who the log says acted: chair or clerk where the act is theirs, else what the person is in the community."""
    return Actor(part.acts_as(*preferred), part.person_id or None)


def tell(session: Session, room: Room, *parts: str) -> None:
    """After the commit, show these parts of the room anew (``turns`` is ``rooms/_turns.html``), and the wall."""
    for part in parts:
        live.announce(session, room.topic, f"rooms/_{part}.html")
    live.announce(session, screen_of(room.id), "rooms/_wall.html", room.topic)


def tell_statement(session: Session, room: Room, statement_id: int) -> None:
    """Add a statement to the minutes that everybody reads."""
    live.announce(session, room.topic, "rooms/_statement.html", f"statement/{statement_id}", how="append:said")


def tell_statement_changed(session: Session, room: Room, statement_id: int) -> None:
    """Show a statement as it has become; also where a gauge asks about it."""
    tell_statement(session, room, statement_id)
    if any(each.statement_id == statement_id for each in gauges_of(session, room.id)):
        tell(session, room, "gauge", "feed")


def tell_deed(session: Session, room: Room, subject: str) -> None:
    """Add what the chair did, an appeal or its decision to the running minutes (``intervention/3``, ``decision/1``)."""
    live.announce(session, room.topic, "rooms/_deed.html", subject, how="append:said")
