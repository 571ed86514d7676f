"""A law that came with its structure (our JSON, Akoma Ntoso) as lines again, for who corrects texts by lines. Pure.

The lines are read once more: only where that gives the very same law are they handed on. What the program would read
otherwise is marked as what it is, as a person would.
"""

from __future__ import annotations

from collections.abc import Iterator

from deliberation.legislation.statute.lines import AS_ARTICLE, AS_HEADING, AS_WORDS, TABLE, Line
from deliberation.legislation.statute.parser import parse
from deliberation.legislation.statute.structure import Article, Law
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

NOT_BY_LINES = Refusal(
    _("这个文件（JSON 或者 Akoma Ntoso）已经有条款的结构，按行读出来却不一样"), remedy=_("请用原来的文件或者纯文本")
)


def lines_of(law: Law) -> list[Line]:
    """The lines of a law, numbered from 1. Raises Refused where they would be read as another law."""
    for is_marked in (False, True):
        found = list(_lines(law, is_marked))
        lines = [Line(no, text, hint, is_apart=True, forced=forced) for no, (text, hint, forced) in enumerate(found, 1)]
        try:
            again = parse(lines, wrapped=False)
        except Refused:
            continue
        if _substance(again) == _substance(law):
            return lines
    raise Refused(NOT_BY_LINES)


def _substance(law: Law) -> tuple[object, ...]:
    articles = [(one.label, one.number, one.path, one.heading or "", one.text) for one in law.articles]
    items = [(one.label, one.no, one.text) for one in law.items]
    annexes = [(one.label, one.title, one.text) for one in law.annexes]
    heads = [(row.level, row.no, row.title) for row in law.outline]
    return law.title, law.preamble or "", articles, items, annexes, heads


def _lines(law: Law, is_marked: bool) -> Iterator[tuple[str, str, str]]:
    """(text, hint, what it is said to be) of each line."""
    for part in (law.title, law.source_note, law.contents, law.preamble):
        yield from ((line, "", "") for line in (part or "").split("\n") if line)
    last: tuple[str, ...] = ()
    for one in law.articles:
        kept = next((at for at, (a, b) in enumerate(zip(last, one.path, strict=False)) if a != b), None)
        kept = min(len(last), len(one.path)) if kept is None else kept
        yield from ((words, "", AS_HEADING if is_marked else "") for words in one.path[kept:])
        yield from _article(one, is_marked)
        last = one.path
    for item in law.items:
        between = "　" if item.label.startswith("第") else ""
        first, *rest = f"{item.label}{between}{item.text}".split("\n")
        yield first, "", AS_ARTICLE if is_marked and item.label else ""
        yield from ((line, "", AS_WORDS if is_marked else "") for line in rest if line)
    yield from ((line, "", "") for line in (law.closing or "").split("\n") if line)
    for annex in law.annexes:
        yield f"{annex.label}　{annex.title}".strip(), "", ""
        yield from ((line, TABLE if "\t" in line else "", "") for line in annex.text.split("\n") if line)


def _article(one: Article, is_marked: bool) -> Iterator[tuple[str, str, str]]:
    first, *rest = one.text.split("\n")
    caption = one.heading or ""
    if caption and caption[0] not in "【〖（(〔［[":
        first, rest = caption, [first, *rest]
        caption = ""
    yield f"{one.label}　{caption}{first}".rstrip(), "", AS_ARTICLE if is_marked else ""
    for line in rest:
        if line:
            yield line, TABLE if "\t" in line else "", AS_WORDS if is_marked and "\t" not in line else ""
