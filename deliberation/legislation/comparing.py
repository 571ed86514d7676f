"""Two versions of a draft side by side, as their page shows them: a part at a time, kept once it was worked out."""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from deliberation.collecting import no_collecting
from deliberation.legislation.draft_models import DraftVersion, reading_in_force, text_of
from deliberation.legislation.draft_rules import keys_of
from deliberation.legislation.statute.comparison import (
    ADDED,
    DELETED,
    EDITED,
    MERGED,
    MOVED,
    MOVED_EDITED,
    SAME,
    SPLIT,
    Row,
    beside,
    compare,
)
from deliberation.legislation.statute.law_json import law_from_json
from deliberation.legislation.statute.structure import Article, Law
from deliberation.vocabulary import _

PER_PART = 16_000
"""Characters of both texts that one page shows, unless a single row has more."""
KEPT = 8
"""Comparisons that a process keeps: the civil code against itself takes seconds and 20 MiB."""
CHANGES: dict[str, str] = {
    SAME: _("没有改动"),
    MOVED: _("只改了条号"),
    EDITED: _("文字有改动"),
    MOVED_EDITED: _("条号和文字都有改动"),
    ADDED: _("整条新增"),
    DELETED: _("整条删去"),
    SPLIT: _("拆成了几条"),
    MERGED: _("几条并成一条"),
}
UNCHANGED = frozenset({SAME, MOVED})

Runs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Side:
    """A text in a row: its labels, the key of its first article, its paragraphs as runs (``=``, ``-``, ``+``)."""

    labels: tuple[str, ...]
    key: str
    paragraphs: tuple[Runs, ...]


@dataclass(frozen=True)
class Pair:
    """A row of the page: before, after, and both in one text. A side is None where there is no article."""

    change: str
    old: Side | None
    new: Side | None
    both: tuple[Runs, ...]
    size: int


class Comparisons:
    """Worked out once for each pair of texts: whoever asks while somebody else works it out waits for that."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[Pair, ...]] = OrderedDict()
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, session: Session, old: DraftVersion, new: DraftVersion) -> tuple[Pair, ...]:
        """Every row, in the order of the new text. Raises Refused for an amendment beside a whole text."""
        readings = [reading_in_force(session, each) for each in (old, new)]
        key = (readings[0].digest, readings[1].digest)
        with self._lock:
            own = self._locks.setdefault(key, threading.Lock())
        with own:
            found = self._kept.get(key)
            if found is None:
                with no_collecting():
                    laws = [law_from_json(json.loads(text_of(session, each).document)) for each in readings]
                    found = tuple(_pairs(*laws))
            self._keep(key, found)
        return found

    @staticmethod
    def rows(session: Session, old: DraftVersion, new: DraftVersion) -> list[Row]:
        """The rows themselves, for a file to hand on. Raises Refused for an amendment beside a whole text."""
        with no_collecting():
            laws = [
                law_from_json(json.loads(text_of(session, reading_in_force(session, each)).document))
                for each in (old, new)
            ]
            return compare(*laws)

    def _keep(self, key: tuple[str, str], found: tuple[Pair, ...]) -> None:
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._locks.pop(self._kept.popitem(last=False)[0], None)


comparisons = Comparisons()


def _pairs(old: Law, new: Law) -> Iterable[Pair]:
    old, new = beside(old, new)
    before, after = _keys(old), _keys(new)
    for row in compare(old, new):
        yield Pair(
            row.change,
            _side(row.old, before, row, "-"),
            _side(row.new, after, row, "+"),
            _paragraphs(row.diff),
            len(row.old_text) + len(row.new_text),
        )


def _keys(law: Law) -> dict[int, str]:
    keys = keys_of(article.number for article in law.articles)
    return {id(article): key for article, key in zip(law.articles, keys, strict=True)}


def _side(articles: Sequence[Article], keys: dict[int, str], row: Row, own: str) -> Side | None:
    if not articles:
        return None
    runs = [(sign, words) for sign, words in row.diff if sign in ("=", own)]
    return Side(tuple(each.label for each in articles), keys[id(articles[0])], _paragraphs(runs))


def _paragraphs(runs: Iterable[Sequence[str]]) -> tuple[Runs, ...]:
    """The runs parted where a line ends; a run that goes on over the end of a line goes on in the next paragraph."""
    made: list[list[tuple[str, str]]] = [[]]
    for sign, words in runs:
        first, *rest = words.split("\n")
        if first:
            made[-1].append((sign, first))
        made += [[(sign, line)] if line else [] for line in rest]
    return tuple(tuple(each) for each in made if each)


def counted(pairs: Sequence[Pair]) -> list[tuple[str, int]]:
    """How many rows of each change, in the order of the words, none with nothing."""
    counts = Counter(pair.change for pair in pairs)
    return [(change, counts[change]) for change in CHANGES if counts[change]]


def parts_of(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The rows a page at a time."""
    parts: list[list[Pair]] = [[]]
    size = 0
    for pair in pairs:
        if parts[-1] and size + pair.size > PER_PART:
            parts.append([])
            size = 0
        parts[-1].append(pair)
        size += pair.size
    return parts
