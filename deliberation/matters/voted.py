"""What a vote came to, in words: on the whole text or one paragraph of it, by yes and no or among options. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from deliberation.matters import words

Won = tuple[tuple[str, int | None], ...]


class Voted(NamedTuple):
    """Which paragraph was voted on apart (0: the whole), and what a vote among options chose."""

    clause: int
    won: Sequence[tuple[str, int | None]] | None


def won_in(written: str) -> Won | None:
    """What a vote among options chose, each with its votes where they are published; None for one by yes and no."""
    return tuple((name, votes) for name, votes in json.loads(written)) if written else None


def said_outcome(outcome: str, won: Won | None) -> str:
    """The outcome in words: options are chosen, a text passes."""
    return (words.POLL_OUTCOMES if won is None else words.CHOICE_OUTCOMES).get(outcome, outcome)
