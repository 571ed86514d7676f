"""The disclosure check: whether what is about to be published tells how somebody voted (audit.md 2.2). Pure.

Who took part counts as known; how, as secret. Published of each choice are the headcount and perhaps the area, and of
each test whether it is met. A voter is *covered* if there is another count that looks exactly the same from outside and
in which they voted otherwise. Such counts are looked for as exchanges: some voters of one choice, this one among them,
change places with as many of another choice, and every published figure stays what it is. An exchange found is a proof;
where none is found the voter is held to be given away, so the check errs only on the careful side.

Three others may put together what they know of their own ballots. So the exchanges of a voter must be such that no three
people have a part in all of them; every three are tried, however many voters there are. What the bare headcount gives
away (unanimity, or what is left of it beside the three) no rounding can hide, and is not counted here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

SAFE_BY_SIZE = 300
"""Above so many voters with ordinary areas there are far more counts that look the same than anybody can tell apart."""
ORDINARY = 3
"""An area of up to so many times the middle one is ordinary."""
MOST_LARGE = 50
"""Where many are that large, they are one another's cover like the rest; the largest of them are looked at."""
COLLUDERS = 3
LADDER = (None, 1_000, 100, 20, 10, 0)
"""Steps of the published areas, finest first: exact, then shares of the participating area in so many parts, then none."""
MOST_TRIED = (0, 0, 60, 40)
"""How many members of a group are tried in exchanges of one (0: all), two and three on each side."""
MOST_KEPT = 60
"""Exchanges remembered for one voter whose first few were not enough."""


class Voter(NamedTuple):
    """One voter with a counted ballot: what they chose, and their area in 0.01 m²."""

    choice: str
    area: int


Areas = Mapping[str, int]
Tests = Callable[[Areas], tuple[bool, ...]]
"""Whether each published test is met, for the areas behind each choice."""


@dataclass(frozen=True, slots=True)
class View:
    """What is published beside the headcounts: areas in ``parts`` of the participating area (None: as they are; 0: none)."""

    parts: int | None
    tests: Tests

    def same(self, before: Areas, after: Areas) -> bool:
        """Whether both counts look alike from outside."""
        return self._areas(before) == self._areas(after) and self.tests(before) == self.tests(after)

    def _areas(self, areas: Areas) -> tuple[int, ...]:
        if self.parts is None:
            return tuple(areas.values())
        whole = sum(areas.values())
        return tuple(share_of(area, whole, self.parts) for area in areas.values())


def share_of(area: int, whole: int, parts: int) -> int:
    """An area in so many parts of the whole, rounded down."""
    return area * parts // whole if whole else 0


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be published: areas at this step, whether each test by area is met or only the outcome.

    The outcome is always published, as the law asks; ``is_enough`` says whether even that gives somebody away.
    """

    parts: int | None
    shows_tests: bool = True
    is_enough: bool = True


def disclosure(voters: Sequence[Voter], tests: Tests, outcome: Tests) -> Disclosure:
    """The finest edition that gives nobody away."""
    for parts in LADDER:
        if not given_away(voters, View(parts, tests)):
            return Disclosure(parts)
    return Disclosure(0, False, not given_away(voters, View(0, outcome)))


def few_apart(one: Collection[int], other: Collection[int], most: int = COLLUDERS + 1) -> int:
    """How many people make the difference between those who took part in two votes; 0 if none do, or more than ``most``.

    Two sums over nearly the same people differ by the ballots of the few who took part in one vote alone.
    """
    apart = len(set(one) ^ set(other))
    return apart if apart <= most else 0


def split_tells(choices: Sequence[frozenset[str]]) -> bool:
    """Whether the headcounts of a vote that names nobody may tell how people voted: all but a few ballots are alike.

    ``choices``: what stands on each ballot. Whoever is among the few others, and as many as may put together what they know,
    would know all the rest. One voter and these are left uncertain: were less withheld, to withhold would itself say how
    nearly all voted alike. Of fewer than eight ballots for yes, no and abstention it is always so.
    """
    alike = Counter(choices), Counter(mark for each in choices for mark in each)
    return any(most >= len(choices) - 1 - COLLUDERS for counts in alike for most in counts.values())


def given_away(voters: Sequence[Voter], view: View, colluders: int = COLLUDERS) -> list[int]:
    """The voters whose choice the published figures give away, beyond what the bare headcount does."""
    asked = range(len(voters)) if len(voters) <= SAFE_BY_SIZE else _extraordinary([voter.area for voter in voters])
    search = _Search(voters, view) if asked else None
    return [who for who in asked if not search.covers(who, colluders)]


def are_ordinary(areas: Sequence[int]) -> bool:
    """Whether there are so many voters, and none of them so large, that no published figure gives anybody away."""
    return len(areas) > SAFE_BY_SIZE and not _extraordinary(areas)


def _extraordinary(areas: Sequence[int]) -> list[int]:
    middle = sorted(areas)[len(areas) // 2]
    large = [who for who, area in enumerate(areas) if area > ORDINARY * middle]
    return sorted(large, key=lambda who: -areas[who])[:MOST_LARGE]


class _Search:
    """Exchanges in one body. Groups are the voters of each choice by area, so that partners stand side by side."""

    def __init__(self, voters: Sequence[Voter], view: View):
        self.voters, self.view = voters, view
        self.groups: dict[str, list[int]] = {}
        for who in sorted(range(len(voters)), key=lambda each: (voters[each].area, each)):
            self.groups.setdefault(voters[who].choice, []).append(who)
        self.areas = {name: sum(voters[who].area for who in group) for name, group in self.groups.items()}
        self._windows: dict[tuple[str, str], tuple[int, int]] = {}
        self._sums: dict[tuple[str, int], tuple[list[int], list[tuple[int, ...]]]] = {}

    def covers(self, who: int, colluders: int) -> bool:
        """Whether no ``colluders`` others together can tell how this one voted, unless the bare headcount tells them."""
        found: list[frozenset[int]] = []
        apart: set[int] = set()
        disjoint = 0
        for exchange in self._exchanges(who):
            if not exchange & apart:
                disjoint += 1
                apart |= exchange
            if disjoint > colluders:
                return True
            found.append(exchange)
            if len(found) >= MOST_KEPT:
                break
        others = {each for each, voter in enumerate(self.voters) if voter.choice != self.voters[who].choice}
        return not any(True for _each in _spoilers(found, colluders, frozenset(), others))

    def _exchanges(self, who: int) -> Iterator[frozenset[int]]:
        """The others who have a part in each exchange of this voter, small exchanges first."""
        own = self.voters[who].choice
        for size in range(1, len(MOST_TRIED)):
            for name in self.groups:
                if name != own:
                    yield from self._with(who, name, size)

    def _with(self, who: int, name: str, size: int) -> Iterator[frozenset[int]]:
        """Exchanges of ``size`` on each side with the group ``name``."""
        own = self.voters[who]
        low, high = self._window(own.choice, name)
        sums, sides = self._sides(name, size)
        for beside in combinations(self._tried(own.choice, size, who), size - 1):
            given = own.area + sum(self.voters[each].area for each in beside)
            for at in range(bisect_left(sums, given + low), bisect_right(sums, given + high)):
                yield frozenset(beside).union(sides[at])

    def _sides(self, name: str, size: int) -> tuple[list[int], list[tuple[int, ...]]]:
        """Every ``size`` of the members tried of a group with their areas together, by area."""
        if (name, size) not in self._sums:
            chosen = combinations(self._tried(name, size), size)
            summed = sorted((sum(self.voters[each].area for each in side), side) for side in chosen)
            self._sums[name, size] = ([area for area, _side in summed], [side for _area, side in summed])
        return self._sums[name, size]

    def _tried(self, name: str, size: int, without: int | None = None) -> list[int]:
        """Members of a group who are tried, spread evenly over its areas where it is large."""
        group, most = self.groups[name], MOST_TRIED[size]
        if most and len(group) > most:
            group = [group[at * len(group) // most] for at in range(most)]
        return [each for each in group if each != without]

    def _window(self, giving: str, taking: str) -> tuple[int, int]:
        """How much area may move from ``taking`` to ``giving`` (from least to most) without a published figure changing."""
        if (giving, taking) not in self._windows:
            most = self._furthest(giving, taking, self.areas[taking])
            least = -self._furthest(taking, giving, self.areas[giving])
            self._windows[giving, taking] = (least, most)
        return self._windows[giving, taking]

    def _furthest(self, to: str, of: str, most: int) -> int:
        """The most that may move one way; every published figure changes at one point only, so halving finds it."""
        low, high = 0, most
        while low < high:
            middle = (low + high + 1) // 2
            moved = {**self.areas, to: self.areas[to] + middle, of: self.areas[of] - middle}
            low, high = (middle, high) if self.view.same(self.areas, moved) else (low, middle - 1)
        return low


def _spoilers(
    exchanges: list[frozenset[int]], left: int, chosen: frozenset[int], others: set[int]
) -> Iterator[frozenset[int]]:
    """Groups of people with a part in every exchange, who do not know it from the headcount by themselves."""
    if not exchanges:
        # All who chose otherwise are among them: what is left is unanimous, and the headcount says so.
        if not others <= chosen:
            yield chosen
        return
    if not left:
        return
    for each in exchanges[0]:
        rest = [exchange for exchange in exchanges if each not in exchange]
        yield from _spoilers(rest, left - 1, chosen | {each}, others)
