"""修正案, 修改决定, 废止决定: a text whose unit is the numbered item, not the article. Pure.

What is quoted in an item stays in it: between “ and ” (where each quoted paragraph opens with “ and only the last closes),
and new articles on lines without quotation marks, as they neither count on nor instruct.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from deliberation.legislation.statute.annexes import opens_annex
from deliberation.legislation.statute.lines import AS_ARTICLE, TABLE, Line
from deliberation.legislation.statute.marks import article_mark, point_mark

TITLE = re.compile(
    "修正案|[关關][于於].*(?:修改|修正|修订|修訂|废止|廢止|宣布失效|停止执行|停止施行|调整适用|增加).*(?:决定|決定|决议|公告|通知|命令)"
)
_NO_AMENDMENT = re.compile("(?:说明|說明|报告|意见的汇报|对照表)$")
INSTRUCTS = re.compile(
    "修改为|改为|改為|修改為|修改成|增加|增写|增補|增补|删去|刪去|删除|刪除|废止|廢止|合并|合併|调整为|作为第|修正|施行|生效|失效|"
    "作出修改|作如下修改|作以下修改|不再|替换|恢复|修改如下|第[^，。]{1,12}条"
)
_CLOSES = re.compile(
    "(?:本决定|本決定|本修正案|本决议|本令|本公告|本法律|本行政法規|本通知)(?:自|于|由|同时|施行|经|從|在)|《?[^。]{0,80}根据本(?:决定|修正案)[^。]{0,30}(?:修改|修正|调整|公布)"
    "|此外，(?:对|根据)[^。]{0,30}(?:条文顺序|文字)"
)
_STYLES = ("comma", "bracket", "point")


@dataclass
class Found:
    """An item: its label, its number (None where a single change has none), its lines."""

    label: str
    no: int
    line: int
    words: list[str] = field(default_factory=list)


@dataclass
class Changes:
    """The items of an amendment, what stands before and behind them, and where the annexes begin."""

    items: list[Found] = field(default_factory=list)
    before: list[Line] = field(default_factory=list)
    closing: list[Line] = field(default_factory=list)
    end: int = 0


def is_amendment(title: str, lines: list[Line]) -> bool:
    """Whether a text is one by its title, or, where that says nothing, by what its items do."""
    named = bool(TITLE.search(title)) and not _NO_AMENDMENT.search(title)
    articles, commas = _beginnings(lines)
    if named:
        if commas and (not articles or commas[0][0] < articles[0][0]):
            return True
        instructing = sum(bool(INSTRUCTS.search(rest[:400])) for _, rest in articles)
        return (
            not articles or articles[0][1].lstrip().startswith(("修改", "中", "的")) or instructing * 2 > len(articles)
        )
    if articles or not commas:
        return False
    return sum(_amends(rest) for _, rest in commas) * 2 > len(commas)


def _amends(rest: str) -> bool:
    return bool(
        re.search(
            "(?:修改|改)[为為]|删去|刪去|增加一[条款项條項]|第.{1,10}[条條].*(?:修改|增加|删除)|予以废止", rest[:400]
        )
    )


def _beginnings(lines: list[Line]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    articles, commas = [], []
    for place, line in enumerate(lines):
        if (mark := article_mark(line.text)) and (mark.is_set_off or not mark.is_cited):
            articles.append((place, mark.rest))
        elif (point := point_mark(line.text)) and point.style == "comma":
            commas.append((place, point.rest))
    return articles, commas


def read_changes(lines: list[Line]) -> Changes:
    """Items in order of their numbers, up to what closes the text or opens an annex."""
    changes = Changes()
    reader = _Items(lines)
    is_closing = False
    for place, line in enumerate(lines):
        changes.end = place
        free = not reader.is_open
        if (changes.items or is_closing) and free and opens_annex(lines, place):
            return changes
        opened = None if is_closing else reader.opened(line)
        if opened:
            changes.items.append(opened)
        elif is_closing or (changes.items and free and _CLOSES.match(line.text)):
            is_closing = True
            changes.closing.append(line)
        elif changes.items:
            changes.items[-1].words.append(line.text)
        else:
            changes.before.append(line)
        reader.is_open = _still_open(reader.is_open, line.text)
    changes.end = len(lines)
    return changes if changes.items else _single(lines)


def _still_open(is_open: bool, text: str) -> bool:
    """Whether a quotation goes on behind this line; a further “ at the beginning of a quoted paragraph opens none."""
    text = text.replace("「", "“").replace("」", "”")
    depth = int(is_open and not text.startswith("“")) + text.count("“") - text.count("”")
    return depth > 0


class _Items:
    """Knows how this text numbers its items: 一、 or （一） or 1. or, in the Constitution's amendments, 第三十二条."""

    def __init__(self, lines: list[Line]):
        self.is_open = False
        self.no = 0
        articles, commas = _beginnings(lines)
        self.by_article = (
            bool(articles) and (not commas or articles[0][0] < commas[0][0]) and self._counts(articles, lines)
        )
        self.style = "" if self.by_article else self._style(lines)
        # Where each number last stands before an instruction: the same number before it is a list inside new words.
        self.told: dict[int, int] = {}
        for line in lines:
            point = point_mark(line.text)
            if point and point.style == self.style and INSTRUCTS.search(point.rest[:400]):
                self.told[point.no] = line.no

    @staticmethod
    def _counts(articles: list[tuple[int, str]], lines: list[Line]) -> bool:
        """Whether 第N条 at the beginning of lines are numbers of items and not the articles that are changed."""
        place, rest = articles[0]
        return lines[place].hint != TABLE and not rest.lstrip().startswith(("修改", "中", "的", "第", "改"))

    @staticmethod
    def _style(lines: list[Line]) -> str:
        for line in lines:
            point = point_mark(line.text)
            if point and point.no == 1 and point.style in _STYLES:
                return point.style
        return "comma"

    def opened(self, line: Line) -> Found | None:
        if line.hint == TABLE or line.forced not in ("", AS_ARTICLE):
            return None
        if self.by_article:
            mark = article_mark(line.text)
            if not mark or not mark.is_set_off or self.is_open or len(mark.number) > 1:
                return None
            label, no, rest = mark.label, mark.number[0], mark.rest.strip()
        else:
            point = point_mark(line.text)
            if not point or point.style != self.style:
                return None
            label, no, rest = point.label, point.no, point.rest
        if not line.forced and not self._is_next(no, rest, line.no):
            return None
        self.no = no
        return Found(label, no, line.no, [rest] if rest else [])

    def _is_next(self, no: int, rest: str, line: int) -> bool:
        instructs = bool(INSTRUCTS.search(rest[:400])) or (self.by_article and rest.startswith("宪法"))
        if not self.no:
            return True
        if no == self.no + 1:
            return instructs or not (self.is_open or self.by_article or self.told.get(no, 0) > line)
        # Numbers may be missing in a copy, but a quoted list never gives instructions.
        return no > self.no + 1 and not self.is_open and not self.by_article and instructs


def _single(lines: list[Line]) -> Changes:
    """One change without a number: what follows the sentence that announces it (or is it)."""
    changes = Changes(end=len(lines))
    place = 0
    while place < len(lines) and not INSTRUCTS.search(lines[place].text):
        place += 1
    if place < len(lines) and lines[place].text.endswith(("：", ":")) and "作如下" in lines[place].text:
        place += 1
    changes.before = lines[:place]
    for at in range(place, len(lines)):
        line = lines[at]
        if changes.items and opens_annex(lines, at):
            changes.end = at
            break
        if changes.closing or (changes.items and _CLOSES.match(line.text)):
            changes.closing.append(line)
        elif changes.items:
            changes.items[0].words.append(line.text)
        else:
            changes.items.append(Found("", 1, line.no, [line.text]))
    return changes
