"""目录: where it begins and where it ends. Pure.

It repeats every heading, and 章 may restart in each 编; but the first entry never comes twice in it. So it ends where
that entry stands again, or where something stands that no list of headings has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from deliberation.legislation.statute.lines import Line
from deliberation.legislation.statute.marks import (
    ANNEX,
    BARE,
    PREFACE,
    Mark,
    article_mark,
    contents_mark,
    entry_of,
    heading_mark,
    is_ended,
    squeezed,
)
from deliberation.legislation.statute.numerals import NUMERAL

_MOST = 120
_ONE_BY_ONE = re.compile(rf"(?<=\S)\s*(?=第{NUMERAL}(?:编|分编|章|节|編|分編|節)\s)")


@dataclass(frozen=True)
class Contents:
    """The lines ``start`` to ``end`` (exclusive) are the contents."""

    start: int
    end: int
    entries: tuple[str, ...]


def find_contents(lines: list[Line]) -> Contents | None:
    """The contents, with the word 目录 or without it; None if the text has none."""
    for place, line in enumerate(lines):
        if not line.forced and (rest := contents_mark(line.text)) is not None:
            return _read(lines, place, place + 1, rest)
        if article_mark(line.text) and not article_mark(line.text).is_cited:  # type: ignore[union-attr]
            break
    return _unnamed(lines)


def _read(lines: list[Line], start: int, place: int, rest: str) -> Contents:
    entries = [entry_of(each) for each in _ONE_BY_ONE.split(rest) if each]
    while place < len(lines):
        text = lines[place].text
        entry = entry_of(text) if len(text) <= _MOST else ""
        if (
            lines[place].forced
            or not _is_entry(text, entry)
            or (entries and _comes_again(entries, entry, lines, place))
        ):
            break
        entries.append(entry)
        place += 1
    return Contents(start, place, tuple(entries))


def _comes_again(entries: list[str], entry: str, lines: list[Line], place: int) -> bool:
    """Whether the body begins here: the first entry once more, perhaps with its title on the next line."""
    first = entries[0]
    if entry == first:
        return True
    mark = heading_mark(lines[place].text)
    if mark is None or mark.rest.strip() or not first.startswith(mark.label):
        return False
    after = lines[place + 1].text if place + 1 < len(lines) else ""
    return entry + squeezed(after) == first or (len(entries) > 1 and not _same_kind_only(entries, mark))


def _same_kind_only(entries: list[str], mark: Mark) -> bool:
    return all(mark.label not in entry for entry in entries[1:]) and entries[0] == mark.label


def _is_entry(text: str, entry: str) -> bool:
    if not entry:
        return False
    if heading_mark(entry[:80]) or entry in BARE or entry in PREFACE:
        return True
    if article := article_mark(text):
        # Some contents list the articles; only the number of a page tells them from the articles themselves.
        return text[-1].isdigit() and not is_ended(article.rest) and len(text) > len(entry)
    if ANNEX.match(text):
        return len(text) < 60
    return len(text) < 60 and not is_ended(text) and not any(sign in text for sign in "。；：")


def _unnamed(lines: list[Line]) -> Contents | None:
    """Headings one after the other before the first article, of which the first comes again: contents without a name."""
    start, first, run = -1, "", 0
    for place, line in enumerate(lines):
        if article_mark(line.text):
            return None
        mark = heading_mark(line.text)
        if not mark:
            continue
        if start < 0:
            start, first = place, entry_of(line.text)
        elif entry_of(line.text) == first and run > 1:
            entries = tuple(entry_of(each.text) for each in lines[start:place])
            return Contents(start, place, entries)
        run += 1
    return None
