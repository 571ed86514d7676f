"""Questions of a crowd, answered together: in batches, each with its own answer, whoever hangs up meanwhile."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from deliberation.front import Endpoint
from deliberation.keeping import Kept
from deliberation.together import MOST, Together


def run(story, ask):
    with ThreadPoolExecutor(2) as threads:
        return asyncio.run(story(Together(ask, threads)))


def test_the_first_is_asked_at_once_and_the_others_together():
    batches = []

    def halves(numbers):
        batches.append(list(numbers))
        return [number // 2 if number % 2 == 0 else ValueError(number) for number in numbers]

    async def story(together):
        first = asyncio.ensure_future(together.answer(0))
        await asyncio.sleep(0)
        others = [asyncio.ensure_future(together.answer(number)) for number in range(1, MOST + 3)]
        return await asyncio.gather(first, *others, return_exceptions=True)

    answers = run(story, halves)
    assert [len(batch) for batch in batches] == [1, MOST, 2]
    assert answers[:2] == [0, answers[1]] and isinstance(answers[1], ValueError) and answers[2] == 1
    assert len(answers) == MOST + 3


def test_a_batch_that_fails_fails_for_everybody_in_it_and_for_nobody_after():
    calls = []

    def ask(numbers):
        calls.append(numbers)
        if len(calls) == 1:
            raise OSError("the database is away")
        return numbers

    async def story(together):
        with pytest.raises(OSError, match="away"):
            await together.answer(1)
        return await together.answer(2)

    assert run(story, ask) == 2


def test_who_hangs_up_keeps_nobody_from_an_answer():
    let_go = threading.Event()

    def ask(numbers):
        assert let_go.wait(10)
        return numbers

    async def story(together):
        gone, stays = (asyncio.ensure_future(together.answer(number)) for number in (1, 2))
        await asyncio.sleep(0.05)
        gone.cancel()
        let_go.set()
        return await stays

    assert run(story, ask) == 2


def test_what_many_ask_for_at_once_is_made_once():
    kept, made, barrier = Kept(4), [], threading.Barrier(8)

    def make():
        made.append(threading.current_thread().name)
        return "region"

    def get():
        barrier.wait()
        return kept.get("key", make)

    with ThreadPoolExecutor(8) as threads:
        assert {each.result() for each in [threads.submit(get) for _ in range(8)]} == {"region"}
    assert len(made) == 1


def test_what_could_not_be_made_is_made_by_the_next():
    kept = Kept(4)

    def fail():
        raise OSError

    with pytest.raises(OSError):
        kept.get("key", fail)
    assert kept.get("key", lambda: 3) == 3


def test_a_crowd_that_comes_one_by_one_is_asked_together_and_nobody_else_waits():
    batches = []

    def ask(numbers):
        batches.append(list(numbers))
        return numbers

    async def story(together):
        await together.answer(0)
        await together.answer(0)
        assert batches == [[0], [0]], "who comes alone is asked for at once"
        await asyncio.gather(together.answer(1), together.answer(2))
        crowd = []
        for number in range(5):
            crowd.append(asyncio.ensure_future(together.answer(number)))
            await asyncio.sleep(0)
        return await asyncio.gather(*crowd)

    assert run(story, ask) == [0, 1, 2, 3, 4]
    assert batches[-1] == [0, 1, 2, 3, 4]


def test_a_crowd_at_one_address_keeps_no_other_waiting_and_is_forgotten_afterwards():
    spec = SimpleNamespace(handler=SimpleNamespace(door=None), together=True, bulk=None)
    endpoint, free = Endpoint(None, spec), threading.Event()

    def read_all(calls):
        assert len({call.path for call in calls}) == 1
        if calls[0].path == "/full":
            free.wait(5)
        return [call.path for call in calls]

    endpoint._read_all = read_all

    async def story() -> None:
        full = [asyncio.ensure_future(endpoint._in_crowd(SimpleNamespace(path="/full"))) for _number in range(3)]
        assert await endpoint._in_crowd(SimpleNamespace(path="/other")) == "/other"
        assert not any(each.done() for each in full)
        free.set()
        assert await asyncio.gather(*full) == ["/full"] * 3
        full.clear()
        for _time in range(500):
            if not endpoint._crowds:
                break
            await asyncio.sleep(0.01)
            gc.collect()
        assert not endpoint._crowds

    asyncio.run(story())
