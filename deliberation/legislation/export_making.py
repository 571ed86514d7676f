"""Making an export in a process of its own, so that nothing else waits for it; here it is begun, watched and put away.

The child reads the database and writes the file; it holds no secret in its arguments and ends when we do. If it is killed, or
we are, the next look of ``watch`` begins anew, and after a few times the page says that it failed.
"""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import sys
import threading
import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from deliberation.db import after_commit
from deliberation.legislation.export_files import Written
from deliberation.legislation.export_models import names_kept, opinion_export
from deliberation.legislation.exporting import EXPORT, beat, end_export, give_up, let_go, watch
from deliberation.refusal import Closed
from deliberation.settings import environment_without_settings

log = logging.getLogger("deliberation.exports")

FOLDER = "exports"
HOUR, DAY = 3_600, 24 * 3_600
SAID_EVERY = 1.0
"""Seconds between two times that the page is told how far it is."""
_CHILD = [sys.executable, "-m", "deliberation.legislation.export_child"]


class Exporter:
    """What makes the exports of a house: a thread and a child for each that runs."""

    def __init__(self, house: Any):
        self.database, self.settings = house.database, house.settings
        self.threads: list[threading.Thread] = []
        self.children: dict[int, subprocess.Popen] = {}
        house.runner.works[EXPORT] = self.look
        house.runner.daily.append(self.tidy)

    @property
    def folder(self) -> Path:
        return self.settings.data / FOLDER

    def look(self, session: Session, now: datetime, payload: dict[str, Any]) -> None:
        """The job: begin what nobody makes, and end what is given up."""
        id = payload["export"]
        if watch(session, now, id):
            after_commit(session, partial(self._begin, id, opinion_export(session, id).tries))
        elif opinion_export(session, id).failed_at is not None:
            after_commit(session, partial(self._end, id))

    def _begin(self, id: int, tried: int) -> None:
        self._end(id)  # It has said nothing for long; two would write the same beside each other.
        self.threads = [each for each in self.threads if each.is_alive()]
        thread = threading.Thread(target=self._make, args=(id, tried), name=f"export-{id}", daemon=True)
        self.threads.append(thread)
        thread.start()

    def _end(self, id: int) -> None:
        """End the process that makes it, if there is one."""
        if (child := self.children.get(id)) is not None:
            child.kill()

    def _make(self, id: int, tried: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stored = secrets.token_hex(16)
        target = self.folder / stored
        try:
            written = self._written(id, target)
            kept = written is not None and self.database.change(
                lambda session, now: end_export(session, now, id, written, (stored, tried))
            )
            if not kept:
                target.unlink(missing_ok=True)
                if written is None:
                    self.database.change(lambda session, now: give_up(session, now, id, tried))
        except Closed:
            target.unlink(missing_ok=True)
        except Exception:
            target.unlink(missing_ok=True)
            log.exception("export %s stumbled", id)

    def _written(self, id: int, target: Path) -> Written | None:
        """What the child wrote; None if it did not end well."""
        child = subprocess.Popen(
            _CHILD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment_without_settings(),
            text=True,
            start_new_session=True,
        )
        self.children[id] = child
        try:
            asked = {
                "url": self.settings.url,
                "export": id,
                "target": str(target),
                "logs": str(self.settings.log_folder),
            }
            child.stdin.write(json.dumps(asked) + "\n")
            child.stdin.flush()
            return self._followed(child, id)
        except BrokenPipeError:
            return None
        finally:
            # Its input ends with us, and it with its input.
            child.stdin.close()
            if self.children.get(id) is child:
                del self.children[id]
            if child.wait() != 0:
                log.warning("export %s: its process ended with %s", id, child.returncode)

    def _followed(self, child: subprocess.Popen, id: int) -> Written | None:
        last, written = 0.0, None
        for line in child.stdout:
            said = json.loads(line)
            if "sha256" in said:
                written = Written(**said)
            elif time.monotonic() - last >= SAID_EVERY:
                last = time.monotonic()
                if not self.database.change(partial(_beat, id=id, **said)):
                    child.kill()
                    return None
        return written

    def tidy(self) -> None:
        """The daily chore: files that are kept no more, and all that no export names: what a crash or a taking back left."""
        days = self.settings.export_days
        for stored in self.database.change(lambda session, now: let_go(session, now, days)):
            (self.folder / stored).unlink(missing_ok=True)
        old = [path for path in self.folder.glob("*") if _is_old(path)]
        with self.database.read() as session:
            named = names_kept(session)
        for path in old:
            if path.name not in named:
                path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    """Whether nothing was written to it for so long that nobody is about to name it."""
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return False
    return path.is_file() and age > (DAY if path.suffix == ".part" else HOUR)


def _beat(session: Session, now: datetime, *, id: int, done: int, total: int) -> bool:
    return beat(session, now, id, done, total)
