"""How like two articles are: what they share of pairs of signs, the rare ones weighing more. Pure.

第十条规定的 stands everywhere and says nothing; 水污染当量 stands in two articles and says all. So a pair of signs weighs by the
share of articles that it stands in (inverse document frequency), counted on the side where it stands in more: a pair that
one article has on either side is as rare as one that stands in a single text.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence

# Candidates are looked for by pairs of signs that at most so many articles have, and by so many of an article's rarest.
_RARE = 24
_RAREST = 300
_CANDIDATES = 6
INSIDE = 0.4
"""What it is worth that an article stands whole in another, if it is no mere phrase (of so many signs)."""
_LONG_ENOUGH = 18


def pieces(chars: str) -> frozenset[str]:
    """The pairs of signs of a text; the second, third … of the same has its number with it, so that all count."""
    if len(chars) < 2:
        return frozenset((chars,) if chars else ())
    pairs = [chars[at : at + 2] for at in range(len(chars) - 1)]
    made = frozenset(pairs)
    if len(made) == len(pairs):
        return made
    repeated = Counter(pairs)
    more = (pair + chr(no) for pair, many in repeated.items() for no in range(1, many))
    return made.union(more)


def both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The pieces of two texts together: what both have counts twice."""
    made = set(one | other)
    for piece in one & other:
        no = 1
        while piece[:2] + chr(no) in made:
            no += 1
        made.add(piece[:2] + chr(no))
    return frozenset(made)


class Likeness:
    """The articles of both texts by what they are made of."""

    def __init__(self, old: Sequence[str], new: Sequence[str]):
        self.old, self.new = [pieces(each) for each in old], [pieces(each) for each in new]
        in_old = Counter(piece for each in self.old for piece in each)
        in_new = Counter(piece for each in self.new for piece in each)
        self._most = in_old | in_new
        many = max(len(old), len(new))
        scale = [0.0, *(math.log(1 + many / found) for found in range(1, many + 1))]
        self.weight = {piece: scale[found] for piece, found in self._most.items()}
        self.whole_old, self.whole_new = [self.sum(each) for each in self.old], [self.sum(each) for each in self.new]

    def sum(self, found: Iterable[str]) -> float:
        weight = self.weight
        return sum([weight[piece] for piece in found])

    def shared(self, old: int, new: int) -> float:
        return self.sum(self.old[old] & self.new[new])

    def of(self, old: int, new: int) -> float:
        """0 … 1: twice what is shared over what both have; more, if the shorter one stands in the longer."""
        one, other = self.whole_old[old], self.whole_new[new]
        if not one + other:
            return 1.0
        shared = self.shared(old, new)
        less = min(one, other) if min(len(self.old[old]), len(self.new[new])) >= _LONG_ENOUGH else math.inf
        return max(2 * shared / (one + other), INSIDE * shared / less)

    def rare(self, found: Iterable[str]) -> list[str]:
        """Those of the pieces that few articles have."""
        most = self._most
        return [piece for piece in found if most[piece] <= _RARE]

    def candidates(self, old: Iterable[int], new: Sequence[int]) -> dict[tuple[int, int], float]:
        """For each old article the few new ones that share most of what is rare, with their likeness."""
        posted: dict[str, list[int]] = {}
        for no in new:
            for piece in self.rare(self.new[no]):
                posted.setdefault(piece, []).append(no)
        found: dict[tuple[int, int], float] = {}
        for no in old:
            shared: dict[int, float] = {}
            for piece in self._rarest(no):
                for other in posted.get(piece, ()):
                    shared[other] = shared.get(other, 0.0) + self.weight[piece]
            for other in heapq.nlargest(_CANDIDATES, shared, key=shared.__getitem__):
                found[no, other] = self.of(no, other)
        return found

    def _rarest(self, old: int) -> Iterable[str]:
        rare = self.rare(self.old[old])
        return rare if len(rare) <= _RAREST else heapq.nsmallest(_RAREST, rare, key=lambda one: (self._most[one], one))
