"""What a capability contributes to the home page and to the demo's clock, without these knowing the capability.

In ``furnish(house)`` a slice adds ``house.home_sections.append(my_sections)``, where ``my_sections(visit)`` answers a
list of :class:`Section`. The titles and notes are gettext keys; an item's title is what somebody wrote and stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

WAITING, OPEN, DECIDED, LATE = "waiting", "open", "decided", "late"
"""Kinds of section: what waits for this very person; what is under way; what was decided; what is overdue."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Item:
    """One line. ``kind`` (a key) says what sort of thing it is, ``action`` (a key) what its button says.

    ``due``: a date or instant by which; ``tag``: (key, look) as of ``ui.tag``; ``facts`` fill note, kind and tag.
    ``is_now``: it goes on at this moment, so it stands first. ``place``: the name of its community. ``station``: where it stands on the ring, 1 to 6, or 0 for what has no ring.
    """

    title: str
    url: str
    note: str = ""
    due: date | datetime | None = None
    kind: str = ""
    action: str = ""
    tag: tuple[str, str] = ("", "")
    station: int = 0
    facts: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    is_now: bool = False
    place: str = ""


@dataclass(frozen=True)
class Deadline:
    """An instant at which something changes by time alone: ``words`` is a key with ``{title}``, what is due and for what."""

    at: datetime
    title: str
    words: str


@dataclass(frozen=True)
class Section:
    """A titled list of items; ``more`` is where all of them are, ``empty`` (a key) what is said when there are none."""

    title: str
    items: tuple[Item, ...]
    kind: str = OPEN
    more: str = ""
    empty: str = ""
