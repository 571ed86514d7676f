"""同类意见: which texts are the same, which nearly so, and how that is found among a million. Pure.

Ready-made texts are handed out and pasted, with a greeting before or a word changed. Such opinions are shown as one with
so many supporters, and every one of them stays: what is found here is a proposal, people decide.

*The same* are texts whose normal form is equal: width of signs, case, white space and punctuation make no difference.
*Nearly the same* are those that share enough of their runs of three signs (Jaccard's measure, 1901). To find them without
comparing each with each, the hashes of its runs (of four signs here) are thought of as a circle with some points spread
evenly on it; the first hash from a point on is the same for two texts as often as they have runs in common (Broder, On
the resemblance and containment of documents, 1997; one hashing for all points: Li, Owen, Zhang, One permutation hashing,
2012). A *mark* is two of these together, which two texts that are nearly the same have in common now and then, and two
others hardly ever (banding: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

import hashlib
import heapq
import unicodedata
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from operator import itemgetter

from deliberation.legislation.sign_rules import BySign

RUN = 3
"""Signs of a run: in Chinese about a word and what touches it."""
MARKS = 10
"""By which a text is known. Of texts alike to 0.6 about 95 % have one of ten in common, of those alike to 0.8 all."""
MARK_RUN = 4
"""Signs of a run of which marks are made: longer ones are rarer, so that a mark finds fewer texts that are not alike."""
ALIKE = 0.6
"""Share of runs in common from which two texts are nearly the same. One changed sign touches three runs."""
SHORTEST = 12
"""Signs of a normal form below which only the very same is the same: 赞成 and 不赞成 are nearly the same to a machine."""
LONGEST = 4_000
"""Signs of a text that are looked at: a campaign shows in them, and a text of 100,000 must not cost a second."""


def normal_form(text: str) -> str:
    """What is compared: NFKC, lower case, letters, digits and signs alone. Traditional script is the caller's to fold."""
    return _by_sign(text)


def _whole_form(text: str) -> str:
    folded = _joined(_joined(text).casefold())
    # Joined once more, as a letter and a mark may meet when what stood between them goes.
    return _joined("".join(map(_KEPT.__getitem__, folded)))


def _joined(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


class _Kept(dict):
    """Sign → itself, or nothing where it makes no difference. A table, because a million texts ask for each of their signs."""

    def __missing__(self, sign: str) -> str:
        # Symbols stay: an emoji or a sum of money is something said; marks stay, or a word of another script would break.
        self[sign] = kept = sign if unicodedata.category(sign)[0] in "LNSM" else ""
        return kept


_KEPT = _Kept()
_by_sign = BySign(_whole_form)


def same_mark(form: str) -> str:
    """Equal for equal normal forms, and for no others (SHA-256, hexadecimal)."""
    return hashlib.sha256(form.encode("utf-8", "surrogatepass")).hexdigest()


def runs(form: str, signs: int = RUN) -> frozenset[int]:
    """The runs of a normal form as hashes of 64 bits; ``signs`` of each."""
    points = array("I", form[:LONGEST].encode("utf-32-le", "surrogatepass"))
    return frozenset(map(_hash, zip(*(points[at:] for at in range(signs)), strict=False)))


def run_hash(run: tuple[int, ...]) -> int:
    """The hash of a run, which marks that are kept are made of: xxHash as CPython 3.8 and later has it for tuples, 64 bits."""
    sum_ = _P5
    for sign in run:
        sum_ = (sum_ + sign * _P2) & _MASK
        sum_ = (((sum_ << 31) | (sum_ >> 33)) * _P1) & _MASK
    sum_ = (sum_ + (len(run) ^ (_P5 ^ 3527539))) & _MASK
    return 1546275796 if sum_ == _MASK else sum_ - (1 << 64) if sum_ >> 63 else sum_


_P1, _P2, _P5 = 11400714785074694791, 14029467366897019727, 2870177450012600261
_MASK = (1 << 64) - 1
_TRIED = (0x5EFA, 0x8BAE, 0x20000)
# Python's own is thirty times as fast; another Python must come to the same.
_hash = hash if hash(_TRIED) == run_hash(_TRIED) else run_hash


_POINTS = [(at << 64) // (2 * MARKS) - (1 << 63) for at in range(2 * MARKS)]


def marks(form: str) -> tuple[int, ...]:
    """The marks of a normal form, each once: numbers of 32 bits, at most MARKS, none for one shorter than a run."""
    ring = sorted(runs(form, MARK_RUN))
    if not ring:
        return ()
    many = len(ring)
    ring.append(ring[0])
    first = [ring[bisect_left(ring, point, 0, many)] for point in _POINTS]
    return tuple(dict.fromkeys(map(_pair, first[:MARKS], first[MARKS:])))


def _pair(one: int, other: int) -> int:
    return (((one * _P1 + other * _P2) & _MASK) >> 32) - (1 << 31)


def likeness(one: frozenset[int], other: Collection[int]) -> float:
    """Runs in common over runs in all, 0 to 1 (Jaccard). ``other`` holds each run once."""
    common = len(one.intersection(other))
    return common / (len(one) + len(other) - common) if common else 0.0


class Heads:
    """Groups found in one pass: each text joins the group whose head it is likest to, or becomes a head itself.

    Comparing with heads only keeps a campaign of 100,000 from being compared with itself, and a group from creeping:
    every member is like its head, not like somebody who is like somebody. A mark that stands under CROWDED heads tells
    nothing ("建议修改为") and is left out while others speak. Heads that are kept elsewhere are made known by ``seed``
    and, as far as they may be asked for (``candidates``), by ``recall``.
    """

    CROWDED = 100
    ENOUGH, LEAST = 50, 4
    """Heads under the rarest marks of a text, and marks, that are enough to look by."""
    LOOKED_AT, SINGLE = 6, 2
    FEW = 2
    """Marks that speak: of so few, a second in common is too much to ask."""

    def __init__(self) -> None:
        self._under: dict[int, list[int]] = {}
        self._runs: dict[int, Collection[int]] = {}

    def seed(self, under: Mapping[int, list[int]]) -> None:
        """Which heads stand under these marks."""
        self._under |= under

    def recall(self, id: int, said: array[int]) -> None:
        """What a seeded head says, as its runs. One that was not recalled is passed over."""
        self._runs[id] = said

    def add(self, id: int, form: str) -> tuple[int, float]:
        """The head of the group to which it belongs, and how like it is; itself and 1.0 where it is the first."""
        if len(form) < SHORTEST:
            return id, 1.0
        own, known = runs(form), marks(form)
        best, how = self.likest(own, self.candidates(known))
        if best is not None:
            return best, how
        self.begin(id, own, known)
        return id, 1.0

    def begin(self, id: int, own: frozenset[int], known: tuple[int, ...]) -> None:
        """A text with these runs and marks becomes a head."""
        self._runs[id] = own
        for mark in known:
            under = self._under.setdefault(mark, [])
            if len(under) < self.CROWDED:
                under.append(id)

    def telling(self, known: Iterable[int], elsewhere: Mapping[int, int]) -> tuple[int, ...]:
        """Those of the marks that are worth keeping for a head: not the crowded ones. ``elsewhere``: heads under each."""
        under = self._under
        return tuple(
            mark for mark in known if len(under.get(mark, ())) + elsewhere.get(mark, 0) < self.CROWDED
        )  # fmt: skip

    @classmethod
    def rarest(cls, known: Iterable[int], counted: Mapping[int, int]) -> list[int]:
        """The marks by which to look: those under which fewest heads stand (``counted``), as many as are enough."""
        found = [mark for mark in known if mark in counted]
        speaking = [mark for mark in found if counted[mark] < cls.CROWDED] or found
        speaking.sort(key=counted.__getitem__)
        heads = 0
        for at, mark in enumerate(speaking):
            heads += counted[mark]
            if heads > cls.ENOUGH and at >= cls.LEAST:
                return speaking[:at]
        return speaking

    def candidates(self, known: Iterable[int]) -> list[int]:
        """The heads that have most of these marks: at most LOOKED_AT of those that have several.

        Where more than SINGLE have only one, which of them is looked at would be a lottery, and a costly one: none is.
        """
        under = self._under
        lists = [
            under[mark] for mark in self.rarest(known, {mark: len(under[mark]) for mark in known if mark in under})
        ]
        common = Counter(chain.from_iterable(lists))
        several = [each for each in common.items() if each[1] > 1]
        if len(several) > self.LOOKED_AT:
            several = heapq.nlargest(self.LOOKED_AT, several, key=itemgetter(1))
        else:
            several.sort(key=itemgetter(1), reverse=True)
        found = [id for id, _times in several]
        if len(common) - len(several) <= (self.SINGLE if len(lists) > self.FEW else self.LOOKED_AT):
            found += [id for id, times in common.items() if times == 1]
        return found

    def likest(self, own: frozenset[int], candidates: Iterable[int]) -> tuple[int | None, float]:
        """The one of these heads that is nearly the same as a text with these runs, and how like it is."""
        best, how = None, 0.0
        for id in candidates:
            said = self._runs.get(id, ())
            if not ALIKE * len(own) <= len(said) <= len(own) / ALIKE:
                continue  # A text much shorter or longer cannot have so many in common.
            found = likeness(own, said)
            if found >= ALIKE and found > how:
                best, how = id, found
        return best, how
