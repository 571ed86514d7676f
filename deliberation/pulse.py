"""One timer for all sockets: each is looked at in turn, so that a lost line is noticed and a quiet one stays open."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Protocol

log = logging.getLogger("deliberation")

LOOKS = 20
"""Seconds between two looks at one socket: if nothing came it is asked, and by the next an answer must have come."""


class Looked(Protocol):
    slot: set[Any] | None

    def look(self) -> None: ...


class Pulse:
    """The sockets of one event loop, spread over the seconds of a round."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop
        self._slots: list[set[Looked]] = [set() for _second in range(LOOKS)]
        self._at = 0
        self._timer: asyncio.TimerHandle | None = None

    def join(self, one: Looked) -> None:
        one.slot = min(self._slots, key=len)
        one.slot.add(one)
        if self._timer is None:
            self._timer = self._loop.call_later(1.0, self._tick)

    def leave(self, one: Looked) -> None:
        if one.slot is not None:
            one.slot.discard(one)
            one.slot = None

    def _tick(self) -> None:
        self._timer = self._loop.call_later(1.0, self._tick)
        self._at = (self._at + 1) % LOOKS
        for one in list(self._slots[self._at]):
            try:
                one.look()
            except Exception:  # The others are looked at all the same.
                log.exception("looking at a socket failed")
        if not any(self._slots):
            self._timer.cancel()
            self._timer = None
