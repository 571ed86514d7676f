"""Who is in a room now: heartbeats with a lifetime, heard from every process of an installation."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any

LIFETIME = 60.0
"""Seconds that one word of presence holds. A page says it every 20."""


class Presence:
    """Topic → person → process → when last heard of. Read by any thread, changed under the hub's bell."""

    def __init__(self) -> None:
        self._heard: dict[str, dict[int, dict[str, float]]] = {}

    def hear(self, message: dict[str, Any]) -> bool:
        """Take one word of presence or of leaving; whether somebody came or went by it."""
        person, horizon = message["person"], time.monotonic() - LIFETIME
        people = self._heard.setdefault(message["topic"], {})
        before = _is_fresh(people.get(person, {}), horizon)
        # A new dictionary instead of a changed one: other threads may be reading the old.
        seen = {process: at for process, at in people.get(person, {}).items() if process != message["process"]}
        if message["for"]:
            seen[message["process"]] = time.monotonic()
        if seen:
            people[person] = seen
        else:
            people.pop(person, None)
        return _is_fresh(seen, horizon) != before

    def since(self, topic: str, person_id: int, process: str) -> float:
        """Seconds since a process last spoke of somebody; endless if it never did."""
        at = self._heard.get(topic, {}).get(person_id, {}).get(process)
        return float("inf") if at is None else time.monotonic() - at

    def present(self, topic: str) -> tuple[int, ...]:
        """Ids of the persons who are there now, in any process, in order of id."""
        horizon = time.monotonic() - LIFETIME
        heard = list(self._heard.get(topic, {}).items())
        return tuple(sorted(person for person, seen in heard if _is_fresh(seen, horizon)))

    def forget_silent(self) -> list[str]:
        """Drop who has fallen silent; the topics where somebody did."""
        horizon, changed = time.monotonic() - LIFETIME, []
        for topic, people in list(self._heard.items()):
            gone = [person for person, seen in people.items() if not _is_fresh(seen, horizon)]
            for person in gone:
                del people[person]
            if gone:
                changed.append(topic)
            if not people:
                del self._heard[topic]
        return changed


def _is_fresh(seen: dict[str, float], horizon: float) -> bool:
    """Whether any process has heard of somebody since the horizon."""
    return bool(seen) and max(seen.values()) >= horizon


class Sayings:
    """What a process says of who is there: at once of who comes or goes, once a second of those who still are.

    ``publish`` takes words for every process; ``is_on`` whether a person has a page of a topic open in this one. Used on the
    event loop alone.
    """

    def __init__(
        self, process: str, publish: Callable[[list[dict[str, Any]]], None], is_on: Callable[[str, int], bool]
    ):
        self.process, self._publish, self._is_on = process, publish, is_on
        self._due: dict[tuple[str, int], None] = {}

    def here(self, topic: str, person_id: int, known: Presence, loop: AbstractEventLoop) -> None:
        """A page says that somebody can be looking at it; ``known`` is what was heard so far."""
        since = known.since(topic, person_id, self.process)
        if since > LIFETIME:
            self.say(topic, person_id, LIFETIME)
        elif since > LIFETIME / 2:  # Every second word is enough to stay within the lifetime, and half the traffic.
            if not self._due:
                loop.call_later(1.0, self._say_all)
            self._due[topic, person_id] = None

    def say(self, topic: str, person_id: int, lifetime: float) -> None:
        """Say it now; for no time at all: that they have gone."""
        self._publish([self._word(topic, person_id, lifetime)])

    def _say_all(self) -> None:
        # Who has left meanwhile was said to have.
        words = [self._word(*one, LIFETIME) for one in self._due if self._is_on(*one)]
        self._due.clear()
        if words:
            self._publish(words)

    def _word(self, topic: str, person_id: int, lifetime: float) -> dict[str, Any]:
        return {"do": "here", "topic": topic, "person": person_id, "process": self.process, "for": lifetime}
