"""What a line begins with: 第三章, 第十二条之一, （二）, 1．, 附件一, 目录. Pure; one regular expression each, no look back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deliberation.legislation.statute.numerals import NUMERAL, value_of

SPACE = r"[\s\u3000]"
LEVEL_OF = {"编": "编", "編": "编", "分编": "分编", "分編": "分编", "章": "章", "节": "节", "節": "节", "部分": "部分"}
_HEADING = re.compile(
    rf"第{SPACE}*({NUMERAL}){SPACE}*(分编|分編|编|編|章|节|節|部分)((?:之{NUMERAL})?)(?={SPACE}|$|[^\s])"
)
_ARTICLE = re.compile(rf"第{SPACE}*({NUMERAL}){SPACE}*(条|條)(?:{SPACE}*之{SPACE}*({NUMERAL}))?")
_CITED = re.compile(
    r"的|规定|規定|、|和|或|及|至|所列|所规|所指|第{NUMERAL}(?:[款项項目条條章节節编編]|自然段)|中的|中规|以外|之规|，|,|。|；|;|”|》|〉|」|与|與|"
    rf"[（(〔]{NUMERAL}[)）〕][、项項款至和]|～|—|－|-|~"
)
"""What follows the number of an article that is spoken of, not opened."""
_SOFT = ("和", "或", "及", "至", "与", "與")
_ENDING = "。！？：；:;!?”’」』）)】》〉…"
SENTENCE = re.compile("[。；;！？]|[，,：:]$")
ANNEX = re.compile(
    rf"(附{SPACE}*(?:件|表|录|錄|图|圖|则表)?{SPACE}*(?:{NUMERAL}|[A-Z](?![a-z]))?(?:之{NUMERAL})?)({SPACE}*[：:]|{SPACE}+|$)"
)
_CONTENTS = re.compile(rf"[【\[]?目{SPACE}*(?:录|錄|次)[】\]]?")
_TAIL = re.compile(r"[\s\u3000.．·…⋯•‥。\-—_]*[（(]?[\s\u3000]*\d*[\s\u3000]*[)）]?$")
"""Dots and the number of a page behind an entry of the contents."""
BARE = frozenset(("总则", "總則", "分则", "分則", "附则", "附則", "罚则", "罰則"))
"""Headings that laws print without a number."""
PREFACE = frozenset(("序言", "序", "前言", "引言", "序文"))


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered beginning: ``kind`` is a level or 条; ``label`` as printed without white space; ``rest`` behind it."""

    kind: str
    label: str
    number: tuple[int, ...]
    rest: str

    @property
    def is_set_off(self) -> bool:
        """Whether white space, nothing, or the bracket of a caption follows the number."""
        return not self.rest or self.rest[0].isspace() or self.rest[0] in "【〖"

    @property
    def is_cited(self) -> bool:
        """Whether what follows makes it a reference, such as 第十八条的规定. 第五条　和解 is none."""
        return bool(_CITED.match(self.rest.lstrip())) and not (self.is_set_off and self.is_soft)

    @property
    def is_soft(self) -> bool:
        """Whether the word that follows may as well begin a sentence: 和解, 及时, 与; not 和第三条."""
        rest = self.rest.lstrip()
        return rest.startswith(_SOFT) and "第" not in rest[:2]


class Unmarked(str):
    """A line of an article of which a person said that the mark at its beginning is none."""


def squeezed(text: str) -> str:
    """Without white space."""
    return "".join(text.split())


def article_mark(text: str) -> Mark | None:
    """第N条 or 第N条之M at the beginning of a line, whatever it is there for."""
    found = _ARTICLE.match(text) if text.startswith("第") else None
    if not found:
        return None
    number = tuple(value_of(part) for part in (found[1], found[3]) if part)
    if None in number:
        return None
    return Mark("条", squeezed(found[0]), number, text[found.end() :])  # type: ignore[arg-type]


def heading_mark(text: str, *, is_sure: bool = False) -> Mark | None:
    """第N编, 分编, 章, 节 or 部分 with a title (or alone): short, no sentence, not spoken of, unless a person is sure."""
    found = _HEADING.match(text) if text.startswith("第") and len(text) <= 80 else None
    if not found or (number := value_of(found[1])) is None:
        return None
    mark = Mark(LEVEL_OF[found[2]], squeezed(found[0]), (number,), text[found.end() :])
    title = mark.rest.strip()
    if is_sure:
        return mark
    if SENTENCE.search(title):
        return None
    if title and not mark.is_set_off and (mark.is_cited or len(title) > 50):
        return None
    return mark


def is_ended(text: str) -> bool:
    """Whether a line ends where a sentence, a clause or a list may end."""
    return bool(text) and text[-1] in _ENDING


def is_short(text: str, most: int = 40) -> bool:
    """A line like a title: short, no sentence in it."""
    return 0 < len(text) <= most and not SENTENCE.search(text)


def contents_mark(text: str) -> str | None:
    """What stands behind the word 目录, or None if the line does not begin the contents."""
    found = _CONTENTS.match(text)
    if not found:
        return None
    rest = text[found.end() :].strip(" \t\u3000:：")
    return rest if not rest or heading_mark(rest[:80]) or rest.startswith("第") else None


def entry_of(text: str) -> str:
    """An entry of the contents without white space, dots and page."""
    return squeezed(_TAIL.sub("", text))


# --- marks inside an article ------------------------------------------------------------------------------------------

_INSIDE = (
    ("bracket", re.compile(rf"[（(〔［\[]{SPACE}*([〇零一二两三四五六七八九十百廿]{{1,5}}){SPACE}*[)）〕］\]]")),
    ("circled", re.compile("[㈠-㈩]")),
    ("comma", re.compile(rf"([一二三四五六七八九十百]{{1,5}}){SPACE}*、")),
    ("point", re.compile(r"([0-9０-９]{1,3})(?:[．、.](?![0-9０-９])|(?=[)）]))[)）]?")),
    ("paren", re.compile(rf"[（(〔]{SPACE}*([0-9０-９]{{1,3}}){SPACE}*[)）〕]")),
    ("bullet", re.compile("[⑴-⒇①-⑳⒈-⒛]")),
    ("letter", re.compile(r"[（(]?([a-zA-Z])[)）]|([a-zA-Z])[．、]")),
)
_CITING = re.compile(rf"{SPACE}*(?:[、，]?[项項款目](?!目)|[、至和或及与]{SPACE}*[（(〔第])")


@dataclass(frozen=True, slots=True)
class Point:
    """The mark of 项 or 目: its style, as printed, what it counts, the words behind it."""

    style: str
    label: str
    no: int
    rest: str


def point_mark(text: str) -> Point | None:
    """The mark that a line of an article begins with, or None for plain words."""
    if not text or (text[0] not in _FIRST and not text[0].isascii()) or isinstance(text, Unmarked):
        return None
    for style, pattern in _INSIDE:
        if found := pattern.match(text):
            no = _counted(style, found)
            if no is None or _CITING.match(text[found.end() :]):
                return None
            return Point(style, found[0].strip(), no, text[found.end() :].strip())
    return None


_FIRST = frozenset("（(〔［[㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩一二三四五六七八九十百０１２３４５６７８９") | {
    chr(code) for start, end in ((0x2460, 0x2474), (0x2474, 0x2488), (0x2488, 0x249C)) for code in range(start, end)
}


def _counted(style: str, found: re.Match[str]) -> int | None:
    if style == "circled":
        return ord(found[0]) - 0x321F
    if style == "bullet":
        return (ord(found[0]) - 0x2460) % 20 + 1
    word = next(filter(None, found.groups()))
    return ord(word.lower()) - 96 if style == "letter" else value_of(word)
