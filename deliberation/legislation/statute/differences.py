"""The difference of two texts as runs that read well: ``=`` kept, ``-`` taken away, ``+`` put in. Pure.

The runs of :mod:`chains` are tidied twice. A short run between two long changes is given up, as a reader sees one change there.
A change that can be said at several places (甲、【丙、】乙 or 甲【、丙】、乙) is said where a sentence, a clause or a word ends.
White space is no difference but stays where it is, so that the old text and the new one can be rebuilt exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from deliberation.legislation.statute.bare import Bare, bare
from deliberation.legislation.statute.chains import Run, common_runs, joined_runs

Difference = list[tuple[str, str]]
KEPT, OUT, IN = "=", "-", "+"
_LONG_ENOUGH = 5.0
"""A run of so many signs is never given up."""


def difference(old: str, new: str) -> Difference:
    """Runs whose ``=`` and ``-`` are the old text and whose ``=`` and ``+`` the new one, exactly."""
    before, after = bare(old), bare(new)
    runs = tidied(common_runs(before.chars, after.chars), before, after)
    return spoken(before, after, runs)


def similarity(said: Difference) -> float:
    """Twice the signs kept over the signs of both, rounded down to two decimals: 1 is equality only."""
    kept = total = 0
    for sign, words in said:
        size = len("".join(words.split()))
        kept += size if sign == KEPT else 0
        total += 2 * size if sign == KEPT else size
    return 200 * kept // total / 100 if total else 1.0


def tidied(runs: list[Run], old: Bare, new: Bare) -> list[Run]:
    """The runs without those too short to read, each change where it reads best."""
    if len(runs) < 2 and len(old.chars) == len(new.chars):
        return runs
    return _settled(_without_crumbs(runs, len(old.chars), len(new.chars)), old, new)


def _without_crumbs(runs: list[Run], old: int, new: int) -> list[Run]:
    """Give up, the shortest first, each run that is short against the changes on both its sides."""
    size = 1
    while size < _LONG_ENOUGH:
        kept: list[Run] = []
        at = to = 0  # where the change before this run begins
        for no, run in enumerate(runs):
            left = max(run.old - at, run.new - to)
            after = runs[no + 1] if no + 1 < len(runs) else Run(old, new, 0)
            right = max(after.old - run.old, after.new - run.new) - run.size
            if run.size == size and size < min(_LONG_ENOUGH, 1 + min(left, right) / 2):
                continue
            kept.append(run)
            at, to = run.old + run.size, run.new + run.size
        size = 1 if len(kept) < len(runs) else size + 1
        runs = kept
    return runs


# --- where a change is said -------------------------------------------------------------------------------------------


def _settled(runs: list[Run], old: Bare, new: Bare) -> list[Run]:
    """Move each change that only puts in or only takes away to where it reads best."""
    if len(runs) < 2:
        return runs
    good_old, good_new = _edges(old), _edges(new)
    made = [runs[0]]
    for run in runs[1:]:
        last = made[-1]
        if last.old + last.size == run.old:
            shift = _shift(last, run, (new.chars, last.new + last.size, run.new), good_new)
        elif last.new + last.size == run.new:
            shift = _shift(last, run, (old.chars, last.old + last.size, run.old), good_old)
        else:
            shift = 0
        made[-1] = Run(last.old, last.new, last.size + shift)
        made.append(Run(run.old + shift, run.new + shift, run.size - shift))
    return joined_runs(made)


def _shift(last: Run, run: Run, change: tuple[str, int, int], good: Callable[[int], int]) -> int:
    """How far the change from ``start`` to ``end`` goes to the right (to the left if below 0)."""
    text, start, end = change
    low = 0
    while -low < last.size and text[start + low - 1] == text[end + low - 1]:
        low -= 1
    high = 0
    while high < run.size and text[start + high] == text[end + high]:
        high += 1
    if low == high:
        return 0
    return max(range(low, high + 1), key=lambda by: (good(start + by) + good(end + by), by == 0, by))


def _edges(text: Bare) -> Callable[[int], int]:
    """How good it is for a change to begin or end before a sign."""
    chars, breaks = text.chars, text.breaks()

    def good(place: int) -> int:
        if place in (0, len(chars)) or place in breaks:
            return 6
        before, after = chars[place - 1], chars[place]
        if before in "。；！？;!?":
            return 5
        if before in "：，、:,":
            return 3
        if before in "》”）〉)" or after in "《“（〈(":
            return 2
        return 1 if before in "的和或与及者" or after in "，。；、：" else 0

    return good


# --- runs into words --------------------------------------------------------------------------------------------------


def spoken(old: Bare, new: Bare, runs: list[Run]) -> Difference:
    """The runs as words, white space where it stands."""
    made: Difference = []
    at = to = 0
    for run in [*runs, Run(len(old.chars), len(new.chars), 0)]:
        for sign, words in (*_change(old, new, (at, run.old), (to, run.new)), *_same(old, new, run)):
            if words and made and made[-1][0] == sign:
                made[-1] = (sign, made[-1][1] + words)
            elif words:
                made.append((sign, words))
        at, to = run.old + run.size, run.new + run.size
    return [*_in_order(made)]


def _in_order(said: Difference) -> Iterator[tuple[str, str]]:
    """Between two kept runs first all that goes out, then all that comes in."""
    out = into = ""
    for sign, words in [*said, (KEPT, "")]:
        if sign == OUT:
            out += words
        elif sign == IN:
            into += words
        else:
            yield from (one for one in ((OUT, out), (IN, into), (KEPT, words)) if one[1])
            out = into = ""


def _before(text: Bare, place: int) -> str:
    """The white space before a sign, or at the end."""
    end = text.at[place] if place < len(text.chars) else len(text.text)
    return text.text[text.at[place - 1] + 1 if place else 0 : end]


def _change(old: Bare, new: Bare, out: tuple[int, int], into: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """A change without the white space behind it; the white space before it is kept if both texts have it."""
    if out[0] == out[1] and into[0] == into[1]:
        return
    gap_old, gap_new = _before(old, out[0]), _before(new, into[0])
    words = old.text[slice(*old.span(*out))] if out[0] < out[1] else ""
    others = new.text[slice(*new.span(*into))] if into[0] < into[1] else ""
    if words and others and gap_old == gap_new:
        yield KEPT, gap_old
        gap_old = gap_new = ""
    yield OUT, gap_old + words if words else ""
    yield IN, gap_new + others if others else ""


def _same(old: Bare, new: Bare, run: Run) -> Iterator[tuple[str, str]]:
    """Kept signs with the white space before each; at the end of the texts (an empty run) what is left of it."""
    if not run.size:
        yield from _gap(_before(old, run.old), _before(new, run.new))
        return
    yield from _gap(_before(old, run.old), _before(new, run.new))
    words = old.text[slice(*old.span(run.old, run.old + run.size))]
    if words == new.text[slice(*new.span(run.new, run.new + run.size))]:
        yield KEPT, words
        return
    for no in range(run.size):
        if no:
            yield from _gap(_before(old, run.old + no), _before(new, run.new + no))
        yield KEPT, old.chars[run.old + no]


def _gap(old: str, new: str) -> Iterator[tuple[str, str]]:
    if old == new:
        yield KEPT, old
    else:
        yield from ((OUT, old), (IN, new))
