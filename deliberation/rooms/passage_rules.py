"""Where a passage stands in minutes, which of its places somebody means, and where that place is in a later edition. Pure.

A draft repeats what was said: under the speaker, among the opinions, beside what became of them. Whoever asks for a
correction says which of the places is meant, or all. Editions change one passage each, so that a place is carried over
from the edition that was read to the newest one; where its own words were changed meanwhile it is no longer there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

EVERYWHERE = 0
"""In the place of a number: wherever the passage stands."""
AROUND = 24
"""Characters shown on either side of a passage, within its line."""
_HEADING = re.compile(r"^(?:[一二三四五六七八九十]+、.*|【.+】.*)$", re.MULTILINE)


class Change(NamedTuple):
    """What one edition changed in the one before it: at each of ``starts``, so many characters became so many others."""

    starts: tuple[int, ...]
    removed: int
    added: int


class Place(NamedTuple):
    """One place for choosing: its number from 1, the heading above it, what stands before and after it in its line."""

    number: int
    heading: str
    before: str
    after: str


def starts_of(text: str, passage: str) -> tuple[int, ...]:
    """Where the passage begins, each time; none of them overlap."""
    found, at = [], text.find(passage) if passage else -1
    while at >= 0:
        found.append(at)
        at = text.find(passage, at + len(passage))
    return tuple(found)


def places_of(text: str, passage: str) -> tuple[Place, ...]:
    """The places as somebody chooses among them."""
    headings = [(found.start(), found[0].strip()) for found in _HEADING.finditer(text)]
    found = []
    for number, start in enumerate(starts_of(text, passage), 1):
        end = start + len(passage)
        above = [words for at, words in headings if at <= start]
        before = text[:start].rsplit("\n", 1)[-1]
        after = text[end:].split("\n", 1)[0]
        found.append(
            Place(
                number,
                above[-1] if above else "",
                ("…" if len(before) > AROUND else "") + before[-AROUND:],
                after[:AROUND] + ("…" if len(after) > AROUND else ""),
            )
        )
    return tuple(found)


def carried(start: int, length: int, changes: Iterable[Change]) -> int | None:
    """Where a passage of that length stands after these changes; nothing if one of them touched it."""
    for change in changes:
        shift = 0
        for at in change.starts:
            if at + change.removed <= start:
                shift += change.added - change.removed
            elif at < start + length:
                return None
        start += shift
    return start


def replaced(text: str, passage: str, words: str, starts: Iterable[int]) -> str:
    """The text with these places of the passage in other words."""
    for start in sorted(starts, reverse=True):
        text = text[:start] + words + text[start + len(passage) :]
    return text
