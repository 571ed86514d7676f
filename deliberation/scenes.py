"""What stands before whoever gathers the values of a live fragment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session


@dataclass(frozen=True)
class Scene:
    """What a loader needs to gather the values of a fragment: a reading session, the thing, who is there."""

    session: Session
    subject: str
    now: datetime
    who_is_there: Callable[[], tuple[int, ...]]

    @property
    def present(self) -> tuple[int, ...]:
        """Ids of the persons who are there; asked when wanted, since most fragments never want to know."""
        return self.who_is_there()
