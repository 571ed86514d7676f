"""A paper 文件: the document whose issue is the state of a matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Paper:
    """One document of the dossier, as far as the engine is concerned.

    ``kind`` is a word of ``words.PAPERS``. A paper that takes time (a notice until it is delivered, a posting until it
    has run, minutes until they are confirmed) has ``closed_at`` ``None`` until then; every other is closed when it is
    issued. ``outcome`` (words.OUTCOMES) is set on the one paper that closes its step, and only on that.
    ``short`` marks a notice given at short notice because of a special case; ``plan`` is the version of the plan of which
    a notice told, 0 if of none. ``id`` is the document's,
    by which an inspection names what it looked at.
    """

    kind: str
    step: str
    issued_at: datetime
    closed_at: datetime | None = None
    outcome: str = ""
    short: bool = False
    plan: int = 0
    id: int = 0

    @property
    def is_closing(self) -> bool:
        """True for the paper by which its step was closed."""
        return self.closed_at is not None and self.outcome != ""
