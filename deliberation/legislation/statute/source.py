"""A text taken apart into head, contents and body, before the body is read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from deliberation.legislation.statute.contents import Contents
from deliberation.legislation.statute.heads import Head
from deliberation.legislation.statute.lines import Line
from deliberation.legislation.statute.structure import Warned

MOST_WARNED = 100
"""Lines without a place that are warned of; all of them are kept."""


def words_of(parts: Sequence[str]) -> str | None:
    """Lines as one text, None if there are none."""
    return "\n".join(parts) or None


@dataclass
class Source:
    """``lines`` are all of them, ``body`` those from the first heading, article or item on, ``aside`` those without a place."""

    head: Head
    found_contents: Contents | None
    lines: list[Line]
    body: list[Line]
    aside: list[Line] = field(default_factory=list)

    @property
    def title(self) -> str:
        return "".join(self.head.title)

    @property
    def note(self) -> str | None:
        return words_of(self.head.note)

    @property
    def preamble(self) -> str | None:
        return words_of(self.head.preamble)

    @property
    def contents(self) -> str | None:
        found = self.found_contents
        return words_of([line.text for line in self.lines[found.start : found.end]]) if found else None

    @property
    def entries(self) -> tuple[str, ...]:
        """What the contents list, without white space, dots and pages."""
        return self.found_contents.entries if self.found_contents else ()

    @property
    def contents_line(self) -> int:
        return self.lines[self.found_contents.start].no if self.found_contents else 0

    def unplaced(self) -> list[Warned]:
        return [Warned("unplaced", None, line.no) for line in self.aside[:MOST_WARNED]]
