"""The parser of statutes, amendments and drafts: lines in, a :class:`Law` out. Pure.

Every word of the source ends in exactly one place of the law (contracts.md, “Statute documents”): what could not be
placed is kept in the closing with a warning. Each line is looked at a fixed number of times, so the time is that of
reading the text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from deliberation.legislation.amendments import TITLE, Found, is_amendment, read_changes
from deliberation.legislation.annexes import read_annexes
from deliberation.legislation.body import Body, Reader
from deliberation.legislation.captions import split_captions
from deliberation.legislation.checks import (
    article_warnings,
    contents_warnings,
    ending_warnings,
    heading_warnings,
    unreadable_warnings,
)
from deliberation.legislation.contents import Contents, find_contents
from deliberation.legislation.heads import Head, read_head
from deliberation.legislation.instructions import instructions_of
from deliberation.legislation.joining import joined
from deliberation.legislation.lines import FURNITURE, HEADING, TABLE, Line
from deliberation.legislation.marks import (
    BARE,
    PREFACE,
    article_mark,
    heading_mark,
    is_ended,
    is_short,
    point_mark,
    squeezed,
)
from deliberation.legislation.nesting import Opened
from deliberation.legislation.numerals import written
from deliberation.legislation.points import paragraphs_of
from deliberation.legislation.structure import AMENDMENT, LEVELS, STATUTE, Article, Change, Heading, Law, Warned
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

_TABLE_OF_CHANGES = re.compile("对照表|對照表|对照稿|修改对照")
_NOTE = re.compile(r"[※*＊]|[①-⑳](?=.)|\[1\]|(?:注|说明|备注|附注)[：:]|[（(]此件")
_YEAR = "[0-9０-９〇○零一二三四五六七八九]{4}"
_SIGNED = re.compile(
    rf"{_YEAR}\s*年.{{1,5}}月.{{1,5}}日(?:通過|通过|簽署|签署|核准|公佈|印发)?。?$|命令公佈|著頒佈"
    r"|.{0,24}(?:主席|总理|總理|委员长|行政長官|行政长官)[\s\u3000]*\S{2,4}$"
)


def parse(lines: Sequence[Line], *, wrapped: bool | None = None) -> Law:
    """The structure of a text. Raises Refused for a text without article or numbered item, and for a 对照表."""
    furniture = [line for line in lines if line.hint == FURNITURE]
    kept = [line for line in joined(list(lines), wrapped=wrapped) if line.hint != FURNITURE]
    contents = find_contents(kept)
    start, rest = _parts(kept, contents)
    head = read_head(start)
    title = "".join(head.title)
    if _TABLE_OF_CHANGES.search(title) or any(_TABLE_OF_CHANGES.search(line.text) for line in head.aside[:3]):
        raise Refused(Refusal(_("这是对照表，不是法律文本"), remedy=_("请用修改前或者修改后的全文")))
    aside = [*furniture, *head.aside]
    make = _amendment if is_amendment(title, [*start[len(head.title) :], *rest]) else _statute
    law = make(head, contents, rest, (kept, aside))
    if not law.articles and not law.items:
        raise Refused(
            Refusal(_("文本中没有条文，也没有编号的修改事项"), remedy=_("请核对是不是法律、法规或者修改决定的全文"))
        )
    return law


def _parts(lines: list[Line], contents: Contents | None) -> tuple[list[Line], list[Line]]:
    """The lines before the body (without the contents) and the body."""
    place = contents.end if contents else 0
    # An explanation before a law has its own 一、: they open the body only of a text that has no articles, or amends.
    counts_commas = any(TITLE.search(line.text) for line in lines[:4]) or not any(
        (mark := article_mark(line.text)) and not mark.is_cited for line in lines
    )
    while place < len(lines) and not _opens_body(lines, place, counts_commas):
        place += 1
    before = lines[: contents.start] + lines[contents.end : place] if contents else lines[:place]
    return before, lines[place:]


def _opens_body(lines: list[Line], place: int, counts_commas: bool) -> bool:
    text = lines[place].text
    if lines[place].hint == TABLE or squeezed(text) in PREFACE:
        return False
    if heading_mark(text):
        return True
    mark = article_mark(text)
    if mark:
        return not mark.is_cited or (mark.is_set_off and mark.number == (1,))
    before_mark = place + 1 < len(lines) and _is_mark(lines[place + 1].text)
    if squeezed(text) in BARE or (lines[place].hint == HEADING and place and is_short(text)):
        return before_mark
    point = point_mark(text)
    if not place or not point or point.no != 1 or point.style != "comma":
        return False
    return counts_commas or (is_short(point.rest) and (before_mark or _is_nested(lines, place + 1)))


def _is_mark(text: str) -> bool:
    return bool(article_mark(text) or heading_mark(text))


def _is_nested(lines: list[Line], place: int) -> bool:
    """（一） with a title and then an article, as interpretations of the courts have it under 一、."""
    point = point_mark(lines[place].text) if place + 1 < len(lines) else None
    return bool(point and point.style == "bracket" and is_short(point.rest) and article_mark(lines[place + 1].text))


def _joined_words(words: Sequence[str]) -> str | None:
    return "\n".join(words) or None


# --- statutes ---------------------------------------------------------------------------------------------------------


def _statute(head: Head, contents: Contents | None, rest: list[Line], kept: tuple[list[Line], list[Line]]) -> Law:
    lines, aside = kept
    commas = not any((mark := article_mark(line.text)) and not mark.is_cited for line in rest if line.hint != TABLE)
    entries = contents.entries if contents else ()
    body = Reader(rest, frozenset(entries), commas).read()
    closing = _closing(body, rest)
    articles = _articles([each for each in body.found if each.is_article])
    warnings = [
        *heading_warnings(body.found),
        *article_warnings(body.found),
        *contents_warnings(entries, body.found, lines[contents.start].no if contents else 0),
        *_ending(articles, body),
        *unreadable_warnings(lines),
    ]
    unplaced = [*aside, *body.unplaced]
    return Law(
        title=_one_line(head.title),
        status=STATUTE,
        source_note=_joined_words(head.note),
        contents=_contents_text(lines, contents),
        preamble=_joined_words(head.preamble),
        outline=_outline(body.found),
        articles=articles,
        closing=_joined_words([*closing, *(line.text for line in unplaced)]),
        annexes=read_annexes(rest[body.end :]),
        warnings=(*warnings, *(Warned("unplaced", None, line.no) for line in unplaced[:100])),
    )


def _one_line(parts: Sequence[str]) -> str:
    return "".join(parts)


def _contents_text(lines: list[Line], contents: Contents | None) -> str | None:
    return _joined_words([line.text for line in lines[contents.start : contents.end]]) if contents else None


def _closing(body: Body, lines: list[Line]) -> list[str]:
    """Takes from the last article what is no longer its own: signatures, dates, footnotes."""
    last = body.found[-1] if body.found else None
    if last is None or not last.is_article:
        return []
    first = len(last.words) - len(last.word_lines)
    texts = [lines[place].text for place in last.word_lines]
    for at, text in enumerate(texts):
        before = last.words[first + at - 1] if first + at else ""
        if before and not is_ended(before):
            continue
        is_note = bool(_NOTE.match(text)) and not before.endswith(("：", ":"))
        if is_note or _is_signature(texts[at:]):
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


# --- amendments -------------------------------------------------------------------------------------------------------


def _amendment(head: Head, contents: Contents | None, rest: list[Line], kept: tuple[list[Line], list[Line]]) -> Law:
    lines, aside = kept
    body = rest
    if not rest:
        # A single change without a number stands where a preamble would.
        body = [Line(0, words) for words in head.preamble]
        head.preamble = []
    changes = read_changes(body)
    head.preamble += [line.text for line in changes.before]
    items = tuple(_change(each) for each in changes.items)
    last = changes.closing[-1].text if changes.closing else items[-1].text if items else ""
    unplaced = aside
    return Law(
        title=_one_line(head.title),
        status=AMENDMENT,
        source_note=_joined_words(head.note),
        contents=_contents_text(lines, contents),
        preamble=_joined_words(head.preamble),
        items=items,
        closing=_joined_words([*(line.text for line in changes.closing), *(line.text for line in unplaced)]),
        annexes=read_annexes(body[changes.end :]),
        warnings=(
            *_missing_items(changes.items),
            *(ending_warnings(items[-1].label or None, last, changes.items[-1].line) if items else ()),
            *unreadable_warnings(lines),
            *(Warned("unplaced", None, line.no) for line in unplaced[:100]),
        ),
    )


def _change(found: Found) -> Change:
    text = "\n".join(found.words)
    return Change(found.label, found.no, text, instructions_of(text))


def _missing_items(items: Sequence[Found]) -> list[Warned]:
    made = []
    for before, after in itertools.pairwise(items):
        for no in range(before.no + 1, after.no):
            label = f"第{written(no)}条" if after.label.startswith("第") else f"{written(no)}、"
            made.append(Warned("missing_article", label, after.line))
    return made
