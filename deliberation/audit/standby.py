"""The signer of one among several processes: it signs if no other does, and takes over when that one ends."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from deliberation.audit.signed_log import Source, WillNotSign
from deliberation.audit.signer import Signer

logger = logging.getLogger(__name__)


class Standby:
    """A signer that waits for its turn. The lock in the key's folder says whose it is; two signers would fork the log.

    :raises keys.KeyUnusable: from :meth:`round`, if the key cannot be read or is open to other accounts.
    """

    def __init__(self, source: Source, key: Path, published: Path):
        self._parts = (source, key, published)
        self._signer: Signer | None = None
        self._thread: threading.Thread | None = None
        self._bell = threading.Event()
        self._closing = False

    @property
    def signs(self) -> bool:
        """Whether this process is the one that signs."""
        return self._signer is not None

    @property
    def refusals(self) -> dict[int, WillNotSign]:
        """As the signer's own; nothing while another process signs."""
        return self._signer.refusals if self._signer else {}

    @property
    def trouble(self) -> Exception | None:
        return self._signer.trouble if self._signer else None

    def round(self) -> int:
        """Bring every log up to date if it is this process's turn; returns how many were published."""
        return self._signer.round() if self._take() else 0

    def start(self, interval: float) -> None:
        """Sign in a thread, or wait there until the process that signs has ended."""
        self._thread = threading.Thread(target=self._run, args=(interval,), name="signer", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Sign now, if it is this process's turn; another one looks at the log by itself. Returns at once."""
        if self._signer is not None:
            self._signer.wake()

    def stop(self) -> None:
        """End the thread after its round, and let another process begin."""
        self._closing = True
        self._bell.set()
        if self._signer is not None:
            self._signer.finish()
        if self._thread is not None:
            self._thread.join()
        if self._signer is not None:
            self._signer.stop()
            self._signer = None

    def _run(self, interval: float) -> None:
        while not self._closing:
            try:
                taken = self._take()
            except Exception:  # A disk or a key that is away just now: the next turn tries again.
                logger.exception("the log cannot be signed here")
                taken = False
            if taken and not self._closing:
                self._signer.run(interval)
            self._bell.wait(interval)

    def _take(self) -> bool:
        if self._signer is None:
            try:
                self._signer = Signer(*self._parts)
            except WillNotSign as no:
                if no.kind != "second":
                    raise
        return self._signer is not None
