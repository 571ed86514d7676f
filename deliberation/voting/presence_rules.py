"""Who was there and who held paper, by the entries of the log alone: what the tables are held against. Pure.

Each person in an entry is a commitment of their own. Whoever was erased can no longer be named, so of them only the number
is known: so many more may stand in the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

MARKED, RESUMED, OPENED, CLOSED = "presence.marked", "meeting.resumed", "poll.opened", "poll.closed"
HANDED, RETURNED = "paper.handed", "paper.returned"
_COME = ("come.", "person.")
"""Several in one entry are numbered. Whoever takes a ballot as a proxy (``holder``) has it for somebody else."""
_NAMED = {MARKED: ("come", "withdrawn"), HANDED: ("sheets",), RETURNED: ("sheets",)}
"""Which numbers of an entry say how many persons it names."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry as far as it can be opened: who came and who was taken out, or who took paper. ``erased``: unnamed ones."""

    act: str
    come: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    erased: int = 0
    is_spoiled: bool = False


def step_of(act: str, data: Mapping[str, object], opened: Mapping[str, str]) -> Step:
    """An entry's data and the values that could be opened, by the names of their fields."""
    come = frozenset(value for name, value in opened.items() if name == "person" or name.startswith(_COME))
    gone = frozenset(value for name, value in opened.items() if name.startswith("withdrawn."))
    named = sum(int(data.get(name, 0)) for name in _NAMED.get(act, ()))
    return Step(act, come, gone, max(0, named - len(come) - len(gone)), bool(data.get("spoiled")))


@dataclass
class There:
    """Who was signed in when the vote was opened, who afterwards, and how many more of whom nobody can be named."""

    seated: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    erased: int = 0


def there_by(steps: Iterable[Step], roster: Set[str], *, in_meeting: bool) -> There:
    """Who was there at a vote, from the first entry of its door to its closing. Without a meeting nobody is late."""
    here: set[str] = set()
    found, is_open = There(), False
    for step in steps:
        if step.act == CLOSED:
            break
        if step.act == RESUMED:
            here.clear()
        elif step.act == OPENED:
            found.seated, is_open = here & roster, True
        elif step.act == MARKED:
            here = (here | step.come) - step.gone
            found.erased += step.erased
            if is_open:
                found.late = (found.late | (step.come & roster) - found.seated) - step.gone
    if not in_meeting:
        found.seated, found.late = here & roster, set()
    return found


def agrees(known: Set[str], rows: Set[str], erased: int) -> bool:
    """Whether the tables name everybody whom the entries do, and nobody else but as many as were erased."""
    return known <= rows and len(rows - known) <= erased


@dataclass
class Ticks:
    """The sheets of one person by the entries: given, handed back unused, handed back spoiled."""

    given: int = 0
    returned: int = 0
    spoiled: int = 0

    @property
    def holds(self) -> bool:
        return self.given > self.returned + self.spoiled


def ticks_by(steps: Iterable[Step]) -> tuple[dict[str, Ticks], int]:
    """The ticks of each person, and of how many sheets that were handed out it can no longer be said to whom."""
    found: dict[str, Ticks] = {}
    erased = 0
    for step in steps:
        if step.act == HANDED:
            erased += step.erased
        for person in step.come if step.act in (HANDED, RETURNED) else ():
            ticks = found.setdefault(person, Ticks())
            if step.act == HANDED:
                ticks.given += 1
            elif step.is_spoiled:
                ticks.spoiled += 1
            else:
                ticks.returned += 1
    return found, erased
