"""Articles that were split, and articles that were merged: by how much of one is found in another. Pure.

A part of a split article lies whole in the article it comes from, its other parts say other things of it, and they stand
together. The reverse is a merger. Both are one search with the sides changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deliberation.legislation.statute.likeness import Likeness, both

# How much of a part must come from the whole (where the evidence must be strict, beside its neighbour, far from it) …
STRICT, BESIDE, APART = 0.75, 0.42, 0.7
# … how much of that must be said by no other part, and how much of the whole a part must be.
OWN, SHARE = 0.6, 0.04
NEARER = 0.2
"""So much more of a part must be found elsewhere than in the article that its neighbour comes from."""
_LEAST = 8
_LEAST_APART = 30

Gathered = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(slots=True)
class _Side:
    """The wholes, their parts, and the partners placed so far, seen from one side."""

    wholes: Sequence[frozenset[str]]
    weight_of_whole: Sequence[float]
    parts: Sequence[frozenset[str]]
    weight_of_part: Sequence[float]
    partner: Mapping[int, int]
    whole_of: Mapping[int, int]
    like: Likeness
    posted: dict[str, list[int]] | None = None
    """Of each rare piece the wholes that have it, once they were asked for; of texts without any it stays empty."""


def gathered(
    like: Likeness,
    new_of: Mapping[int, int],
    old_of: Mapping[int, int],
    *,
    is_strict: bool,
    known: Iterable[Gathered] = (),
) -> list[Gathered]:
    """Groups of one article and its parts, those of ``known`` with them. An article is in one group at most."""
    split = _Side(like.old, like.whole_old, like.new, like.whole_new, new_of, old_of, like)
    merged = _Side(like.new, like.whole_new, like.old, like.whole_old, old_of, new_of, like)
    found: list[tuple[float, Gathered]] = []
    known = list(known)
    for side, is_split in ((split, True), (merged, False)):
        before = {(group[0] if is_split else group[1])[0]: group[1] if is_split else group[0]
                  for group in known if len(group[0] if is_split else group[1]) == 1}  # fmt: skip
        side.whole_of = {**side.whole_of, **{part: whole for whole, parts in before.items() for part in parts}}
        for whole, parts, gain in _wholes(side, before, is_strict):
            found.append((gain, ((whole,), parts) if is_split else (parts, (whole,))))
    return _apart(found)


def _apart(found: list[tuple[float, Gathered]]) -> list[Gathered]:
    """The groups that gain most, none sharing an article with another."""
    old: set[int] = set()
    new: set[int] = set()
    made = []
    for _gain, group in sorted(found, key=lambda one: (-one[0], one[1])):
        if old.isdisjoint(group[0]) and new.isdisjoint(group[1]):
            made.append(group)
            old.update(group[0])
            new.update(group[1])
    return made


def _wholes(
    side: _Side, known: Mapping[int, tuple[int, ...]], is_strict: bool
) -> Iterable[tuple[int, tuple[int, ...], float]]:
    """Each whole with its parts and how much of it is found in them."""
    offers: dict[int, list[int]] = {}
    taken = {no for parts in known.values() for no in parts}
    for part in range(len(side.parts)):
        if part in side.whole_of or part in taken or len(side.parts[part]) < _LEAST:
            continue
        whole = _best_whole(side, part)
        if whole is not None:
            offers.setdefault(whole, []).append(part)
    for whole in {*offers, *known}:
        core = known.get(whole) or ((side.partner[whole],) if whole in side.partner else ())
        parts = _chosen(side, whole, core, offers.get(whole, ()), is_strict)
        if len(parts) > 1:
            gain = sum(side.like.sum(side.parts[part] & side.wholes[whole]) for part in parts if part not in core)
            yield whole, tuple(sorted(parts)), gain


def _best_whole(side: _Side, part: int) -> int | None:
    """The article that most of the part is found in; of nearly as good ones the one that its neighbour comes from."""
    beside = [side.whole_of[no] for no in (part - 1, part + 1) if no in side.whole_of]
    offered = {whole: _held(side, part, whole) for whole in beside}
    most = _most_shared(side, part)
    if most is not None:
        offered[most] = _held(side, part, most) + (0.0 if most in beside else -NEARER)
    best = max(offered, key=lambda whole: (offered[whole], -whole), default=None)
    return best if best is not None and _held(side, part, best) >= BESIDE else None


def _most_shared(side: _Side, part: int) -> int | None:
    if side.posted is None:
        side.posted = {}
        for no, whole in enumerate(side.wholes):
            for piece in side.like.rare(whole):
                side.posted.setdefault(piece, []).append(no)
    shared: dict[int, float] = {}
    weight = side.like.weight
    for piece in side.parts[part]:
        for whole in side.posted.get(piece, ()):
            shared[whole] = shared.get(whole, 0.0) + weight[piece]
    return max(shared, key=lambda whole: (shared[whole], -whole), default=None)


def _held(side: _Side, part: int, whole: int) -> float:
    """How much of the part is found in the whole."""
    return side.like.sum(side.parts[part] & side.wholes[whole]) / (side.weight_of_part[part] or 1.0)


def _chosen(side: _Side, whole: int, core: Sequence[int], offered: Iterable[int], is_strict: bool) -> list[int]:
    """The parts of a whole: the core, then what stands beside it, then what is unmistakably its own."""
    made: list[int] = []
    said: frozenset[str] = frozenset()
    left = [*core, *sorted(offered, key=lambda part: (-_held(side, part, whole), part))]
    while left:
        part = next((one for one in left if one in core or _belongs(side, whole, one, made, is_strict)), None)
        together = None if part is None else both(said, side.parts[part])
        if part is None or together is None:
            break
        left.remove(part)
        if part in core or _is_own(side, whole, part, (said, together)):
            made.append(part)
            said = together
    return made


def _belongs(side: _Side, whole: int, part: int, made: Sequence[int], is_strict: bool) -> bool:
    """Whether enough of the part comes from the whole; less is enough beside a part that is certain."""
    is_beside = not made or part - 1 in made or part + 1 in made
    least = (STRICT if is_strict else BESIDE) if is_beside else APART
    size = _LEAST if is_beside else _LEAST_APART
    return _held(side, part, whole) >= least and len(side.parts[part]) >= size


def _is_own(side: _Side, whole: int, part: int, said: tuple[frozenset[str], frozenset[str]]) -> bool:
    """Whether the part says something of the whole that the others (before, with it) do not, and enough of it."""
    held = side.wholes[whole]
    own = side.like.sum(said[1] & held) - side.like.sum(said[0] & held)
    return own >= OWN * side.like.sum(side.parts[part] & held) and own >= SHARE * side.weight_of_whole[whole]
