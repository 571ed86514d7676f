"""Words that left their article, found in the whole new text: only long ones, only once, only surely. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from deliberation.legislation.statute.chains import common_runs
from deliberation.legislation.statute.quoted import AMBIGUOUS, Nowhere, Spot, Text, found

# The same words must have so many signs; like words so many, and be so like.
_SAME, _LIKE_LENGTH, _LIKE = 10, 18, 0.8
_PIECE, _STEP, _MOST = 5, 2, 4
_LONGEST = 3000


def found_elsewhere(old: Text, new: Text, words: str, gone: Nowhere) -> Spot | Nowhere:
    """The one place of the new text that has the words, or words like them that are nobody else's."""
    if len(words) < _SAME:
        return gone
    places = new.places(words, 1)
    if places:
        here = old.places(words, 1)
        if len(places) > 1 or len(here) > 1:
            return Nowhere(AMBIGUOUS, 0.5)
        spot = places[0]
        return Spot(spot.article, spot.start, spot.end, 0.85)
    if not _LIKE_LENGTH <= len(words) <= _LONGEST:
        return gone
    return _like(old, new, words, gone)


def _like(old: Text, new: Text, words: str, gone: Nowhere) -> Spot | Nowhere:
    """The passage with most pieces of the words in their order."""
    votes: Counter[int] = Counter()
    for at in range(0, len(words) - _PIECE + 1, _STEP):
        for place in found(new.whole, words[at : at + _PIECE], _MOST):
            votes[(place - at) // 8] += 1
    if not votes:
        return gone
    (where, many), *others = votes.most_common(3)
    if many * _STEP * 3 < len(words) // 2:
        return gone
    if any(count * 2 > many and abs(other - where) > 1 + len(words) // 8 for other, count in others):
        return Nowhere(AMBIGUOUS, 0.4)
    spot, like = _window(new, words, where * 8)
    if like < _LIKE:
        return Nowhere(gone.reason, max(gone.confidence, round(like * 0.8, 2)))
    passage = new.parts[spot.article].chars[spot.start : spot.end]
    if old.places(passage, 0):
        return gone  # these words stood in the old text already: they are somebody else's
    return Spot(spot.article, spot.start, spot.end, round(like * 0.9, 2))


def _window(new: Text, words: str, near: int) -> tuple[Spot, float]:
    """The passage near a place of the whole text that is like the words, and how like it is."""
    no = max(0, bisect_right(new.starts, max(0, near + len(words) // 2)) - 1)
    chars, slack = new.parts[no].chars, 12 + len(words) // 4
    begin = max(0, near - new.starts[no] - slack)
    runs = common_runs(words, chars[begin : max(0, near - new.starts[no]) + len(words) + slack])
    if not runs:
        return Spot(no, 0, 0), 0.0
    start, end = begin + runs[0].new - min(runs[0].old, 4), begin + runs[-1].new + runs[-1].size
    start = max(begin + runs[0].new if runs[0].old > 4 else start, 0)
    kept = sum(run.size for run in runs)
    return Spot(no, start, end), 2 * kept / (len(words) + end - start)
