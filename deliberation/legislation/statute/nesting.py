"""Which headings stand above an article. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from deliberation.legislation.statute.marks import Mark, squeezed
from deliberation.legislation.statute.structure import LEVELS

RANKS = {"部分": 0, "编": 1, "分编": 2, "章": 3, "节": 4, "一、": 5, "（一）": 6}
"""From the outermost to the innermost; the last two are those of interpretations of the courts."""
ALONE = -1
"""附则 without a number: under nothing, and nothing but its articles under it."""


@dataclass
class Opened:
    """A heading or an article as it was found. A heading without a number has none, and is in no outline."""

    mark: Mark
    line: int
    title: str = ""
    path: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    words: list[str] = field(default_factory=list)
    word_lines: list[int] = field(default_factory=list)

    @property
    def is_article(self) -> bool:
        return self.mark.kind == "条"

    @property
    def entry(self) -> str:
        """As it stands in a path: label, one space, title."""
        return f"{self.mark.label} {squeezed(self.title)}".strip()


class Nesting:
    """The headings that are open, outermost first."""

    def __init__(self) -> None:
        self.stack: list[tuple[int, Opened]] = []
        self.waiting: list[Opened] = []

    def open(self, heading: Opened, rank: int) -> None:
        """Put a heading under those that it belongs to."""
        while self.stack and (rank == ALONE or self.stack[-1][0] >= rank or self.stack[-1][0] == ALONE):
            self.stack.pop()
        heading.above = self.path()
        self.stack.append((rank, heading))
        if heading.mark.kind not in LEVELS:
            self.waiting.append(heading)

    def path(self) -> tuple[str, ...]:
        return tuple(heading.entry for _, heading in self.stack)

    def unnamed(self) -> list[Opened]:
        """Headings without a row in the outline that no article named: they would be lost. Asked at each article."""
        here = {id(heading) for _, heading in self.stack}
        lost = [heading for heading in self.waiting if id(heading) not in here]
        self.waiting.clear()
        return lost
