"""A law as the JSON of contracts.md (``deliberation/law-1``), and back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deliberation.legislation.statute.structure import (
    AMENDMENT,
    STATUTE,
    Annex,
    Article,
    Change,
    Heading,
    Instruction,
    Item,
    Law,
    Paragraph,
    Subitem,
    Warned,
)

SCHEMA = "deliberation/law-1"
KINDS = frozenset(("replace", "insert", "delete", "merge", "renumber", "other"))


class NotALaw(ValueError):
    """A JSON document that is not one of ours; the message is the place, such as ``articles[3].number``."""


def law_as_json(law: Law) -> dict[str, Any]:
    """The document that ``law parse --json`` prints."""
    said: dict[str, Any] = {
        "schema": SCHEMA,
        "title": law.title,
        "status": law.status,
        "counts": law.counts(),
        "source_note": law.source_note,
        "contents": law.contents,
        "preamble": law.preamble,
        "outline": [_heading(row) for row in law.outline],
    }
    if law.status == AMENDMENT:
        said["items"] = [_change(change) for change in law.items]
    else:
        said["articles"] = [_article(article) for article in law.articles]
    return said | {
        "closing": law.closing,
        "annexes": [{"label": each.label, "title": each.title, "text": each.text} for each in law.annexes],
        "warnings": [{"kind": each.kind, "label": each.label, "line": each.line} for each in law.warnings],
    }


def _heading(row: Heading) -> dict[str, Any]:
    return {"level": row.level, "no": row.no, "title": row.title, "first": row.first, "last": row.last,
            "articles": row.articles}  # fmt: skip


def _article(article: Article) -> dict[str, Any]:
    return {
        "label": article.label,
        "number": list(article.number),
        "path": list(article.path),
        "heading": article.heading,
        "text": article.text,
        "paragraphs": [
            {"no": each.no, "text": each.text, "items": [_item(item) for item in each.items]}
            for each in article.paragraphs
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    subitems = [{"label": each.label, "no": each.no, "text": each.text} for each in item.subitems]
    return {"label": item.label, "no": item.no, "text": item.text, "subitems": subitems}


def _change(change: Change) -> dict[str, Any]:
    instructions = [
        {"kind": each.kind, "target": each.target, "as": each.becomes, "text": each.text}
        for each in change.instructions
    ]
    return {"label": change.label, "no": change.no, "text": change.text, "instructions": instructions}


# --- back -------------------------------------------------------------------------------------------------------------


def law_from_json(said: Any) -> Law:
    """The law of such a document. Raises :class:`NotALaw` naming the first place that is not as it must be."""
    document = _Place(said, "")
    if document.word("schema") != SCHEMA:
        raise NotALaw("schema")
    if (status := document.word("status")) not in {STATUTE, AMENDMENT}:
        raise NotALaw("status")
    return Law(
        title=document.word("title"),
        status=status,
        source_note=document.words("source_note"),
        contents=document.words("contents"),
        preamble=document.words("preamble"),
        outline=document.each("outline", _read_heading),
        articles=document.each("articles", _read_article) if status == STATUTE else (),
        items=document.each("items", _read_change) if status == AMENDMENT else (),
        closing=document.words("closing"),
        annexes=document.each("annexes", lambda one: Annex(one.word("label"), one.word("title"), one.word("text"))),
        warnings=document.each(
            "warnings", lambda one: Warned(one.word("kind"), one.words("label"), one.number("line", or_none=True))
        ),
    )


class _Place:
    """A value of the document and where it stands."""

    def __init__(self, value: Any, place: str):
        if not isinstance(value, Mapping):
            raise NotALaw(place or "document")
        self.value, self.place = value, place

    def _at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def word(self, key: str) -> str:
        if not isinstance(value := self.value.get(key), str):
            raise NotALaw(self._at(key))
        return value

    def words(self, key: str) -> str | None:
        return None if self.value.get(key) is None else self.word(key)

    def number(self, key: str, *, or_none: bool = False) -> Any:
        value = self.value.get(key)
        if (value is None and or_none) or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        raise NotALaw(self._at(key))

    def list(self, key: str) -> Sequence[Any]:
        if not isinstance(value := self.value.get(key, []), list):
            raise NotALaw(self._at(key))
        return value

    def each(self, key: str, read: Callable[[_Place], Any]) -> tuple[Any, ...]:
        return tuple(read(_Place(one, f"{self._at(key)}[{at}]")) for at, one in enumerate(self.list(key)))

    def all(self, key: str, kind: type) -> tuple[Any, ...]:
        for at, one in enumerate(self.list(key)):
            if not isinstance(one, kind) or isinstance(one, bool):
                raise NotALaw(f"{self._at(key)}[{at}]")
        return tuple(self.list(key))


def _read_heading(one: _Place) -> Heading:
    level = one.word("level")
    if level not in {"编", "分编", "章", "节"}:
        raise NotALaw(f"{one.place}.level")
    return Heading(
        level, one.number("no"), one.word("title"), one.words("first"), one.words("last"), one.number("articles")
    )


def _read_article(one: _Place) -> Article:
    number = one.all("number", int)
    if not 1 <= len(number) <= 2:
        raise NotALaw(f"{one.place}.number")
    return Article(
        one.word("label"),
        number,
        one.all("path", str),
        one.words("heading"),
        one.word("text"),
        one.each("paragraphs", _read_paragraph),
    )


def _read_paragraph(one: _Place) -> Paragraph:
    return Paragraph(one.number("no"), one.word("text"), one.each("items", _read_item))


def _read_item(one: _Place) -> Item:
    subitems = one.each("subitems", lambda sub: Subitem(sub.word("label"), sub.number("no"), sub.word("text")))
    return Item(one.word("label"), one.number("no"), one.word("text"), subitems)


def _read_change(one: _Place) -> Change:
    return Change(one.word("label"), one.number("no"), one.word("text"), one.each("instructions", _read_instruction))


def _read_instruction(one: _Place) -> Instruction:
    if (kind := one.word("kind")) not in KINDS:
        raise NotALaw(f"{one.place}.kind")
    return Instruction(kind, one.words("target"), one.words("as"), one.words("text"))
