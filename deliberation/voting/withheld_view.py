"""How a result is shown of which some figures are withheld: met or not, and the share where one is published. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deliberation.voting.edition_rules import percent
from deliberation.voting.edition_words import EDITION_WORDS
from deliberation.voting.sentences import requirement_in_words
from deliberation.voting.tally_terms import Base, Measure, Requirement

DASH = "—"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A test whose figures are not published; ``holds`` is None where not even that is."""

    kind: str
    requirement: Requirement
    holds: bool | None
    option: str | None = None

    def sentence(self, counts: dict[str, Any], locale: str) -> str:
        words = EDITION_WORDS[locale]
        by_area = self.requirement.measure is Measure.AREA
        told = ("met" if self.holds else "unmet") if by_area else "holds" if self.holds else "fails"
        said = words[told].format(test=requirement_in_words(self, locale))
        parts = counts.get("parts")
        if parts and self.requirement.measure is Measure.AREA:
            said += words["share"].format(share=percent(counts["shares"]["yes"], parts), step=percent(1, parts))
        return said.strip()

    def bar(self, counts: dict[str, Any], whole: int) -> tuple[tuple[tuple[int, str], ...], int | None]:
        """The parts of the bar, and the line, in parts of ``whole``; nothing where no share is published."""
        parts = counts.get("parts")
        if not parts or self.requirement.of is not Base.PARTICIPATING:
            return (), None
        kinds = (("yes", "yes"), ("no", "no"), ("abstain", "some"))
        shares = tuple((counts["shares"][name] * whole // parts, fill) for name, fill in kinds)
        line = self.requirement.n * whole // self.requirement.d
        return tuple(each for each in shares if each[0]), line


def cell(counts: dict[str, Any], name: str) -> tuple[str, int, int]:
    """A withheld amount in the table of numbers: a dash, beside the share that is published of it."""
    return DASH, (counts.get("shares") or {}).get(name, 0), counts.get("parts") or 0
