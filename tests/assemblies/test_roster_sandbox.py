"""A child process reads what strangers send: it may die of it, the server may not, and the person gets a reason."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from deliberation import sandbox
from deliberation.refusal import Refused
from deliberation.sandbox import Limits, call
from tests.assemblies import hogs

SMALL = Limits(memory=256 * 2**20, seconds=1, answer=2**20)


def reason(function):
    with pytest.raises(Refused) as no:
        call(function, b"x", SMALL)
    return no.value.refusal.reason


def test_a_value_comes_back_whatever_a_library_prints():
    assert call(hogs.length, "名册".encode() * 1_000_000, times=2) == 12_000_000


def test_the_child_gets_no_environment_and_no_folder():
    assert set(call(hogs.environment, b"")) <= {"/", "LANG", "LC_CTYPE"}


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (hogs.eat_memory, "太大"),
        (hogs.burn, "超时"),
        (hogs.crash, "太大"),
        (hogs.shout, "太大"),
        (hogs.fail, "无法读取"),
    ],
)
def test_what_goes_wrong_in_the_child_is_a_reason_here(function, word):
    assert word in reason(function)


def test_a_child_that_only_waits_is_ended_with_all_that_it_started(monkeypatch):
    monkeypatch.setattr(sandbox, "PATIENCE", 0)
    assert "超时" in reason(hogs.fork_and_hang)
    assert not [line for line in commands() if "hogs:fork_and_hang" in line]


def commands():
    """The command lines of all processes."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                yield file.read().decode("utf-8", "replace")
        except OSError:
            continue


def test_the_log_says_what_failed_and_quotes_nothing(caplog):
    with caplog.at_level(logging.WARNING):
        reason(hogs.fail)
    assert "ValueError" in caplog.text
    assert "hogs.py" in caplog.text
    assert "王秀英" not in caplog.text
    assert "13800000001" not in caplog.text


def test_a_refusal_arrives_as_it_was():
    with pytest.raises(Refused) as there:
        hogs.refuse(b"")
    with pytest.raises(Refused) as here:
        call(hogs.refuse, b"")
    assert here.value.refusal == there.value.refusal


def test_several_threads_may_ask_at_once():
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: call(hogs.length, b"x" * n), range(8))) == list(range(8))
