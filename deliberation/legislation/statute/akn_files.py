"""A file of Akoma Ntoso (ours, or of other parliaments) as a law. Runs in a child process with limits (``reading``).

Ours comes back as the law that it was made of. In others 条 is ``article``, or ``section`` where there is no article; what
stands above it is the outline; other documents of the same file are annexes; notes in the margin, and words without a
place in the structure of a law, are kept in the closing with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from deliberation.archive import declares
from deliberation.legislation.statute.akn import WARNING
from deliberation.legislation.statute.akn_articles import NESTED, article_of, number_of
from deliberation.legislation.statute.akn_words import Words, child, children, name_of
from deliberation.legislation.statute.checks import article_warnings
from deliberation.legislation.statute.instructions import instructions_of
from deliberation.legislation.statute.law_json import law_as_json
from deliberation.legislation.statute.marks import Mark, article_mark, point_mark, squeezed
from deliberation.legislation.statute.nesting import Opened
from deliberation.legislation.statute.structure import (
    AMENDMENT,
    LEVELS,
    STATUTE,
    Annex,
    Article,
    Change,
    Heading,
    Law,
    Warned,
)
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?akomaNtoso[\s>]")
_LEVEL = {"part": 0, "book": 0, "tome": 0, "title": 0, "subpart": 1, "subtitle": 1, "division": 1,
          "chapter": 2, "section": 3, "subchapter": 3, "subdivision": 3, "subsection": 3}  # fmt: skip
_UNITS = ("article", "section", "rule", "clause", "paragraph")
_QUOTED = {"quotedStructure", "embeddedStructure", "quotedText"}
_CHINESE = re.compile("[\u3400-\u9fff]")
_OURS = "#deliberation"


def akn_document(data: bytes) -> dict[str, Any]:
    """In the child: the document ``deliberation/law-1``. Raises Refused."""
    if declares(data):
        raise Refused(Refusal(_("文件内部含有不允许的声明，无法读取"), remedy=_("请重新导出或另存后再试")))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(Refusal(_("文件无法读取，可能已经损坏"), remedy=_("请重新导出或另存后再试"))) from error
    return law_as_json(_Reading(root).law())


class _Reading:
    """One file, read once."""

    def __init__(self, root: Any):
        self.root = root
        self.words = Words()
        self.aside: list[tuple[str, int]] = []
        self.outline: list[list[Any]] = []
        self.open_rows: list[tuple[int, list[Any]]] = []
        self.articles: list[Article] = []
        self.places: list[int] = []

    def law(self) -> Law:
        act, body, unit = self._act()
        changes = self._changes(body) if unit == "item" else ()
        if unit != "item":
            self._walk(body, unit, ())
        title, note, contents = self._preface(act)
        preamble = self._lines_of(act, "preamble")
        annexes = (*self._annexes(act), *self._others(act))
        ending = self._lines_of(act, "conclusions")
        self.aside += self.words.notes
        return Law(
            title=title,
            status=AMENDMENT if changes else STATUTE,
            source_note=note,
            contents=contents,
            preamble=_or_none(preamble),
            outline=tuple(Heading(*row) for row in self.outline),
            articles=tuple(self.articles),
            items=changes,
            closing=_or_none([*ending, *(line for line, _no in self.aside)]),
            annexes=annexes,
            warnings=tuple(self._warnings(act)),
        )

    # --- the document of the law ---

    def _act(self) -> tuple[Any, Any, str]:
        """The first document of the file that has articles or items, its body, and what its articles are called."""
        for body in (one for one in self.root.iter() if name_of(one) == "body"):
            if any(name_of(one) == "hcontainer" and one.get("name") == "item" for one in children(body)):
                return body.getparent(), body, "item"
            named = [name_of(one) for one in _inside(body) if child(one, "num") is not None]
            unit = next((name for name in _UNITS if name in named), None)
            if unit is not None:
                return body.getparent(), body, unit
        raise Refused(
            Refusal(_("文本中没有条文，也没有编号的修改事项"), remedy=_("请核对是不是法律、法规或者修改决定的全文"))
        )

    def _lines_of(self, act: Any, name: str) -> list[str]:
        part = child(act, name)
        return [] if part is None else [*self.words.lines(part)]

    def _preface(self, act: Any) -> tuple[str, str | None, str | None]:
        preface = child(act, "preface")
        if preface is None:
            return "", None, None
        title = next((one for one in preface.iter() if name_of(one) == "docTitle"), None)
        short = next((one for one in preface.iter() if name_of(one) == "shortTitle"), None)
        listed = next((one for one in children(preface) if name_of(one) in ("container", "toc") and
                       (name_of(one) == "toc" or one.get("name") == "contents")), None)  # fmt: skip
        name = self.words.text(short if short is not None else title)
        note = [
            line
            for one in children(preface)
            if one is not listed
            for line in self.words.lines(one)
            if squeezed(line) != squeezed(name)
        ]
        return name, _or_none(note), _or_none(self.words.lines(listed)) if listed is not None else None

    def _annexes(self, act: Any) -> Iterator[Annex]:
        for holder in (one for one in children(act) if name_of(one) in ("attachments", "components")):
            for attachment in children(holder):
                for doc in children(attachment):
                    if name_of(doc) != "documentRef":
                        yield self._annex(doc)

    def _annex(self, doc: Any) -> Annex:
        preface, main = child(doc, "preface"), child(doc, "mainBody")
        body = main if main is not None else child(doc, "body")
        lines = [*self.words.lines(body if body is not None else doc)]
        if preface is None or body is None:
            return Annex("", "", "\n".join(lines))
        number = next((one for one in preface.iter() if name_of(one) == "docNumber"), None)
        title = next((one for one in preface.iter() if name_of(one) in ("docTitle", "longTitle")), None)
        shown = self.words.text(number), self.words.text(title)
        known = {squeezed(words) for words in (*shown, "".join(shown))}
        more = [line for line in self.words.lines(preface) if squeezed(line) not in known]
        return Annex(*shown, "\n".join([*more, *lines]))

    def _others(self, act: Any) -> Iterator[Annex]:
        """Other documents of the same file, and the words around them."""
        for one in self.root.iter():
            name = name_of(one)
            if name in ("coverPage", "preface") and act not in (one.getparent(), *one.iterancestors()):
                if child(one.getparent(), "mainBody") is None and child(one.getparent(), "body") is None:
                    self.aside += [(line, one.sourceline or 0) for line in self.words.lines(one)]
            elif name in ("mainBody", "body") and one.getparent() is not act and act not in one.iterancestors():
                yield self._annex(one.getparent())

    # --- its articles ---

    def _walk(self, element: Any, unit: str, path: tuple[str, ...]) -> None:
        for one in children(element):
            name = name_of(one)
            if name == unit and (child(one, "num") is not None or name == "article"):
                article = article_of(one, path, len(self.articles) + 1, self.words)
                self.articles.append(article)
                self.places.append(one.sourceline or 0)
                for _rank, row in self.open_rows:
                    row[3], row[4], row[5] = row[3] or article.label, article.label, row[5] + 1
            elif name in NESTED and name != unit:
                self._walk(one, unit, self._heading(one, path))
            elif name not in ("num", "heading", "subheading"):
                self.aside += [(line, one.sourceline or 0) for line in self.words.lines(one)]

    def _heading(self, one: Any, path: tuple[str, ...]) -> tuple[str, ...]:
        """Open a heading; a numbered one has a row in the outline."""
        label, title = self.words.text(child(one, "num")), self.words.text(child(one, "heading"))
        title = squeezed(title) if _CHINESE.search(title) else title
        label = squeezed(label) if label.startswith("第") else label
        entry = f"{label} {title}".strip()
        number = number_of(one, label) if label else None
        rank = _LEVEL.get(name_of(one))
        if rank is not None and number:
            self.open_rows = [pair for pair in self.open_rows if pair[0] < rank]
            row: list[Any] = [LEVELS[rank], number[0], title, None, None, 0]
            self.outline.append(row)
            self.open_rows.append((rank, row))
        elif not path:
            self.open_rows = []
        return (*path, entry) if entry else path

    def _changes(self, body: Any) -> tuple[Change, ...]:
        made = []
        for position, one in enumerate(children(body), 1):
            label = self.words.text(child(one, "num"))
            lines = [line for part in children(one) if name_of(part) != "num" for line in self.words.lines(part)]
            mark = article_mark(label) or point_mark(f"{label}甲")
            text = "\n".join(lines)
            no = mark.number[0] if isinstance(mark, Mark) else mark.no if mark else position
            made.append(Change(label, no, text, instructions_of(text)))
        return tuple(made)

    # --- what a reader should look at ---

    def _warnings(self, act: Any) -> Iterator[Warned]:
        if any(one.get("source") == _OURS for one in act.iter() if name_of(one) == "identification"):
            for one in act.iter(WARNING):
                line = one.get("line") or ""
                yield Warned(one.get("kind") or "", one.get("label"), int(line) if line.isdecimal() else None)
            return
        pairs = zip(self.articles, self.places, strict=True)
        opened = [Opened(Mark("条", each.label, each.number, ""), line) for each, line in pairs]
        if all(each.mark.label.startswith("第") for each in opened):
            yield from article_warnings(opened)
        yield from (Warned("unplaced", None, line) for _words, line in self.aside)


def _inside(body: Any) -> Iterator[Any]:
    """The elements of a body, but not those of laws quoted in it."""
    waiting = [body]
    while waiting:
        one = waiting.pop()
        if name_of(one) not in _QUOTED:
            yield one
            waiting += children(one)


def _or_none(lines: Any) -> str | None:
    return "\n".join(lines) or None
