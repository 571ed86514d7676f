"""The signer: reads committed entries, publishes tiles and signed checkpoints; the only reader of the key.

A thread of the one process, or a process of its own under its own account (audit.md 1.2). It never writes to the
database, so voting goes on while it is down.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from pathlib import Path

from deliberation.audit import keys
from deliberation.audit.published import Published, make_folder
from deliberation.audit.signed_log import Log, SignedLog, Source, WillNotSign
from deliberation.translation import say
from deliberation.vocabulary import _

logger = logging.getLogger(__name__)


class Signer:
    """Signs every log of an installation.

    ``key`` is the key's file, in a folder of the signer's own that also keeps its lock and its stubs; ``published`` the
    folder that is served as ``/log``, with a folder for each community.

    :raises WillNotSign: of kind ``second`` if another signer holds the lock.
    :raises keys.KeyUnusable: if the key cannot be read or is open to other accounts.
    """

    def __init__(self, source: Source, key: Path, published: Path):
        self._source, self._home, self._folder = source, key.parent, published
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _hold(self._home / "lock")
        self._key = keys.load_or_make(key)
        self._logs: dict[int, SignedLog] = {}
        self._one_round = threading.Lock()
        self._bell = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        self.refusals: dict[int, WillNotSign] = {}
        """Community → why its log is no longer signed, until the signer is started anew."""
        self.trouble: Exception | None = None
        """What kept the last round from its end (a full disk, a database that is away); None if nothing did."""
        make_folder(published)

    def round(self) -> int:
        """Bring every log up to date; returns how many were published. A refused log does not hold up the others."""
        with self._one_round:
            return sum(
                self._sign(log) for log in self._source.logs() if log.size and log.community not in self.refusals
            )

    def _sign(self, log: Log) -> bool:
        try:
            known = self._logs.get(log.community)
            if known is None or known.origin != log.origin:
                folder = Published(self._folder / str(log.community))
                state = self._home / f"{log.community}.json"
                known = self._logs[log.community] = SignedLog(log, self._source, self._key, folder, state)
            return known.grow(log.size)
        except WillNotSign as no:
            logger.error("%s", say(no.refusal, "en"))
            self.refusals[log.community] = no
            return False

    def start(self, interval: float) -> None:
        """Sign in a thread: when woken, and otherwise every ``interval`` seconds."""
        self._thread = threading.Thread(target=self.run, args=(interval,), name="signer", daemon=True)
        self._thread.start()

    def run(self, interval: float) -> None:
        """Sign until :meth:`stop`; what a process of its own does."""
        while not self._closing:
            try:
                self.round()
                self.trouble = None
            except Exception as error:  # The disk is full or the database away: the next round tries again.
                logger.exception("the log could not be signed")
                self.trouble = error
            self._bell.wait(interval)
            self._bell.clear()

    def wake(self) -> None:
        """Sign now: a poll has closed, or somebody waits for a receipt. Returns at once."""
        self._bell.set()

    def finish(self) -> None:
        """Have :meth:`run` return after its round; returns at once, so a signal may call it."""
        self._closing = True
        self._bell.set()

    def stop(self) -> None:
        """End the thread after its round, and let another signer begin."""
        self.finish()
        if self._thread is not None:
            self._thread.join()
        os.close(self._lock)


def _hold(path: Path) -> int:
    """Hold the lock file until its handle is closed or the process ends; two signers would fork the log."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise WillNotSign("second", _("另一个签名程序正在为本平台签名")) from None
    return handle
