"""Anchors carried from one version of a law to the next: ``deliberation/carry-1`` of contracts.md. Pure.

``carry(old, new, anchors)`` is the door. A place is found in the old text (:mod:`quoted`), goes through the article's partner
and the difference of both (:mod:`mapping`), and if its words left the article, to where they stand now (:mod:`elsewhere`).
What is not certain has no place but a reason: an opinion that nobody answers is found by its list, one that slid to
other words is found by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from deliberation.legislation.statute.alignment import Group, aligned
from deliberation.legislation.statute.anchors import Anchor
from deliberation.legislation.statute.comparison import beside
from deliberation.legislation.statute.elsewhere import found_elsewhere
from deliberation.legislation.statute.mapping import Way
from deliberation.legislation.statute.quoted import AMBIGUOUS, GONE, Nowhere, Spot, Text, quoted
from deliberation.legislation.statute.structure import Law

SCHEMA = "deliberation/carry-1"
EXACT, MOVED, EDITED, ORPHANED = "exact", "moved", "edited", "orphaned"
STATUSES = (EXACT, MOVED, EDITED, ORPHANED)
# Words that changed where they stood, but stand unchanged elsewhere: unless their place is so sure, a person decides.
_SURE, _PHRASE = 0.9, 5
_MAIN = 0.6
"""So much of an article that was split must stand in one of its parts for the part to be its successor."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an anchor stands in the new text: offsets into the article's text, in code points; or why nowhere."""

    id: str | int
    status: str
    article: str | None
    start: int | None
    end: int | None
    confidence: float
    reason: str | None = None
    position: int | None = None
    """Which article it is, counted from 0: labels may come twice."""


def carry(old: Law, new: Law, anchors: Iterable[Anchor]) -> list[Placed]:
    """The anchors in their order. Raises Refused for an amendment beside a whole text."""
    return [*map(Carrier(old, new).carry, anchors)]


class Carrier:
    """Two versions with what was found out about them, so that the next anchor is quick. Raises Refused as ``carry`` does."""

    def __init__(self, old: Law, new: Law):
        old, new = beside(old, new)
        self.old, self.new = Text(old.articles), Text(new.articles)
        self._group = {no: group for group in aligned(old.articles, new.articles) for no in group.old}
        self._ways: dict[Group, Way] = {}

    def carry(self, anchor: Anchor) -> Placed:
        spot = quoted(self.old, anchor)
        if isinstance(spot, Nowhere):
            return _orphan(anchor, spot)
        group = self._group[spot.article]
        way = self._ways.get(group)
        if way is None:
            way = self._ways[group] = Way(self.old, self.new, group)
        is_whole = spot.start == 0 and spot.end == len(self.old.parts[spot.article].chars)
        there = self._whole(way, spot) if is_whole and not anchor.quote.strip() else self._words(way, spot)
        if isinstance(there, Nowhere):
            return _orphan(anchor, there)
        return self._placed(anchor, spot, there)

    def _words(self, way: Way, spot: Spot) -> Spot | Nowhere:
        there = way.through(spot) if way.group.new else Nowhere(GONE)
        words = self.old.parts[spot.article].chars[spot.start : spot.end]
        if isinstance(there, Nowhere):
            return there if there.reason != GONE else found_elsewhere(self.old, self.new, words, there)
        now = self.new.parts[there.article].chars[there.start : there.end]
        if now != words and there.confidence < _SURE and len(words) >= _PHRASE and words in self.new.whole:
            return Nowhere(AMBIGUOUS, round(there.confidence, 2))
        return there

    def _whole(self, way: Way, spot: Spot) -> Spot | Nowhere:
        """An article became its partner, whatever its words; of the parts of a split one, the main one."""
        if not way.group.new or len(way.group.old) > 1:
            return self._words(way, spot)
        shares = way.shares()
        best = max(range(len(shares)), key=shares.__getitem__)
        if len(shares) > 1 and shares[best] < _MAIN:
            return Nowhere(AMBIGUOUS, round(shares[best], 2))
        new = way.group.new[best]
        return Spot(new, 0, len(self.new.parts[new].chars), 0.5 + way.likeness(best) / 2)

    def _placed(self, anchor: Anchor, spot: Spot, there: Spot) -> Placed:
        before = self.old.parts[spot.article].chars[spot.start : spot.end]
        after = self.new.parts[there.article].chars[there.start : there.end]
        is_same_label = self.old.labels[spot.article] == self.new.labels[there.article]
        status = EDITED if before != after else EXACT if is_same_label else MOVED
        start, end = self.new.parts[there.article].span(there.start, there.end)
        sure = round(min(1.0, spot.confidence * there.confidence), 2)
        label = self.new.articles[there.article].label
        return Placed(anchor.id, status, label, start, end, sure, position=there.article)


def _orphan(anchor: Anchor, no: Nowhere) -> Placed:
    return Placed(anchor.id, ORPHANED, None, None, None, round(no.confidence, 2), no.reason)


def places_as_json(placed: Sequence[Placed]) -> dict[str, Any]:
    """The document that ``law carry --json`` prints."""
    return {"schema": SCHEMA, "anchors": [_as_json(each) for each in placed]}


def _as_json(each: Placed) -> dict[str, Any]:
    said = {
        "id": each.id,
        "status": each.status,
        "article": each.article,
        "start": each.start,
        "end": each.end,
        "confidence": each.confidence,
    }
    return said if each.reason is None else {**said, "reason": each.reason}
