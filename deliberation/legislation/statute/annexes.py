"""附件, 附表, 附录 after the last article, and other acts printed behind it. Pure.

An annex may have its own 一、二、 and its own 第一条: nothing in it is counted. Only where the articles go on counting
behind such a line was it no annex.
"""

from __future__ import annotations

import re

from deliberation.legislation.statute.lines import TABLE, Line
from deliberation.legislation.statute.marks import (
    ANNEX,
    BARE,
    SENTENCE,
    article_mark,
    heading_mark,
    is_ended,
    point_mark,
    squeezed,
)
from deliberation.legislation.statute.structure import Annex

_ACT = re.compile(
    "(?:决定|決定|决议|決議|解释|解釋|说明|說明|公告|命令|修正案|名单|议定书|法|法典|条例|條例|规定|办法|细则|规则|建议|報告|报告|方案|图案)"
    "(?:[（(《〈][^（）()]*[）)》〉])*$"
)
_ADOPTED = re.compile("^[（(]?.{0,12}[0-9〇○零一二三四五六七八九]{4}年.*(?:通过|通過|公布|批准|发布|修正|施行)")
_EXPLAINS = re.compile("^关于.*(?:说明|审议结果的报告|修改意见的报告|审查报告)$|^(?:起草|修订|草案)说明$")
_BEGINS = re.compile("关于|關於|(?:委员会|代表大会|国务院|人民政府|法院|检察院)$")
_MOST = 80
_MOST_TITLE_LINES = 4


def annex_label(line: Line) -> tuple[str, str] | None:
    """Label and rest of a line that may open an annex."""
    found = ANNEX.match(line.text) if line.text[0] == "附" and len(line.text) <= 120 and line.hint != TABLE else None
    if not found or squeezed(line.text) in BARE:
        return None
    rest = line.text[found.end() :].strip()
    if SENTENCE.search(rest) or (squeezed(found[1]) == "附" and not found[2].strip() and rest):
        return None
    return squeezed(found[0]), rest


def opens_act(lines: list[Line], place: int) -> bool:
    """Whether another act, or the explanation of a draft, begins here: a title, and below it when it was adopted."""
    return _title_lines(lines, place) > 0


def _title_lines(lines: list[Line], place: int) -> int:
    """Of how many lines the title of another act is that begins here; 0 if none does."""
    text = lines[place].text
    if not _may_be_title(text):
        return 0
    if _EXPLAINS.match(text):
        return 1
    # A title of several lines begins with whose it is or what it is about.
    most = _MOST_TITLE_LINES if _BEGINS.search(text) else 1
    title = ""
    for at in range(place, min(place + most, len(lines) - 1)):
        if not _may_be_title(lines[at].text):
            return 0
        title += lines[at].text
        if _ACT.search(title) and _is_adopted(lines, at + 1):
            return at + 1 - place
    return 0


def _may_be_title(text: str) -> bool:
    if len(text) > 120 or SENTENCE.search(text) or text[0] in "（(":
        return False
    return not (heading_mark(text) or article_mark(text) or point_mark(text))


def _is_adopted(lines: list[Line], place: int) -> bool:
    return any(_ADOPTED.match(line.text) and not line.text.endswith("。") for line in lines[place : place + 2])


def opens_annex(lines: list[Line], place: int) -> bool:
    """Whether an annex or another act begins at this line."""
    if lines[place].forced:
        return False
    before = lines[place - 1] if place else None
    is_free = (
        before is None
        or is_ended(before.text)
        or lines[place].is_apart
        or bool(lines[place].hint)
        or len(before.text) < 40
    )
    return is_free and (annex_label(lines[place]) is not None or opens_act(lines, place))


def read_annexes(lines: list[Line]) -> tuple[Annex, ...]:
    """The annexes of lines of which the first opens one."""
    if not lines:
        return ()
    starts, place = [], 0
    while place < len(lines):
        if not place or opens_annex(lines, place):
            starts.append(place)
            place += _title_lines(lines, place)
        place += 1
    return tuple(_annex(lines[start:end]) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True))


def _annex(lines: list[Line]) -> Annex:
    label, title = annex_label(lines[0]) or ("", "")
    place = 1
    if not label:
        place = max(1, _title_lines(lines, 0))
        title = "".join(line.text for line in lines[:place])
    if not title and place < len(lines) and _is_title(lines, place):
        title, place = lines[place].text, place + 1
    return Annex(label, title, "\n".join(line.text for line in lines[place:]))


def _is_title(lines: list[Line], place: int) -> bool:
    line = lines[place]
    if (
        line.hint == TABLE
        or len(line.text) > _MOST
        or (is_ended(line.text) and not line.text.endswith(("）", "》", ")")))
    ):
        return False
    return not (
        SENTENCE.search(line.text) or point_mark(line.text) or article_mark(line.text) or heading_mark(line.text)
    )
