"""Whether paper and hands are still what was entered: every reading, settlement and count held against its entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from sqlmodel import Session, col, select

from deliberation.audit.models import Entry, Opening
from deliberation.audit.reading import data_of
from deliberation.vocabulary import Act
from deliberation.voting.count_models import (
    Reading,
    Settlement,
    SheetWithdrawal,
    hands_counts,
    has_paper,
    rows_of,
    seals_of,
)
from deliberation.voting.count_rules import SEALS
from deliberation.voting.desk import desk_digest
from deliberation.voting.models import Poll
from deliberation.voting.withdrawing import READING, SETTLEMENT

Opened = Mapping[str, str]
Name = tuple[str, ...]
READINGS = (Act.SHEET_READ, Act.SHEET_CORRECTED)
UNSAYING = (Act.SHEET_WITHDRAWN, Act.SHEET_ABSENT)


@dataclass(frozen=True)
class Kind:
    """What is entered in one way: its acts, how an opened entry names a row, and the rows, those that were taken back apart.

    A name begins with the sheet, where there is one, so that all that was said of a sheet is found by it.
    """

    acts: tuple[Act, ...]
    name_of: Callable[[Opened], Name]
    field: str
    rows: dict[Name, str]
    was: str = ""
    gone: Counter[tuple[Name, str]] = dataclass_field(default_factory=Counter)


def is_as_entered(session: Session, poll: Poll, entries: list[Entry]) -> bool:
    """False if a row was changed, added or removed behind the log, as far as openings have not been erased."""
    openings, gone = _openings(session, poll), rows_of(session, SheetWithdrawal, poll.id)
    kinds = (
        Kind(READINGS, lambda said: (said["sheet"], said["reader"]), "choice", _readings(session, poll), READING,
             Counter(((f"sheet/{each.sheet_id}", f"person/{each.by_id}"), each.choice)
                     for each in gone if each.was == READING)),
        Kind((Act.SHEET_SETTLED,), lambda said: (said["sheet"],), "choice", _settlements(session, poll), SETTLEMENT,
             Counter(((f"sheet/{each.sheet_id}",), each.choice) for each in gone if each.was == SETTLEMENT)),
        Kind((Act.HANDS_COUNTED, Act.HANDS_SETTLED), lambda said: (said["round"], said["counter"]), "figures",
             _hands(session, poll)),
    )  # fmt: skip
    return all(_agrees(entries, openings, kind) for kind in kinds) and _is_as_sealed(session, poll, entries, openings)


def _is_as_sealed(session: Session, poll: Poll, entries: list[Entry], openings: Mapping[int, dict[str, str]]) -> bool:
    """Whether both seals are of what lies on the desk now, and of what their entries commit to."""
    seals = seals_of(session, poll.id)
    if not has_paper(session, poll.id):
        return not seals
    digest = desk_digest(session, poll.id)
    broken = max((entry.index for entry in entries if entry.act == Act.SEAL_BROKEN), default=-1)
    since = [entry for entry in entries if entry.index > broken]
    rows = {(f"person/{seal.counter_id}",): seal.digest for seal in seals}
    of_counter = Kind((Act.COUNT_SEALED,), lambda said: (said["counter"],), "digest", rows)
    return set(rows.values()) == {digest} and len(rows) == SEALS and _agrees(since, openings, of_counter)


def _agrees(entries: list[Entry], openings: Mapping[int, dict[str, str]], kind: Kind) -> bool:
    """The rows against the latest opened entry of each name; and as many of them as entries that were not taken back."""
    said: dict[Name, str] = {}
    taken: Counter[tuple[Name, str]] = Counter()
    erased = first = back = 0
    for entry in entries:
        opened = openings.get(entry.index, {})
        if entry.act in UNSAYING:
            back += _unsaid(entry, kind.was)
            for name in [each for each in said if _unsaid(entry, kind.was) and _is_of(each, opened)]:
                taken[name, said.pop(name)] += 1
        elif entry.act in kind.acts:
            first += entry.act != Act.SHEET_CORRECTED
            try:
                said[kind.name_of(opened)] = opened[kind.field]
            except KeyError:
                erased += 1
    if len(kind.rows) != first - back or kind.gone.total() != back:
        return False
    if any(kind.rows.get(name) != value for name, value in said.items()) or taken - kind.gone:
        return False
    return bool(erased) or (said.keys() == kind.rows.keys() and taken == kind.gone)


def _unsaid(entry: Entry, was: str) -> int:
    """How many rows of this kind an entry takes back."""
    if entry.act == Act.SHEET_WITHDRAWN:
        return int(was == READING)
    data = data_of(entry.body) or {}
    return data.get({READING: "readings", SETTLEMENT: "settled"}.get(was, ""), 0)


def _is_of(name: Name, opened: Opened) -> bool:
    """Whether an entry that takes back is about this name: of one reader, or of a whole sheet."""
    return name[0] == opened.get("sheet") and opened.get("reader", name[-1]) == name[-1]


def _openings(session: Session, poll: Poll) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    acts = [
        act.value
        for act in (*READINGS, *UNSAYING, Act.SHEET_SETTLED, Act.HANDS_COUNTED, Act.HANDS_SETTLED, Act.COUNT_SEALED)
    ]
    for index, name, value in session.exec(
        select(Opening.index, Opening.field, Opening.value)
        .join(Entry, (col(Entry.community_id) == Opening.community_id) & (col(Entry.index) == Opening.index))
        .where(Opening.community_id == poll.community_id, Entry.object == f"poll/{poll.id}", col(Entry.act).in_(acts))
    ):
        found.setdefault(index, {})[name] = value
    return found


def _readings(session: Session, poll: Poll) -> dict[Name, str]:
    rows = rows_of(session, Reading, poll.id)
    return {(f"sheet/{row.sheet_id}", f"person/{row.reader_id}"): row.choice for row in rows}


def _settlements(session: Session, poll: Poll) -> dict[Name, str]:
    return {(f"sheet/{row.sheet_id}",): row.choice for row in rows_of(session, Settlement, poll.id)}


def _hands(session: Session, poll: Poll) -> dict[Name, str]:
    rows = hands_counts(session, poll.id)
    return {(str(row.round), f"person/{row.counter_id}"): row.said for row in rows}
