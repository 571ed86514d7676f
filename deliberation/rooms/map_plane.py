"""A map of opinion as a picture: each group a circle, as large as it has people, the further apart the less alike. Pure.

Only centres of groups are drawn: the place of a single person would tell their marks (``map_rules.SMALLEST_GROUP``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import dist, sqrt

WIDTH, HEIGHT = 1000, 560
"""The plane in its own units; circles and their letters lie whole within it."""
LARGEST, SMALLEST, LINE = 170, 62, 6
"""Radii: the largest leaves room for two beside each other, the smallest for its letter; and the width of a circle's line."""


@dataclass(frozen=True)
class Circle:
    """Centre and radius in units of the plane."""

    x: int
    y: int
    radius: int


def circles(groups: Sequence[Mapping[str, int]]) -> tuple[Circle, ...]:
    """One circle a group, in their order. Areas are as the numbers of people, unless one would be too small for its letter.

    ``groups``: ``people`` and the centre ``x``, ``y`` in thousandths, as ``map_drawing.draw`` finds them. One scale serves
    both axes, so that distances compare; circles overlap only where the centres of groups nearly coincide.
    """
    if not groups:
        return ()
    centres = [(group["x"], group["y"]) for group in groups]
    sizes = [sqrt(group["people"]) for group in groups]
    most = LARGEST / max(sizes)
    spots = _spread(centres, [size * most for size in sizes])
    closest = [dist(spots[a], spots[b]) / (sizes[a] + sizes[b]) for a, b in combinations(range(len(spots)), 2)]
    scale = min([most, *closest])
    return tuple(
        Circle(round(x), round(y), round(max(SMALLEST, size * scale)))
        for (x, y), size in zip(spots, sizes, strict=True)
    )


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
