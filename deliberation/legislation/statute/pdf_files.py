"""The text of a PDF file as lines. Runs in a child process with limits (``reading``).

A line that is set in from the others of its page begins a paragraph. Numbers of pages and lines that stand at the top or
foot of many pages are told apart, so that they do not fall into a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pypdfium2

from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

_MOST_PAGES = 3_000
_NUMBER = re.compile(r"[\s\-—–－·]*\d{1,4}(?:\s*/\s*\d{1,4})?[\s\-—–－·]*|第\s*\d+\s*[页頁].{0,12}")


def pdf_lines(data: bytes) -> list[list[Any]]:
    """In the child: [number of the line, text, hint, whether it is set in] for each line. Raises Refused."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused(Refusal(_("文件有密码，无法读取"), remedy=_("请取消密码后再试"))) from error
        raise Refused(Refusal(_("文件无法读取，可能已经损坏"), remedy=_("请重新导出或另存后再试"))) from error
    if len(document) > _MOST_PAGES:
        raise Refused(Refusal(_("文件展开后太大，无法读取"), remedy=_("请分成几个较小的文件")))
    pages = [_page(document[place]) for place in range(len(document))]
    if not any(text for page in pages for text, _left in page):
        raise Refused(Refusal(_("文件里只有图像，没有文字（扫描件）"), remedy=_("请先做文字识别，或者用有文字的文件")))
    return _numbered(pages)


def _page(page: Any) -> list[tuple[str, float]]:
    """The lines of a page with their left edges."""
    found = page.get_textpage()
    lines: list[tuple[str, float]] = []
    words: list[str] = []
    left = 0.0
    for place, sign in enumerate(found.get_text_range()):
        if sign in "\r\n":
            _keep(lines, words, left)
            continue
        if not "".join(words).strip() and not sign.isspace() and place < found.count_chars():
            left = found.get_charbox(place)[0]
        words.append(sign)
    _keep(lines, words, left)
    return lines


def _keep(lines: list[tuple[str, float]], words: list[str], left: float) -> None:
    if text := "".join(words).replace("\ufffe", "").strip():
        lines.append((text, left))
    words.clear()


def _numbered(pages: list[list[tuple[str, float]]]) -> list[list[Any]]:
    edges = Counter(re.sub(r"\d+", "0", text) for page in pages for text in {one[0] for one in (page[:1] + page[-1:])})
    running = {text for text, times in edges.items() if times >= 3 and times * 2 > len(pages)}
    made: list[list[Any]] = []
    no = 0
    for page in pages:
        margin = min((left for _text, left in page), default=0.0)
        for place, (text, left) in enumerate(page):
            no += 1
            is_edge = place in (0, len(page) - 1)
            is_aside = is_edge and (_NUMBER.fullmatch(text) or re.sub(r"\d+", "0", text) in running)
            made.append([no, text, "furniture" if is_aside else "", left > margin + 8])
    return made
