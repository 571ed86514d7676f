"""Puts an amendment together from its items. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from deliberation.legislation.statute.amendments import Changes, Found, read_changes
from deliberation.legislation.statute.annexes import read_annexes
from deliberation.legislation.statute.checks import ending_warnings, unreadable_warnings
from deliberation.legislation.statute.instructions import instructions_of
from deliberation.legislation.statute.lines import Line
from deliberation.legislation.statute.numerals import written
from deliberation.legislation.statute.source import Source, words_of
from deliberation.legislation.statute.structure import AMENDMENT, Change, Law, Warned


def amendment(source: Source) -> Law:
    """The law of a text whose unit is the numbered item."""
    body = source.body
    if not body:
        # A single change without a number stands where a preamble would.
        body = [Line(0, words) for words in source.head.preamble]
        source.head.preamble = []
    changes = read_changes(body)
    source.head.preamble += [line.text for line in changes.before]
    return Law(
        title=source.title,
        status=AMENDMENT,
        source_note=source.note,
        contents=source.contents,
        preamble=source.preamble,
        items=tuple(_change(each) for each in changes.items),
        closing=words_of([line.text for line in (*changes.closing, *source.aside)]),
        annexes=read_annexes(body[changes.end :]),
        warnings=tuple(_warnings(source, changes)),
    )


def _warnings(source: Source, changes: Changes) -> Iterator[Warned]:
    yield from _missing_items(changes.items)
    if changes.items:
        item = changes.items[-1]
        last = changes.closing[-1].text if changes.closing else "\n".join(item.words)
        yield from ending_warnings(item.label or None, last, item.line)
    yield from unreadable_warnings(source.lines)
    yield from source.unplaced()


def _change(found: Found) -> Change:
    text = "\n".join(found.words)
    return Change(found.label, found.no, text, instructions_of(text))


def _missing_items(items: Sequence[Found]) -> list[Warned]:
    made = []
    for before, after in itertools.pairwise(items):
        for no in range(before.no + 1, after.no):
            label = f"第{written(no)}条" if after.label.startswith("第") else f"{written(no)}、"
            made.append(Warned("missing_article", label, after.line))
    return made
