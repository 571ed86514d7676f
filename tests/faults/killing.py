"""A real server in a process of its own that can be killed, and clients that vote over HTTP and keep a journal.

A client writes down what it is about to send, sends it, and ticks it off once it was answered. After a kill it sends
the same form, with the same key, again, as a browser does whose page did not load.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from deliberation.web import form_token
from tests.faults.nursery import Born, Nursery

START_WITHIN = 60.0
TOO_LATE = 1409
"""What ``Voters`` calls a refusal with 409."""


def kills(tenths: int) -> int:
    """So many tenths of all kills of a run: 50 in all, fewer where time is short, or as many as asked for."""
    whole = int(os.environ.get("DELIBERATION_KILLS") or (10 if os.environ.get("DELIBERATION_SHORT") else 50))
    return max(1, whole * tenths // 10)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def environment(url: str, folder: Path, port: int = 0) -> dict[str, str]:
    own = {
        "DELIBERATION_DATA": str(folder),
        "DELIBERATION_DATABASE_URL": url,
        "DELIBERATION_PORT": str(port),
        "DELIBERATION_PUBLIC_URL": f"http://localhost:{port}",
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("DELIBERATION_")} | own


@lru_cache
def nursery() -> Nursery:
    """The one of this process."""
    found = Nursery()
    atexit.register(found.close)
    return found


class Server:
    """``deliberation serve`` on a port of its own; ``kill`` is SIGKILL, in the middle of whatever it does.

    Where the program is not the plain one, or ``DELIBERATION_ANEW`` asks for it, each start reads the program anew.
    """

    def __init__(self, url: str, folder: Path, program: tuple[str, ...] = ("deliberation",), **settings: str):
        self.url, self.folder, self.port = url, folder, free_port()
        self.program, self.settings = program, {f"DELIBERATION_{name.upper()}": each for name, each in settings.items()}
        self.process: subprocess.Popen | Born | None = None

    def start(self) -> None:
        self.process = self._begin(["serve", "--port", str(self.port)], self.folder.parent / "server.log")
        until = time.monotonic() + START_WITHIN
        while not self._answers():
            code = self.process.poll()
            assert code is None, (code, (self.folder.parent / "server.log").read_text()[-3000:])
            assert time.monotonic() < until, "the server does not come up again"
            time.sleep(0.05)

    def _begin(self, arguments: list[str], file: Path) -> subprocess.Popen | Born:
        env = environment(self.url, self.folder, self.port) | self.settings
        if self.program == ("deliberation",) and not os.environ.get("DELIBERATION_ANEW"):
            return nursery().begin(arguments, env, file)
        command = [sys.executable, "-m", *self.program, *arguments]
        with file.open("ab") as log:
            return subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
            self.kill()


@dataclass
class Journal:
    """What one voter has sent: (key, choice) in order; all but perhaps the last were answered."""

    person_id: int
    token: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    answered: int = 0

    def next(self) -> tuple[str, str]:
        """The form that was never answered, or else a new one that says the opposite."""
        if self.answered == len(self.sent):
            choice = "no" if self.sent and self.sent[-1][1] == "yes" else "yes"
            self.sent.append((f"{self.person_id}-{len(self.sent)}", choice))
        return self.sent[-1]


class Voters:
    """Threads that vote and change their votes without a pause, whether or not the server is there."""

    def __init__(self, server: Server, poll_id: int, journals: list[Journal], threads: int = 8):
        self.server, self.path, self.journals = server, f"/polls/{poll_id}/ballots", journals
        self.stopping = threading.Event()
        self.is_closable = False
        """Whether the poll may close under way: then the first ballot that is too late ends a voter's part."""
        self.wrong: list[str] = []
        shares = [journals[each::threads] for each in range(threads)]
        self.threads = [threading.Thread(target=self._run, args=(share,), daemon=True) for share in shares]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def finish(self) -> None:
        """Every form that was begun is answered, then the threads end."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self.threads)

    def _run(self, share: list[Journal]) -> None:
        connection = None
        while not self.wrong and not (self.stopping.is_set() and all(one.answered == len(one.sent) for one in share)):
            for journal in share:
                if self.stopping.is_set() and journal.answered == len(journal.sent):
                    continue
                key, choice = journal.next()
                try:
                    connection = connection or http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
                    status = self._send(connection, journal, key, choice)
                except (OSError, http.client.HTTPException):
                    connection = None  # Killed under way: nobody knows whether it was taken, so it is sent again.
                    time.sleep(0.02)
                    continue
                if status == 303:
                    journal.answered += 1
                elif status == TOO_LATE and self.is_closable:
                    journal.sent.pop()
                    return
                else:
                    self.wrong.append(f"{journal.person_id}: {status}")
                    return

    def _send(self, connection: http.client.HTTPConnection, journal: Journal, key: str, choice: str) -> int:
        body = urlencode({"token": form_token(journal.token), "key": key, "choice": choice})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"__Host-sign-in={journal.token}",
            "Origin": f"http://localhost:{self.server.port}",
        }
        connection.request("POST", self.path, body, headers)
        answer = connection.getresponse()
        location = answer.headers.get("location", "")
        answer.read()
        # A redirect to sign-in would be a lost sign-in and no ballot.
        return 303 if answer.status == 303 and location == self.path.removesuffix("/ballots") else answer.status + 1000


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Server]:
    server = Server(url, folder)
    try:
        yield server
    finally:
        server.stop()


def moment(least: float, most: float) -> float:
    """When to strike."""
    return random.uniform(least, most)
