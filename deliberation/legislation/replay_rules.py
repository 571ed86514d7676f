"""What the log makes of opinions, one entry after the other: where each stands, in which cluster, how handled. Pure.

It follows the verbs of ``opining`` and ``desking`` without asking a table, so that what the tables say can be held against
it. A million opinions take some 20 MB: a number each in arrays, by the opinion's id; dictionaries for the few that changed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

NOTHING, MERGED = "", "merge"
CODES = (NOTHING, "use", MERGED, "not_sent")
"""How an opinion is handled, by the number that stands for it."""
OTHER = 255
GIVEN, TYPED, RECEIVED = 1, 2, 3
"""How it came to the point: by its author, by a collector, from a point below."""
AT_FIRST, UNKNOWN = "first", ""
"""A state that is again that of a new one; one of which a damaged entry says nothing."""


@dataclass(slots=True)
class Grown:
    """A cluster as the log has it."""

    solicitation: int
    lead: int
    size: int
    is_dissolved: bool = False


class Replay:
    """Opinions with ids up to ``last``; what is said of a larger one is nobody's here."""

    def __init__(self, last: int):
        many = last + 1
        self.last = last
        self.given = array("q", [-1]) * many
        """The index of the entry with which it came; -1: there is none."""
        self.way = bytearray(many)
        self.number = array("i", [0]) * many
        self.solicitation = array("i", [0]) * many
        self.handling = bytearray(many)
        self.cluster = array("i", [0]) * many
        self.withdrawn = bytearray(many)
        self.cosigners: dict[int, int] = {}
        self.states: dict[int, tuple[str, int]] = {}
        """State and the entry that says so, where it is not the first any more."""
        self.history: dict[int, list[tuple[str, int]]] = {}
        """Entries that gave it other words, with their act."""
        self.unpublished: set[int] = set()
        self.unnamed: set[int] = set()
        """Whose author took back the consent to be read, or to be named, by everybody."""
        self.unclear: set[int] = set()
        """Of whose taking back a damaged entry does not say what it was."""
        self.clusters: dict[int, Grown] = {}
        self.readings: dict[int, int] = {}
        """The reading of the text that each solicitation was opened on."""

    def knows(self, id: int) -> bool:
        return 0 < id <= self.last and self.given[id] >= 0

    def give(self, id: int, index: int, solicitation: int, number: int, way: int) -> None:
        self.given[id], self.solicitation[id], self.number[id], self.way[id] = index, solicitation, number, way

    def say(self, id: int, act: str, index: int) -> None:
        """Other words."""
        self.history.setdefault(id, []).append((act, index))

    def begin_again(self, id: int) -> None:
        """The author said it otherwise: it waits for the desk by itself."""
        if self.cluster[id]:
            self.leave(id)
        self.handling[id] = 0

    def withdraw(self, id: int) -> None:
        if self.cluster[id]:
            self.leave(id)
        self.withdrawn[id] = 1

    def cosign(self, id: int) -> None:
        self.cosigners[id] = self.cosigners.get(id, 0) + 1

    def handle(self, ids: Iterable[int], kind: str) -> None:
        code = CODES.index(kind) if kind in CODES else OTHER
        for id in ids:
            if self.knows(id):
                self.handling[id] = code

    def merge(self, cluster: int, solicitation: int, lead: int, joined: Iterable[int]) -> None:
        known = self.clusters.get(cluster)
        if known is None:
            known = self.clusters[cluster] = Grown(solicitation, lead, 1)
            if self.knows(lead):
                self.cluster[lead] = cluster
        for id in joined:
            if self.knows(id):
                self.cluster[id], self.handling[id] = cluster, CODES.index(MERGED)
                known.size += 1

    def leave(self, id: int) -> None:
        """One goes; where it led the earliest of the others leads, with what was decided; one that is left stands alone."""
        at = self.cluster[id]
        known = self.clusters[at]
        decided = self.handling[id] if known.lead == id else 0
        self.cluster[id], self.handling[id] = 0, decided
        known.size -= 1
        if known.size == 1:
            last = self._first_in(at)
            self.cluster[last] = 0
            if self.handling[last] == CODES.index(MERGED):
                self.handling[last] = decided
            known.size, known.is_dissolved = 0, True
        elif known.lead == id:
            known.lead = self._first_in(at)
            self.handling[known.lead] = decided

    def _first_in(self, cluster: int) -> int:
        return self.cluster.index(cluster)
