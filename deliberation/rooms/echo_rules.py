"""Where minutes go on saying the words that a correction put right in another place. Pure.

Drafts repeat what was said, seldom whole: under the speaker stands the sentence, among the main opinions a clause of it. So
what is looked for is the passage, then the clause that was changed in it, then what was changed itself where it is long
enough or a number, with the sign after it (三百元). What is found may well be meant so: people decide, each place by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from deliberation.rooms.passage_rules import starts_of

SHORTEST, SHORTEST_NUMBER = 3, 2
"""Signs below which words are too common to mean the same matter; a number with its unit says it in two."""
SHORTEST_CLAUSE = 4
"""Signs from which a clause of the passage that was written anew is looked for by itself."""
MOST = 40
_ENDS = re.compile(r"[，。；：！？、,;:!?\n“”「」（）()【】]")
_STOPS = re.compile(r"[。；！？\n]")
_NUMERALS = "0123456789０１２３４５６７８９零〇一二三四五六七八九十百千万亿两半%％."


class Phrase(NamedTuple):
    """Words as they were, and as they are to be; the same again where only a person can say what they are to be."""

    old: str
    new: str


class Echo(NamedTuple):
    start: int
    old: str
    new: str


def phrases(passage: str, words: str) -> tuple[Phrase, ...]:
    """What to look for once a passage was put into other words, the longest first."""
    before = _common(passage, words)
    after = _common(passage[before:][::-1], words[before:][::-1])
    end, new = len(passage) - after, words[before : len(words) - after]
    old = passage[before:end]

    def phrase(start: int, stop: int) -> Phrase:
        return Phrase(passage[start:stop], passage[start:before] + new + passage[end:stop])

    found = [phrase(0, len(passage))]
    if old:
        found.append(phrase(_clause_start(passage, before), _clause_end(passage, end)))
        found += [] if _ENDS.search(old) else [phrase(before, end)]
    found += [phrase(*each) for each in _number(passage, before, end)]
    found = [each for each in found if each.old != each.new and len(each.old) >= _least(each.old)]
    found += [Phrase(each, each) for each in _clauses(passage, before, end) if each not in words]
    by_words = {each.old: each for each in reversed(found)}
    return tuple(sorted(by_words.values(), key=lambda each: -len(each.old)))


def _least(old: str) -> int:
    return SHORTEST_NUMBER if old[0] in _NUMERALS else SHORTEST


def _common(one: str, other: str) -> int:
    """How many signs both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _clause_start(text: str, at: int) -> int:
    return max((found.end() for found in _ENDS.finditer(text, 0, at)), default=0)


def _clause_end(text: str, at: int) -> int:
    found = _ENDS.search(text, at)
    return found.start() if found else len(text)


def _clauses(text: str, start: int, end: int) -> list[str]:
    """The clauses that a change touched and that are long enough to be known again by themselves."""
    found, at = [], 0
    for stop in [each.start() for each in _ENDS.finditer(text)] + [len(text)]:
        if at < end and start < stop and stop - at >= SHORTEST_CLAUSE:
            found.append(text[at:stop])
        at = stop + 1
    return found


def _number(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The number in which the change lies, with the sign after it."""
    while start and text[start - 1] in _NUMERALS:
        start -= 1
    while end < len(text) and text[end] in _NUMERALS:
        end += 1
    if start == end or any(sign not in _NUMERALS for sign in text[start:end]):
        return []
    unit = end < len(text) and not _ENDS.match(text[end])
    return [(start, end + unit)]


def echoes(text: str, passage: str, words: str, settled: Sequence[str] = ()) -> tuple[Echo, ...]:
    """Where the text goes on saying what was put right, outside the words that stand for it now (``settled``, and these)."""
    taken = bytearray(len(text))
    for each in {words, *settled} - {""}:
        for start in starts_of(text, each):
            taken[start : start + len(each)] = b"\1" * len(each)
    found: list[Echo] = []
    for old, new in phrases(passage, words):
        for start in starts_of(text, old):
            end = start + len(old)
            if old[0] in _NUMERALS and start and text[start - 1] in _NUMERALS:
                continue  # The end of a larger number.
            if taken.find(0, start, end) < 0:
                continue
            taken[start:end] = b"\1" * len(old)
            found.append(Echo(start, old, new))
            if len(found) == MOST:
                return tuple(sorted(found))
    return tuple(sorted(found))


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence in which these words stand, or the sentences."""
    before = max((found.end() for found in _STOPS.finditer(text, 0, start)), default=0)
    found = _STOPS.search(text, max(start, end - 1))
    return text[before : found.end() if found else len(text)].strip()
