"""The caption of an article: 第一条〖目的依据〗, 第一条（立法目的）, or a short line of its own as in Macao. Pure.

〖 and 【 always open one. Whether round brackets or a short first line do is asked of the whole text: half its articles
must have it, as one such beginning alone may be the sentence itself.
"""

from __future__ import annotations

import re

from deliberation.legislation.statute.marks import SENTENCE, point_mark

_SURE = re.compile(r"[【〖][^】〗]{0,120}[】〗]")
_ROUND = re.compile(r"[（(〔［\[][^（）()〔〕［］\[\]。]{1,40}[）)〕］\]]")
_MOST = 30


def split_captions(articles: list[list[str]]) -> list[tuple[str | None, list[str]]]:
    """For each article its caption as printed, brackets and all, and the lines of its words."""
    kind = _kind(articles)
    return [_split(lines, kind) for lines in articles]


def _kind(articles: list[list[str]]) -> str:
    filled = [lines for lines in articles if lines]
    round_ones = sum(bool(_round(lines[0])) for lines in filled)
    if round_ones * 2 >= len(filled) and round_ones:
        return "round"
    short = sum(_has_short_line(lines) for lines in filled)
    return "line" if short * 2 > len(filled) and short else ""


def _round(line: str) -> re.Match[str] | None:
    return None if point_mark(line) else _ROUND.match(line)


def _has_short_line(lines: list[str]) -> bool:
    return (
        len(lines) > 1
        and len(lines[0]) <= _MOST
        and not SENTENCE.search(lines[0])
        and not point_mark(lines[0])
        and not lines[0].endswith(("，", "、", "”", "》"))
    )


def _split(lines: list[str], kind: str) -> tuple[str | None, list[str]]:
    if not lines:
        return None, lines
    found = _SURE.match(lines[0]) or (_round(lines[0]) if kind == "round" else None)
    if found:
        rest = lines[0][found.end() :].strip()
        return found[0], [rest, *lines[1:]] if rest else lines[1:]
    if kind == "line" and _has_short_line(lines):
        return lines[0], lines[1:]
    return None, lines
