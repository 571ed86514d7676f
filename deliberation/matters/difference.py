"""What a new version of a text changed in the one before, in pieces that a person can read. Pure.

Sentences are compared first, and only a sentence that was replaced is compared character by character: so that a long
plan costs little and a moved paragraph does not come out as a scatter of single characters. Alignment of law texts by
article is another matter and not done here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

SAME, ADDED, REMOVED = "same", "added", "removed"
FINE = 4_000
"""Characters up to which a replaced passage is compared character by character; it costs time by the square."""
ALIKE = 0.4
"""Below this likeness two sentences are said to be other sentences: crossing out single characters would not help."""

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")
# A Latin word or a number is one sign, like a 汉字: half a number struck out reads as another number.
_SIGN = re.compile(r"[A-Za-z]+|[0-9][0-9.,]*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A run of text that stayed, came or went (``kind``)."""

    kind: str
    text: str


@lru_cache(256)
def difference(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in reading order: without the added ones they are ``old``, without the removed ones ``new``."""
    return tuple(_joined(_by_sentence(_sentences(old), _sentences(new))))


def _sentences(text: str) -> list[str]:
    return [found for found in _SENTENCE.findall(text) if found]


def _by_sentence(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[a:b]), "".join(new[c:d])
        if what == "equal":
            yield Piece(SAME, before)
        elif what == "replace":
            yield from _by_sign(before, after)
        else:
            yield Piece(REMOVED, before)
            yield Piece(ADDED, after)


def _by_sign(before: str, after: str) -> Iterator[Piece]:
    if len(before) + len(after) > FINE:
        yield from (Piece(REMOVED, before), Piece(ADDED, after))
        return
    old, new = _SIGN.findall(before), _SIGN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        yield from (Piece(REMOVED, before), Piece(ADDED, after))
        return
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield Piece(SAME, "".join(old[a:b]))
        else:
            yield Piece(REMOVED, "".join(old[a:b]))
            yield Piece(ADDED, "".join(new[c:d]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece, nothing empty."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
