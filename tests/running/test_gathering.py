"""What an event loop hands in is taken together; whoever waits in a thread waits for no loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from deliberation.db import Database

PATIENCE = 120
"""Seconds until a test gives up, on a machine that does much else."""


@pytest.fixture
def database(tmp_path):
    found = Database(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    yield found
    found.close()


class Batches:
    """A bulk verb that remembers how many it was given at once."""

    def __init__(self):
        self.sizes: list[int] = []

    def __call__(self, session, payloads, now):
        self.sizes.append(len(payloads))
        return payloads

    def hand_in(self, database, payload):
        future = asyncio.get_running_loop().create_future()
        database.writer.submit(None, bulk=self, payload=payload, loop_future=future)
        return future


def test_requests_of_one_round_and_of_the_next_are_one_batch(database):
    verb = Batches()

    async def one(payload):
        return await verb.hand_in(database, payload)

    async def later():
        first = [asyncio.ensure_future(one(number)) for number in range(20)]
        await asyncio.sleep(0)
        return await asyncio.gather(*first, *(one(number) for number in range(20, 40)))

    assert asyncio.run(later()) == list(range(40))
    assert verb.sizes == [40]


def test_whoever_was_answered_and_asks_again_is_in_one_batch_with_those_who_waited(database):
    verb = Batches()

    async def client(number):
        for turn in range(30):
            assert await verb.hand_in(database, (number, turn)) == (number, turn)

    async def all_of_them():
        await asyncio.gather(*(client(number) for number in range(16)))

    asyncio.run(all_of_them())
    assert sum(verb.sizes) == 16 * 30
    assert len(verb.sizes) < 2 * 30, verb.sizes


def test_a_thread_waits_for_no_loop(database):
    """The loop has handed something in and does not come round: what a thread wants is done, and the other with it."""
    verb, handed, over = Batches(), threading.Event(), threading.Event()

    async def held_up():
        future = verb.hand_in(database, "from the loop")
        handed.set()
        assert over.wait(PATIENCE)
        return await future

    answers = []
    loop = threading.Thread(target=lambda: answers.append(asyncio.run(held_up())))
    loop.start()
    assert handed.wait(PATIENCE)
    assert database.change(lambda session, now: "from a thread") == "from a thread"
    assert loop.is_alive() and not answers, "the loop is held up still"
    over.set()
    loop.join(PATIENCE)
    assert answers == ["from the loop"]


def test_a_thread_that_came_during_a_batch_waits_for_no_loop_either(database):
    """The batch was of a loop that ends with its answer; whoever waited behind it is served all the same."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(session, payloads, now):
        begun.set()
        assert go_on.wait(PATIENCE)
        return payloads

    async def ask():
        future = asyncio.get_running_loop().create_future()
        database.writer.submit(None, bulk=slow, payload=1, loop_future=future)
        return await future

    loop = threading.Thread(target=asyncio.run, args=(ask(),))
    loop.start()
    assert begun.wait(PATIENCE)
    errand = database.writer.submit(lambda session, now: "behind")
    go_on.set()
    assert errand.wait() == "behind"
    loop.join(PATIENCE)
    assert database.change(lambda session, now: "after the loop") == "after the loop"


def test_a_new_loop_is_heard_after_one_that_ended(database):
    verb = Batches()

    async def ask(payload):
        return await verb.hand_in(database, payload)

    assert [asyncio.run(ask(number)) for number in range(5)] == list(range(5))
    assert verb.sizes == [1] * 5


def test_what_a_loop_left_behind_is_done_at_the_end(database):
    verb = Batches()

    async def leave():
        verb.hand_in(database, "left behind")

    asyncio.run(leave())
    database.close()
    assert verb.sizes == [1]
