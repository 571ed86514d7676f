"""A real law with known changes: what each article became is known, because the changes were made here.

``derive(law, …)`` gives the new law and the truth: which old articles (by position) are which new ones, and where each sign
came from.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deliberation.legislation.statute.carrying import Placed
from deliberation.legislation.statute.numerals import written
from deliberation.legislation.statute.structure import Article, Law

Truth = list[tuple[tuple[int, ...], tuple[int, ...]]]
Origin = tuple[int, int] | None
Signs = list[tuple[str, Origin]]
MIN_SPLIT = 60


@dataclass(frozen=True, slots=True)
class Recipe:
    """How many changes of each kind; ``edited`` is the share of an article's signs that change, in ``touched`` of them."""

    inserted: int = 0
    deleted: int = 0
    split: int = 0
    merged: int = 0
    swapped: bool = False
    edited: float = 0.0
    touched: float = 1.0


@dataclass(frozen=True, slots=True)
class Derived:
    """``came`` has, for each new article, where each of its signs stood: (article, offset) in the old text, or None."""

    law: Law
    truth: Truth
    came: list[list[Origin]]


def derive(law: Law, strange: Sequence[str], recipe: Recipe, chance: random.Random) -> Derived:
    """The law after the changes. ``strange`` are texts of another law, which are put in."""
    pieces = [
        ((no,), [[(sign, (no, at)) for at, sign in enumerate(each.text)]]) for no, each in enumerate(law.articles)
    ]
    pieces = _merged(pieces, recipe.merged, chance)
    pieces = _split(pieces, recipe.split, chance)
    pieces = _deleted(pieces, recipe.deleted, chance)
    if recipe.swapped:
        half = len(pieces) // 2
        pieces = [*pieces[half : 2 * half], *pieces[:half], *pieces[2 * half :]]
    for text in chance.sample(list(strange), recipe.inserted):
        pieces.insert(chance.randrange(len(pieces) + 1), ((), [[(sign, None) for sign in text]]))
    made = Derived(law, [], [])
    new: list[Article] = []
    for old, parts in pieces:
        made.truth.append((old, tuple(range(len(new), len(new) + len(parts)))))
        for part in parts:
            signs = edited(part, recipe.edited, chance) if old and chance.random() < recipe.touched else part
            number = len(new) + 1
            new.append(Article(f"第{written(number)}条", (number,), (), None, "".join(sign for sign, _came in signs)))
            made.came.append([came for _sign, came in signs])
    kept = {no for old, _new in made.truth for no in old}
    made.truth.extend(((no,), ()) for no in range(len(law.articles)) if no not in kept)
    return replace(made, law=replace(law, articles=tuple(new), outline=()))


def _merged(pieces, many: int, chance: random.Random):
    places = [no for no in range(len(pieces) - 1) if min(len(pieces[no][1][0]), len(pieces[no + 1][1][0])) >= 25]
    chosen: list[int] = []
    for no in chance.sample(places, len(places)):
        if len(chosen) < many and all(abs(no - other) > 2 for other in chosen):
            chosen.append(no)
    for no in sorted(chosen, reverse=True):
        (one, text), (other, more) = pieces[no], pieces[no + 1]
        pieces[no : no + 2] = [(one + other, [[*text[0], ("\n", None), *more[0]]])]
    return pieces


def _split(pieces, many: int, chance: random.Random):
    long = [no for no, (old, texts) in enumerate(pieces) if len(old) == 1 and cuts(texts[0])]
    for no in chance.sample(long, min(many, len(long))):
        text = pieces[no][1][0]
        cut = chance.choice(cuts(text))
        pieces[no] = (pieces[no][0], [text[:cut], text[cut:]])
    return pieces


def cuts(text: Signs) -> list[int]:
    """Behind sentences and lines, with enough on either side."""
    least = max(25, len(text) // 5)
    places = [
        no + 1 for no, (sign, _came) in enumerate(text) if sign in "。\n" and least <= no + 1 <= len(text) - least
    ]
    return places if len(text) >= MIN_SPLIT else []


def _deleted(pieces, many: int, chance: random.Random):
    gone = set(chance.sample([no for no, (old, texts) in enumerate(pieces) if len(old) == len(texts) == 1], many))
    return [piece for no, piece in enumerate(pieces) if no not in gone]


def edited(text: Signs, share: float, chance: random.Random) -> Signs:
    """Words put in, taken out or replaced, about ``share`` of the signs."""
    signs = list(text)
    left = int(len(text) * share)
    while left > 0 and signs:
        size = min(chance.randint(1, 4), left)
        at = chance.randrange(len(signs))
        words = chance.choice(WORDS) if chance.random() < 0.7 else ""
        signs[at : at + (size if chance.random() < 0.7 or not words else 0)] = [(sign, None) for sign in words]
        left -= size
    return signs


WORDS = [
    "依法",
    "有关",
    "县级以上",
    "社区",
    "网络",
    "信息",
    "以及",
    "可以",
    "应当",
    "及时",
    "三十",
    "数据",
    "生态",
    "协商",
    "不得",
]


def right(groups, truth: Truth) -> tuple[int, int]:
    """How many articles of both sides are in exactly the group they belong to, and how many there are."""
    found = {(tuple(group.old), tuple(group.new)) for group in groups}
    size = [(len(old) + len(new), (old, new) in found) for old, new in truth]
    return sum(many for many, is_right in size if is_right), sum(many for many, _is_right in size)


@dataclass(slots=True)
class Carried:
    """Anchors by what became of them, against where their signs are known to stand now."""

    right: int = 0
    wrong: int = 0
    orphaned: int = 0
    rightly_orphaned: int = 0
    bad: list[object] = field(default_factory=list)

    def add(self, quote: tuple[int, int, int], placed: Placed, derived: Derived) -> None:
        """``quote`` is article, start and end in the old text."""
        signs = {(quote[0], at) for at in range(quote[1], quote[2])}
        here = {(no, at) for no, row in enumerate(derived.came) for at, came in enumerate(row) if came in signs}
        if placed.status == "orphaned":
            self.orphaned += 1
            self.rightly_orphaned += len(here) * 2 < len(signs)
            return
        place = {(placed.position, at) for at in range(placed.start or 0, placed.end or 0)}
        strangers = sum(derived.came[no][at] not in signs for no, at in place)
        is_right = len(place & here) * 2 >= len(here) and strangers <= max(12, len(signs)) if here else len(place) < 24
        if placed.status != "edited":
            is_right = is_right and strangers * 4 <= len(place)
        if is_right:
            self.right += 1
        else:
            self.wrong += 1
            self.bad.append((quote, placed))
