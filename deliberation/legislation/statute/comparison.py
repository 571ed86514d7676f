"""Two versions of a law side by side: ``deliberation/compare-1`` of contracts.md. Pure.

``compare(old, new)`` is the door: rows in the order of the new text, each article of both in exactly one of them. Of two
readings of an amendment the items stand in the place of articles (``beside``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from deliberation.legislation.statute.alignment import Group, aligned
from deliberation.legislation.statute.bare import bared
from deliberation.legislation.statute.differences import Difference, difference, similarity
from deliberation.legislation.statute.structure import AMENDMENT, STATUTE, Article, Law
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

SCHEMA = "deliberation/compare-1"
SAME, MOVED, EDITED, MOVED_EDITED = "same", "moved", "edited", "moved_edited"
ADDED, DELETED, SPLIT, MERGED = "added", "deleted", "split", "merged"
CHANGES = (SAME, MOVED, EDITED, MOVED_EDITED, ADDED, DELETED, SPLIT, MERGED)


@dataclass(frozen=True, slots=True)
class Row:
    """An article (or several) of the old text beside what it is in the new one."""

    old: tuple[Article, ...]
    new: tuple[Article, ...]
    change: str
    similarity: float
    diff: Difference

    @property
    def old_text(self) -> str:
        return joined(self.old)

    @property
    def new_text(self) -> str:
        return joined(self.new)


def joined(articles: tuple[Article, ...]) -> str:
    """The texts of articles that stand in one row."""
    return "\n".join(article.text for article in articles)


def compare(old: Law, new: Law) -> list[Row]:
    """The rows. Raises Refused for an amendment beside a whole text."""
    old, new = beside(old, new)
    return [_row(group, old, new) for group in aligned(old.articles, new.articles)]


def beside(old: Law, new: Law) -> tuple[Law, Law]:
    """Two texts in articles; two readings of an amendment by their items. Raises Refused for one beside a whole text."""
    if old.status == new.status == AMENDMENT:
        return _by_items(old), _by_items(new)
    check_statute(old)
    check_statute(new)
    return old, new


def _by_items(law: Law) -> Law:
    return replace(
        law, status=STATUTE, articles=tuple(Article(one.label, (one.no,), (), None, one.text) for one in law.items)
    )


def check_statute(law: Law) -> None:
    """Raises Refused for an amendment: it has no articles of its own to stand beside those of another text."""
    if law.status == AMENDMENT:
        facts = {"title": law.title}
        raise Refused(
            Refusal(_("《{title}》是修改决定或者修正案，不能和另一文本对照"), facts, _("请用修改前后的法律全文"))
        )


def _row(group: Group, old: Law, new: Law) -> Row:
    before = tuple(old.articles[no] for no in group.old)
    after = tuple(new.articles[no] for no in group.new)
    said = difference(joined(before), joined(after)) if before and after else _alone(before, after)
    return Row(before, after, _change(before, after), similarity(said) if before and after else 0.0, said)


def _alone(before: tuple[Article, ...], after: tuple[Article, ...]) -> Difference:
    sign, words = ("-", joined(before)) if before else ("+", joined(after))
    return [(sign, words)] if words else []


def _change(before: tuple[Article, ...], after: tuple[Article, ...]) -> str:
    if not before or not after:
        return DELETED if before else ADDED
    if len(before) > 1 or len(after) > 1:
        return SPLIT if len(after) > 1 else MERGED
    is_same = bared(before[0].text) == bared(after[0].text)
    if bared(before[0].label) == bared(after[0].label):
        return SAME if is_same else EDITED
    return MOVED if is_same else MOVED_EDITED


def rows_as_json(rows: list[Row]) -> dict[str, Any]:
    """The document that ``law compare --json`` prints."""
    return {
        "schema": SCHEMA,
        "rows": [
            {
                "old": _labels(row.old),
                "new": _labels(row.new),
                "change": row.change,
                "similarity": row.similarity,
                "diff": [list(run) for run in row.diff],
            }
            for row in rows
        ],
    }


def _labels(articles: tuple[Article, ...]) -> str | list[str] | None:
    """A label, a list where articles were split or merged, None where there is none."""
    labels = [article.label for article in articles]
    return labels if len(labels) > 1 else labels[0] if labels else None
