"""Servers begun by fork from a process that has read the program already, so that hundreds of kills take minutes.

A line of JSON in begins a server (``begin``) or asks whether it has ended (``ended``); a line out answers. What is begun
is a process of its own with its own session, and dies by SIGKILL like any other; nothing is opened before the fork that
it could share.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

READ_BEFORE = ("deliberation.__main__", "deliberation.commands", "deliberation.serving", "alembic.command")


class Born:
    """A server that a nursery began, with what the tests ask of a ``subprocess.Popen``."""

    def __init__(self, nursery: Nursery, pid: int):
        self.nursery, self.pid, self.returncode = nursery, pid, None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.nursery.ask({"ended": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises ``subprocess.TimeoutExpired``."""
        until = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("deliberation", timeout)
            time.sleep(0.005)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(15)


class Nursery:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.nursery"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.one_at_a_time = threading.Lock()

    def ask(self, order: dict[str, Any]) -> Any:
        with self.one_at_a_time:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def begin(self, arguments: list[str], environment: dict[str, str], log: Path) -> Born:
        return Born(self, self.ask({"begin": arguments, "environment": environment, "log": str(log)}))

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)


def main() -> None:
    for name in READ_BEFORE:
        __import__(name)
    for line in sys.stdin:
        print(json.dumps(_obey(json.loads(line))), flush=True)


def _obey(order: dict[str, Any]) -> int | None:
    if "begin" in order:
        return os.fork() or _serve(order)
    found, status = os.waitpid(order["ended"], os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _serve(order: dict[str, Any]) -> None:
    from deliberation.__main__ import main as deliberation

    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(order["environment"])
    code = 1
    try:
        code = deliberation(order["begin"])
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
