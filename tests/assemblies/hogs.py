"""Functions that a sandbox must survive: each does one thing that a file from a stranger might make a parser do."""

import os
import sys
import time

from deliberation.refusal import Refusal, Refused, Word


def length(data: bytes, times: int = 1) -> int:
    print("a library that talks")
    sys.stdout.flush()
    return len(data) * times


def environment(data: bytes) -> list[str]:
    return sorted([*os.environ, os.getcwd()])


def eat_memory(data: bytes) -> int:
    return len([bytes(2**20) for _ in range(100_000)])


def burn(data: bytes) -> int:
    while True:
        pass


def sleep(data: bytes) -> int:
    time.sleep(3600)
    return 0


def crash(data: bytes) -> int:
    os.abort()


def fail(data: bytes) -> int:
    raise ValueError("王秀英 13800000001")


def shout(data: bytes) -> str:
    return "x" * 2**22


def fork_and_hang(data: bytes) -> int:
    if os.fork() == 0:
        time.sleep(3600)
    time.sleep(3600)
    return 0


def refuse(data: bytes) -> int:
    raise Refused(
        Refusal("第{n}行的{what}不对", {"n": 3, "what": Word("手机")}, remedy="改", late=True, source="local setting")
    )
