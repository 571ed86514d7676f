"""反馈的内容: what a body tells a point of each opinion that it handed up, a line an opinion, so that one digest stands for all. Pure.

The first line says whose it is and to whom, then come the opinions by their entries in the point's log. Nobody's name stands in
it: the point knows whose opinion each is, and tells its author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from deliberation.directions import turning
from deliberation.legislation.adoption_rules import ADOPTIONS, MOST_REASON, MOST_TEXT
from deliberation.legislation.tier_lines import Unreadable, lines_of, read_row, rows_in
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

SCHEMA = "deliberation/feedback-1"
MOST_AT_ONCE = 1_000
"""Opinions of one feedback: a point decides on all of them while nobody else writes; the others go with the next."""
NOTHING_NEW = Refusal(_("没有新的答复要下传"), remedy=_("答复过、还没有下传的，才下传"), late=True)
OTHER_ADDRESSEE = Refusal(_("这份反馈不是给这次征求意见的"), remedy=_("请看清是哪一次征求意见，再到那一次的页面收下"))
OTHER_CONTENT = Refusal(_("上级的第{number}次反馈已经收下过，内容和这一份不一样"), remedy=_("请打电话向上级问清楚"))
NO_SUCH = Refusal(_("反馈里第{entry}号记录的意见，本联系点没有这样报过"), remedy=_("请打电话向上级问清楚"))


@dataclass(frozen=True, slots=True)
class Head:
    """Whose feedback it is, the ``number``-th to this point, and which solicitation of which point it is on."""

    origin: str
    solicitation: int
    number: int
    body: str
    to: str
    asked: int
    opinions: int
    nonce: str
    """64 hex digits of chance: the public log has the digest of the content, and nobody may find words by guessing it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was decided on one opinion. ``entry``: the index of its entry in the point's log; ``submission``: the number of the
    one with which the words went up that it was decided on; ``text``: 采纳后条文, in ``label``.
    """

    entry: int
    submission: int
    decision: str
    reason: str
    label: str
    text: str
    decided_on: str


@dataclass(frozen=True, slots=True)
class FedBack:
    """A whole feedback as it is read."""

    head: Head
    lines: tuple[Line, ...]


_MOST = {
    "origin": 200, "body": 100, "to": 200, "nonce": 64, "label": 60, "reason": MOST_REASON, "text": MOST_TEXT,
}  # fmt: skip
_NONCE = re.compile("[0-9a-f]{64}")
_CHOICES = {"decision": ADOPTIONS}


def content_of(head: Head, lines: Iterable[Line]) -> bytes:
    """The file, the same bytes for the same content."""
    return lines_of([asdict(head) | {"schema": SCHEMA}, *map(asdict, lines)])


def read_content(content: bytes) -> FedBack:
    """The feedback of such a file. Raises Unreadable."""
    first, *said = rows_in(content, SCHEMA, 1 + MOST_AT_ONCE)
    head = read_row(Head, first, 1, _MOST, _CHOICES)
    if not _NONCE.fullmatch(head.nonce):
        raise Unreadable("1 nonce")
    if max(head.solicitation, head.number, head.asked) >= 2**31:
        raise Unreadable("1 number")
    lines = tuple(_line(value, number) for number, value in enumerate(said, 2))
    entries = [line.entry for line in lines]
    if len(set(entries)) != len(entries):
        raise Unreadable("entry")
    if head.opinions != len(lines) or not 0 < len(lines) <= MOST_AT_ONCE:
        raise Unreadable("1 opinions")
    return FedBack(head, lines)


def _line(value: Mapping[str, Any], number: int) -> Line:
    line = read_row(Line, value, number, _MOST, _CHOICES)
    try:
        is_day = date.fromisoformat(line.decided_on).isoformat() == line.decided_on
    except ValueError:
        is_day = False
    if not is_day:
        raise Unreadable(f"{number} decided_on")
    for name in ("reason", "label", "text"):
        if turning(getattr(line, name)):
            raise Unreadable(f"{number} {name}")
    return line


def may_take(head: Head, own: tuple[str, int], upper: Mapping[str, Any]) -> Refusal | None:
    """Whether it is for this solicitation of this point (``own``: log and number) and from the body that it was taken on from."""
    is_ours = (head.to, head.asked) == own
    is_theirs = (head.origin, head.solicitation) == (upper.get("origin"), upper.get("solicitation"))
    return None if is_ours and is_theirs else OTHER_ADDRESSEE


def may_follow(number: int, last: int) -> Refusal | None:
    """Feedbacks come in by their numbers: an older one taken in later would undo what was decided otherwise since."""
    if number == last + 1:
        return None
    return Refusal(_("上级的第{missing}次反馈还没有收下"), {"missing": last + 1}, _("请先收下那一次，再收这一份"))


@dataclass(frozen=True, slots=True)
class Fate:
    """What a body decided on an opinion of a point in the words of a submission: the same for many, so that they are written together."""

    submission: int
    kind: str
    reason: str
    label: str
    text: str
    told_on: date


def by_fate(found: Sequence[tuple[int, Fate]]) -> dict[Fate, list[int]]:
    """The opinions of each fate, in their order."""
    groups: dict[Fate, list[int]] = {}
    for id, fate in found:
        groups.setdefault(fate, []).append(id)
    return groups
