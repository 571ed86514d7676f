"""The words of an element of Akoma Ntoso as lines: one for each paragraph, row or heading. Notes in the margin are set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from deliberation.legislation.statute.lines import INVISIBLE

NOTES = {"authorialNote", "note"}
LEFT_OUT = {"meta", "noteRef", "marker", "eol"}
_LEAVES = {"p", "block", "tocItem", "docTitle", "listIntroduction", "listWrapUp", "caption", "longTitle", "th", "td"}
_BROKEN = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_BROKEN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]+[ \t]*(?=[\u3000-\u9fff\uff00-\uffef])")


def name_of(element: Any) -> str:
    """The local name; the drafts and versions of the standard differ in their namespaces."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Any) -> list[Any]:
    """The elements in an element: no comments, no instructions to programs."""
    return [child for child in element if isinstance(child.tag, str)]


def child(element: Any, name: str) -> Any | None:
    return next((one for one in children(element) if name_of(one) == name), None)


class Words:
    """Reads lines and keeps the notes that it meets, which stand in no line of the law."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, int]] = []

    def text(self, element: Any | None) -> str:
        """The words of an element on one line."""
        if element is None:
            return ""
        return " ".join("".join(self._signs(element)).translate(INVISIBLE).split("\n")).strip()

    def lines(self, element: Any) -> Iterator[str]:
        """The lines of an element, without empty ones. A number stands before the words that it numbers."""
        number = ""
        for line, is_number in self._lines(element):
            if is_number:
                number = f"{number} {line}".strip()
                continue
            yield joined(number, line)
            number = ""
        if number:
            yield number

    def _lines(self, element: Any) -> Iterator[tuple[str, bool]]:
        name = name_of(element)
        if name in LEFT_OUT:
            return
        if name in NOTES:
            self._keep(element)
        elif name == "tr":
            yield "\t".join(self.text(cell) for cell in children(element)), False
        elif name == "num":
            yield self.text(element), True
        elif _has_words(element) or (name in _LEAVES and not any(name_of(one) in _LEAVES for one in children(element))):
            for line in "".join(self._signs(element)).translate(INVISIBLE).split("\n"):
                if line.strip():
                    yield line.strip(), False
        else:
            for one in children(element):
                yield from self._lines(one)

    def _signs(self, element: Any) -> Iterator[str]:
        """A line that was broken in the file only goes on; a break that the law has is a line of its own."""
        yield _joined(element.text)
        for one in element:
            name = name_of(one)
            if name == "br":
                yield "\n"
            elif name in NOTES:
                self._keep(one)
            elif name and name not in LEFT_OUT:
                yield from self._signs(one)
            yield _joined(one.tail)

    def _keep(self, note: Any) -> None:
        words = " ".join("".join(_joined(part) for part in note.itertext()).split())
        if words:
            self.notes.append((words, note.sourceline or 0))


def _joined(text: str | None) -> str:
    return _BROKEN.sub(" ", _BROKEN_CHINESE.sub("", text)) if text else ""


def _has_words(element: Any) -> bool:
    """Words right in an element, not in a part of it."""
    return bool((element.text or "").strip()) or any((one.tail or "").strip() for one in element)


def joined(number: str, words: str) -> str:
    """A number and its words: with a space where the alphabet has spaces."""
    return f"{number} {words}" if number and words and words[0].isascii() and number[-1].isascii() else number + words
