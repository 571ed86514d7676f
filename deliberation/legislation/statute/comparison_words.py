"""A comparison, and anchors that were carried, for somebody at a terminal. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from deliberation.legislation.statute.carrying import ORPHANED, STATUSES, Placed
from deliberation.legislation.statute.comparison import CHANGES, MOVED, SAME, Row
from deliberation.legislation.statute.differences import IN, KEPT, OUT
from deliberation.legislation.statute.structure import Article

_MARKS = {KEPT: ("", ""), OUT: ("[-", "-]"), IN: ("{+", "+}")}


def rows_in_words(old: str, new: str, rows: Sequence[Row]) -> str:
    """Both titles, how many of each change, then each row; what changed with [-out-] and {+in+}."""
    counts = Counter(row.change for row in rows)
    lines = [
        f"- {old}",
        f"+ {new}",
        "  ".join(f"{change} {counts[change]}" for change in CHANGES if counts[change]),
        "",
    ]
    for row in rows:
        arrow = f"{_labels(row.old)} → {_labels(row.new)}"
        lines.append(f"{arrow}  {row.change}" + (f"  {row.similarity:.2f}" if row.old and row.new else ""))
        if row.change not in (SAME, MOVED):
            words = "".join(f"{_MARKS[sign][0]}{words}{_MARKS[sign][1]}" for sign, words in row.diff)
            lines += [f"    {line}" for line in words.split("\n")]
    return "\n".join(lines)


def _labels(articles: Sequence[Article]) -> str:
    return "、".join(article.label for article in articles) or "∅"


def places_in_words(placed: Sequence[Placed]) -> str:
    """How many of each status, then each anchor with its place or the reason why it has none."""
    counts = Counter(each.status for each in placed)
    lines = ["  ".join(f"{status} {counts[status]}" for status in STATUSES if counts[status]) or "0", ""]
    for each in placed:
        where = each.reason if each.status == ORPHANED else f"{each.article} {each.start}–{each.end}"
        lines.append(f"{each.id}  {each.status}  {where}  {each.confidence:.2f}")
    return "\n".join(lines)
