"""Which article of the new text an article of the old one became: by content and by order. Pure.

In steps, the surest first, so that no weak likeness takes a partner away from a strong one:

1. the same words, once on each side, wherever they stand (renumbered, moved, chapters swapped);
2. the same words several times (删去): as they come, on both sides alike;
3. each the other's best by far (:data:`SURE`, and :data:`AHEAD` of the next);
4. what was split or merged (:mod:`gathering`), on strong evidence;
5. between those already placed, in order: the chain of pairs with the most likeness in all (:data:`IN_ORDER`);
6. what is left, out of order (:data:`OUT_OF_ORDER`), the best first;
7. alone between the same neighbours, or the same label there: :data:`BETWEEN`;
8. once more what was split or merged.

The numbers were measured on real revisions and on texts with known changes (docs/legislation.md).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from deliberation.legislation.statute.bare import bared
from deliberation.legislation.statute.gathering import gathered
from deliberation.legislation.statute.likeness import Likeness
from deliberation.legislation.statute.structure import Article

SURE, AHEAD = 0.5, 0.12
IN_ORDER, BEHIND = 0.24, 0.08
OUT_OF_ORDER = 0.32
BETWEEN = 0.12
_NEAR = 2
_GONE = frozenset(
    f"{left}{word}{right}"
    for word in ("删去", "删除", "删", "已删去", "已删除", "废止", "已废止", "略", "刪去", "刪除", "廢除")
    for left, right in (("", ""), ("（", "）"), ("(", ")"), ("〔", "〕"), ("[", "]"), ("【", "】"), ("", "。"))
)


@dataclass(frozen=True, slots=True)
class Group:
    """Articles of the old text (by position) and what they are in the new one; one of the sides has at most one."""

    old: tuple[int, ...]
    new: tuple[int, ...]


@dataclass(slots=True)
class Pairs:
    """What is placed so far."""

    new_of: dict[int, int] = field(default_factory=dict)
    old_of: dict[int, int] = field(default_factory=dict)

    def join(self, old: int, new: int) -> None:
        self.new_of[old], self.old_of[new] = new, old

    def is_free(self, old: int, new: int) -> bool:
        return old not in self.new_of and new not in self.old_of


def aligned(old: Sequence[Article], new: Sequence[Article]) -> list[Group]:
    """Every article of both in exactly one group, in the order of the new text; what was deleted behind its neighbour."""
    olds, news = [bared(each.text) for each in old], [bared(each.text) for each in new]
    labels = [bared(each.label) for each in old], [bared(each.label) for each in new]
    pairs = Pairs()
    _same_words(olds, news, pairs)
    if len(pairs.new_of) < len(olds) or len(pairs.old_of) < len(news):
        like = Likeness(olds, news)
        found = _likely(like, pairs, labels)
        _sure(found, pairs)
        groups = gathered(like, pairs.new_of, pairs.old_of, is_strict=True)
        taken = {no for group in groups for no in group[0]}, {no for group in groups for no in group[1]}
        _weaker(found, pairs, taken, labels)
        _placeholders(olds, news, labels, pairs)
        groups = gathered(like, pairs.new_of, pairs.old_of, is_strict=False, known=groups)
    else:
        groups = []
    return _in_order(pairs, groups, len(olds), len(news))


def _same_words(old: Sequence[str], new: Sequence[str], pairs: Pairs) -> None:
    """Steps 1 and 2. Where one side has more of the same, the later steps choose."""
    places_old, places_new = _places(old), _places(new)
    for words, here in places_old.items():
        there = places_new.get(words, ())
        if len(here) == len(there) and words not in _GONE:
            for one, other in zip(here, there, strict=True):
                pairs.join(one, other)


def _places(texts: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for no, words in enumerate(texts):
        found.setdefault(words, []).append(no)
    return found


Labels = tuple[Sequence[str], Sequence[str]]
Found = dict[tuple[int, int], float]
Best = dict[int, list[float]]


def _likely(like: Likeness, pairs: Pairs, labels: Labels) -> Found:
    """Pairs worth looking at: what shares something rare, and what stands at the same place or has the same label."""
    free_old = [no for no in range(len(like.old)) if no not in pairs.new_of]
    free_new = [no for no in range(len(like.new)) if no not in pairs.old_of]
    found = like.candidates(free_old, free_new)
    at_label = {label: no for no, label in reversed([*enumerate(labels[1])]) if no not in pairs.old_of}
    for old in free_old:
        for new in {*_neighbours(old, free_new, pairs), at_label.get(labels[0][old], -1)} - {-1}:
            if (old, new) not in found:
                found[old, new] = like.of(old, new)
    return found


def _neighbours(old: int, free_new: Sequence[int], pairs: Pairs) -> Iterable[int]:
    """The free articles of the new text beside the partner of the nearest placed one."""
    before = next((no for no in range(old - 1, max(-1, old - 40), -1) if no in pairs.new_of), None)
    expected = old if before is None else pairs.new_of[before] + old - before
    at = bisect_left(free_new, expected)
    return free_new[max(0, at - _NEAR) : at + _NEAR + 1]


def _sure(found: Found, pairs: Pairs) -> None:
    """Step 3."""
    best_old, best_new = _two_best(found, 0), _two_best(found, 1)
    for (old, new), score in sorted(found.items(), key=lambda one: -one[1]):
        if score < SURE:
            break
        rivals = [_rival(best_old[old], score), _rival(best_new[new], score)]
        if pairs.is_free(old, new) and score >= max(rivals) + AHEAD:
            pairs.join(old, new)


def _two_best(found: Found, side: int) -> Best:
    best: Best = {}
    for pair, score in found.items():
        best[pair[side]] = sorted([*best.get(pair[side], ()), score], reverse=True)[:2]
    return best


def _rival(best: list[float], score: float) -> float:
    """The best of the others; a pair that is not the best itself has the best as its rival."""
    return best[0] if score < best[0] else best[1] if len(best) > 1 else 0.0


def _weaker(found: Found, pairs: Pairs, taken: tuple[set[int], set[int]], labels: Labels) -> None:
    """Steps 5 to 7 on what is free and belongs to nothing that was split or merged."""
    free = {
        (old, new): score + (0.02 if labels[0][old] == labels[1][new] else 0.0)
        for (old, new), score in found.items()
        if pairs.is_free(old, new) and old not in taken[0] and new not in taken[1]
    }
    best = _two_best(free, 0), _two_best(free, 1)
    backbone = _increasing(sorted(pairs.new_of.items()))
    for old, new in _best_chain({pair: score for pair, score in free.items() if _is_worth(pair, free, best)}, backbone):
        pairs.join(old, new)
    for (old, new), score in sorted(free.items(), key=lambda one: (-one[1], one[0])):
        if score >= OUT_OF_ORDER and pairs.is_free(old, new):
            pairs.join(old, new)
    for (old, new), score in sorted(free.items(), key=lambda one: (-one[1], one[0])):
        if score >= BETWEEN and pairs.is_free(old, new) and _is_between(old, new, pairs):
            pairs.join(old, new)


def _is_worth(pair: tuple[int, int], free: Found, best: tuple[Best, Best]) -> bool:
    """Whether a pair may stand in the chain: likely enough, and neither has a much better partner elsewhere."""
    most = max(best[0][pair[0]][0], best[1][pair[1]][0])
    return free[pair] >= max(IN_ORDER, most - BEHIND)


def _is_between(old: int, new: int, pairs: Pairs) -> bool:
    """Whether the articles before and behind both are each other's."""
    before = old == new == 0 or (old and new and pairs.new_of.get(old - 1) == new - 1)
    return bool(before and (pairs.new_of.get(old + 1) == new + 1 or new + 1 not in pairs.old_of))


def _increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs that goes on in both texts."""
    ends: list[int] = []
    ends_at: list[int] = []
    before: list[int] = []
    for at, (_old, new) in enumerate(pairs):
        no = bisect_left(ends, new)
        before.append(ends_at[no - 1] if no else -1)
        ends[no : no + 1], ends_at[no : no + 1] = [new], [at]
    made, at = [], ends_at[-1] if ends_at else -1
    while at >= 0:
        made.append(pairs[at])
        at = before[at]
    return made[::-1]


def _best_chain(free: Found, backbone: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Step 5: of the pairs that keep the order of the backbone the increasing chain with the most likeness."""
    olds, news = [old for old, _new in backbone], [new for _old, new in backbone]
    fitting: dict[int, list[int]] = {}
    for old, new in free:
        if bisect_left(olds, old) == bisect_left(news, new):
            fitting.setdefault(old, []).append(new)
    stair_at, stair = [-1], [(0.0, -1)]
    steps: list[tuple[int, int, int]] = []
    for old in sorted(fitting):
        reached = []
        for new in fitting[old]:
            score, before = stair[bisect_left(stair_at, new) - 1]
            reached.append((new, score + free[old, new], len(steps)))
            steps.append((old, new, before))
        for new, score, step in reached:
            _climb(stair_at, stair, new, (score, step))
    made, at = [], stair[-1][1]
    while at >= 0:
        old, new, at = steps[at]
        made.append((old, new))
    return made[::-1]


def _climb(stair_at: list[int], stair: list[tuple[float, int]], new: int, step: tuple[float, int]) -> None:
    no = bisect_left(stair_at, new)
    if stair[no - 1][0] >= step[0]:
        return
    end = no
    while end < len(stair) and stair[end][0] <= step[0]:
        end += 1
    stair_at[no:end], stair[no:end] = [new], [step]


def _placeholders(old: Sequence[str], new: Sequence[str], labels: Labels, pairs: Pairs) -> None:
    """第一百九十九条　删去: the number stays and says so; it belongs to the article of that number."""
    there = {label: no for no, label in enumerate(labels[1])}
    for no, label in enumerate(labels[0]):
        other = there.get(label)
        if other is not None and (old[no] in _GONE or new[other] in _GONE) and pairs.is_free(no, other):
            pairs.join(no, other)


def _in_order(pairs: Pairs, groups: Iterable[tuple[Sequence[int], Sequence[int]]], old: int, new: int) -> list[Group]:
    """Rows: by the new text; an article that is gone behind the row of the article before it."""
    made = [Group(tuple(sorted(one)), tuple(sorted(other))) for one, other in groups]
    inside = {no for group in made for no in group.old}
    made += [Group((one,), (other,)) for one, other in pairs.new_of.items() if one not in inside]
    placed = {no for group in made for no in group.new}
    made += [Group((), (no,)) for no in range(new) if no not in placed]
    made.sort(key=lambda group: group.new)
    kept = {no for group in made for no in group.old}
    behind: dict[int, list[Group]] = {}
    last = -1
    for no in range(old):
        if no in kept:
            last = no
        else:
            behind.setdefault(last, []).append(Group((no,), ()))
    rows = behind.get(-1, [])[:]
    for group in made:
        rows += [group, *(gone for no in group.old for gone in behind.get(no, ()))]
    return rows
