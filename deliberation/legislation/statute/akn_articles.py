"""An article (or section) of Akoma Ntoso as 款, 项 and 目: what stands right beneath it, what is listed there, what is in that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deliberation.legislation.statute.akn_words import Words, child, children, joined, name_of
from deliberation.legislation.statute.marks import article_mark, heading_mark, point_mark, squeezed
from deliberation.legislation.statute.structure import Article, Item, Paragraph, Subitem

NESTED = frozenset(
    ("alinea", "article", "book", "chapter", "clause", "division", "hcontainer", "indent", "level", "paragraph", "part",
     "point", "proviso", "rule", "section", "subchapter", "subclause", "subdivision", "subparagraph", "subpart", "subrule",
     "subsection", "subtitle", "title", "tome", "transitional", "item", "crossHeading")
)  # fmt: skip
LISTS = {"list", "blockList"}
LISTED = {"point", "indent", "item"}
_NUMBER = re.compile(r"([0-9]{1,6})\s*([A-Za-z]?)")
_ID = re.compile(r"(?:^|__)(?:art|sec|article|section|rule)_([0-9]{1,6})(?:_([0-9]{1,6}))?$")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN = re.compile("[IVXLC]{1,12}", re.I)
_BEFORE = {"num", "heading", "subheading"}


@dataclass
class _Open:
    """A 款, 项 or 目 as it is read: its words, line by line, and what is in it."""

    label: str = ""
    no: int = 0
    words: list[str] = field(default_factory=list)
    inside: list[_Open] = field(default_factory=list)

    def all_lines(self) -> Iterator[str]:
        lines = self.words or ([""] if self.label or not self.inside else [])
        for at, line in enumerate(lines):
            yield joined(self.label, line) if at == 0 else line
        for one in self.inside:
            yield from one.all_lines()


def article_of(unit: Any, path: tuple[str, ...], position: int, words: Words) -> Article:
    """The article of an element, with everything in it."""
    label = words.text(child(unit, "num"))
    heading = words.text(child(unit, "heading")) or words.text(child(unit, "subheading"))
    paragraphs = [one for one in _Reader(words).paragraphs(unit) if one.words or one.inside]
    text = "\n".join(line for one in paragraphs for line in one.all_lines())
    number = number_of(unit, label) or (position,)
    made = tuple(_paragraph(no, one) for no, one in enumerate(paragraphs, 1))
    shown = squeezed(label) if article_mark(squeezed(label)) else label
    return Article(shown or f"§ {position}", number, path, heading or None, text, made)


def number_of(unit: Any, label: str) -> tuple[int, ...] | None:
    """What an article's label or, failing that, its identifier counts."""
    bare = squeezed(label)
    if mark := article_mark(bare) or heading_mark(bare, is_sure=True):
        return mark.number
    if found := _ID.search(unit.get("eId") or unit.get("id") or ""):
        return tuple(int(part) for part in found.groups() if part)
    if (point := point_mark(f"{bare}甲")) and point.no:
        return (point.no,)
    if found := _NUMBER.search(label):
        letter = found[2].lower()
        return (int(found[1]), ord(letter) - 96) if letter else (int(found[1]),)
    return (_roman(label.split()[-1]),) if label.split() and _ROMAN.fullmatch(label.split()[-1].strip(".")) else None


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[sign] for sign in numeral.strip(".").upper()]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


class _Reader:
    def __init__(self, words: Words):
        self.words = words

    def paragraphs(self, unit: Any) -> list[_Open]:
        made: list[_Open] = []
        for part in children(unit):
            name = name_of(part)
            if name in _BEFORE:
                continue
            if name in LISTED:
                if not made:
                    made.append(_Open())
                made[-1].inside.append(self._item(part, len(made[-1].inside) + 1))
            elif name in NESTED:
                made.append(_Open())
                made += self._fill(made[-1], part)
            else:
                made.append(_Open())
                made += self._into(made[-1], part)
        return made

    def _fill(self, one: _Open, element: Any) -> list[_Open]:
        """The words and the list of a 款; what follows its list is a 款 again."""
        more: list[_Open] = []
        number = self.words.text(child(element, "num"))
        heading = self.words.text(child(element, "heading"))
        if heading:
            one.words.append(heading)
        for part in children(element):
            if name_of(part) not in _BEFORE:
                more += self._into(more[-1] if more else one, part)
        if number:
            one.words[:1] = [joined(number, one.words[0] if one.words else "")]
        return more

    def _into(self, one: _Open, part: Any) -> list[_Open]:
        """A part of a 款: words, a list, or something numbered. Returns the 款 that begin with it."""
        if name_of(part) in NESTED:
            one.inside.append(self._item(part, len(one.inside) + 1))
            return []
        if name_of(part) in LISTS or any(name_of(inner) in LISTS for inner in children(part)):
            more: list[_Open] = []
            for inner in children(part):
                more += self._into(more[-1] if more else one, inner)
            return more
        lines = [*self.words.lines(part)]
        if one.inside and lines:
            return [_Open(words=lines)]
        one.words += lines
        return []

    def _item(self, element: Any, position: int) -> _Open:
        """A 项 and the 目 in it; what is listed in a 目 is part of its words."""
        label = self.words.text(child(element, "num"))
        point = point_mark(f"{label}甲") if label else None
        one = _Open(label, point.no if point else position)
        for part in children(element):
            if name_of(part) == "heading":
                one.words.append(self.words.text(part))
            elif name_of(part) not in _BEFORE:
                self._beneath(one, part)
        return one

    def _beneath(self, one: _Open, part: Any) -> None:
        if name_of(part) in NESTED:
            label = self.words.text(child(part, "num"))
            point = point_mark(f"{label}甲") if label else None
            lines = [line for inner in children(part) if name_of(inner) != "num" for line in self.words.lines(inner)]
            one.inside.append(_Open(label, point.no if point else len(one.inside) + 1, lines))
        elif name_of(part) in LISTS or any(name_of(inner) in LISTS for inner in children(part)):
            for inner in children(part):
                self._beneath(one, inner)
        else:
            (one.inside[-1].words if one.inside else one.words).extend(self.words.lines(part))


def _paragraph(no: int, one: _Open) -> Paragraph:
    items = tuple(Item(each.label, each.no, "\n".join(each.words), _subitems(each)) for each in one.inside)
    return Paragraph(no, "\n".join(one.words), items)


def _subitems(one: _Open) -> tuple[Subitem, ...]:
    return tuple(Subitem(each.label, each.no, "\n".join(each.words)) for each in one.inside)
