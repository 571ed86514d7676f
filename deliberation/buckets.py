"""A limit that refills: so many tries in a time, and then slower; nobody is locked out."""

from __future__ import annotations

import threading
import time


class Bucket:
    """So many tries, refilled evenly over a time; kept in memory, one process's view."""

    MOST_KEYS = 100_000

    def __init__(self, size: float, refill_seconds: float):
        self.size, self.rate = size, size / refill_seconds
        self._levels: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> bool:
        """Whether one more try is allowed now."""
        now = time.monotonic()
        with self._lock:
            level = self._level(key, now)
            allowed = level >= 1
            self._levels[key] = (level - 1 if allowed else level, now)
            if len(self._levels) > self.MOST_KEYS:
                self._forget_full(now)
            return allowed

    def wait(self, key: str) -> int:
        """Whole seconds until a try is allowed again, at least 1."""
        with self._lock:
            return max(1, round((1 - self._level(key, time.monotonic())) / self.rate))

    def forget(self) -> None:
        with self._lock:
            self._levels.clear()

    def _level(self, key: str, now: float) -> float:
        level, since = self._levels.get(key, (self.size, now))
        return min(self.size, level + (now - since) * self.rate)

    def _forget_full(self, now: float) -> None:
        # Only those that have recovered: a flood of names must not wipe out what is known of the flooder.
        self._levels = {key: pair for key, pair in self._levels.items() if self._level(key, now) < self.size}
