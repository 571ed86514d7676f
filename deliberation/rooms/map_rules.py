"""A map of opinion: which statement is put next, what may be said, what unites and what divides. Pure.

One idea a statement, answered with agree, disagree or pass; nobody replies, so nobody is shouted down (rivals.md, Polis).
Figures are integers; a map is advice and never a decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

AGREE, DISAGREE, PASS = 1, -1, 0
MARKS: dict[str, tuple[int, str]] = {
    "agree": (AGREE, _("同意")),
    "disagree": (DISAGREE, _("不同意")),
    "pass": (PASS, _("说不好")),
}
MOST_WORDS = 140
MOST_EACH = 5
"""Statements that one person may put in: a local setting of ours, so that nobody fills the map alone."""
SMALLEST_GROUP = 3
"""A group of fewer people is not shown: its figures would be persons."""
MOST_SHOWN = 5
FEWEST_TOLD = SMALLEST_GROUP
"""A statement on which fewer people marked is told without figures: they would be what each of them answered."""
RELEASE_PAUSE = timedelta(minutes=10)
"""Between two releases of a map that is still open: a local setting of ours."""
LETTERS = "ABCDE"


def may_mark(is_open: bool, is_hidden: bool) -> Refusal | None:
    if not is_open:
        return Refusal(_("这张意见图已经结束"), late=True)
    if is_hidden:
        return Refusal(_("这条说法已经收起，不再表态"), late=True)
    return None


def may_release(*, is_open: bool, released_at: datetime | None, now: datetime, newcomers: int) -> Refusal | None:
    """An open map is released again after a while and with new people: two drawings with one mark between them tell it.

    ``newcomers``: how many more have marked than when it was last drawn.
    """
    if released_at is None or not (is_open or newcomers):
        return None
    if not is_open:
        facts = {"n": FEWEST_TOLD}
        reason = _("上次公布以后又表态的不到{n}人，再公布就看得出一个人怎么选；上次公布的意见图就是最后的")
        return Refusal(reason, facts, late=True) if newcomers < FEWEST_TOLD else None
    if now < released_at + RELEASE_PAUSE:
        facts = {"minutes": RELEASE_PAUSE // timedelta(minutes=1)}
        return Refusal(_("表态还没有结束：公布以后过{minutes}分钟才能重新公布"), facts, source=_("本地设置"))
    if newcomers < FEWEST_TOLD:
        facts = {"n": FEWEST_TOLD}
        return Refusal(
            _("表态还没有结束：比上次公布至少多{n}人表态才能重新公布，不然看得出一个人怎么选"), facts, late=True
        )
    return None


def may_put_in(own: int, body: str, known: Iterable[str]) -> Refusal | None:
    """Why a statement cannot be put in: too many by one person, the same words already there."""
    if own >= MOST_EACH:
        return Refusal(_("每人最多写{most}条说法"), {"most": MOST_EACH}, source=_("本地设置"))
    if _plain(body) in map(_plain, known):
        return Refusal(_("已经有一模一样的说法"), remedy=_("请直接对那一条表态"))
    return None


def _plain(body: str) -> str:
    return "".join(body.split()).rstrip("。.！!")


def next_statement(open_ids: Sequence[int], marked: Mapping[int, int], counts: Mapping[int, int], person: int) -> int:
    """The statement to put to a person: of those not yet marked by them, the one with the fewest marks; 0: none is left.

    Among equals it turns with the person, so that a hall that begins at once does not mark one statement alone.
    """
    left = [id for id in open_ids if id not in marked]
    if not left:
        return 0
    fewest = min(counts.get(id, 0) for id in left)
    equals = [id for id in left if counts.get(id, 0) == fewest]
    return equals[person % len(equals)]


@dataclass(frozen=True)
class Tally:
    """How often something was agreed with, disagreed with, passed."""

    agree: int = 0
    disagree: int = 0
    passed: int = 0

    @property
    def count(self) -> int:
        return self.agree + self.disagree + self.passed

    def share(self, of: str) -> int:
        """Thousandths of all marks, rounded down."""
        return getattr(self, of) * 1000 // self.count if self.count else 0


def tallies(marks: Iterable[tuple[int, int, int]], members: Mapping[int, int] | None = None) -> dict[Any, Tally]:
    """By statement; with ``members`` (person → group) by (statement, group), and whoever is in no group is left out."""
    counts: dict[Any, list[int]] = {}
    for person, statement, mark in marks:
        if members is not None and person not in members:
            continue
        key = statement if members is None else (statement, members[person])
        counts.setdefault(key, [0, 0, 0])[{AGREE: 0, DISAGREE: 1, PASS: 2}[mark]] += 1
    return {key: Tally(*three) for key, three in counts.items()}


def drawn(marks: Sequence[tuple[int, int, int]], found: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is kept and shown of a map: totals, groups if all are large enough, what unites and what divides.

    ``found``: what ``map_drawing.draw`` found; None where the library is not there. No person stands in it.
    """
    groups = list((found or {}).get("groups", []))
    why = "missing" if found is None else "few" if len(groups) < 2 else ""
    if groups and min(group["people"] for group in groups) < SMALLEST_GROUP:
        groups, why = [], "small"
    groups = groups if len(groups) >= 2 else []
    members = {int(who): number for who, number in (found or {}).get("members", {}).items()} if groups else {}
    whole, by_group = tallies(marks), tallies(marks, members)
    said = {
        str(id): {"all": _row(tally), "groups": [_row(by_group.get((id, g), Tally())) for g in range(len(groups))]}
        for id, tally in sorted(whole.items())
    }
    consensus = {int(id): shares for id, shares in (found or {}).get("consensus", {}).items()}
    return {
        "people": len({person for person, _statement, _mark in marks}),
        "marks": len(marks),
        "why": why,
        "groups": groups,
        "statements": said,
        "unites": _uniting(whole, by_group, len(groups), consensus),
        "divides": _dividing(by_group, len(groups)),
    }


def told_of(drawn: Mapping[str, Any] | None) -> dict[int, dict[str, list]]:
    """Of a drawing by statement: marks of all and of each group, as anybody may read them; few marks are not among them."""
    rows = (drawn or {}).get("statements", {})
    return {int(id): row for id, row in rows.items() if sum(row["all"]) >= FEWEST_TOLD}


def _row(tally: Tally) -> list[int]:
    return [tally.agree, tally.disagree, tally.passed]


def _uniting(
    whole: Mapping[int, Tally], by_group: Mapping[Any, Tally], groups: int, consensus: Mapping[int, Sequence[int]]
) -> list[int]:
    """Statements with which more than half of every group agree, the strongest in all groups together first.

    Without groups nothing is said to unite: four of seven who agree are a majority, and three are left out of it.
    """
    if not groups:
        return []

    def in_all(id: int) -> bool:
        parts = [by_group.get((id, group), Tally()) for group in range(groups)]
        return all(2 * part.agree > part.count > 0 for part in parts)

    rank = {id: consensus.get(id, (whole[id].share("agree"), 0))[0] for id in whole}
    return sorted(filter(in_all, whole), key=lambda id: (-rank[id], id))[:MOST_SHOWN]


def _dividing(by_group: Mapping[Any, Tally], groups: int) -> list[int]:
    """Statements that more than half of one group agree with and more than half of another disagree with."""
    spread: dict[int, int] = {}
    for id in {id for id, _group in by_group}:
        parts = [by_group.get((id, group), Tally()) for group in range(groups)]
        for_it = any(2 * part.agree > part.count for part in parts)
        against = any(2 * part.disagree > part.count for part in parts)
        if for_it and against:
            shares = [part.share("agree") for part in parts if part.count]
            spread[id] = max(shares) - min(shares)
    return sorted(spread, key=lambda id: (-spread[id], id))[:MOST_SHOWN]
