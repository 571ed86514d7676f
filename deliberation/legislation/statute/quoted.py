"""Where a quotation stands in the old text: by its words, and by what stood around it if the words stand there twice. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from deliberation.legislation.statute.anchors import Anchor
from deliberation.legislation.statute.bare import Bare, bare, bared
from deliberation.legislation.statute.structure import Article

NOT_IN_OLD, AMBIGUOUS, GONE = "not_in_old", "ambiguous", "gone"
MOST_PLACES = 400
"""Words that stand at more places than these are told apart by exactly what stands around them, or not at all."""
_CONTEXT = 64
_AHEAD = 3
_BETWEEN = "\0"


@dataclass(frozen=True, slots=True)
class Spot:
    """A range of the signs of an article (by its position)."""

    article: int
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Why there is no place, and how sure the best one was that was refused."""

    reason: str
    confidence: float = 0.0


@dataclass(slots=True)
class Text:
    """The articles of a law by their signs, and all of them in a row, so that one search goes through the whole."""

    articles: Sequence[Article]
    parts: list[Bare] = field(init=False)
    labels: list[str] = field(init=False)
    whole: str = field(init=False)
    starts: list[int] = field(init=False)
    _at_label: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = [bare(each.text) for each in self.articles]
        self.labels = [bared(each.label) for each in self.articles]
        self.whole = _BETWEEN.join(part.chars for part in self.parts)
        self.starts, at = [], 0
        for part in self.parts:
            self.starts.append(at)
            at += len(part.chars) + 1
        self._at_label = {}
        for no, label in enumerate(self.labels):
            self._at_label.setdefault(label, []).append(no)

    def named(self, label: str) -> list[int]:
        return self._at_label.get(bared(label), [])

    def places(self, words: str, most: int, articles: Sequence[int] | None = None) -> list[Spot]:
        """Where the words stand, ``most`` + 1 places at most."""
        if articles is None:
            return self._everywhere(words, most)
        made: list[Spot] = []
        for no in articles:
            for at in found(self.parts[no].chars, words, most + 1 - len(made)):
                made.append(Spot(no, at, at + len(words)))
        return made

    def _everywhere(self, words: str, most: int) -> list[Spot]:
        made: list[Spot] = []
        no = 0
        for at in found(self.whole, words, most + 1):
            while no + 1 < len(self.starts) and self.starts[no + 1] <= at:
                no += 1
            made.append(Spot(no, at - self.starts[no], at - self.starts[no] + len(words)))
        return made


def found(text: str, words: str, most: int) -> list[int]:
    """The places where the words stand, overlapping ones too."""
    made: list[int] = []
    at = text.find(words)
    while at >= 0 and len(made) < most:
        made.append(at)
        at = text.find(words, at + 1)
    return made


def quoted(text: Text, anchor: Anchor) -> Spot | Nowhere:
    """The place in the old text that an anchor means."""
    named = None if anchor.article is None else text.named(anchor.article)
    words = bared(anchor.quote)
    if not words:
        return _whole(text, named or ())
    places = text.places(words, MOST_PLACES, named)
    if len(places) < 2:
        return places[0] if places else Nowhere(NOT_IN_OLD)
    prefix, suffix = bared(anchor.prefix), bared(anchor.suffix)
    if prefix or suffix:
        exact = text.places(prefix + words + suffix, 1, named)
        if len(exact) == 1:
            start = exact[0].start + len(prefix)
            return Spot(exact[0].article, start, start + len(words))
    if len(places) > MOST_PLACES:
        return Nowhere(AMBIGUOUS)
    return _by_context(text, places, prefix[-_CONTEXT:], suffix[:_CONTEXT])


def _whole(text: Text, named: Sequence[int]) -> Spot | Nowhere:
    if len(named) != 1:
        return Nowhere(AMBIGUOUS, round(1 / len(named), 2)) if named else Nowhere(NOT_IN_OLD)
    return Spot(named[0], 0, len(text.parts[named[0]].chars))


def _by_context(text: Text, places: Sequence[Spot], prefix: str, suffix: str) -> Spot | Nowhere:
    """The place whose surroundings are those given: by all of them, or by most of them and clearly ahead."""
    scored = sorted(((_fit(text, spot, prefix, suffix), spot) for spot in places), key=lambda one: -one[0])
    (best, spot), (second, _other) = scored[:2]
    needed = len(prefix) + len(suffix)
    if best > second and (best == needed or (best - second >= _AHEAD and best * 2 >= needed)):
        return Spot(spot.article, spot.start, spot.end, 1.0 if best == needed else 0.9)
    return Nowhere(AMBIGUOUS, round(1 / max(2, sum(score == best for score, _spot in scored)), 2))


def _fit(text: Text, spot: Spot, prefix: str, suffix: str) -> int:
    """How many signs of the surroundings agree. What stands before an article is its label and caption."""
    chars = text.parts[spot.article].chars
    heading = text.labels[spot.article] + bared(text.articles[spot.article].heading)
    before = (heading + chars[max(0, spot.start - len(prefix)) : spot.start])[
        -len(prefix) or len(heading) + spot.start :
    ]
    return agreeing_before(before, prefix) + agreeing_behind(chars[spot.end : spot.end + len(suffix)], suffix)


def agreeing_before(one: str, other: str) -> int:
    """How many signs agree, from the end on."""
    most = min(len(one), len(other))
    return next((no for no in range(most) if one[-1 - no] != other[-1 - no]), most)


def agreeing_behind(one: str, other: str) -> int:
    """How many signs agree, from the beginning on."""
    most = min(len(one), len(other))
    return next((no for no in range(most) if one[no] != other[no]), most)
