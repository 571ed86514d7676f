"""Puts a statute together from what was found in its body. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deliberation.legislation.statute.annexes import read_annexes
from deliberation.legislation.statute.body import Body, Reader
from deliberation.legislation.statute.captions import split_captions
from deliberation.legislation.statute.checks import (
    article_warnings,
    contents_warnings,
    ending_warnings,
    heading_warnings,
    unreadable_warnings,
)
from deliberation.legislation.statute.lines import TABLE, Line
from deliberation.legislation.statute.marks import article_mark, is_ended, point_mark, squeezed
from deliberation.legislation.statute.nesting import Opened
from deliberation.legislation.statute.points import paragraphs_of
from deliberation.legislation.statute.source import Source, words_of
from deliberation.legislation.statute.structure import LEVELS, STATUTE, Article, Heading, Law, Warned

_NOTE = re.compile(r"[※*＊]|[①-⑳](?=.)|\[1\]|(?:注|说明|备注|附注)[：:]|[（(]此件")
_MOST_SIGNING = 8
"""Lines of a signature; more are a list."""
_YEAR = "[0-9０-９〇○零一二三四五六七八九]{4}"
_SIGNED = re.compile(
    rf"{_YEAR}\s*年.{{1,5}}月.{{1,5}}日(?:通過|通过|簽署|签署|核准|公佈|印发)?。?$|命令公佈|著頒佈"
    r"|.{0,24}(?:主席|总理|總理|委员长|行政長官|行政长官)[\s\u3000]*\S{2,4}$"
)


def statute(source: Source) -> Law:
    """The law of a text whose unit is the article."""
    rest = source.body
    body = read_body(source)
    closing = closing_of(body, rest)
    articles = _articles([each for each in body.found if each.is_article])
    source.aside += body.unplaced
    return Law(
        title=source.title,
        status=STATUTE,
        source_note=source.note,
        contents=source.contents,
        preamble=source.preamble,
        outline=_outline(body.found),
        articles=articles,
        closing=words_of([*closing, *(line.text for line in source.aside)]),
        annexes=read_annexes(rest[body.end :]),
        warnings=tuple(_warnings(source, body, articles)),
    )


def read_body(source: Source) -> Body:
    """Headings and articles as they were found; where no article is 第N条, they are 一、二、."""
    rest = source.body
    commas = not any((mark := article_mark(line.text)) and not mark.is_cited for line in rest if line.hint != TABLE)
    return Reader(rest, frozenset(source.entries), commas).read()


def _warnings(source: Source, body: Body, articles: Sequence[Article]) -> Iterator[Warned]:
    yield from heading_warnings(body.found)
    yield from article_warnings(body.found)
    yield from contents_warnings(source.entries, body.found, source.contents_line)
    yield from _ending(articles, body)
    yield from unreadable_warnings(source.lines)
    yield from source.unplaced()


def closing_of(body: Body, lines: list[Line]) -> list[str]:
    """Takes from the last article what is no longer its own: signatures, dates, footnotes."""
    last = body.found[-1] if body.found else None
    if last is None or not last.is_article:
        return []
    first = len(last.words) - len(last.word_lines)
    texts = [lines[place].text for place in last.word_lines]
    for at, text in enumerate(texts):
        before = last.words[first + at - 1] if first + at else ""
        if any(lines[place].forced for place in last.word_lines[at:]):
            continue
        if before and not is_ended(before):
            continue
        is_note = bool(_NOTE.match(text)) and not before.endswith(("：", ":"))
        if is_note or (len(texts) - at <= _MOST_SIGNING and _is_signature(texts[at:])):
            del last.words[first + at :]
            return texts[at:]
    return []


def _is_signature(texts: Sequence[str]) -> bool:
    """Nothing but short lines to the end, the first or the second of them a date or who signs."""
    if any(len(text) > 40 or "\t" in text or point_mark(text) for text in texts):
        return False
    return any(_SIGNED.match(text) for text in texts[:2]) and not any(is_ended(text) for text in texts[1:-1])


def _articles(found: list[Opened]) -> tuple[Article, ...]:
    made = []
    for each, (caption, words) in zip(found, split_captions([each.words for each in found]), strict=True):
        paragraphs = paragraphs_of(words)
        made.append(Article(each.mark.label, each.mark.number, each.path, caption, "\n".join(words), paragraphs))
    return tuple(made)


def _ending(articles: Sequence[Article], body: Body) -> list[Warned]:
    if not articles:
        return []
    opened = [each for each in body.found if each.is_article][-1]
    return ending_warnings(articles[-1].label, articles[-1].text or "。", opened.line)


def _outline(found: Sequence[Opened]) -> tuple[Heading, ...]:
    """The numbered headings, each with what stands beneath it."""
    rows: list[list[object]] = []
    open_rows: list[tuple[int, list[object]]] = []
    for each in found:
        if each.is_article:
            for _rank, row in open_rows:
                row[3] = row[3] or each.mark.label
                row[4], row[5] = each.mark.label, row[5] + 1  # type: ignore[operator]
        elif each.mark.kind in LEVELS:
            rank = LEVELS.index(each.mark.kind)
            open_rows = [pair for pair in open_rows if pair[0] < rank]
            row: list[object] = [each.mark.kind, each.mark.number[0], squeezed(each.title), None, None, 0]
            rows.append(row)
            open_rows.append((rank, row))
        elif not each.above and not each.mark.label:
            open_rows = []
    return tuple(Heading(*row) for row in rows)  # type: ignore[arg-type]
