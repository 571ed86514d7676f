"""The live parts of a page as it would be opened now, drawn once for all who missed something and arrive again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime

from deliberation.keeping import Kept

MOST = 256
"""Regions that are kept, each in one language and state."""


class Regions:
    """Used by any thread."""

    def __init__(self) -> None:
        self._drawn: Kept[tuple[str, str]] = Kept(MOST)
        self._presence: dict[str, int] = {}

    def presence_is_drawn(self, topic: str) -> None:
        """Who is there is about to be read and told: a region of before is shown to nobody who joins from now on."""
        self._presence[topic] = self._presence.get(topic, 0) + 1

    def region(self, topic: str, locale: str, state: Hashable, now: datetime, draw: Callable[[], str]) -> str:
        """The HTML for a page that follows ``topic``; ``draw`` is called once a language and ``state``.

        ``state`` is what the parts depend on besides who is there: the size of the log, and what changes without an
        entry. The instant ``now``, from which their clocks run, is each reader's own.
        """
        key = (topic, locale, self._presence.get(topic, 0), state)
        drawn_at, html = self._drawn.get(key, lambda: (now.isoformat(), draw()))
        return html.replace(drawn_at, now.isoformat())
