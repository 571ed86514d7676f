"""What stands before the body: title, the note on adoption and changes, preamble. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from deliberation.legislation.statute.lines import Line
from deliberation.legislation.statute.marks import PREFACE, SENTENCE, is_ended, squeezed
from deliberation.legislation.statute.numerals import NUMERAL

_KINDS = (
    "法|法典|条例|條例|规定|規定|办法|辦法|细则|細則|决定|決定|决议|決議|解释|解釋|规则|規則|修正案|章程|通则|通則|准则|準則"
    "|规范|規範|公约|公約|公告|批复|意见|意見|规程|制度|令|方案|纲要|规章|標準|标准|目录|程序|若干问题|法律"
)
_KIND = re.compile(rf"(?:{_KINDS})(?:[（(《〈][^（）()]*[）)》〉])*$")
_STAGE = re.compile(
    r"^[（(【〔][^（）()]*(?:草案|审议稿|審議稿|征求意见稿|修订|修正|讨论稿|送审稿|表决稿|试行|暂行|稿|文本)[^（）()]*[）)】〕]$"
)
_DECREE = re.compile(r"(?:令|公告|通知|说明|說明|报告|号|號|命令)(?:[（(].*[）)])?$|^第[^条章]{1,12}[号號]$")
_LABEL = re.compile(rf"附[件录錄]?\s*(?:{NUMERAL})?\s*[：:]?")
"""A draft often comes as 附件1 of a letter that asks for opinions."""
_NUMBERED = re.compile(r"第[^条條]{1,14}[号號](?:法律|行政法規|行政法规|行政命令|法令)")
_DATE = re.compile(r"[0-9０-９〇○零一二三四五六七八九]{4}\s*年|[0-9]{4}[-./][0-9]{1,2}[-./]")
_DONE = re.compile(
    "通过|通過|公布|修正|修订|修訂|发布|發佈|施行|批准|修改|颁布|实施|生效|印发|废止|核准|核准|签署|根据|公佈|制定|第.{1,6}次|决定|》|号|日$"
)


@dataclass
class Head:
    """The lines before the body, each in its place; ``aside`` are lines that belong to another text before the title."""

    title: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    preamble: list[str] = field(default_factory=list)
    aside: list[Line] = field(default_factory=list)


def read_head(lines: list[Line]) -> Head:
    """Sort the lines before the first heading or article (the contents taken out)."""
    head = Head()
    if not lines:
        return head
    at = _title_at(lines)
    head.aside = lines[:at]
    after = _read_title(lines, at, head)
    depth = 0
    for place in range(after, len(lines)):
        text = lines[place].text
        if head.preamble or not (depth > 0 or _is_note(text)):
            head.preamble.append(text)
            continue
        head.note.append(text)
        depth = max(0, depth + text.count("（") + text.count("(") - text.count("）") - text.count(")"))
    return head


def _title_at(lines: list[Line]) -> int:
    """The place of the title: the first line, or what a decree or an explanation before it leads to."""
    first = lines[0].text
    if not (_DECREE.search(first.rstrip("）)")) or _LABEL.fullmatch(first)):
        return 0
    later = [place for place, line in enumerate(lines) if place and _is_title(line.text)]
    return later[-1] if later else 0


def _is_title(text: str) -> bool:
    return (
        len(text) <= 100
        and bool(_KIND.search(text))
        and not SENTENCE.search(text)
        and not _DATE.match(text)
        and text[0] not in "（("
    )


def _read_title(lines: list[Line], at: int, head: Head) -> int:
    """Take the title's lines; gives the place after them."""
    head.title.append(lines[at].text)
    at += 1
    while at < len(lines) and _goes_on("".join(head.title), lines[at].text):
        head.title.append(lines[at].text)
        at += 1
    return at


def _goes_on(title: str, text: str) -> bool:
    """Whether ``text`` is a further line of the title."""
    if _STAGE.match(text) and not _DATE.search(text):
        return True
    if SENTENCE.search(text) or len(text) > 80 or squeezed(text) in PREFACE:
        return False
    if (
        title.count("《") > title.count("》")
        or title.count("〈") > title.count("〉")
        or text.startswith(("关于", "關於"))
    ):
        return True
    if _DATE.match(text) or text[0] in "（(【第" or len(title) > 80:
        return False
    if _NUMBERED.fullmatch(title):
        return True
    return not _KIND.search(title) and not title.endswith(("稿", ")", "）")) and _is_title(text)


def _is_note(text: str) -> bool:
    """题注: dates of adoption and changes, numbers of decrees; no sentence of its own."""
    if squeezed(text) in PREFACE:
        return False
    if text[0] in "（(" and (_DATE.search(text) or len(text) < 60 or not is_ended(text)):
        return True
    if _DATE.search(text) and _DONE.search(text):
        return not text.endswith(("。", "：", ":"))
    return len(text) <= 60 and not SENTENCE.search(text)
