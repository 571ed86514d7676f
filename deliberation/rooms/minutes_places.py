"""Where the passage of a correction stands in the newest edition: its place carried over whatever was changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlmodel import Session

from deliberation.rooms.minutes_models import MinutesCorrection, MinutesEdition, corrections_of, editions_of
from deliberation.rooms.passage_rules import EVERYWHERE, Change, carried, starts_of


def starts_now(session: Session, asked: MinutesCorrection) -> tuple[int, ...]:
    """Where it is to be put right in the newest edition; nowhere if its words were changed meanwhile."""
    editions = editions_of(session, asked.document_id)
    rows = {each.id: each for each in corrections_of(session, asked.document_id)}
    changes: dict[int, Change] = {}
    for before, each in pairwise(editions):
        taken = rows[each.correction_id]
        starts = _starts(editions, changes, taken, before.number)
        changes[each.number] = Change(starts, len(taken.passage), len(taken.words))
    return _starts(editions, changes, asked, editions[-1].number)


def _starts(
    editions: Sequence[MinutesEdition], changes: Mapping[int, Change], asked: MinutesCorrection, at: int
) -> tuple[int, ...]:
    if asked.place == EVERYWHERE:
        return starts_of(editions[at - 1].body, asked.passage)
    read = starts_of(editions[asked.edition - 1].body, asked.passage)
    since = [changes[number] for number in range(asked.edition + 1, at + 1)]
    found = carried(read[asked.place - 1], len(asked.passage), since)
    return () if found is None else (found,)
