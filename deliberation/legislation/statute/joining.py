"""Hard wraps: lines that a page's width broke are put together again before anything is looked for in them. Pure.

Only a text that shows to be wrapped is touched: many long lines that end within a sentence. A line begins a paragraph
there if it is set in, stands apart, opens an article or a heading where the sentence before is over, or follows a line
that ended early.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from deliberation.legislation.statute.lines import FURNITURE, Line
from deliberation.legislation.statute.marks import (
    ANNEX,
    PREFACE,
    article_mark,
    contents_mark,
    heading_mark,
    is_ended,
    point_mark,
    squeezed,
)

_SHARE = 5
"""One long line in so many that ends within a sentence makes a text a wrapped one."""
_LONG = 16
_LEAST = 3
_ENDS_NOTE = re.compile("[0-9]{4}年.*(?:通过|修正|修订|公布|发布|施行|批准|修改)$")
_NOTE = re.compile("[（(].{0,12}[0-9〇○零一二三四五六七八九]{4}年")


def is_wrapped(lines: list[Line]) -> bool:
    """Whether a page's width broke the sentences of this text."""
    long = broken = 0
    for line, after in itertools.pairwise(lines):
        if line.hint or len(line.text) < _LONG or heading_mark(line.text):
            continue
        long += 1
        goes_on = not is_ended(line.text) and not after.is_apart and not after.hint and after.no - line.no <= 1
        broken += goes_on and not _opens_something(after.text)
    return broken >= _LEAST and broken * _SHARE >= long


def _opens_something(text: str) -> bool:
    """Whether a line after a title or a heading is no rest of it: a note in brackets, a mark."""
    return (
        text[0] in "（(《"
        or bool(heading_mark(text) or article_mark(text) or point_mark(text))
        or ANNEX.match(text) is not None
    )


def joined(lines: list[Line], *, wrapped: bool | None = None) -> list[Line]:
    """The paragraphs of the text. ``wrapped`` is known of a PDF and found out of others."""
    if not (is_wrapped(lines) if wrapped is None else wrapped):
        return lines
    body = [line for line in lines if not line.hint]
    width = sorted(len(line.text) for line in body)[int(len(body) * 0.9)] if body else 0
    indents = sum(line.is_indented for line in body)
    sets_in = 0 < indents < len(body) * 0.9
    made: list[Line] = []
    parts: list[str] = []
    last: Line | None = None
    for line in lines:
        if line.hint == FURNITURE:
            made.insert(len(made) - bool(parts), line)
            continue
        if last is not None and not _begins(line, last, width, sets_in):
            parts.append(line.text)
        else:
            _finish(made, parts)
            made.append(line)
            parts = [line.text]
        last = line
    _finish(made, parts)
    return made


def _finish(made: list[Line], parts: list[str]) -> None:
    if len(parts) > 1:
        text = parts[0]
        for part in parts[1:]:
            text += (" " if text[-1].isascii() and part[0].isascii() and text[-1].isalnum() else "") + part
        made[-1] = replace(made[-1], text=text)


def _begins(line: Line, last: Line, width: int, sets_in: bool) -> bool:
    """Whether ``line`` begins a paragraph after ``last``."""
    if line.hint or last.hint or line.is_apart or (sets_in and line.is_indented):
        return True
    if (_NOTE.match(line.text) and not is_ended(last.text)) or _ENDS_NOTE.search(last.text):
        return True
    over = is_ended(last.text)
    if _is_title(last.text) or contents_mark(last.text) is not None:
        return True
    heading = heading_mark(line.text)
    if contents_mark(line.text) is not None or heading:
        is_set_off = heading is not None and heading.is_set_off and len(line.text) < width * 0.7
        return over or is_set_off or len(last.text) < width * 0.7 or bool(heading_mark(last.text))
    if (mark := article_mark(line.text)) and not mark.is_cited:
        is_first = mark.number == (1,) and mark.is_set_off
        return over or is_first or len(last.text) < width * 0.7
    if not over:
        return len(last.text) < width * 0.5 or (ANNEX.match(line.text) is not None and len(line.text) < 12)
    return point_mark(line.text) is not None or len(last.text) < width - 2


def _is_title(text: str) -> bool:
    mark = heading_mark(text)
    return bool(mark and mark.rest.strip()) or squeezed(text) in PREFACE
