"""Texts are looked at in a process of their own, a chunk ahead, while the one before is compared and written.

Only where many wait, as after a bulk import or a restore: they are found in three quarters of the time, and the process
that answers people has that much less to do. What comes back is what ``looks`` would have said here, of exactly the rows that
were read; of others it is thrown away. If the child does not answer, they are looked at here.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection

from deliberation.legislation.text_looks import Look, looks
from deliberation.settings import environment_without_settings

log = logging.getLogger("deliberation.legislation")

PATIENCE = 10.0
"""Seconds that a chunk may take; it needs less than one, and a runner's lease lasts thirty."""
NICE = 5
_CHILD = [sys.executable, "-m", "deliberation.legislation.looking_ahead"]


class LookingAhead:
    """The child and what it was given; one thread uses it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen | None = None
        self._line: Connection | None = None
        self._asked: list[tuple] = []

    def looks(self, rows: list[tuple], coming: list[tuple]) -> list[Look]:
        """Of these rows; meanwhile the child is to look at what comes after them, and ends where nothing does."""
        found = self._answer(rows)
        if coming:
            self._ask(coming)
        elif self._child is not None:
            self.close()
        return looks(rows) if found is None else found

    def close(self) -> None:
        """End the child. It ends by itself when we do, as its line does."""
        line, child, self._line, self._child, self._asked = self._line, self._child, None, None, []
        if line is not None:
            line.close()
        if child is not None:
            child.kill()
            child.wait()

    def _ask(self, coming: list[tuple]) -> None:
        try:  # A machine that gives no process more gives none here either: then the texts are looked at here.
            line = self._line or self._begin()
            line.send(coming)
            self._asked = coming
        except OSError:
            self._lost()

    def _answer(self, rows: list[tuple]) -> list[Look] | None:
        asked, self._asked, line = self._asked, [], self._line
        if not asked or line is None:
            return None
        try:
            if line.poll(PATIENCE):
                found = line.recv()
                return found if asked == rows else None
        except (EOFError, OSError):
            pass
        self._lost()
        return None

    def _lost(self) -> None:
        log.warning("looking ahead: its process does not answer; the texts are looked at here")
        self.close()

    def _begin(self) -> Connection:
        ours, theirs = socket.socketpair()
        self._line = Connection(ours.detach())
        with theirs:
            command = [*_CHILD, str(theirs.fileno())]
            # In a session of its own: a Ctrl-C at the terminal is for us, and it ends with us.
            self._child = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=environment_without_settings(), start_new_session=True
            )
        return self._line


def main(line: int) -> None:
    """The child: rows in, what was seen out, until the line ends."""
    os.nice(NICE)
    with Connection(line) as asked:
        while True:
            try:
                asked.send(looks(asked.recv()))
            except (EOFError, OSError):
                return


if __name__ == "__main__":
    main(int(sys.argv[1]))
