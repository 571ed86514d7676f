"""The way of words through the difference of an article and its partner. Pure.

Words that the difference keeps stand where it says, unless the same words stand there several times and what is around them
says otherwise. Words that it changes are found between what it keeps. Each answer has its confidence; a doubtful one is none.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from deliberation.legislation.statute.alignment import Group
from deliberation.legislation.statute.chains import Run, common_runs
from deliberation.legislation.statute.quoted import (
    AMBIGUOUS,
    GONE,
    Nowhere,
    Spot,
    Text,
    agreeing_before,
    agreeing_behind,
    found,
)

_AROUND = 24
_MOST = 60
# Words of so many signs are words of their own: once on both sides (shorter ones: in both laws) they are the same wherever they stand.
_OWN_WORDS, _SHORT = 6, 4
# Changed words: how like the new ones they must be (a few words without firm neighbours more); or they are few, and both
# neighbours stand firm.
_LIKE, _LIKE_LOOSE = 0.5, 0.58
# Of words that stand in two articles now, so much must stand in one.
_IN_ONE = 0.8
_FEW, _FIRM = 12, 5


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of a range: the range in the new text, and how many of its signs are kept."""

    start: int
    end: int
    kept: int
    is_firm: bool


@dataclass(slots=True)
class Way:
    """A group of articles that belong together, their signs in a row, and what both sides have in common."""

    old: Text
    new: Text
    group: Group
    before: str = field(init=False)
    after: str = field(init=False)
    runs: list[Run] = field(init=False)
    _at: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.before = "".join(self.old.parts[no].chars for no in self.group.old)
        self.after = "".join(self.new.parts[no].chars for no in self.group.new)
        self.runs = common_runs(self.before, self.after)
        self._at = [run.old for run in self.runs]

    def through(self, spot: Spot) -> Spot | Nowhere:
        """Where the words of a place stand in the new text."""
        shift = sum(len(self.old.parts[no].chars) for no in self.group.old if no < spot.article)
        start, end = spot.start + shift, spot.end + shift
        if self.before == self.after:
            return self._spot(start, end, 1.0)
        run = self._run(start)
        if run and end <= run.old + run.size:
            return self._kept(start, end, run)
        words = self.before[start:end]
        places = found(self.after, words, 2)
        if len(places) == 1 and self._are_own(words):
            return self._spot(places[0], places[0] + len(words), 0.9 if len(words) >= _OWN_WORDS else 0.8)
        return self._changed(start, end)

    def _are_own(self, words: str) -> bool:
        """Whether words are surely the same ones wherever they stand: once on both sides, short ones in the whole law."""
        if len(words) >= _OWN_WORDS:
            return len(found(self.before, words, 2)) == 1
        return len(words) >= _SHORT and len(self.old.places(words, 1)) == len(self.new.places(words, 1)) == 1

    def shares(self) -> list[float]:
        """How much of the old words stands in each of the new articles."""
        made, begin = [], 0
        for no in self.group.new:
            end = begin + len(self.new.parts[no].chars)
            kept = sum(max(0, min(end, run.new + run.size) - max(begin, run.new)) for run in self.runs)
            made.append(kept / len(self.before) if self.before else 1.0)
            begin = end
        return made

    def likeness(self, part: int) -> float:
        both = len(self.before) + len(self.new.parts[self.group.new[part]].chars)
        return 2 * self.shares()[part] * len(self.before) / both if both else 1.0

    def _run(self, place: int) -> Run | None:
        """The run that a sign of the old text stands in."""
        no = bisect_right(self._at, place) - 1
        return self.runs[no] if no >= 0 and place < self.runs[no].old + self.runs[no].size else None

    def _spot(self, start: int, end: int, confidence: float) -> Spot | Nowhere:
        """A range of the row of signs as a range of one article: the one that has most of it."""
        begin, best = 0, (0, 0, 0, 0)
        for no in self.group.new:
            size = len(self.new.parts[no].chars)
            low, high = max(start, begin), min(end, begin + size)
            best = max(best, (high - low, no, low - begin, high - begin), key=lambda one: one[0])
            begin += size
        share = best[0] / (end - start) if end > start else 0.0
        if share < _IN_ONE:
            return Nowhere(GONE, round(share * confidence, 2))
        return Spot(best[1], best[2], best[3], confidence * share)

    def _kept(self, start: int, end: int, run: Run) -> Spot | Nowhere:
        """Words that the difference keeps, checked against the same words elsewhere in the new text."""
        there = start - run.old + run.new
        words = self.before[start:end]
        places = found(self.after, words, _MOST + 1)
        around = run.size - len(words)
        here = found(self.before, words, _MOST + 1)
        if len(places) == 1:
            if any(self._around(place, place + len(words), there) >= self._around(start, end, there)
                   for place in here if place != start):  # fmt: skip
                return Nowhere(AMBIGUOUS, 0.5)
            return self._spot(there, there + len(words), 0.98 if around >= 4 or len(words) >= _OWN_WORDS else 0.85)
        if len(places) > _MOST:
            sure = run.size >= _AROUND
            return self._spot(there, there + len(words), 0.8) if sure else Nowhere(AMBIGUOUS, 0.5)
        scores = {place: self._around(start, end, place) for place in places}
        rival = max(score for place, score in scores.items() if place != there)
        if scores[there] > rival:
            return self._spot(there, there + len(words), 0.95)
        if scores[there] == rival and len(here) == len(places) and here.index(start) == places.index(there):
            return self._spot(there, there + len(words), 0.8)
        return Nowhere(AMBIGUOUS, 0.5)

    def _around(self, start: int, end: int, there: int) -> int:
        """How many signs around the words agree with those around the same words in the new text."""
        behind = there + end - start
        return agreeing_before(
            self.before[max(0, start - _AROUND) : start], self.after[max(0, there - _AROUND) : there]
        ) + agreeing_behind(self.before[end : end + _AROUND], self.after[behind : behind + _AROUND])

    def _changed(self, start: int, end: int) -> Spot | Nowhere:
        """Words that the difference changes: what stands now between the same neighbours."""
        there = self.passage(start, end)
        if there.end <= there.start:
            return Nowhere(GONE)
        both = end - start + there.end - there.start
        like = 2 * there.kept / both
        words = self.before[start:end]
        again = found(self.after, words, 2)
        if again and like < 0.9 and not any(there.start <= place < there.end for place in again):
            return Nowhere(AMBIGUOUS if len(again) > 1 else GONE, round(like, 2))
        if like >= (_LIKE if there.is_firm or len(words) > _FEW else _LIKE_LOOSE):
            return self._spot(there.start, there.end, 0.5 + like * 0.45)
        if there.kept == len(words) and there.end - there.start <= 3 * len(words) + _FIRM:
            return self._spot(there.start, there.end, 0.7)  # words were put in between, none was taken out
        if there.is_firm and len(words) <= _FEW and there.end - there.start <= 2 * len(words) + _FIRM:
            return self._spot(there.start, there.end, 0.6)
        return Nowhere(GONE, round(like, 2))

    def passage(self, start: int, end: int) -> Passage:
        """The range of the new text that stands for a range of the old one. What was put in at an edge is in it only if the
        old words there were the anchor's own to the last sign."""
        first = bisect_right(self._at, start) - 1
        low, before = self._edge(first, start)
        last = bisect_right(self._at, end - 1) - 1
        high, behind = self._far_edge(last, end)
        kept = sum(
            max(0, min(end, run.old + run.size) - max(start, run.old)) for run in self.runs[max(0, first) : last + 1]
        )
        return Passage(low, high, kept, min(before, behind) >= _FIRM)

    def _edge(self, no: int, start: int) -> tuple[int, int]:
        """Where the range begins in the new text, and how many signs stand firm before it."""
        run = self.runs[no] if no >= 0 else Run(0, 0, 0)
        ends = run.old + run.size
        if start < ends:
            return start - run.old + run.new, start - run.old
        if start == ends:
            return run.new + run.size, run.size if no >= 0 else _FIRM
        following = self.runs[no + 1].new if no + 1 < len(self.runs) else len(self.after)
        return following, 0

    def _far_edge(self, no: int, end: int) -> tuple[int, int]:
        """Where the range ends in the new text, and how many signs stand firm behind it."""
        run = self.runs[no] if no >= 0 else Run(0, 0, 0)
        ends = run.old + run.size
        if end <= ends:
            return end - run.old + run.new, ends - end
        following = self.runs[no + 1] if no + 1 < len(self.runs) else Run(len(self.before), len(self.after), _FIRM)
        if following.old == end:
            return following.new, following.size
        return run.new + run.size, 0
