"""A map of opinion as a picture: each group a circle, as large as it has people, the further apart the less alike. Pure.

Only centres of groups are drawn: the place of a single person would tell their marks (``map_rules.SMALLEST_GROUP``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import dist, hypot, sqrt

WIDTH, HEIGHT = 1000, 560
"""The plane in its own units; circles and their letters lie whole within it."""
LARGEST, SMALLEST, LINE = 170, 62, 6
"""Radii: the largest leaves room for two beside each other, the smallest for its letter; and the width of a circle's line."""

PUSHES = 200
"""Rounds in which five circles come to lie beside each other, as a rule in a few; where they do not, all become smaller."""
SMALLER = 0.9


@dataclass(frozen=True)
class Circle:
    """Centre and radius in units of the plane."""

    x: int
    y: int
    radius: int


def circles(groups: Sequence[Mapping[str, int]]) -> tuple[Circle, ...]:
    """One circle a group, in their order. Areas are as the numbers of people, unless one would be too small for its letter.

    ``groups``: ``people`` and the centre ``x``, ``y`` in thousandths, as ``map_drawing.draw`` finds them. One scale serves
    both axes, so that distances compare; circles that would lie upon each other are moved until they touch.
    """
    if not groups:
        return ()
    sizes, largest = [sqrt(group["people"]) for group in groups], float(LARGEST)
    while True:
        radii = [max(float(SMALLEST), size * largest / max(sizes)) for size in sizes]
        spots = _apart(_spread([(group["x"], group["y"]) for group in groups], radii), radii)
        if largest <= SMALLEST or _lie_apart(spots, radii):
            return tuple(Circle(round(x), round(y), round(radius)) for (x, y), radius in zip(spots, radii, strict=True))
        largest *= SMALLER


def _lie_apart(spots: Sequence[tuple[float, float]], radii: Sequence[float]) -> bool:
    pairs = combinations(range(len(spots)), 2)
    return all(dist(spots[a], spots[b]) >= radii[a] + radii[b] for a, b in pairs)


def _apart(spots: list[tuple[float, float]], radii: Sequence[float]) -> list[tuple[float, float]]:
    """Push circles that overlap away from each other, a little at a time, and back into the plane."""
    moved = [list(spot) for spot in spots]
    for _push in range(PUSHES):
        for a, b in combinations(range(len(moved)), 2):
            gap = radii[a] + radii[b] + LINE - dist(moved[a], moved[b])
            if gap > 0:
                # A little aside too: in one line not all find room.
                away = [moved[b][0] - moved[a][0] + gap / 8, moved[b][1] - moved[a][1] + gap / 16]
                length = hypot(*away) or 1.0
                for axis in (0, 1):
                    moved[a][axis] -= away[axis] / length * gap / 2
                    moved[b][axis] += away[axis] / length * gap / 2
        for spot, radius in zip(moved, radii, strict=True):
            margin = radius + LINE
            spot[0] = min(max(spot[0], margin), WIDTH - margin)
            spot[1] = min(max(spot[1], margin), HEIGHT - margin)
    return [(x, y) for x, y in moved]


def _spread(centres: Sequence[tuple[int, int]], radii: Sequence[float]) -> list[tuple[float, float]]:
    """The centres moved and scaled to fill the plane, with a margin of the largest radius and its line on each side."""
    margin = max(radii) + LINE
    room = (WIDTH - 2 * margin, HEIGHT - 2 * margin)
    low = [min(centre[axis] for centre in centres) for axis in (0, 1)]
    wide = [max(centre[axis] for centre in centres) - low[axis] for axis in (0, 1)]
    scale = min((room[axis] / wide[axis] for axis in (0, 1) if wide[axis]), default=0.0)
    free = [(room[axis] - wide[axis] * scale) / 2 for axis in (0, 1)]
    # The plane's y runs down, the arithmetic's up.
    return [
        (margin + free[0] + (x - low[0]) * scale, HEIGHT - margin - free[1] - (y - low[1]) * scale) for x, y in centres
    ]
