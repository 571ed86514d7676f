"""The parser of statutes, amendments and drafts: lines in, a :class:`Law` out. Pure.

Every word of the source ends in exactly one place of the law (contracts.md, “Statute documents”): what could not be
placed is kept in the closing with a warning. Each line is looked at a fixed number of times, so the time is that of
reading the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from deliberation.legislation.statute.amending import amendment
from deliberation.legislation.statute.amendments import TITLE, is_amendment
from deliberation.legislation.statute.contents import Contents, find_contents
from deliberation.legislation.statute.heads import read_head
from deliberation.legislation.statute.joining import joined
from deliberation.legislation.statute.lines import AS_ARTICLE, AS_HEADING, ASIDE, FURNITURE, HEADING, TABLE, Line
from deliberation.legislation.statute.marks import (
    BARE,
    PREFACE,
    article_mark,
    heading_mark,
    is_short,
    point_mark,
    squeezed,
)
from deliberation.legislation.statute.source import Source
from deliberation.legislation.statute.statutes import statute
from deliberation.legislation.statute.structure import Law
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

_TABLE_OF_CHANGES = re.compile("对照表|對照表|对照稿|修改对照")


def parse(lines: Sequence[Line], *, wrapped: bool | None = None) -> Law:
    """The structure of a text. Raises Refused for a text without article or numbered item, and for a 对照表."""
    source, is_amending = taken_apart(lines, wrapped=wrapped)
    law = amendment(source) if is_amending else statute(source)
    if not law.articles and not law.items:
        raise Refused(
            Refusal(_("文本中没有条文，也没有编号的修改事项"), remedy=_("请核对是不是法律、法规或者修改决定的全文"))
        )
    return law


def taken_apart(lines: Sequence[Line], *, wrapped: bool | None) -> tuple[Source, bool]:
    """The text before its body is read, and whether it amends another. Raises Refused for a 对照表."""
    lines = [_as_said(line) for line in lines]
    furniture = [line for line in lines if line.hint == FURNITURE]
    kept = [line for line in joined(lines, wrapped=wrapped) if line.hint != FURNITURE]
    contents = find_contents(kept)
    start, rest = _parts(kept, contents)
    head = read_head(start)
    title = "".join(head.title)
    if _TABLE_OF_CHANGES.search(title) or any(_TABLE_OF_CHANGES.search(line.text) for line in head.aside[:3]):
        raise Refused(Refusal(_("这是对照表，不是法律文本"), remedy=_("请用修改前或者修改后的全文")))
    source = Source(head, contents, kept, rest, [*furniture, *head.aside])
    return source, is_amendment(title, [*start[len(head.title) :], *rest])


def _as_said(line: Line) -> Line:
    """What a person said goes before what the file says: a line is no part of the text, or it is one."""
    return replace(line, hint=FURNITURE if line.forced == ASIDE else "") if line.forced else line


def _parts(lines: list[Line], contents: Contents | None) -> tuple[list[Line], list[Line]]:
    """The lines before the body (without the contents) and the body."""
    place = contents.end if contents else 0
    # An explanation before a law has its own 一、: they open the body only of a text that has no articles, or amends.
    counts_commas = any(TITLE.search(line.text) for line in lines[:4]) or not any(
        (mark := article_mark(line.text)) and not mark.is_cited for line in lines
    )
    while place < len(lines) and not _opens_body(lines, place, counts_commas):
        place += 1
    before = lines[: contents.start] + lines[contents.end : place] if contents else lines[:place]
    return before, lines[place:]


def _opens_body(lines: list[Line], place: int, counts_commas: bool) -> bool:
    text = lines[place].text
    if lines[place].forced:
        return lines[place].forced in (AS_HEADING, AS_ARTICLE)
    if lines[place].hint == TABLE or squeezed(text) in PREFACE:
        return False
    if heading_mark(text):
        return True
    mark = article_mark(text)
    if mark:
        return not mark.is_cited or (mark.is_set_off and mark.number == (1,))
    before_mark = place + 1 < len(lines) and _is_mark(lines[place + 1].text)
    if squeezed(text) in BARE or (lines[place].hint == HEADING and place and is_short(text)):
        return before_mark
    point = point_mark(text)
    if not place or not point or point.no != 1 or point.style != "comma":
        return False
    return counts_commas or (is_short(point.rest) and (before_mark or _is_nested(lines, place + 1)))


def _is_mark(text: str) -> bool:
    return bool(article_mark(text) or heading_mark(text))


def _is_nested(lines: list[Line], place: int) -> bool:
    """（一） with a title and then an article, as interpretations of the courts have it under 一、."""
    point = point_mark(lines[place].text) if place + 1 < len(lines) else None
    return bool(point and point.style == "bracket" and is_short(point.rest) and article_mark(lines[place + 1].text))
