"""What a benchmark found: rows for a table, ratios beside their goals, one JSON object."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MARGIN = 1.5
"""How far a goal may be missed before the run fails: neighbours on a shared machine move a ratio, never by half."""


def is_short() -> bool:
    """The form for every change: fewer rounds, fewer people; figures for the record come from the whole one."""
    return os.environ.get("DELIBERATION_SHORT") == "1"


@dataclass(frozen=True)
class Goal:
    """A ratio and its bound, ``least`` or ``most``; one of the two."""

    what: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def is_reached(self) -> bool:
        return self._within(1.0)

    @property
    def is_near(self) -> bool:
        """Whether it is reached with the margin that a run on any machine is given."""
        return self._within(MARGIN)

    def _within(self, margin: float) -> bool:
        if self.least is not None:
            return self.value * margin >= self.least
        return self.value <= (self.most or 0) * margin

    def words(self) -> str:
        bound = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        return f"{'reached' if self.is_reached else 'MISSED ':7}  {self.what}: {self.value:.3g} ({bound})"

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what, "value": round(self.value, 4), "least": self.least, "most": self.most,
                "reached": self.is_reached}  # fmt: skip


@dataclass
class Finding:
    """The result of one benchmark. ``rows`` have the same keys; ``notes`` are sentences."""

    name: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def show(self) -> None:
        print(f"\n{self.name}")
        print(table(self.rows))
        for goal in self.goals:
            print(goal.words())
        for note in self.notes:
            print(note)

    def as_json(self) -> dict[str, Any]:
        return {"rows": self.rows, "goals": [goal.as_json() for goal in self.goals], "notes": self.notes}


def table(rows: list[dict[str, Any]]) -> str:
    """Rows under their keys, numbers to the right."""
    if not rows:
        return "(no rows)"
    lines = [list(rows[0])] + [[_shown(value) for value in row.values()] for row in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _shown(value: Any) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def ratio_of_rounds(ours: list[float], theirs: list[float]) -> float:
    """The median of the ratios within each round, so that a neighbour's hour is on both sides of a ratio."""
    return statistics.median(our / their for our, their in zip(ours, theirs, strict=True))


def last_line(findings: list[Finding], machine: str) -> str:
    return json.dumps({"machine": machine, "short": is_short()} | {each.name: each.as_json() for each in findings})
