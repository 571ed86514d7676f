"""What time it is where several processes share a database: what its clock says, on every machine alike.

Whether a ballot came before the announced hour must not depend on which process took it, and machines differ by
seconds. The writer's lock and the database's clock are one question, so a batch asks once and later batches are later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

INSTANT = "instant"
"""Under this word a session of the writer keeps the database's clock as it was read with the lock."""

_CLOCK = text("SELECT clock_timestamp()")


class CommonClock:
    """The database's clock. Whoever only reads goes by the machine's, set right by what it last differed from it."""

    def __init__(self, machine: Callable[[], datetime]):
        self.machine = machine
        self._skew: timedelta | None = None

    def now(self, session: Session | None) -> datetime:
        if session is not None and (instant := session.info.get(INSTANT)) is not None:
            self._skew = instant - self.machine()
            return instant.astimezone(UTC)
        if self._skew is None and session is not None:
            self.set_right(session)
        return self.machine() + (self._skew or timedelta(0))

    def set_right(self, session: Session) -> None:
        """See by how much this machine's clock differs; asked each second, as machines are set right under way too."""
        self._skew = session.execute(_CLOCK).scalar_one() - self.machine()
