"""Things that are costly to make and change only with an act, kept ready under a key that names the state they show.

The key is read from the database in the same snapshot as the page, so that two processes need not tell each other
anything: a new act is a new key, and what nobody asks for any more falls out at the other end.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def once(session: Any, key: Hashable, make: Callable[[], T]) -> T:
    """What was made before for somebody else who reads in the same session: it sees one moment of the database."""
    made: dict[Hashable, T] = session.info.setdefault("once", {})
    if key not in made:
        made[key] = make()
    return made[key]


class Kept(Generic[T]):
    """The ``most`` latest things, the one used longest ago is let go first. For threads."""

    def __init__(self, most: int):
        self.most = most
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing under this key, made now if it is not there; who asks meanwhile waits for the one who makes it."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._things:
                    return self._things[key]
            try:
                made = make()
                self.put(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def peek(self, key: Hashable) -> T | None:
        """The thing under this key, if it is there."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def put(self, key: Hashable, thing: T) -> None:
        """Keep a thing in place of the one that was there."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self.most:
                self._things.popitem(last=False)
