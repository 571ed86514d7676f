"""What two texts have in common, sign by sign: the chain of runs that reads best. Pure.

Not the longest common subsequence: that one collects every stray 的 on its way and shreds a phrase. Each run of equal signs
costs :data:`RUN` to begin and brings the weight of its signs, so that a run is worth having only if it is a word or more; among all
chains the heaviest is found (a sparse dynamic programme over the places where two or more signs agree in a row).

It stays bounded whatever comes: where a text repeats itself so much that the places would be too many, longer pieces are
asked for, up to :data:`LONGEST`; what even these do not tell apart is taken as replaced.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

RUN = 1.75
LONGEST = 64
_FEW_PLACES, _MANY_PLACES = 2_000, 150_000
# Signs that hold no meaning of their own: two of them are no word.
_LIGHT = frozenset("，、。；：“”（）《》的了和与或及在对为由其并等以于是有")


class Run(NamedTuple):
    """``size`` signs from ``old`` in the old text and from ``new`` in the new one are the same."""

    old: int
    new: int
    size: int


def common_runs(old: str, new: str) -> list[Run]:
    """The runs in order, none touching the next in both texts."""
    if old == new:
        return [Run(0, 0, len(old))] if old else []
    head = _agreeing(old, new)
    tail = _agreeing_at_end(old, new, min(len(old), len(new)) - head)
    middle = _between(old[head : len(old) - tail], new[head : len(new) - tail], 2)
    runs = [Run(0, 0, head), *(Run(at + head, to + head, size) for at, to, size in middle)]
    runs.append(Run(len(old) - tail, len(new) - tail, tail))
    return joined_runs(runs)


def joined_runs(runs: list[Run]) -> list[Run]:
    """Without empty runs; runs that touch in both texts are one."""
    made: list[Run] = []
    for run in runs:
        if not run.size:
            continue
        last = made[-1] if made else None
        if last and last.old + last.size == run.old and last.new + last.size == run.new:
            made[-1] = Run(last.old, last.new, last.size + run.size)
        else:
            made.append(run)
    return made


def _agreeing(old: str, new: str) -> int:
    """How many signs agree from the beginning. By halves, each compared at the machine's speed."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        half = (low + high + 1) // 2
        if old[low:half] == new[low:half]:
            low = half
        else:
            high = half - 1
    return low


def _agreeing_at_end(old: str, new: str, most: int) -> int:
    low, high = 0, most
    while low < high:
        half = (low + high + 1) // 2
        if old[len(old) - half : len(old) - low] == new[len(new) - half : len(new) - low]:
            low = half
        else:
            high = half - 1
    return low


def _between(old: str, new: str, size: int) -> list[Run]:
    """Runs of at least ``size`` signs, longer ones first where shorter ones would be too many."""
    if len(old) < size or len(new) < size:
        return []
    most = min(max(_FEW_PLACES, 6 * (len(old) + len(new))), _MANY_PLACES)
    piece = size
    while piece <= LONGEST and _places(old, new, piece) > most:
        piece *= 2
    if piece > LONGEST:
        return []
    runs = _heaviest(old, new, piece)
    if piece == size or not runs:
        return runs
    return [*_filled(old, new, runs, size)]


def _filled(old: str, new: str, runs: list[Run], size: int) -> Iterator[Run]:
    """The runs and what is found between them by shorter pieces."""
    at = to = 0
    for run in [*runs, Run(len(old), len(new), 0)]:
        for found in _between(old[at : run.old], new[to : run.new], size):
            yield Run(found.old + at, found.new + to, found.size)
        yield run
        at, to = run.old + run.size, run.new + run.size


def _places(old: str, new: str, piece: int) -> int:
    """At how many places a piece of the one is a piece of the other."""
    ours = Counter([old[at : at + piece] for at in range(len(old) - piece + 1)])
    theirs = Counter([new[at : at + piece] for at in range(len(new) - piece + 1)])
    return sum(many * theirs[what] for what, many in ours.items() if what in theirs)


def _heaviest(old: str, new: str, piece: int) -> list[Run]:
    """The heaviest chain of runs of at least ``piece`` signs."""
    stair_at, stair = [-1], [(0.0, -1)]
    scores: list[float] = []
    places: list[tuple[int, int, int]] = []  # old, new, the place before
    above: dict[int, int] = {}
    for at, row in enumerate(_rows(old, new, piece)):
        here: dict[int, int] = {}
        weight = 0.75 if old[at] in _LIGHT else 1.0
        for to in row:
            best, before = stair[bisect_left(stair_at, to) - 1]
            best -= RUN
            beside = above.get(to - 1)
            if beside is not None and scores[beside] >= best:
                best, before = scores[beside], beside
            here[to] = len(scores)
            scores.append(best + weight)
            places.append((at, to, before))
        for to, place in here.items():
            _climb(stair_at, stair, to, (scores[place], place))
        above = here
    return _traced(places, stair[-1][1])


def _climb(stair_at: list[int], stair: list[tuple[float, int]], to: int, step: tuple[float, int]) -> None:
    """Keep for each place of the new text the best chain that ends up to there; later steps are higher."""
    no = bisect_left(stair_at, to)
    if stair[no - 1][0] >= step[0]:
        return
    end = no
    while end < len(stair) and stair[end][0] <= step[0]:
        end += 1
    stair_at[no:end], stair[no:end] = [to], [step]


def _rows(old: str, new: str, piece: int) -> Iterator[list[int]]:
    """For each sign of the old text the signs of the new one that stand with it in a common piece."""
    index: dict[str, list[int]] = {}
    for to in range(len(new) - piece + 1):
        index.setdefault(new[to : to + piece], []).append(to)
    open_for: dict[int, int] = {}  # diagonal → how many more signs
    for at in range(len(old)):
        for to in index.get(old[at : at + piece], ()) if at + piece <= len(old) else ():
            open_for[to - at] = piece
        yield sorted(diagonal + at for diagonal in open_for)
        open_for = {diagonal: left - 1 for diagonal, left in open_for.items() if left > 1}


def _traced(places: list[tuple[int, int, int]], last: int) -> list[Run]:
    runs: list[Run] = []
    while last >= 0:
        at, to, last = places[last]
        if runs and runs[-1].old == at + 1 and runs[-1].new == to + 1:
            runs[-1] = Run(at, to, runs[-1].size + 1)
        else:
            runs.append(Run(at, to, 1))
    return runs[::-1]
