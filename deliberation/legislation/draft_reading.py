"""A text of law read and made ready to be written down: before the writer's door, because it is slow. No database.

``lines`` of a reading are its paragraphs (hard wraps joined) with the numbers 1, 2, 3 … by which warnings and people
speak of them; a correction changes lines and has them read again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from deliberation.legislation.draft_rules import Piece, is_key, keys_of, sections_of
from deliberation.legislation.statute.beside import ReadAs, read_beside
from deliberation.legislation.statute.law_json import NotALaw, law_as_json, law_from_json
from deliberation.legislation.statute.lines import Line
from deliberation.legislation.statute.parser import parse
from deliberation.legislation.statute.reading import read_lines
from deliberation.legislation.statute.structure import Law
from deliberation.matters.search import normal


@dataclass(frozen=True)
class ReadArticle:
    """A row of the index of articles, as yet without the version whose it is."""

    position: int
    section: int
    key: str
    label: str
    heading: str
    path: str
    text: str
    search: str


@dataclass(frozen=True)
class ReadText:
    """What a reading is written down from."""

    title: str
    status: str
    counts: Mapping[str, int]
    warnings: int
    lines: str
    document: str
    frame: Mapping[str, Any]
    articles: tuple[ReadArticle, ...]

    @property
    def digest(self) -> str:
        return digest(self.document)

    @property
    def lines_digest(self) -> str:
        return digest(self.lines)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_source(data: bytes) -> ReadText:
    """The text in a file or in what was pasted. Raises Refused, with a sentence for whatever cannot be used."""
    return read_numbered(read_lines(data))


def read_again(document: str, lines: str) -> ReadText:
    """A text that was read elsewhere, from its document deliberation/law-1 and its lines. Raises NotALaw, ValueError."""
    said = json.loads(document)
    law = law_from_json(said)
    articles = articles_in(law)
    if not articles or not all(is_key(one.key) for one in articles):
        raise NotALaw("articles")
    for line, one in lines_from_json(lines):
        if not all(isinstance(each, str) for each in (line.text, line.hint, line.forced, one.kind, one.label)):
            raise NotALaw("lines")
    return ReadText(
        title=law.title,
        status=law.status,
        counts=law.counts(),
        warnings=len(law.warnings),
        lines=lines,
        document=document,
        frame={name: value for name, value in said.items() if name not in {"articles", "items"}},
        articles=articles,
    )


def read_numbered(lines: Sequence[Line]) -> ReadText:
    """Lines as they are in force, read. Raises Refused where no article is left in them."""
    numbered = [replace(line, no=no) for no, line in enumerate(lines, 1)]
    law = parse(numbered, wrapped=False)
    document = law_as_json(law)
    read_as = read_beside(numbered)
    return ReadText(
        title=law.title,
        status=law.status,
        counts=law.counts(),
        warnings=len(law.warnings),
        lines=lines_as_json(numbered, read_as),
        document=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        frame={name: value for name, value in document.items() if name not in {"articles", "items"}},
        articles=articles_in(law),
    )


def articles_in(law: Law) -> tuple[ReadArticle, ...]:
    """The rows of a law: its articles, or the items of an amendment."""
    if law.items:
        found = [(each.label, (each.no,), "", (), each.text) for each in law.items]
    else:
        found = [(each.label, each.number, each.heading or "", each.path, each.text) for each in law.articles]
    keys = keys_of(number for _label, number, *_ in found)
    sections = sections_of([Piece(path, len(text)) for _label, _number, _heading, path, text in found])
    return tuple(
        ReadArticle(position, section, key, label, heading, "\n".join(path), text, normal(label + heading + text))
        for position, (key, section, (label, _number, heading, path, text)) in enumerate(
            zip(keys, sections, found, strict=True), 1
        )
    )


# --- lines as they are kept


def lines_as_json(lines: Sequence[Line], read_as: Sequence[ReadAs]) -> str:
    kept = [
        [line.text, line.hint, int(line.is_indented), int(line.is_apart), line.forced, one.kind, one.label]
        for line, one in zip(lines, read_as, strict=True)
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def lines_from_json(said: str) -> list[tuple[Line, ReadAs]]:
    """The lines of a reading, each with what it was read as."""
    return [
        (Line(no, text, hint, bool(indented), bool(apart), forced), ReadAs(kind, label))
        for no, (text, hint, indented, apart, forced, kind, label) in enumerate(json.loads(said), 1)
    ]
