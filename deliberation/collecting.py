"""The garbage collector kept out of work that makes a great many values and no cycle among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collecting() -> Iterator[None]:
    """Millions of new values and no cycle among them: the collector would look through all of them again and again.

    It is off for the whole process. Whoever found it on turns it on again, so that of two at once none leaves it off.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
