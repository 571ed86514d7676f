"""The process that makes an export: one line of JSON in, progress and the result as lines of JSON out."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deliberation.db import Database
from deliberation.legislation.export_files import whole_or_nothing, write_export
from deliberation.legislation.export_models import opinion_export
from deliberation.legislation.export_rows import table_of
from deliberation.legislation.solicitation_models import solicitation

EVERY = 1_000
SAY_EVERY = 5.0
"""Seconds; whoever follows takes us for gone after 30."""
STUCK_AFTER = 600.0
NICE = 10
_saying = threading.Lock()


def main() -> None:
    os.nice(NICE)
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    database = Database(asked["url"])
    try:
        _make(database, asked["export"], Path(asked["target"]), Path(asked["logs"]))
    finally:
        database.close()


def _make(database: Database, id: int, target: Path, logs: Path) -> None:
    with database.read() as session:
        made = opinion_export(session, id)
        table = table_of(session, solicitation(session, made.solicitation_id), made.edition)
        last, seen = [0], [0]

        def progress(count: int) -> None:
            seen[0] = count
            if count - last[0] >= EVERY:
                last[0] = count
                _say(done=count, total=table.rows)

        living = _living(lambda: _say(done=last[0], total=table.rows), lambda: seen[0])
        with living, whole_or_nothing(target, private=True) as file:
            columns = tuple((key, heading) for key, heading in made.columns or ())
            written = write_export(session, table, made.format, file, progress, logs=logs, columns=columns)
    _say(rows=written.rows, size=written.size, sha256=written.sha256)


@contextmanager
def _living(say: Callable[[], None], rows: Callable[[], int]) -> Iterator[None]:
    """Say that we live, whatever takes its time: putting a bundle together has long stretches without a row.

    Not for ever: what has not come to another row for ``STUCK_AFTER`` seconds hangs, and is silent, so that it is ended.
    """
    ended = threading.Event()

    def go_on() -> None:
        before, since = rows(), time.monotonic()
        say()
        while not ended.wait(SAY_EVERY):
            if (now := rows()) != before:
                before, since = now, time.monotonic()
            elif time.monotonic() - since > STUCK_AFTER:
                continue
            say()

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _say(**words: int | str) -> None:
    with _saying:
        print(json.dumps(words), flush=True)


def _end_with_parent() -> None:
    """Our input stays open as long as whoever asked is there."""
    sys.stdin.read()
    os._exit(3)


if __name__ == "__main__":
    main()
