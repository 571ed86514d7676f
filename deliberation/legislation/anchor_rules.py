"""What an opinion is about: the whole draft, an article, a 款, 项 or 目 of it, or chosen words. Pure.

Anchors follow the W3C Web Annotation selectors: a quote with what stands before and behind it, and its place in the
text. White space never makes a difference; where a quote is not found, or stands there more than once, a sentence says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

AROUND = 32
"""Characters kept before and behind a quote."""
_ITEM = re.compile(r"\s*([（(][一二三四五六七八九十百零〇]{1,6}[）)])")
_SUBITEM = re.compile(r"\s*((?:[0-9０-９]{1,3})\s*[.．、])")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of an article. ``key`` names it in forms (``2.1``), ``label`` in words (第二款第（一）项)."""

    key: str
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an opinion holds on, and the very words it was made on. Without an article it is about the whole draft."""

    article: str = ""
    place: str = ""
    label: str = ""
    start: int = 0
    end: int = 0
    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    words: str = ""


@lru_cache(4096)
def places(text: str) -> tuple[Place, ...]:
    """Every 款, 项 and 目 of an article whose text has each on a line of its own (``deliberation/law-1``)."""
    rows = list(_rows(text))
    alone = sum(level == 0 for level, *_rest in rows) == 1
    found: list[Place] = []
    keys = ["", "", ""]
    names = ["", "", ""]
    counts = [0, 0, 0]
    for at, (level, mark, start, end) in enumerate(rows):
        counts[level] += 1
        counts[level + 1 :] = [0] * (2 - level)
        keys[level] = str(counts[level])
        keys[level + 1 :] = [""] * (2 - level)
        names[level] = ("" if alone else f"第{_written(counts[0])}款", f"第{mark}项", f"第{mark}目")[level]
        names[level + 1 :] = [""] * (2 - level)
        last = end
        for below, _mark, _start, below_end in rows[at + 1 :]:
            if below <= level:
                break
            last = below_end
        if level or not alone:
            found.append(Place(".".join(key or "0" for key in keys[: level + 1]), "".join(names), start, last))
    return tuple(found)


def _rows(text: str):
    """(0 款, 1 项 or 2 目; its mark; start; end) of every line that has words."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            if item := _ITEM.match(line):
                yield 1, item[1].replace("(", "（").replace(")", "）"), start, end
            elif sub := _SUBITEM.match(line):
                yield 2, re.sub(r"\D", "", sub[1].translate(_DIGITS)), start, end
            else:
                yield 0, "", start, end
        start = end + 1


def _written(number: int) -> str:
    """第…款, of which no article has a hundred."""
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else _NUMERALS[tens] + "十") + (
        _NUMERALS[ones] if ones or not tens else ""
    )


@lru_cache(4096)
def anchored(
    article: str, text: str, place: str = "", quote: str = "", around: tuple[str, str] = ("", "")
) -> Anchor | Refusal:
    """The anchor on an article's text: the chosen words if any, else the part, else the article. Or why it cannot be."""
    part = next((one for one in places(text) if one.key == place), None)
    if place and part is None:
        return Refusal(_("这一条里没有您选的那一款、项或目"), remedy=_("请重新选择"))
    low, high = (part.start, part.end) if part else (0, len(text))
    if not _bare(quote):
        return _made(article, text, part, low, high, "")
    spans = [span for span in _spans(text, quote) if low <= span[0] and span[1] <= high]
    if not spans:
        return Refusal(_("这一条里没有您选的这几个字"), remedy=_("请从条文里重新选，或者只选款、项"))
    if len(spans) > 1:
        spans = _best(text, spans, *around)
    if len(spans) > 1:
        return Refusal(
            _("您选的字在这一条里出现了{n}处，分不清是哪一处"), {"n": len(spans)}, _("请多选几个字，或者先选款、项")
        )
    start, end = spans[0]
    if part is None:
        inside = [one for one in places(text) if one.start <= start and end <= one.end]
        part = min(inside, key=lambda one: one.end - one.start, default=None)
    return _made(article, text, part, start, end, text[start:end])


def _made(article: str, text: str, part: Place | None, start: int, end: int, quote: str) -> Anchor:
    around = (text[max(0, start - AROUND) : start], text[end : end + AROUND]) if quote else ("", "")
    key, label = (part.key, part.label) if part else ("", "")
    return Anchor(article, key, label, start, end, quote, *around, words=text[start:end])


def _bare(words: str) -> str:
    return "".join(words.split())


def _spans(text: str, quote: str) -> list[tuple[int, int]]:
    """Where the quote stands, white space left out of account; places may overlap."""
    where = [at for at, sign in enumerate(text) if not sign.isspace()]
    plain, wanted = "".join(text[at] for at in where), _bare(quote)
    found, at = [], plain.find(wanted)
    while at >= 0:
        found.append((where[at], where[at + len(wanted) - 1] + 1))
        at = plain.find(wanted, at + 1)
    return found


def _best(text: str, spans: list[tuple[int, int]], prefix: str, suffix: str) -> list[tuple[int, int]]:
    """Those around which most of what is said to stand there does stand; all of them if nothing is said."""
    before, behind = _bare(prefix), _bare(suffix)

    def likeness(span: tuple[int, int]) -> int:
        head, tail = _bare(text[: span[0]])[::-1], _bare(text[span[1] :])
        return _common(head, before[::-1]) + _common(tail, behind)

    best = max(map(likeness, spans))
    return [span for span in spans if likeness(span) == best]


def _common(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def provision(label: str, anchor_label: str, kind: str) -> str:
    """章节条款 of the opinion table: 第十条第二款第（一）项; 总体; 新增于第十条之后."""
    if not label:
        return "总体"
    if kind == "insert" and not anchor_label:
        return f"新增于{label}之后"
    return label + anchor_label
