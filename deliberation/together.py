"""Many who ask the same kind of question at the same moment, answered together: a hall that comes back after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MOST = 200
"""Questions of one batch: so few that the first of a crowd is not kept waiting by the last."""
PAUSE = 0.02
"""Seconds that the next batch waits after one of several, so that a crowd which comes one by one is a crowd all the same."""


class Together(Generic[Question, Answer]):
    """``ask`` answers a list of questions, each with an answer or an exception, in a thread of ``threads``.

    Nobody waits alone: the first question is asked at once, and whoever comes meanwhile is in the next batch. Used on the
    event loop only.
    """

    def __init__(self, ask: Callable[[list[Question]], list[Answer | Exception]], threads: Executor):
        self._ask, self._threads = ask, threads
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def answer(self, question: Question) -> Answer:
        """The answer to one question. Raises what ``ask`` gave as its answer, or raised for the whole batch."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._ask_all())
        return await future

    async def _ask_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                questions = [question for question, _future in batch]
                try:
                    answers: list[Any] = await loop.run_in_executor(self._threads, self._ask, questions)
                except Exception as error:
                    answers = [error] * len(batch)
                for (_question, future), answer in zip(batch, answers, strict=True):
                    if future.done():  # Who asked has hung up.
                        continue
                    if isinstance(answer, Exception):
                        future.set_exception(answer)
                    else:
                        future.set_result(answer)
                if 1 < len(batch) < MOST:
                    await asyncio.sleep(PAUSE)
        finally:
            self._asking = None
