"""A statute as values: what the parser finds and what is printed as JSON or Akoma Ntoso. Pure.

Numbers are never changed: a label is the printed one, a number is what the printed one means.
"""

from __future__ import annotations

from dataclasses import dataclass

STATUTE, AMENDMENT = "statute", "amendment"
LEVELS = ("编", "分编", "章", "节")
"""Headings from the outermost to the innermost."""


@dataclass(frozen=True, slots=True)
class Subitem:
    """目."""

    label: str
    no: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """项: its own words without its mark and its 目."""

    label: str
    no: int
    text: str
    subitems: tuple[Subitem, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """款: its own words without its items."""

    no: int
    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """条. ``number`` is (120, 1) for 第一百二十条之一; ``path`` the headings above it."""

    label: str
    number: tuple[int, ...]
    path: tuple[str, ...]
    heading: str | None
    text: str
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered 编, 分编, 章 or 节 with the articles beneath it, however deep."""

    level: str
    no: int
    title: str
    first: str | None = None
    last: str | None = None
    articles: int = 0


@dataclass(frozen=True, slots=True)
class Instruction:
    """What an item of an amendment does to a place of another text."""

    kind: str
    target: str | None = None
    becomes: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A numbered item of an amendment, with everything that is quoted in it."""

    label: str
    no: int
    text: str
    instructions: tuple[Instruction, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """附件, 附表, or another act printed after this one (without a label)."""

    label: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Warned:
    """What a reader should look at: a gap, a repetition, a tail cut off. ``line`` counts from 1."""

    kind: str
    label: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """The whole text. Every word of the source stands in exactly one of these places."""

    title: str
    status: str
    source_note: str | None = None
    contents: str | None = None
    preamble: str | None = None
    outline: tuple[Heading, ...] = ()
    articles: tuple[Article, ...] = ()
    items: tuple[Change, ...] = ()
    closing: str | None = None
    annexes: tuple[Annex, ...] = ()
    warnings: tuple[Warned, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many of each level; 条 has the 之-articles in it, of which 之 says how many."""
        found = {level: sum(row.level == level for row in self.outline) for level in LEVELS}
        found["条"] = len(self.articles)
        found["之"] = sum(len(article.number) > 1 for article in self.articles)
        if self.status == AMENDMENT:
            found["修改项"] = len(self.items)
        return found
