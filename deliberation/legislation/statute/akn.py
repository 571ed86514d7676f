"""A law as Akoma Ntoso 3.0 (OASIS LegalDocML): 编 part, 分编 subpart, 章 chapter, 节 section, 条 article, 款 paragraph,
项 point, 目 indent. Pure.

The text has no address of its own on the web and often no day, so the identification says so: /akn/cn/act/… made of
nothing but the title, and the day 0001-01-01 as “not known”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deliberation.legislation.statute.numerals import written
from deliberation.legislation.statute.structure import AMENDMENT, Article, Change, Heading, Item, Law, Paragraph, Warned

#: What this reader warns of travels with the text, in a namespace of its own.
OWN = "urn:deliberation:law-1"
WARNING = f"{{{OWN}}}warning"
NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
ELEMENT = {"编": "part", "分编": "subpart", "章": "chapter", "节": "section"}
_DAY = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_NO_DAY = "0001-01-01"
# XML 1.0 has no place for these, not even escaped.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def law_as_akn(law: Law) -> str:
    """The document as one string, UTF-8 declared."""
    body = _changes(law.items) if law.status == AMENDMENT else _body(law)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<akomaNtoso xmlns="{NAMESPACE}">',
        f'<act name="{law.status}" contains="originalVersion">',
        *_meta(law.title, _day(law.source_note), "main", law.warnings),
        *_preface(law),
        *_preamble(law),
        "<body>",
        *body,
        "</body>",
        *(["<conclusions>", *_lines(law.closing), "</conclusions>"] if law.closing else []),
        *_annexes(law),
        "</act>",
        "</akomaNtoso>",
    ]
    return "\n".join(parts)


def _text(words: str) -> str:
    words = _NOT_XML.sub("\ufffd", words)
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _lines(words: str | None) -> list[str]:
    """One ``p`` for each line; an empty one where there must be something."""
    return [f"<p>{_text(line)}</p>" for line in (words or "").split("\n")]


def _day(note: str | None) -> str:
    for year, month, day in _DAY.findall(note or ""):
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            return f"{year}-{int(month):02}-{int(day):02}"
    return _NO_DAY


def _meta(title: str, day: str, component: str, warnings: Sequence[Warned] = ()) -> Iterator[str]:
    address = "/akn/cn/act/" + (re.sub(r"[^\w]+", "-", title).strip("-") or "untitled")
    work = _text(address)
    yield '<meta><identification source="#deliberation">'
    for level, end in (("Work", ""), ("Expression", "/zho@"), ("Manifestation", "/zho@.xml")):
        yield f"<FRBR{level}>"
        yield f'<FRBRthis value="{work}{end}/!{component}"/><FRBRuri value="{work}{end}"/>'
        yield f'<FRBRdate date="{day}" name="{"adoption" if day != _NO_DAY else "notKnown"}"/>'
        yield '<FRBRauthor href="#deliberation" as="#editor"/>'
        yield {
            "Work": '<FRBRcountry value="cn"/>',
            "Expression": '<FRBRlanguage language="zho"/>',
            "Manifestation": '<FRBRformat value="application/akn+xml"/>',
        }[level]
        yield f"</FRBR{level}>"
    yield "</identification>"
    yield '<references source="#deliberation">'
    yield '<TLCOrganization eId="deliberation" href="/ontology/organization/deliberation" showAs="Deliberation"/>'
    yield '<TLCRole eId="editor" href="/ontology/role/editor" showAs="Editor"/>'
    yield "</references>"
    yield from _warnings(warnings)
    yield "</meta>"


def _warnings(warnings: Sequence[Warned]) -> Iterator[str]:
    if warnings:
        yield f'<proprietary source="#deliberation" xmlns:law="{OWN}">'
        for each in warnings:
            label = f' label="{_text(each.label)}"' if each.label is not None else ""
            line = f' line="{each.line}"' if each.line is not None else ""
            yield f'<law:warning kind="{_text(each.kind)}"{label}{line}/>'
        yield "</proprietary>"


def _preface(law: Law) -> Iterator[str]:
    yield "<preface>"
    yield f"<p><docTitle>{_text(law.title)}</docTitle></p>"
    if law.source_note:
        yield from _lines(law.source_note)
    if law.contents:
        yield '<container name="contents">'
        yield from _lines(law.contents)
        yield "</container>"
    yield "</preface>"


def _preamble(law: Law) -> Iterator[str]:
    if law.preamble:
        yield "<preamble>"
        yield from _lines(law.preamble)
        yield "</preamble>"


# --- body -------------------------------------------------------------------------------------------------------------


def _body(law: Law) -> Iterator[str]:
    """Headings around their articles. ``open_at`` holds the closing tags of what is open, outermost first."""
    tree = _Tree()
    for heading, article in _in_order(law):
        if heading is not None:
            yield from tree.heading(heading, article)
        elif article is not None:
            yield from tree.unnumbered(article.path)
            yield from _article(article)
            tree.has_something()
    yield from tree.close(0)


def _in_order(law: Law) -> Iterator[tuple[Heading | None, Article | None]]:
    """Headings and articles as they stand in the text: a heading before the first article beneath it."""
    rows = list(law.outline)
    for article in law.articles:
        while (
            rows
            and (rows[0].first in {None, article.label})
            and (rows[0].first is None or _entry(rows[0], article.path))
        ):
            yield rows.pop(0), article
        yield None, article
    yield from ((row, None) for row in rows)


def _entry(row: Heading, path: Sequence[str]) -> str | None:
    """The path's entry for this heading."""
    for entry in path:
        label, _sign, title = entry.partition(" ")
        if title == row.title and label[-1:] in {row.level[-1], {"编": "編", "节": "節"}.get(row.level[-1], "")}:
            return entry
    return None


class _Tree:
    """What is open: (rank, element); and whether the innermost has anything in it, as an empty one needs a content."""

    def __init__(self) -> None:
        self.open: list[tuple[int, str, str]] = []
        self.is_empty = False
        self.made = 0

    def heading(self, row: Heading, article: Article | None) -> Iterator[str]:
        """``article`` is the first beneath it, if there is one: its path has the number as it is printed."""
        rank = list(ELEMENT).index(row.level)
        yield from self.close(
            next((at for at, one in enumerate(self.open) if one[0] >= rank or one[0] < 0), len(self.open))
        )
        self.made += 1
        element = ELEMENT[row.level]
        yield f'<{element} eId="{element}_{self.made}">'
        label = f"第{written(row.no)}{row.level}"
        if article is not None and row.first is not None:
            label = (_entry(row, article.path) or label).partition(" ")[0]
        yield f"<num>{_text(label)}</num><heading>{_text(row.title)}</heading>"
        self.open.append((rank, element, f"{row.level} {row.title}"))
        self.is_empty = True

    def unnumbered(self, path: Sequence[str]) -> Iterator[str]:
        """Open what an article's path has without a number, such as 附则, and close what it has left."""
        bare = [entry for entry in path if not re.match("第.+[编編章节節]", entry)]
        here = [one[2] for one in self.open if one[0] < 0 or one[0] > 3]
        if bare == here:
            return
        first = next((at for at, one in enumerate(self.open) if one[0] < 0 or one[0] > 3), len(self.open))
        yield from self.close(0 if path and path[0] in bare else first)
        for entry in bare:
            self.made += 1
            yield f'<hcontainer name="heading" eId="hcontainer_{self.made}"><heading>{_text(entry)}</heading>'
            self.open.append((-1, "hcontainer", entry))
            self.is_empty = True

    def has_something(self) -> None:
        self.is_empty = False

    def close(self, down_to: int) -> Iterator[str]:
        while len(self.open) > down_to:
            if self.is_empty:
                yield "<content><p/></content>"
            yield f"</{self.open.pop()[1]}>"
            self.is_empty = False


def _article(article: Article) -> Iterator[str]:
    eid = "art_" + "_".join(map(str, article.number))
    yield f'<article eId="{eid}"><num>{_text(article.label)}</num>'
    if article.heading:
        yield f"<heading>{_text(article.heading)}</heading>"
    for paragraph in article.paragraphs or (Paragraph(1, ""),):
        yield from _paragraph(paragraph, f"{eid}__para_{paragraph.no}")
    yield "</article>"


def _paragraph(paragraph: Paragraph, eid: str) -> Iterator[str]:
    yield f'<paragraph eId="{eid}">'
    if paragraph.items:
        yield from _intro(paragraph.text)
        for at, item in enumerate(paragraph.items, 1):
            yield from _point(item, f"{eid}__point_{at}")
    else:
        yield from _content(paragraph.text)
    yield "</paragraph>"


def _point(item: Item, eid: str) -> Iterator[str]:
    yield f'<point eId="{eid}"><num>{_text(item.label)}</num>'
    if item.subitems:
        yield from _intro(item.text)
        for at, sub in enumerate(item.subitems, 1):
            yield f'<indent eId="{eid}__indent_{at}"><num>{_text(sub.label)}</num>'
            yield from _content(sub.text)
            yield "</indent>"
    else:
        yield from _content(item.text)
    yield "</point>"


def _intro(words: str) -> Iterator[str]:
    if words:
        yield from ("<intro>", *_lines(words), "</intro>")


def _content(words: str) -> Iterator[str]:
    yield from ("<content>", *_lines(words), "</content>")


def _changes(items: Sequence[Change]) -> Iterator[str]:
    for at, item in enumerate(items, 1):
        number = f"<num>{_text(item.label)}</num>" if item.label else ""
        yield f'<hcontainer name="item" eId="item_{at}">{number}'
        yield from _content(item.text)
        yield "</hcontainer>"


def _annexes(law: Law) -> Iterator[str]:
    if not law.annexes:
        return
    yield "<attachments>"
    for at, annex in enumerate(law.annexes, 1):
        yield f'<attachment eId="att_{at}"><doc name="annex" contains="originalVersion">'
        yield from _meta(law.title, _day(law.source_note), f"annex_{at}")
        number = f"<docNumber>{_text(annex.label)}</docNumber> " if annex.label else ""
        yield f"<preface><p>{number}<docTitle>{_text(annex.title)}</docTitle></p></preface>"
        yield from ("<mainBody>", *_lines(annex.text), "</mainBody>")
        yield "</doc></attachment>"
    yield "</attachments>"
