"""What waits at the writer's door (``db``): one change, or many of one kind, and how they are answered."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any


class Errand:
    """One change that waits at the writer's door.

    A plain errand has ``verb(session, now)``; a bulk one ``bulk(session, payloads, now)``, which answers a list of
    results or exceptions, one a payload, and is called once for all neighbours in the batch that share it.
    """

    __slots__ = ("_event", "between", "bulk", "error", "loop_future", "payload", "result", "verb")

    def __init__(
        self, verb: Callable | None, bulk: Callable | None = None, payload: Any = None, loop_future: Any = None
    ):
        self.verb, self.bulk, self.payload, self.loop_future = verb, bulk, payload, loop_future
        self.between: Callable[[Any], None] | None = None
        self.result: Any = None
        self.error: BaseException | None = None
        self._event = threading.Event() if loop_future is None else None

    def wait(self) -> Any:
        assert self._event is not None
        self._event.wait()
        if self.error is not None:
            raise self.error
        return self.result

    def settle(self) -> None:
        """Answer: wake the thread that waits, or fulfil the event loop's future (called on that loop)."""
        if self._event is not None:
            self._event.set()
        elif not self.loop_future.done():
            if isinstance(self.error, StopIteration):  # A future refuses to carry one, and all after it would wait.
                self.loop_future.set_exception(RuntimeError("a verb ran out of something to find"))
            elif self.error is not None:
                self.loop_future.set_exception(self.error)
            else:
                self.loop_future.set_result(self.result)


def until_between(waiting: list[Errand]) -> int:
    """How many may be done together: what is done between two batches is done alone."""
    alone = next((at for at, errand in enumerate(waiting) if errand.between is not None), len(waiting))
    return max(1, alone)


def answer(group: list[Errand], answers: list[Any]) -> None:
    for errand, answer in zip(group, answers, strict=True):
        if isinstance(answer, BaseException):
            errand.error = answer
        else:
            errand.result = answer


def neighbours(batch: list[Errand]) -> Iterator[list[Errand]]:
    """Runs of errands in order of arrival: neighbours of one bulk verb together, plain ones alone."""
    run: list[Errand] = []
    for errand in batch:
        if run and (errand.bulk is None or errand.bulk is not run[0].bulk):
            yield run
            run = []
        run.append(errand)
    if run:
        yield run


def settle_all(batch: list[Errand]) -> None:
    """Answer a batch: one wake-up per event loop, however many visits it answers."""
    by_loop: dict[Any, list[Errand]] = {}
    for errand in batch:
        if errand.loop_future is None:
            errand.settle()
        else:
            by_loop.setdefault(errand.loop_future.get_loop(), []).append(errand)
    for loop, errands in by_loop.items():
        with contextlib.suppress(RuntimeError):  # The loop is gone: nobody is there to be answered.
            loop.call_soon_threadsafe(lambda errands=errands: [errand.settle() for errand in errands])
