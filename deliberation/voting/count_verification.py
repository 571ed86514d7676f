"""Whether paper and hands are still what was entered: every reading, settlement and count held against its entry."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.models import Entry, Opening
from deliberation.vocabulary import Act
from deliberation.voting.count_models import (
    Reading,
    Settlement,
    hands_counts,
    has_paper,
    rows_of,
    seals_of,
)
from deliberation.voting.count_rules import SEALS
from deliberation.voting.desk import desk_digest
from deliberation.voting.models import Poll

Opened = Mapping[str, str]
READINGS = (Act.SHEET_READ, Act.SHEET_CORRECTED)


def is_as_entered(session: Session, poll: Poll, entries: list[Entry]) -> bool:
    """False if a row was changed, added or removed behind the log, as far as openings have not been erased."""
    openings = _openings(session, poll)
    kinds: tuple[tuple[tuple[Act, ...], Callable[[Opened], Hashable], str, dict[Hashable, str]], ...] = (
        (READINGS, lambda said: (said["sheet"], said["reader"]), "choice", _readings(session, poll)),
        ((Act.SHEET_SETTLED,), lambda said: said["sheet"], "choice", _settlements(session, poll)),
        (
            (Act.HANDS_COUNTED, Act.HANDS_SETTLED),
            lambda said: (said["round"], said["counter"]),
            "figures",
            _hands(session, poll),
        ),
    )
    return all(_agrees(entries, openings, *kind) for kind in kinds) and _is_as_sealed(session, poll, entries, openings)


def _is_as_sealed(session: Session, poll: Poll, entries: list[Entry], openings: Mapping[int, dict[str, str]]) -> bool:
    """Whether both seals are of what lies on the desk now, and of what their entries commit to."""
    seals = seals_of(session, poll.id)
    if not has_paper(session, poll.id):
        return not seals
    digest = desk_digest(session, poll.id)
    broken = max((entry.index for entry in entries if entry.act == Act.SEAL_BROKEN), default=-1)
    since = [entry for entry in entries if entry.index > broken]
    rows: dict[Hashable, str] = {f"person/{seal.counter_id}": seal.digest for seal in seals}
    of_counter = (Act.COUNT_SEALED,), lambda said: said["counter"], "digest"
    return set(rows.values()) == {digest} and len(rows) == SEALS and _agrees(since, openings, *of_counter, rows)


def _agrees(
    entries: list[Entry],
    openings: Mapping[int, dict[str, str]],
    acts: tuple[Act, ...],
    name_of: Callable[[Opened], Hashable],
    field: str,
    rows: dict[Hashable, str],
) -> bool:
    """``rows`` against the latest opened entry of each name; and as many of them as entries that are no correction."""
    said: dict[Hashable, str] = {}
    erased = first = 0
    for entry in entries:
        if entry.act not in acts:
            continue
        first += entry.act != Act.SHEET_CORRECTED
        opened = openings.get(entry.index, {})
        try:
            said[name_of(opened)] = opened[field]
        except KeyError:
            erased += 1
    if len(rows) != first:
        return False
    return all(rows.get(name) == value for name, value in said.items()) and (bool(erased) or said.keys() == rows.keys())


def _openings(session: Session, poll: Poll) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    acts = [act.value for act in (*READINGS, Act.SHEET_SETTLED, Act.HANDS_COUNTED, Act.HANDS_SETTLED, Act.COUNT_SEALED)]
    for index, name, value in session.exec(
        select(Opening.index, Opening.field, Opening.value)
        .join(Entry, (col(Entry.community_id) == Opening.community_id) & (col(Entry.index) == Opening.index))
        .where(Opening.community_id == poll.community_id, Entry.object == f"poll/{poll.id}", col(Entry.act).in_(acts))
    ):
        found.setdefault(index, {})[name] = value
    return found


def _readings(session: Session, poll: Poll) -> dict[Any, str]:
    rows = rows_of(session, Reading, poll.id)
    return {(f"sheet/{row.sheet_id}", f"person/{row.reader_id}"): row.choice for row in rows}


def _settlements(session: Session, poll: Poll) -> dict[Any, str]:
    return {f"sheet/{row.sheet_id}": row.choice for row in rows_of(session, Settlement, poll.id)}


def _hands(session: Session, poll: Poll) -> dict[Any, str]:
    rows = hands_counts(session, poll.id)
    return {(str(row.round), f"person/{row.counter_id}"): row.said for row in rows}
