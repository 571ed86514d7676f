"""Limits on guessing: per account, per address and for all together; they slow down and never lock anybody out."""

from __future__ import annotations

import threading
import time

from deliberation.gate import network_of


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


by_account = Bucket(10, 600)
by_address = Bucket(60, 600)
for_all = Bucket(600, 60)


def seconds_to_wait(account: str, address: str) -> int:
    """Take one try; 0 if it is allowed, else how long to wait.

    The account's bucket belongs to account *and* address: a stranger who tries a name from elsewhere does not keep its
    owner out (ASVS 6.3.1). The common one is asked last, so that one flooder cannot empty it.
    """
    network = network_of(address)
    for bucket, key in ((by_account, f"{account}@{network}"), (by_address, network), (for_all, "")):
        if not bucket.take(key):
            return bucket.wait(key)
    return 0


def forget_all() -> None:
    """Begin anew, as after a restart."""
    for bucket in (by_account, by_address, for_all):
        bucket.forget()
