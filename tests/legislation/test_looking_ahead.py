"""Looking ahead in a process of its own: the same as without, also when it is killed or the text changed meanwhile."""

from __future__ import annotations

import os
import signal
import time

import pytest

from deliberation.jobs import Runner
from deliberation.legislation import following, looking_ahead
from deliberation.legislation.following import ChunkPrepared, follow_chunk
from deliberation.legislation.index_models import OpinionsFollowed
from deliberation.legislation.looking_ahead import LookingAhead
from deliberation.legislation.opining import change_opinion
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.routes import follow_by
from deliberation.legislation.text_looks import Row, looks
from tests.legislation.followed import Followed

TEXTS = [
    f"建议把第{number // 2}条的公示时间延长到{number // 2 + 10}日，在外打工的人才赶得回来看🙂。" for number in range(12)
]


@pytest.fixture
def asking(database_url, monkeypatch):
    monkeypatch.setattr(following, "CHUNK", 2)
    made = Followed(database_url)
    yield made
    made.database.close()


def row(number: int, text: str) -> tuple:
    return tuple(Row(number, number, text, "因為", "", "第一条", "", "", "", "", "", "edit", "1"))


def is_gone(pid: int) -> bool:
    for _ in range(100):
        if not os.path.exists(f"/proc/{pid}"):
            return True
        time.sleep(0.05)
    return False


def chunk_of(asking: Followed, prepare: ChunkPrepared) -> None:
    """One chunk, as the runner does it."""
    payload = {"solicitation": asking.id}
    with asking.database.read() as session:
        chunk = prepare(session, payload)
    asking.change(lambda session, now: follow_chunk(session, now, payload, chunk))


def test_what_comes_back_is_what_would_be_seen_here():
    ahead = LookingAhead()
    rows = [row(number, text) for number, text in enumerate(["", "同意", "<b>\u202e" * 9, *TEXTS, "長" * 100_000], 1)]
    assert ahead.looks(rows[:3], rows[3:]) == looks(rows[:3])
    child = ahead._child.pid
    assert ahead._asked == rows[3:] and ahead.looks(rows[3:], []) == looks(rows[3:])
    assert is_gone(child), "nothing waits any more, so nobody stays"
    assert ahead.looks(rows, []) == looks(rows)


def test_of_other_rows_than_were_asked_it_is_thrown_away():
    ahead = LookingAhead()
    asked, changed = [row(1, "坡道太陡")], [row(1, "电梯太小")]
    ahead.looks([], asked)
    assert ahead.looks(changed, asked) == looks(changed) and ahead.looks(asked, []) == looks(asked)


def test_a_child_that_is_killed_or_stopped_costs_nothing_but_time(monkeypatch, caplog):
    ahead = LookingAhead()
    rows = [row(number, text) for number, text in enumerate(TEXTS, 1)]
    ahead.looks(rows, rows)
    os.kill(ahead._child.pid, signal.SIGKILL)
    assert ahead.looks(rows, rows) == looks(rows), "another is begun"
    monkeypatch.setattr(looking_ahead, "PATIENCE", 0.2)
    ahead._asked = []
    ahead._line.poll(10), ahead._line.recv()
    child = ahead._child.pid
    os.kill(child, signal.SIGSTOP)
    ahead.looks([], rows)
    assert ahead.looks(rows, []) == looks(rows) and is_gone(child)
    assert caplog.text.count("its process does not answer") == 2


def test_where_no_process_can_be_begun_they_are_looked_at_here(monkeypatch, caplog):
    monkeypatch.setattr(looking_ahead, "_CHILD", ["/nowhere/python"])
    ahead, rows = LookingAhead(), [row(1, "坡道太陡")]
    assert ahead.looks(rows, rows) == looks(rows) and ahead._line is None
    assert "its process does not answer" in caplog.text


def test_an_opinion_that_is_changed_while_it_is_looked_at_is_found_by_its_new_words(asking: Followed):
    ids, prepare = asking.say(*TEXTS), ChunkPrepared()
    chunk_of(asking, prepare)
    assert [each[0] for each in prepare.ahead._asked] == ids[2:4]

    def change(session, now) -> None:
        found = session.get(Opinion, ids[2])
        said, author = Said("edit", "电梯太小", ""), asking.village.actor("赵敏")
        change_opinion(session, now, one=found, said=said, is_author=True, actor=author)

    asking.change(change)
    for _ in range(5):
        chunk_of(asking, prepare)
    assert asking.find("电梯太小") == [ids[2]] and asking.find("公示时间") == [id for id in ids[::-1] if id != ids[2]]
    assert prepare.ahead._child is None


def test_groups_are_found_across_chunks_that_were_looked_at_ahead(asking: Followed):
    ids = asking.say(*TEXTS, "同意", "同意")
    asking.follow()
    assert asking.heads() == dict.fromkeys(ids[:12], ids[0]) | dict.fromkeys(ids[12:], ids[12])
    with asking.database.read() as session:
        done = session.get(OpinionsFollowed, asking.id)
    assert (done.upto, done.done, done.is_waiting) == (14, 14, False)


def test_the_child_ends_with_the_runner(database_url, monkeypatch):
    made = Followed(database_url)
    runner = Runner(made.database, lambda _session: made.now)
    follow_by(runner)
    made.say(*TEXTS)
    monkeypatch.setattr(following, "CHUNK", 2)
    prepare = runner.prepares[following.FOLLOW]
    chunk_of(made, prepare)
    child = prepare.ahead._child.pid
    runner.stop()
    assert is_gone(child)
    made.database.close()
