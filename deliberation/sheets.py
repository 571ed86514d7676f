"""A paper as values: a title, and under it headings, sentences, tables, a code, lines to sign on.

Written once and printed twice: ``wordfile.docx`` and ``paper.pdf("sheet", …)`` set the very same blocks, so that the two
files can never say different things. Everything is text that is ready to be read; nothing is counted or worded here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deliberation.directions import laid_open

WALL, FILE = "wall", "file"
"""Sizes of type: for a notice board, for a file."""
LEDE, QUIET, CENTRED, RIGHT, QUESTION = "lede", "quiet", "centred", "right", "question"
"""Kinds of a text beside the plain one."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the paper."""

    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    words: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out: two characters in a frame, as a seal, and the sentence."""

    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Terms and what they are."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is repeated on every page. ``widths`` are shares; ``numbers`` the columns set to the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numbers: tuple[int, ...] = ()
    foot: tuple[str, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code of an address beside lines that say what it leads to and what the paper binds."""

    address: str
    lines: tuple[str, ...]
    stays: bool = False
    """Keeps what stands before it on its page, so that a last page never holds the code alone."""
    is_large: bool = False
    """As large as a telephone reads from some steps away, above its lines: on a poster."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on: (what as, name in print or nothing), and the words before each line and before its day."""

    people: tuple[tuple[str, str], ...]
    sign: str
    day: str


@dataclass(frozen=True, slots=True)
class Page:
    """A new page with a title of its own, where one file holds a paper for each of many people."""

    title: str


Block = Heading | Text | Verdict | Pairs | Table | Code | Signatures | Page


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper. ``number`` stands above the title, ``foot`` beside the page number; ``at`` is an ISO instant for the file."""

    title: str
    blocks: tuple[Block, ...]
    number: str = ""
    foot: str = ""
    size: str = FILE
    lang: str = "zh-Hans"
    at: str = ""

    def data(self) -> dict[str, Any]:
        """As JSON: every block with its ``kind``."""
        named = {name: getattr(self, name) for name in ("title", "number", "foot", "size", "lang", "at")}
        return _open(named | {"blocks": [_block(block) for block in self.blocks]})


def _open(value: Any) -> Any:
    """Whatever was written turns nothing around it on paper."""
    if isinstance(value, str):
        return laid_open(value)
    if isinstance(value, dict):
        return {name: _open(each) for name, each in value.items()}
    return [_open(each) for each in value] if isinstance(value, list | tuple) else value


def _block(block: Block) -> dict[str, Any]:
    fields = {name: getattr(block, name) for name in block.__slots__}
    if isinstance(block, Text):
        fields["style"] = fields.pop("kind")
    return {"kind": type(block).__name__.lower(), **fields}
