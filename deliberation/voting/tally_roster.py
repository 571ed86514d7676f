"""The lines of a roster and what every count asks of them. Pure.

A roster is frozen before the first ballot, so each question is answered once, however often the poll is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from deliberation.voting.tally_terms import Line, Measure

_LARGEST = 2**53
"""Beyond it no table of ours goes, and whoever writes a document by hand is read value by value."""


@dataclass(frozen=True, slots=True)
class Units:
    """What counts once by a measure: the unit of every line (by its place), and what each unit weighs.

    ``of`` is None where every line is a unit of its own, and its place the unit's name.
    """

    of: Sequence[Any] | None
    weights: Mapping[Any, int] | Sequence[int]
    entitled: int

    def behind(self, lines: Collection[int]) -> Collection[Any]:
        """The units of these lines, each once."""
        return lines if self.of is None else set(map(self.of.__getitem__, lines))

    def weight(self, units: Iterable[Any]) -> int:
        return sum(map(self.weights.__getitem__, units))


class _Columns(NamedTuple):
    """The same lines, each value of them beside its like."""

    ids: Sequence[str] = ()
    heads: Sequence[int] = ()
    households: Sequence[str | None] = ()
    owners: Sequence[str | None] = ()
    areas: Sequence[int | None] = ()


class Roster(tuple[Line, ...]):
    """The lines in their order."""

    @cached_property
    def columns(self) -> _Columns:
        return _Columns(*zip(*self, strict=True))

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of every line by its id."""
        return {id: place for place, id in enumerate(self.columns.ids)}

    @cached_property
    def estates(self) -> dict[str, list[int]]:
        """The lines of every owner who has more than one."""
        lines: dict[str, list[int]] = {}
        for place, owner in enumerate(self.columns.owners):
            if owner is not None:
                lines.setdefault(owner, []).append(place)
        return {owner: places for owner, places in lines.items() if len(places) > 1}

    @cached_property
    def is_sound(self) -> bool:
        """Whether all values are surely such as ``tally_document`` lets through, whatever the rule counts by."""
        ids, heads, households, owners, areas = self.columns
        measured = [area for area in areas if area is not None]
        return (
            are_of({str}, ids)
            and are_of({str, type(None)}, households, owners)
            and not any("" in each for each in (ids, households, owners))
            and all(are_of({int}, each) and _are_within(each) for each in (heads, measured))
            and len(self.places) == len(self)
            and all(len({heads[place] for place in places}) == 1 for places in self.estates.values())
        )

    @cached_property
    def _units(self) -> dict[Measure, Units]:
        return {}

    def units(self, measure: Measure) -> Units:
        """The owner or the line, the line, the household."""
        if measure not in self._units:
            self._units[measure] = self._measured(measure)
        return self._units[measure]

    def _measured(self, measure: Measure) -> Units:
        _ids, heads, households, owners, areas = self.columns
        if measure is Measure.HOUSEHOLDS:
            return Units(households, once := dict.fromkeys(households, 1), len(once))
        if measure is Measure.AREA:
            return Units(None, areas, sum(areas))
        if not self.estates:
            return Units(None, heads, sum(heads))
        # A line without an owner is its place: a number never equals an owner's name.
        whose = [place if owner is None else owner for place, owner in enumerate(owners)]
        weights = dict(zip(whose, heads, strict=True))
        return Units(whose, weights, sum(weights.values()))


def are_of(kinds: set[type], *columns: Iterable[object]) -> bool:
    """Whether all values are of these very types."""
    return all(set(map(type, values)) <= kinds for values in columns)


def _are_within(amounts: Sequence[int]) -> bool:
    return min(amounts, default=0) >= 0 and max(amounts, default=0) < _LARGEST
