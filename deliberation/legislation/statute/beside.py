"""What each line of a text was read as, so that a person can hold the reading beside its source. Pure.

It goes the way of ``parser.parse`` over the same lines and looks where each of them went.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deliberation.legislation.statute.amendments import read_changes
from deliberation.legislation.statute.body import Body
from deliberation.legislation.statute.lines import TABLE, Line
from deliberation.legislation.statute.marks import point_mark, squeezed
from deliberation.legislation.statute.nesting import Opened
from deliberation.legislation.statute.parser import taken_apart
from deliberation.legislation.statute.source import Source
from deliberation.legislation.statute.statutes import closing_of, read_body

TITLE, NOTE, CONTENTS, PREAMBLE, HEAD, ARTICLE, PARAGRAPH, ITEM, CLOSING, ANNEX, ASIDE = (
    "title", "note", "contents", "preamble", "heading", "article", "paragraph", "item", "closing", "annex", "aside",
)  # fmt: skip
"""题, 题注, 目录, 序言, 编章节, 条 (or the item of an amendment), 款 (or words of the item), 项 or 目, 结尾, 附件, not placed."""


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What a line is, and the label of the article or heading to which it belongs."""

    kind: str
    label: str = ""


def read_beside(lines: Sequence[Line]) -> list[ReadAs]:
    """For each line what it was read as. ``lines`` have the numbers 1, 2, 3 …, hard wraps joined."""
    source, is_amending = taken_apart(lines, wrapped=False)
    read: dict[int, ReadAs] = dict(_before_the_body(source))
    read |= _of_amendment(source.body) if is_amending else _of_statute(source)
    # Nothing of a line that is in none of these was placed: it stands in the closing, with a warning.
    return [read.get(line.no, ReadAs(ASIDE)) for line in lines]


def _before_the_body(source: Source) -> Iterator[tuple[int, ReadAs]]:
    found = source.found_contents
    inside = range(found.start, found.end) if found else range(0)
    for place in inside:
        yield source.lines[place].no, ReadAs(CONTENTS)
    first = source.body[0].no if source.body else len(source.lines) + 1
    aside = {line.no for line in source.aside}
    rest = [
        line for at, line in enumerate(source.lines) if at not in inside and line.no < first and line.no not in aside
    ]
    head = source.head
    kinds = [TITLE] * len(head.title) + [NOTE] * len(head.note) + [PREAMBLE] * len(head.preamble)
    yield from ((line.no, ReadAs(kind)) for line, kind in zip(rest, kinds, strict=False))


def _of_statute(source: Source) -> dict[int, ReadAs]:
    lines = source.body
    body = read_body(source)
    closing = len(closing_of(body, lines))
    read: dict[int, ReadAs] = {}
    places = {line.no: place for place, line in enumerate(lines)}
    for each in body.found:
        read |= _article(each, lines) if each.is_article else _heading(each, lines, places[each.line])
    if closing:
        last = body.found[-1]
        read |= {lines[place].no: ReadAs(CLOSING) for place in last.word_lines[-closing:]}
    read |= {line.no: ReadAs(ASIDE) for line in body.unplaced}
    return read | _annexes(body, lines)


def _heading(each: Opened, lines: Sequence[Line], place: int) -> dict[int, ReadAs]:
    """The heading's line, and the further ones that its title goes on over."""
    read = {each.line: ReadAs(HEAD, each.entry)}
    left = len(squeezed(each.title)) - len(squeezed(each.mark.rest if each.mark.label else lines[place].text))
    while left > 0 and (place := place + 1) < len(lines):
        read[lines[place].no] = ReadAs(HEAD, each.entry)
        left -= len(squeezed(lines[place].text))
    return read


def _article(each: Opened, lines: Sequence[Line]) -> dict[int, ReadAs]:
    label = each.mark.label
    read = {each.line: ReadAs(ARTICLE, label)}
    for place in each.word_lines:
        line = lines[place]
        is_item = line.hint != TABLE and line.forced != "paragraph" and point_mark(line.text) is not None
        read[line.no] = ReadAs(ITEM if is_item else PARAGRAPH, label)
    return read


def _annexes(body: Body, lines: Sequence[Line]) -> dict[int, ReadAs]:
    return {line.no: ReadAs(ANNEX) for line in lines[body.end :]}


def _of_amendment(lines: Sequence[Line]) -> dict[int, ReadAs]:
    changes = read_changes(list(lines))
    opened = {each.line: each.label for each in changes.items}
    read = {line.no: ReadAs(PREAMBLE) for line in changes.before}
    label = ""
    for place, line in enumerate(lines):
        if place >= changes.end:
            read[line.no] = ReadAs(ANNEX)
        elif line.no in opened:
            label = opened[line.no]
            read[line.no] = ReadAs(ARTICLE, label)
        elif line.no not in read:
            read[line.no] = ReadAs(PARAGRAPH, label)
    return read | {line.no: ReadAs(CLOSING) for line in changes.closing}
