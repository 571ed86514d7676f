"""What a reader should look at: gaps, repetitions, a heading of the contents that never comes, a last sentence without end.

Pure. Nothing is renumbered: a public copy that lost an article is reported as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from deliberation.legislation.statute.lines import Line
from deliberation.legislation.statute.marks import BARE, Mark, heading_mark, is_ended, squeezed
from deliberation.legislation.statute.nesting import Opened
from deliberation.legislation.statute.numerals import written
from deliberation.legislation.statute.structure import LEVELS, Warned

_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0b-\x1f\x7f-\x9f]")
MOST_MISSING = 2_000
"""A number read wrong must not become a list without end; beyond this a gap is reported by its two ends."""


def article_warnings(found: Sequence[Opened]) -> list[Warned]:
    """Missing, repeated and misplaced articles."""
    made: list[Warned] = []
    seen: set[tuple[int, ...]] = set()
    highest: tuple[int, ...] = (0,)
    articles = [each for each in found if each.is_article]
    for each in articles:
        number = each.mark.number
        if number in seen:
            made.append(Warned("repeated_article", each.mark.label, each.line))
        elif number < highest:
            made.append(Warned("out_of_order", each.mark.label, each.line))
        else:
            made += [Warned("missing_article", _like(each.mark, gap), each.line) for gap in _gap(highest, number)]
            highest = number
        seen.add(number)
    late = {each.mark.number for each in articles}
    # What comes later, out of its order, is not missing.
    return [each for each in made if each.kind != "missing_article" or _number_of(each, articles, late)]


def _number_of(warned: Warned, articles: Sequence[Opened], late: set[tuple[int, ...]]) -> bool:
    return warned.label not in {each.mark.label for each in articles} if len(late) else True


def _gap(last: tuple[int, ...], number: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
    base = [(each,) for each in range(last[0] + 1, number[0])][:MOST_MISSING]
    if len(number) == 1:
        return base
    if number[0] != last[0]:
        base.append((number[0],))
    sub = last[1] if number[0] == last[0] and len(last) > 1 else 0
    return [*base, *((number[0], each) for each in range(sub + 1, number[1]))][:MOST_MISSING]


def _like(mark: Mark, number: tuple[int, ...]) -> str:
    """The number as this text writes its labels."""
    if not mark.label.startswith("第"):
        return f"{written(number[0])}、"
    has_digits = any(sign.isdecimal() for sign in mark.label)
    said = [str(each) if has_digits else written(each) for each in number]
    sign = "條" if "條" in mark.label else "条"
    return f"第{said[0]}{sign}" + (f"之{said[1]}" if len(said) > 1 else "")


def heading_warnings(found: Sequence[Opened]) -> list[Warned]:
    """Missing and repeated headings. A level counts anew in each heading above it, or runs on through all of them."""
    made: list[Warned] = []
    last: dict[str, tuple[tuple[str, ...], int]] = {}
    for each in found:
        if each.mark.kind not in LEVELS:
            continue
        above, no = last.get(each.mark.kind, ((), 0))
        is_new = above != each.above
        number = each.mark.number[0]
        last[each.mark.kind] = (each.above, number)
        if number == no and not is_new:
            made.append(Warned("repeated_heading", each.mark.label, each.line))
        elif number < no and not is_new:
            made.append(Warned("out_of_order", each.mark.label, each.line))
        else:
            start = 0 if is_new and number <= no else no
            numbers = range(start + 1, number)[:MOST_MISSING]
            made += [Warned("missing_heading", _heading_like(each.mark, gap), each.line) for gap in numbers]
    return made


def _heading_like(mark: Mark, number: int) -> str:
    has_digits = any(sign.isdecimal() for sign in mark.label)
    printed = mark.label.lstrip("第")
    sign = next(end for end in ("分编", "分編", "编", "編", "章", "节", "節") if printed.endswith(end))
    return f"第{number if has_digits else written(number)}{sign}"


def contents_warnings(entries: Sequence[str], found: Sequence[Opened], line: int) -> list[Warned]:
    """Headings of the contents that never come."""
    here: dict[str, int] = {}
    for each in found:
        if not each.is_article:
            label = each.mark.label or squeezed(each.title)
            here[label] = here.get(label, 0) + 1
    made = []
    for entry in entries:
        mark = heading_mark(entry)
        if mark is None and entry not in BARE:
            continue
        label = mark.label if mark else entry
        if here.get(label, 0) < 1:
            made.append(Warned("truncated", label, line))
        else:
            here[label] -= 1
    return made


def ending_warnings(label: str | None, text: str, line: int) -> list[Warned]:
    """Whether the last sentence has its end."""
    if not text or (is_ended(text) and text[-1] not in "；，、;"):
        return []
    return [Warned("truncated", label, line)]


def unreadable_warnings(lines: Iterable[Line]) -> list[Warned]:
    """Lines with signs that a wrong encoding or a font without a table of characters left."""
    return [Warned("unreadable", None, line.no) for line in lines if _UNREADABLE.search(line.text)]
