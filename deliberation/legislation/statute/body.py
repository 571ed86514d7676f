"""The body of a statute: headings and articles in their order, up to the annexes. Pure.

Whether 第N条 at the beginning of a line opens an article or is spoken of (a hard wrap puts a reference there) is told by
what follows it, by whether the sentence before is over, and by whether the number is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from deliberation.legislation.statute.annexes import opens_annex
from deliberation.legislation.statute.lines import AS_ARTICLE, AS_PARAGRAPH, AS_WORDS, HEADING, TABLE, Line
from deliberation.legislation.statute.marks import (
    BARE,
    Mark,
    Point,
    Unmarked,
    article_mark,
    heading_mark,
    is_ended,
    is_short,
    point_mark,
    squeezed,
)
from deliberation.legislation.statute.nesting import ALONE, RANKS, Nesting, Opened

_JOINS = re.compile("[和与及、或的以等及其]$|以及$")


@dataclass
class Body:
    """What was found: ``found`` in order, lines that stand between a heading and its first article, and where it ends."""

    found: list[Opened] = field(default_factory=list)
    unplaced: list[Line] = field(default_factory=list)
    end: int = 0


class Reader:
    """Goes once through the lines. ``entries`` are those of the contents, without white space."""

    def __init__(self, lines: list[Line], entries: frozenset[str], commas: bool):
        self.lines, self.entries, self.commas = lines, entries, commas
        self.marks = [self._opener(line) for line in lines]
        sure = [mark for mark in self.marks if mark and not mark.is_cited]
        self.sure = len(sure)
        self.is_spaced = sum(mark.is_set_off for mark in sure) * 2 > len(sure)
        self.next_mark = _next_places(self.marks)
        self.body = Body()
        self.nesting = Nesting()
        self.last: tuple[int, ...] = (0,)
        self.has_groups = self._has_groups()

    def _opener(self, line: Line) -> Mark | None:
        if line.hint == TABLE or line.forced not in ("", AS_ARTICLE):
            return None
        if not self.commas and (not line.forced or article_mark(line.text)):
            return article_mark(line.text)
        point = point_mark(line.text)
        if line.forced and point:
            return Mark("条", point.label, (point.no,), " " + point.rest)
        return Mark("条", point.label, (point.no,), " " + point.rest) if point and point.style == "comma" else None

    def read(self) -> Body:
        place = 0
        steps: tuple[Callable[[int], int], ...] = (self._article, self._heading, self._words)
        while place < len(self.lines):
            if self.last != (0,) and opens_annex(self.lines, place) and not self._goes_on(place):
                break
            for step in steps:
                if after := step(place):
                    place = after
                    break
        self.body.end = place
        self.nesting.stack.clear()
        self._keep_unnamed()
        return self.body

    # --- articles ---

    def _article(self, place: int) -> int:
        mark = self.marks[place]
        if not mark or not self._is_opened(place, mark):
            return 0
        rest = mark.rest.strip()
        self._keep_unnamed()
        words = [rest] if rest else []
        self.body.found.append(Opened(mark, self.lines[place].no, path=self.nesting.path(), words=words))
        self.last = mark.number
        return place + 1

    def _keep_unnamed(self) -> None:
        self.body.unplaced += [Line(each.line, each.entry) for each in self.nesting.unnamed()]

    def _is_opened(self, place: int, mark: Mark) -> bool:
        line = self.lines[place]
        if line.forced:
            return True
        follows = self._follows(mark.number)
        over = self._is_over(place)
        if mark.is_cited:
            return follows and over and (mark.is_set_off or mark.is_soft) and bool(mark.rest)
        if mark.is_set_off:
            return over or follows or line.is_apart
        is_likely = not self.is_spaced and (self.last != (0,) or self.sure > 2)
        return (over or line.is_apart) and (follows or is_likely)

    def _follows(self, number: tuple[int, ...]) -> bool:
        last = self.last
        if len(number) == 1:
            return number[0] == last[0] + 1
        return number[0] == last[0] and number[1] == (last[1] if len(last) > 1 else 0) + 1

    def _is_over(self, place: int) -> bool:
        """Whether what stands before this line is over: a sentence, a heading, the beginning."""
        if not place:
            return True
        before = self.lines[place - 1]
        return (
            is_ended(before.text) or bool(before.hint) or (bool(self.body.found) and not self.body.found[-1].is_article)
        )

    def _goes_on(self, place: int) -> bool:
        """Whether the articles count on behind this line, which then opens no annex."""
        after = self.next_mark[place]
        while after < len(self.lines):
            mark = self.marks[after]
            if mark and not mark.is_cited:
                return self._follows(mark.number) and mark.number != (1,)
            after = self.next_mark[after + 1] if after + 1 < len(self.lines) else len(self.lines)
        return False

    # --- headings ---

    def _heading(self, place: int) -> int:
        line = self.lines[place]
        if line.hint == TABLE or line.forced in (AS_WORDS, AS_PARAGRAPH):
            return 0
        mark = heading_mark(line.text, is_sure=bool(line.forced))
        if mark:
            if not (line.forced or self._is_over(place) or mark.is_set_off or line.is_apart):
                return 0
            title, after = self._title(mark, place)
            self._open(mark, title, line.no, RANKS[mark.kind])
            return after
        if self.has_groups and (point := self._group(place)):
            rank = RANKS["一、" if point.style == "comma" else "（一）"]
            self._open(Mark("", point.label, (), ""), point.rest, line.no, rank)
            return place + 1
        if line.forced or self._is_bare(place):
            is_outer = self.next_mark[place] != place + 1
            rank = RANKS["编"] if is_outer else ALONE
            if line.forced and squeezed(line.text) not in BARE:
                rank = RANKS["（一）"]  # Somebody's own heading without a number stands within the others.
            self._open(Mark("", "", (), ""), squeezed(line.text), line.no, rank)
            return place + 1
        return 0

    def _open(self, mark: Mark, title: str, line: int, rank: int) -> None:
        opened = Opened(mark, line, title=title)
        self.nesting.open(opened, rank)
        self.body.found.append(opened)

    def _title(self, mark: Mark, place: int) -> tuple[str, int]:
        """The title, which may go on over the next lines, and the place after it."""
        title, after = mark.rest.strip(), place + 1
        while after < len(self.lines) and self._title_goes_on(mark, title, after):
            title += self.lines[after].text
            after += 1
        return squeezed(title), after

    def _title_goes_on(self, mark: Mark, title: str, place: int) -> bool:
        line = self.lines[place]
        if line.hint == TABLE or line.forced or not is_short(line.text) or heading_mark(line.text) or self.marks[place]:
            return False
        if squeezed(line.text) in BARE and title:
            return False
        if mark.label + squeezed(title) in self.entries:
            return False
        if not title or mark.label + squeezed(title + line.text) in self.entries:
            return True
        is_last = self.next_mark[place] == place + 1 or self._is_heading_next(place)
        return is_last and not line.is_apart and bool(_JOINS.search(title) or len(title) >= 16)

    def _is_heading_next(self, place: int) -> bool:
        return place + 1 < len(self.lines) and heading_mark(self.lines[place + 1].text) is not None

    def _is_bare(self, place: int) -> bool:
        line = self.lines[place]
        if squeezed(line.text) not in BARE and not (line.hint == HEADING and is_short(line.text)):
            return False
        return self.next_mark[place] == place + 1 or self._is_heading_next(place)

    # --- headings that count 一、 between the articles, as interpretations of the courts have them ---

    def _has_groups(self) -> bool:
        first = self.next_mark[0] if self.lines else 0
        return not self.commas and any(
            (point := self._group(place)) is not None and point.no == 1 for place in range(max(0, first - 2), first)
        )

    def _group(self, place: int) -> Point | None:
        if self.lines[place].forced or place + 1 >= len(self.lines) or len(self.lines[place].text) > 40:
            return None
        point = point_mark(self.lines[place].text)
        if not point or point.style not in {"comma", "bracket"} or not is_short(point.rest):
            return None
        if self.next_mark[place] == place + 1:
            return point
        after = point_mark(self.lines[place + 1].text) if point.style == "comma" else None
        is_nested = after is not None and after.style == "bracket" and self.next_mark[place] == place + 2
        return point if is_nested and is_short(after.rest) else None

    # --- the rest ---

    def _words(self, place: int) -> int:
        line, found = self.lines[place], self.body.found
        if found and found[-1].is_article:
            found[-1].words.append(Unmarked(line.text) if line.forced == AS_PARAGRAPH else line.text)
            found[-1].word_lines.append(place)
        else:
            self.body.unplaced.append(line)
        return place + 1


def _next_places(marks: list[Mark | None]) -> list[int]:
    """For each place the next one after it that has a mark."""
    places = [len(marks)] * len(marks)
    for place in range(len(marks) - 2, -1, -1):
        places[place] = place + 1 if marks[place + 1] and not marks[place + 1].is_cited else places[place + 1]  # type: ignore[union-attr]
    return places
